"""The whole of a training on disk: safetensors, written atomically, with the one before it kept."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.training.state import State


def tensors_of(state: State) -> dict[str, Tensor]:
    """Every tensor that makes up the state, by name; not copies."""
    tensors = {"rng": state.rng.get_state(), "torch_rng": torch.get_rng_state()}
    tensors |= {name: getattr(state, name) for name in state.TENSORS}
    for part, network in _networks(state).items():
        tensors |= {f"{part}.{name}": t for name, t in network.state_dict().items()}
    for name, optimizer in state.optimizers.items():
        for number, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{name}.{number}.{moment}": t for moment, t in moments.items()}
    return tensors


def _networks(state: State) -> dict[str, nn.Module]:
    """Networks and averages, by the beginning of their tensors' names."""
    networks = {f"network.{name}": network for name, network in state.networks.items()}
    return networks | {f"average.{name}": network for name, network in state.averages.items()}


def save(state: State, path: Path) -> None:
    """Writes the state to `path`; the file that was there is kept as `previous(path)`. Raises GanimaError on a full
    disk.
    """
    tensors = {name: t.detach().cpu().contiguous() for name, t in tensors_of(state).items()}
    counters = {name: getattr(state, name) for name in state.COUNTERS}

    def writer(beside: Path) -> None:
        try:
            save_file(tensors, beside, {"counters": json.dumps(counters)})
        except SafetensorError as error:
            raise OSError(str(error)) from error

    # A damaged file must not take the place of the one that the run was resumed from.
    atomic.write(path, writer, keep=previous(path) if _whole(path) else None)


def previous(path: Path) -> Path:
    """Where the checkpoint before the one at `path` lies."""
    return path.with_name(f"{path.stem}-previous{path.suffix}")


def link(path: Path, name: Path) -> None:
    """Gives the checkpoint at `path` a second name, at no cost where the file system has hard links.

    Raises GanimaError when the folder cannot be written."""

    def writer(beside: Path) -> None:
        try:
            os.link(path, beside)
        except OSError:
            shutil.copyfile(path, beside)

    atomic.write(name, writer)


def load(state: State, path: Path) -> bool:
    """Fills `state` from `path`, or from the one before it if `path` is missing or damaged; False when there is
    neither.

    Raises GanimaError when there are checkpoints but none can be used.
    """
    candidates = [p for p in (path, previous(path)) if p.exists()]
    reason: Exception | None = None
    for candidate in candidates:
        try:
            with safe_open(candidate, framework="pt") as file:
                counters = json.loads(file.metadata()["counters"])
            _fill(state, load_file(candidate), counters)
            return True
        except (SafetensorError, OSError, LookupError, TypeError, ValueError, RuntimeError) as error:
            reason = error
    if reason is not None:
        raise GanimaError(f"no checkpoint in {path.parent} can be read ({reason}); train into a new folder") from reason
    return False


def _whole(path: Path) -> bool:
    try:
        with safe_open(path, framework="pt") as file:
            return "counters" in (file.metadata() or {})
    except (SafetensorError, OSError):
        return False


def _fill(state: State, tensors: dict[str, Tensor], counters: dict[str, Any]) -> None:
    for part, network in _networks(state).items():
        network.load_state_dict(_under(tensors, part))
    for part, optimizer in state.optimizers.items():
        parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        moments: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _under(tensors, f"optimizer.{part}").items():
            number, moment = name.split(".")
            # The fused optimiser walks through memory, so its moments must lie there in the order of the parameter.
            like = torch.empty_like(parameters[int(number)]).copy_(tensor) if tensor.ndim else tensor
            moments.setdefault(int(number), {})[moment] = like
        optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})
    for name in state.TENSORS:
        getattr(state, name).copy_(tensors[name])
    state.rng.set_state(tensors["rng"])
    torch.set_rng_state(tensors["torch_rng"])
    for name in state.COUNTERS:
        setattr(state, name, counters[name])


def _under(tensors: dict[str, Tensor], part: str) -> dict[str, Tensor]:
    return {name.removeprefix(part + "."): t for name, t in tensors.items() if name.startswith(part + ".")}
