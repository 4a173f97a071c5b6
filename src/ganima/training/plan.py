"""What a run was started with: written down, and compared when it goes on."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from ganima.errors import GanimaError
from ganima.files import atomic, typed_json
from ganima.training import distributed

C = TypeVar("C")


@dataclass(frozen=True)
class Plan(Generic[C]):
    """What a run was started with; written to `run.json` in its folder."""

    options: Mapping[str, Any]
    """What was asked for, by the field of the request: the same for the whole of a run."""
    config: C
    folder: str
    """Where the examples lie."""
    fingerprint: str
    """Of the examples."""
    examples: int

    def to_json(self) -> str:
        """The plan as a JSON text."""
        return json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False) + "\n"


def require_beside(out: Path, folders: Iterable[Path], what: str) -> None:
    """Raises GanimaError where a run's folder lies inside one of the `folders` whose `what` are trained on."""
    for folder in folders:
        if out.resolve().is_relative_to(folder.resolve()):
            raise GanimaError(f"{out} lies inside {folder}, whose {what} are trained on: choose a folder beside it")


def started(out: Path, kind: type[C], options: Mapping[str, Any]) -> Plan[C] | None:
    """What the run in `out` was started with, its configuration being of `kind`; None where there is no run yet.

    How long to train may change; anything that `options` name would make another run of it. Raises GanimaError where
    they differ, and where `out` holds something else, a damaged run, or one of another kind.
    """
    before = read_plan(out, kind)
    now = json.loads(json.dumps(options))
    for name in now if before is not None else ():
        assert before is not None
        # What is left out now may be newer than the run.
        if (now[name] or None) != (before.options.get(name) or None):
            raise GanimaError(
                f"{out} was started with `{name}` {_shown(before.options.get(name))}, not {_shown(now[name])}: "
                "give the same options to go on with it, or choose a new folder",
                name,
            )
    return before


def keep_plan(out: Path, plan: Plan[C], before: Plan[C] | None, what: str) -> None:
    """Makes `out` the folder of a run, unless it was that `before`.

    Raises GanimaError where its examples (`what` they are, in the plural) have changed since.
    """
    if before is None:
        if distributed.rank() == 0:
            atomic.write_text(_plan_path(out), plan.to_json())
    elif before.fingerprint != plan.fingerprint:
        raise GanimaError(
            f"the {what} in {plan.folder} have changed since {out} was started ({before.examples:,} then, "
            f"{plan.examples:,} now): put them back, or start a new run from this one (`start_from` {out})"
        )


def read_plan(out: Path, kind: type[C]) -> Plan[C] | None:
    """What the run in `out` was started with; see `started`."""
    path = _plan_path(out)
    if not path.exists():
        if out.exists() and (not out.is_dir() or any(not path.name.startswith(".") for path in out.iterdir())):
            raise GanimaError(f"{out} exists and is no run of ganima: choose a new folder")
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        config: C = typed_json.parse(kind, data["config"])
        return Plan(data["options"], config, data["folder"], data["fingerprint"], data["examples"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise GanimaError(f"{path} is damaged ({error}): train into a new folder") from error


def _plan_path(out: Path) -> Path:
    return out / "run.json"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ("x" if isinstance(value[0], int) else " ").join(str(v) for v in value) if value else "left out"
    return "left out" if value is None or value is False else str(value)
