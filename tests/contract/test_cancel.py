"""What is not wanted any more leaves nothing half-done, and a training that can go on."""

from contextlib import suppress
from pathlib import Path

import pytest
from reporters import Remembering
from safetensors.torch import load_file

from contract.capabilities import ASKED, Capability
from contract.conftest import Trained, media
from contract.materials import Materials
from ganima.errors import Cancelled
from ganima.models.file import open_model
from ganima.verbs import verb_of


def litter(folder: Path) -> list[Path]:
    """Files that were not written to their end."""
    return [path for path in folder.rglob("*") if path.name.endswith(".part")]


def test_a_stopped_training_leaves_whole_files_and_says_so(capability: Capability, trained: Trained) -> None:
    runs = trained(capability)
    assert runs.stops and not any(outcome.done for outcome in runs.stops)
    assert litter(runs.stopped) == []
    files = {path.stem: path for path in runs.stopped.rglob("*.safetensors")}
    assert "checkpoint" in files and all(load_file(path) for path in files.values())
    models = [open_model(path) for name, path in files.items() if not name.startswith("checkpoint")]
    assert runs.stops[-1].examples in [model.card.examples for model in models]
    # What is only there in the end is not there before.
    assert not runs.stopped.joinpath("run", "palette.png").exists()
    assert not list(runs.stopped.glob("run/*.encoder.safetensors"))


@pytest.mark.parametrize("until", [0, 1])
@pytest.mark.parametrize("one", ASKED, ids=lambda one: one.name)
def test_a_stopped_use_leaves_whole_files_alone(
    one: Capability, until: int, trained: Trained, materials: Materials, tmp_path: Path
) -> None:
    assert one.uses is not None
    request = one.uses(materials, str(trained(one).whole.model), tmp_path / "out", 0)
    report = Remembering(until=until)
    with suppress(Cancelled):
        verb_of(request).run(request, report)
    assert report.cancelled and litter(tmp_path) == []
    made, whole = media(tmp_path / "out"), trained.used(one)
    assert made.items() <= whole.items() and (until == 1 or len(made) < len(whole))
