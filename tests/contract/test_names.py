"""Who knows one capability knows all: what is alike has the same file name everywhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ganima
from ganima.verbs import VERBS

SOURCE = Path(ganima.__file__).parent
MODULES = {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")}
CAPABILITIES = sorted({verb.does.split(".")[1] for verb in VERBS})


def inside(package: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules of a capability."""
    return ((name, tree) for name, tree in MODULES.items() if name.startswith(f"{package}/"))


def defines(tree: ast.Module) -> set[str]:
    """Names of a module's own functions and classes."""
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def fits(tree: ast.Module) -> bool:
    """Whether it hands a recipe to the engine."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return any(node.module == "ganima.training.loop" and "fit" in {n.name for n in node.names} for node in imports)


def test_requests_are_in_request() -> None:
    assert {verb.asks.split(":")[0].split(".")[-1] for verb in VERBS} == {"request"}


def test_verbs_are_done_by_apply_or_train() -> None:
    # Each of these two does nothing but what its one verb asks for, and is called like it.
    others = {verb.name for verb in VERBS if verb.does.split(":")[0].split(".")[-1] not in ("apply", "train")}
    assert others == {"sample", "speak"}


@pytest.mark.parametrize("package", CAPABILITIES)
def test_what_is_alike_has_the_same_name(package: str) -> None:
    for name, tree in inside(package):
        file, named = name.split("/")[-1].removesuffix(".py"), defines(tree)
        if any(one.endswith("Recipe") for one in named):
            assert file in ("recipe", "train"), name
        if "train_step" in named:
            assert file == "step", name
        if fits(tree):
            assert file == "train", name
        if "train" in named:
            assert file == "train", name
