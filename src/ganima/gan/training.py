"""From a folder of pictures to a run: picks what was left open, remembers what was picked, and resumes."""

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch

from ganima import atomic, typed_json
from ganima.data.content import Unusable
from ganima.data.folder import PictureSet, find_files, in_threads, load_folder, require_enough
from ganima.data.labels import assign
from ganima.data.pictures import Picture, read_picture
from ganima.data.suggestion import suggest
from ganima.errors import GanimaError
from ganima.gan import distributed, transfer
from ganima.gan.config import TrainConfig, with_settings
from ganima.gan.evaluation import Evaluation
from ganima.gan.loop import Budget, Listener
from ganima.gan.presets import PRESETS
from ganima.gan.run import Run
from ganima.models.bundled import find_model
from ganima.models.file import Card

MINUTES = {"classic": 15.0, "tiny": 0.5}
"""How long a preset trains when nothing is said, in minutes; the others train for an hour."""
FLAGS = {
    "preset": "--preset",
    "resolution": "--resolution",
    "batch": "--batch",
    "seed": "--seed",
    "conditional": "--conditional",
    "start_from": "--from",
    "settings": "--set",
}
"""Options that stay the same for the whole of a run, and how they are given."""
PROBED = 200
"""Pictures that are looked at to choose preset, size and channels."""


@dataclass(frozen=True)
class Options:
    """What the user asked for; None leaves the choice to ganima."""

    preset: str | None = None
    resolution: tuple[int, int] | int | None = None
    """The longer side, or (height, width), in pixels."""
    minutes: float | None = None
    kimg: float | None = None
    """Thousands of real images to be seen."""
    batch: int | None = None
    seed: int = 0
    conditional: bool = False
    start_from: str | None = None
    """A model to start from: name, file or folder of a training."""
    settings: tuple[str, ...] = ()
    """Fields of the configuration to replace, see `config.with_settings`."""


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


def train(
    folder: Path,
    out: Path,
    *,
    preset: str | None = None,
    resolution: tuple[int, int] | int | None = None,
    minutes: float | None = None,
    kimg: float | None = None,
    batch: int | None = None,
    seed: int = 0,
    conditional: bool = False,
    start_from: str | None = None,
    settings: Sequence[str] = (),
    card: Card | None = None,
    checkpoint_seconds: float = 60.0,
    evaluate_every: float | None = None,
    threads: int | None = None,
    listeners: Callable[[Run], Sequence[Listener]] = lambda run: (),
    say: Callable[[str], None] = lambda words: None,
) -> Path:
    """Trains on the pictures in `folder` into `out`, or trains on what is there; returns the path of the model.

    See `Options` for what is asked. `card` adds to the model's card (name, licence, attribution, …). The average is
    scored every `evaluate_every` thousand images, and the best is kept. `listeners` are made for the run, and `say` is
    told in words what was chosen. Raises GanimaError where the user has to change something, and `loop.Interrupted`
    after Ctrl-C.
    """
    if out.resolve().is_relative_to(folder.resolve()):
        raise GanimaError(f"{out} lies inside {folder}, whose pictures are trained on: choose a folder beside it")
    options = Options(preset, resolution, minutes, kimg, batch, seed, conditional, start_from, tuple(settings))
    _check(options)
    with distributed.group(threads):
        before = read_plan(out, TrainConfig)
        if before is None:
            config = choose(folder, options, say)
        else:
            config = before.config
            name_changes(out, before, dataclasses.asdict(options), FLAGS)
        layout = config.generator
        data = load_folder(folder, layout.height, layout.width, layout.channels, conditional, cache=out)
        say(data.fit)
        if before is None:
            classes = len(data.vocabulary.classes)
            config = dataclasses.replace(
                config,
                generator=dataclasses.replace(config.generator, classes=classes),
                discriminator=dataclasses.replace(config.discriminator, classes=classes),
            )
            plan = Plan(dataclasses.asdict(options), config, str(folder), data.fingerprint, len(data.files))
            if distributed.rank() == 0:
                write_plan(out, plan)
        elif before.fingerprint != data.fingerprint:
            raise GanimaError(
                f"the pictures or labels in {folder} have changed since {out} was started ({before.pictures:,} then, "
                f"{len(data.files):,} now): put them back, or start a new run from this one with --from {out}"
            )
        run = Run(
            out=out,
            config=config,
            data=data,
            budget=_budget(options, config),
            seed=seed,
            card=_card(out, folder, data) | (card or {}),
            checkpoint_seconds=checkpoint_seconds,
            start_from=None if start_from is None else lambda state: transfer.start_from(state, find_model(start_from)),
        )
        if distributed.rank() == 0:
            if evaluate_every is not None:
                run.listeners.append(Evaluation(run, max(1, round(evaluate_every * 1000))))
            run.listeners += listeners(run)
        return run.train()


def choose(folder: Path, options: Options, say: Callable[[str], None]) -> TrainConfig:
    """The configuration for a folder: what the options leave open is chosen from its pictures and from the device."""
    files = find_files(folder)
    if options.conditional and not assign(folder, files)[1]:
        raise GanimaError(
            f"{folder} has no labels: put each class into a subfolder, or write labels.csv with the columns file,label"
        )
    probed = files[:: max(1, len(files) // PROBED)]
    pictures = [picture for picture in in_threads(_read, probed) if picture is not None]
    require_enough(folder, len(pictures), ())
    shapes = [(*picture.size, picture.pixels.shape[2]) for picture in pictures]
    advice = suggest(shapes, torch.cuda.is_available(), options.preset, options.resolution)
    say(f"{advice.preset} at {advice.width}×{advice.height} (width × height): {advice.why}")
    config = PRESETS[advice.preset](advice.height, advice.width, advice.channels, 0)
    if options.batch is not None:
        config = dataclasses.replace(config, batch=options.batch)
    if options.start_from is not None:
        config = transfer.with_layout_of(config, find_model(options.start_from))
    return with_settings(config, options.settings)


def _read(path: Path) -> Picture | None:
    try:
        return read_picture(path, at_least=64)
    except Unusable:
        return None


def _check(options: Options) -> None:
    if options.preset is not None and options.preset not in PRESETS:
        raise GanimaError(f"there is no preset {options.preset!r}; there are: {', '.join(PRESETS)}")
    if options.minutes is not None and options.kimg is not None:
        raise GanimaError("give --minutes or --kimg, not both")
    for name in ("minutes", "kimg", "batch"):
        value = getattr(options, name)
        if value is not None and not 0 < value < float("inf"):
            raise GanimaError(f"--{name} must be above 0, not {value}")


def _budget(options: Options, config: TrainConfig) -> Budget:
    if options.kimg is not None:
        return Budget(images=round(options.kimg * 1000))
    return Budget(minutes=options.minutes or MINUTES.get(config.preset, 60.0))


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


def _card(out: Path, folder: Path, data: PictureSet) -> Card:
    return {
        "name": out.name,
        "date": date.today().isoformat(),
        "data": {"folder": folder.name, "pictures": len(data.files), "fingerprint": data.fingerprint, "fit": data.fit},
    }
