"""A model that is damaged, or of another kind, is one clear line, and nothing is written."""

import dataclasses
import shlex
from pathlib import Path

import pytest

from contract.capabilities import ASKED, Capability
from contract.conftest import Trained
from contract.materials import Materials
from ganima.cli.command import as_words
from ganima.cli.commands import COMMANDS, plain
from ganima.cli.main import main
from ganima.errors import GanimaError
from ganima.request import Request
from ganima.verbs import verb_of

CAPABILITY = pytest.mark.parametrize("one", ASKED, ids=lambda one: one.name)
DAMAGE = pytest.mark.parametrize("how", ["truncated", "flipped", "header", "empty", "foreign"])


def damaged(path: Path, how: str, into: Path, other: Path) -> Path:
    """A copy of a model that is no good."""
    content = bytearray(path.read_bytes())
    match how:
        case "truncated":
            del content[-100:]
        case "flipped":
            content[-3] ^= 64
        case "header":
            content[content.index(b"kind")] ^= 1
        case "empty":
            content.clear()
        case "foreign":
            content = bytearray(other.read_bytes())
    into.mkdir(exist_ok=True)
    (into / path.name).write_bytes(content)
    return into / path.name


def refused(request: Request, out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said, by Python and by the command line alike, of what leaves nothing."""
    with pytest.raises(GanimaError) as raised:
        verb_of(request).run(request)
    (command,) = (one for one in (*COMMANDS, *plain()) if one.verb == verb_of(request).name)
    capsys.readouterr()
    assert main(shlex.split(as_words(command, request))[1:]) == 2
    told = capsys.readouterr().err
    assert told.startswith("ganima: ") and told.count("\n") == 1 and "Traceback" not in told
    assert str(raised.value).count("\n") == 0 and not out.exists()
    return told


def another(one: Capability, materials: Materials) -> Path:
    """A model of another kind."""
    return materials.model if one.name in ("vocoder", "voice", "sounds", "toy", "encoder") else materials.vocoder


@CAPABILITY
@DAMAGE
def test_a_damaged_model_is_not_used(
    one: Capability,
    how: str,
    trained: Trained,
    materials: Materials,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert one.uses is not None
    bad = damaged(trained(one).whole.model, how, tmp_path / "models", another(one, materials))
    told = refused(one.uses(materials, str(bad), tmp_path / "out", 0), tmp_path / "out", capsys)
    assert bad.name in told and ("but a" in told if how == "foreign" else "damaged" in told)


@pytest.mark.parametrize("one", [one for one in ASKED if one.begins is not None], ids=lambda one: one.name)
@DAMAGE
def test_no_training_begins_with_a_damaged_model(
    one: Capability,
    how: str,
    trained: Trained,
    materials: Materials,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert one.trains is not None and one.begins is not None
    good = materials.model if one.begins == "model" else trained(one).whole.model
    other = materials.vocoder if one.begins == "model" else another(one, materials)
    bad = damaged(good, how, tmp_path / "models", other)
    request = dataclasses.replace(one.trains(materials, tmp_path / "out"), **{one.begins: str(bad)})
    told = refused(request, tmp_path / "out", capsys)
    assert bad.name in told and ("but a" in told if how == "foreign" else "damaged" in told)
