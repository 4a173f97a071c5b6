"""From a folder of pictures to a run: picks what was left open, remembers what was picked, and resumes."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import torch

from ganima.data.content import Unusable
from ganima.data.files import find_files, in_threads, require_enough
from ganima.data.folder import PictureSet, load_folder
from ganima.data.labels import assign
from ganima.data.pictures import Picture, read_picture
from ganima.data.suggestion import suggest
from ganima.errors import GanimaError
from ganima.models.file import Card
from ganima.models.library import find_model
from ganima.picture import show, transfer
from ganima.picture.config import TrainConfig
from ganima.picture.evaluation import Evaluation
from ganima.picture.presets import PRESETS
from ganima.picture.recipe import Run
from ganima.picture.request import TrainPictures
from ganima.reporter import QUIET, Reporter
from ganima.training import distributed
from ganima.training.config import with_settings
from ganima.training.loop import Budget, Listener
from ganima.training.plan import Plan, name_changes, read_plan, write_plan

MINUTES = {"classic": 15.0, "tiny": 0.5}
"""How long a preset trains when nothing is said, in minutes; the others train for an hour."""
FLAGS = {
    "preset": "`preset`",
    "resolution": "`resolution`",
    "batch": "`batch`",
    "seed": "`seed`",
    "conditional": "`conditional`",
    "start_from": "`start_from`",
    "settings": "`settings`",
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
                f"{len(data.files):,} now): put them back, or start a new run from this one (`start_from` {out})"
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


def train_pictures(request: TrainPictures, report: Reporter = QUIET) -> Path:
    """Trains as asked; returns the path of the model. See `train`."""
    r = request
    return train(
        r.folder,
        r.out,
        preset=r.preset,
        resolution=r.resolution,
        minutes=r.minutes,
        kimg=r.kimg,
        batch=r.batch,
        seed=r.seed,
        conditional=r.conditional,
        start_from=r.start_from,
        settings=r.settings,
        card=r.card(),
        checkpoint_seconds=r.checkpoint_seconds,
        evaluate_every=r.evaluate_every,
        threads=r.threads,
        listeners=show.listeners,
        say=report.say,
    )


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
        raise GanimaError("give `minutes` or `kimg`, not both", "minutes")
    for name in ("minutes", "kimg", "batch"):
        value = getattr(options, name)
        if value is not None and not 0 < value < float("inf"):
            raise GanimaError(f"`{name}` must be above 0, not {value}", name)


def _budget(options: Options, config: TrainConfig) -> Budget:
    if options.kimg is not None:
        return Budget(images=round(options.kimg * 1000))
    return Budget(minutes=options.minutes or MINUTES.get(config.preset, 60.0))


def _card(out: Path, folder: Path, data: PictureSet) -> Card:
    return {
        "name": out.name,
        "date": date.today().isoformat(),
        "data": {"folder": folder.name, "pictures": len(data.files), "fingerprint": data.fingerprint, "fit": data.fit},
    }
