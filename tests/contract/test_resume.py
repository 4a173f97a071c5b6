"""Stopped and gone on with, a training ends where it would have ended."""

from pathlib import Path

import torch
from safetensors.torch import load_file

from contract.capabilities import Capability
from contract.conftest import Trained


def weights(folder: Path) -> dict[str, torch.Tensor]:
    """All tensors of the models and the checkpoint below a folder, by file and name."""
    files = [
        path for path in folder.rglob("*.safetensors") if path.stem not in ("checkpoint-good", "checkpoint-previous")
    ]
    return {f"{path.name} {name}": tensor for path in files for name, tensor in load_file(path).items()}


def test_resume_is_exact_bit_for_bit(capability: Capability, trained: Trained) -> None:
    runs = trained(capability)
    assert runs.parts.done and runs.parts.examples == runs.whole.examples
    assert 0 < runs.stops[-1].examples < runs.whole.examples and runs.parts.before == runs.stops[-1].examples
    whole, parts = weights(runs.whole.model.parent), weights(runs.parts.model.parent)
    assert whole.keys() == parts.keys() and whole
    assert [name for name in whole if not torch.equal(whole[name], parts[name])] == []


def test_the_log_is_that_of_one_go(capability: Capability, trained: Trained) -> None:
    whole, parts = trained(capability).logs
    assert [line["steps"] for line in whole] == list(range(1, len(whole) + 1)) and len(whole) >= 4
    assert whole == parts
