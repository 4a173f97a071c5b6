"""Every file for the user that AI made says so, whichever verb wrote it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contract.capabilities import ASKED, Capability
from contract.conftest import MEDIA, Trained
from contract.materials import Materials
from ganima import verbs
from ganima.character import create, looks, sheet, voice
from ganima.character.request import Create
from ganima.evaluation.request import Evaluate, MeasureRobustness
from ganima.latent import walk
from ganima.latent.request import Edit, FindDirections, Mix, Walk, WriteLabelSheets
from ganima.provenance import verify
from ganima.request import Request
from ganima.speech.request import ConvertVoice, DesignVoice
from ganima.style.request import Adapt, Stylize
from ganima.verbs import verb_of

SILENT = {"inspect", "verify", "list_models", "show_model", "blend", "import_model", "export_model"}
"""Verbs that write nothing to look at or to listen to."""
PLAIN = {"align"}
"""Verbs that write what no AI has made."""
ELSEWHERE = {"augment"}
"""It trains classifiers too, which takes long: `balance/test_enlarge.py` looks at what it writes."""
NOTES = {"run.json", "aligned.png"}
"""A training's options, and the user's photo as it was cut out."""
Ask = Callable[[Materials, Path], Request]
REQUESTS: dict[str, Ask] = {
    "create": lambda given, out: Create(out, name="Ada", seed=1, model=str(given.model)),
    "edit": lambda given, out: Edit("3", out / "a.png", settings={"smile": 1.0}, model=str(given.sliders)),
    "mix": lambda given, out: Mix("3", "4", out / "a.webp", layers=(0, 1), model=str(given.model)),
    "walk": lambda given, out: Walk(("3", "4"), out / "a.webp", seconds=0.2, model=str(given.model)),
    "stylize": lambda given, out: Stylize("3", out / "a.png", model=str(given.model)),
    "adapt": lambda given, out: Adapt(
        str(given.model), given.photo, out, no_real_person=True, settings=("steps=1",), threads=1
    ),
    "design_voice": lambda given, out: DesignVoice(
        out / "a.voice.json", model=str(given.voices), vocoder=str(given.vocoder)
    ),
    "convert_voice": lambda given, out: ConvertVoice(
        given.recordings / "01.wav",
        out / "a.wav",
        target=given.recordings,
        consent="nobody, for this test",
        model=str(given.voices),
        vocoder=str(given.vocoder),
    ),
    "directions": lambda given, out: FindDirections(str(given.model), out, count=2),
    "label_sheets": lambda given, out: WriteLabelSheets(str(given.model), out, count=4),
    "evaluate": lambda given, out: Evaluate(str(given.model), given.classes, out / "a.html", count=50),
    "robustness": lambda given, out: MeasureRobustness(
        "invert", given.photographs, out / "a.html", model=str(given.model), count=2, steps=1
    ),
}
"""What asks each of the others for something small."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, materials: Materials) -> None:
    """Smaller pictures, and a voice that is soon chosen and says little."""
    monkeypatch.setattr(create, "SIDE", 72)
    monkeypatch.setattr(sheet, "CELL", 72)
    monkeypatch.setattr(looks, "FRAMES", 4)
    monkeypatch.setattr(walk, "SIDE", 48)
    monkeypatch.setattr(voice, "TRIES", 1)
    monkeypatch.setattr(voice, "NAMED", "I am {}.")


def unlabelled(folder: Path, own: set[bytes]) -> list[str]:
    """Files to look at or to listen to that carry no label, and are none of the user's `own`."""
    files = [path for path in folder.rglob("*") if path.suffix in MEDIA | {".html"} and path.name not in NOTES]
    assert files
    return [path.name for path in files if not verify(path).labelled and path.read_bytes() not in own]


def pictures_of(materials: Materials) -> set[bytes]:
    """What the user gave."""
    return {path.read_bytes() for path in materials.folder.rglob("*.png")}


def test_every_verb_is_here(materials: Materials, tmp_path: Path) -> None:
    asked = [one.trains(materials, tmp_path) for one in ASKED if one.trains is not None]
    for one in ASKED:
        assert one.uses is not None
        asked.append(one.uses(materials, str(materials.model), tmp_path / one.name, 0))
    named = {verb_of(request).name for request in asked} | REQUESTS.keys()
    assert named | SILENT | PLAIN | ELSEWHERE == {verb.name for verb in verbs.VERBS}


@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.name)
def test_trainings_and_models_label_what_they_make(one: Capability, trained: Trained, materials: Materials) -> None:
    assert trained(one).folder.exists() and trained.used(one)
    assert unlabelled(trained.folder / one.name, pictures_of(materials)) == []


@pytest.mark.parametrize("name", REQUESTS)
def test_verbs_label_what_they_make(name: str, materials: Materials, tmp_path: Path) -> None:
    request = REQUESTS[name](materials, tmp_path / "out")
    verb = verb_of(request)
    assert verb.name == name
    verb.run(request)
    assert unlabelled(tmp_path, pictures_of(materials)) == []
