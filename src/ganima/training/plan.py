"""What a run was started with: written down, and compared when it goes on."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from ganima.errors import GanimaError
from ganima.files import atomic, typed_json

C = TypeVar("C")


@dataclass(frozen=True)
class Plan(Generic[C]):
    """What a run was started with; written to `run.json` in its folder."""

    options: dict[str, Any]
    config: C
    folder: str
    fingerprint: str
    pictures: int

    def to_json(self) -> str:
        """The plan as a JSON text."""
        return json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False) + "\n"


def _plan_path(out: Path) -> Path:
    return out / "run.json"


def read_plan(out: Path, kind: type[C]) -> Plan[C] | None:
    """What the run in `out` was started with, its configuration being of `kind`; None where there is no run yet.

    Raises GanimaError where `out` holds something else, a damaged run, or one of another kind.
    """
    path = _plan_path(out)
    if not path.exists():
        if out.exists() and (not out.is_dir() or any(not path.name.startswith(".") for path in out.iterdir())):
            raise GanimaError(f"{out} exists and is no run of ganima: choose a new folder")
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        config: C = typed_json.parse(kind, data["config"])
        return Plan(data["options"], config, data["folder"], data["fingerprint"], data["pictures"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise GanimaError(f"{path} is damaged ({error}): train into a new folder") from error


def name_changes(out: Path, before: Plan[C], options: dict[str, Any], flags: dict[str, str]) -> None:
    """Raises GanimaError where one of the options in `flags` is not what the run was started with.

    How long to train may change; anything else would make another run of it.
    """
    now = json.loads(json.dumps(options))
    for name, flag in flags.items():
        if now[name] != before.options.get(name):
            raise GanimaError(
                f"{out} was started with {flag} {_shown(before.options.get(name))}, not {_shown(now[name])}: "
                "give the same options to go on with it, or choose a new folder"
            )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ("x" if isinstance(value[0], int) else " ").join(str(v) for v in value) if value else "left out"
    return "left out" if value is None or value is False else str(value)


def write_plan(out: Path, plan: Plan[Any]) -> None:
    """Makes `out` the folder of a run."""
    atomic.write_text(_plan_path(out), plan.to_json())
