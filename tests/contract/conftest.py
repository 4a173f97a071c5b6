"""The toy among the verbs, materials, and one training of every capability in one go and in parts."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from reporters import Remembering

from contract.capabilities import CAPABILITIES, Capability
from contract.materials import Materials
from contract.toy import VERB
from ganima import verbs
from ganima.errors import Cancelled
from ganima.training.loop import fit
from ganima.training.run import Outcome

MEDIA = {".png", ".webp", ".gif", ".mp4", ".wav", ".flac", ".ogg", ".mp3", ".json"}


class Impatient(Remembering):
    """Wants no more once it has seen a preview, which comes after the first step."""

    @property
    def cancelled(self) -> bool:
        return any(event["kind"] == "preview" for event in self.events)


@dataclass(frozen=True)
class Runs:
    """The same training twice."""

    whole: Outcome
    folder: Path
    """That of the one that was not stopped."""
    stops: tuple[Outcome, ...]
    """How the other one ended each time before it was done."""
    stopped: Path
    """A copy of its folder as the last stop left it."""
    parts: Outcome
    logs: tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]
    """Lines of metrics of both."""


class Trained:
    """The runs of each capability, made when they are first asked for."""

    def __init__(self, materials: Materials, folder: Path) -> None:
        self.materials, self.folder = materials, folder
        self.made: dict[str, Runs] = {}
        self.outputs: dict[str, dict[str, bytes]] = {}

    def __call__(self, capability: Capability) -> Runs:
        if capability.name not in self.made:
            self.made[capability.name] = self._run(capability)
        return self.made[capability.name]

    def used(self, capability: Capability) -> dict[str, bytes]:
        """What was made of its model by the seed 0."""
        if capability.name not in self.outputs:
            assert capability.uses is not None
            out = self.folder / capability.name / "used"
            request = capability.uses(self.materials, str(self(capability).whole.model), out, 0)
            verbs.verb_of(request).run(request)
            self.outputs[capability.name] = media(out)
        return self.outputs[capability.name]

    def _run(self, capability: Capability) -> Runs:
        place = self.folder / capability.name
        first, second = place / "whole" / "run", place / "parts" / "run"
        patient, stops, logs = Remembering(), [], ([], [])
        whole = capability.train(self.materials, first, patient)
        for report in (Remembering(until=0), Impatient(), Remembering()):
            try:
                stops.append(capability.train(self.materials, second, report))
            except Cancelled:
                assert report.cancelled
            if report.cancelled and second.parent.exists():
                shutil.copytree(second.parent, place / "stopped", dirs_exist_ok=True)
            logs[1].extend(timeless(report))
        logs[0].extend(timeless(patient))
        return Runs(whole, first, tuple(stops[:-1]), place / "stopped", stops[-1], logs)


def media(folder: Path) -> dict[str, bytes]:
    """Pictures, sounds and latents below a folder, by their names; pages say how long it took."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in MEDIA and path.name != "run.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def timeless(report: Remembering) -> list[Mapping[str, Any]]:
    """The lines of metrics that it was told, without how long it all took."""
    lines = [event for event in report.events if event["kind"] == "metrics"]
    return [{k: v for k, v in line.items() if k not in ("seconds", "examples_per_second")} for line in lines]


@pytest.fixture(scope="package", autouse=True)
def among_the_verbs() -> Iterator[None]:
    """The toy's line; and a line of metrics for every step."""
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verbs, "VERBS", (*verbs.VERBS, VERB))
        assert fit.__kwdefaults__ is not None
        patch.setitem(fit.__kwdefaults__, "log_steps", 1)
        yield


@pytest.fixture(scope="package")
def materials(tmp_path_factory: pytest.TempPathFactory) -> Materials:
    return Materials(tmp_path_factory.mktemp("materials"))


@pytest.fixture(scope="package")
def trained(among_the_verbs: None, materials: Materials, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return Trained(materials, tmp_path_factory.mktemp("trained"))


@pytest.fixture(params=CAPABILITIES, ids=lambda one: one.name)
def capability(request: pytest.FixtureRequest) -> Capability:
    """Each of them."""
    found: Capability = request.param
    return found
