"""Writes `src/ganima/__init__.pyi`: the functions of `ganima` as editors and type checkers see them."""

import dataclasses
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import ganima
from ganima.fields import kinds
from ganima.request import documented, required
from ganima.verbs import VERBS, Verb

STUB = Path(__file__).resolve().parents[2] / "src/ganima/__init__.pyi"
HEAD = '''"""Everything that ganima does, as functions. Made by `make stub` from the requests of all verbs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from ganima._version import __version__ as __version__
from ganima.errors import Cancelled as Cancelled
from ganima.errors import GanimaError as GanimaError
from ganima.loading import load as load
from ganima.picture.sample import sample as draw
from ganima.reporter import QUIET as QUIET
from ganima.reporter import Reporter as Reporter

__all__ = [
'''


def stub() -> str:
    """The text of the file."""
    functions = [_function(verb) for verb in VERBS]
    homes = sorted({home for _, found in functions for home in found})
    imports = [f"from {module} import {name}" for module, name in homes]
    head, listed = HEAD.split("\n__all__")
    names = [f'    "{name}",' for name in ganima.__all__]
    text = [head.rstrip("\n"), *imports, "", f"__all__{listed.rstrip()}", *names, "]", "", *(t for t, _ in functions)]
    return _formatted("\n".join(text))


def _function(verb: Verb) -> tuple[str, set[tuple[str, str]]]:
    """A verb as a function, and which names it needs, each with its module."""
    request = verb.request
    known = kinds(request)
    arguments, by_name = [], []
    for field in dataclasses.fields(request):  # type: ignore[arg-type]
        argument = f"{field.name}: {known[field.name].python}{_default(field)}"
        (by_name if field.kw_only else arguments).append(argument)
    module, name = verb.does.split(":")
    given = inspect.signature(getattr(importlib.import_module(module), name)).return_annotation
    words = given.__module__ + "." + given.__qualname__ if isinstance(given, type) and _plain(given) else str(given)
    homes = {(m, n) for m, n in re.findall(r"([\w.]+)\.(\w+)", words) if m.startswith("ganima")}
    short = re.sub(r"[\w.]+\.(\w+)", r"\1", words)
    lines = [f"def {verb.name}("]
    lines += [f"    {argument}," for argument in [*arguments, "*", *by_name, "report: Reporter = ..."]]
    doc = documented(request).replace("\\", "\\\\")
    lines += [f") -> {short}:", f'    """{doc.splitlines()[0]}', *(_indented(line) for line in doc.splitlines()[1:])]
    return "\n".join([*lines, '    """', ""]), homes


def _formatted(text: str) -> str:
    for command in (["check", "--fix", "--quiet", "--select", "I"], ["format", "--quiet"]):
        words = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(STUB), "-"]
        text = subprocess.run(words, input=text, capture_output=True, text=True, check=True).stdout
    return text


def _default(field: "dataclasses.Field[Any]") -> str:
    if required(field):
        return ""
    if field.default_factory is not dataclasses.MISSING:
        return " = ..."
    default = str(field.default) if isinstance(field.default, Path) else field.default
    return f" = {default!r}".replace("'", '"')


def _plain(given: type) -> bool:
    return not hasattr(given, "__args__")


def _indented(line: str) -> str:
    return f"    {line}" if line else ""


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
    print(f"{STUB}: {len(VERBS)} verbs", file=sys.stderr)
