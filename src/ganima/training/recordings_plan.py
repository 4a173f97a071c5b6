"""What a training on recordings was started with: the same command goes on with it, another one is refused."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ganima.data.recordings import Recordings
from ganima.errors import GanimaError
from ganima.training import distributed
from ganima.training.config import with_settings
from ganima.training.plan import Plan, name_changes, read_plan, write_plan

FLAGS = {"seed": "--seed", "start_from": "--from", "settings": "--set", "folders": "FOLDER"}
"""What stays the same for the whole of a run, and how it is given."""
C = TypeVar("C")


def open_run(
    out: Path, folders: Sequence[Path], usual: C, *, seed: int, start_from: str | None, settings: Sequence[str]
) -> tuple[C, dict[str, Any], Plan[C] | None]:
    """The configuration of a run in `out`, what was asked for, and what the run was started with, if it was.

    `usual` is the configuration before `settings`. Raises GanimaError where `out` holds something else, lies inside one
    of the `folders`, or was started with other options.
    """
    for folder in folders:
        if out.resolve().is_relative_to(folder.resolve()):
            raise GanimaError(f"{out} lies inside {folder}, whose recordings are trained on: choose a folder beside it")
    options: dict[str, Any] = {
        "folders": [folder.name for folder in folders],
        "seed": seed,
        "start_from": start_from,
        "settings": list(settings),
    }
    before = read_plan(out, type(usual))
    if before is None:
        return with_settings(usual, settings), options, None
    name_changes(out, before, options, FLAGS)
    return before.config, options, before


def keep_plan(
    out: Path, folders: Sequence[Path], config: C, options: Mapping[str, Any], before: Plan[C] | None, data: Recordings
) -> None:
    """Writes down what a new run was started with.

    Raises GanimaError where the recordings of an older one have changed since.
    """
    if before is None:
        plan = Plan(dict(options), config, ", ".join(map(str, folders)), data.fingerprint, len(data.names))
        if distributed.rank() == 0:
            write_plan(out, plan)
    elif before.fingerprint != data.fingerprint:
        raise GanimaError(
            f"the recordings have changed since {out} was started ({before.pictures:,} then, {len(data.names):,} now): "
            f"put them back, or start a new run from this one with --from {out}"
        )
