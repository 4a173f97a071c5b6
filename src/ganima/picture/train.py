"""From a folder of pictures to a run: picks what was left open, remembers what was picked, and resumes."""

import dataclasses
from collections.abc import Sequence
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
from ganima.models.card import Facts
from ganima.models.library import find_model
from ganima.picture import transfer
from ganima.picture.classic_line import ClassicLine
from ganima.picture.config import TrainConfig
from ganima.picture.evaluation import EvaluationListener
from ganima.picture.presets import PRESETS
from ganima.picture.recipe import PictureRecipe
from ganima.picture.request import TrainPictures
from ganima.reporter import QUIET, Reporter
from ganima.training import distributed
from ganima.training.config import with_settings
from ganima.training.loop import PROGRESS_SECONDS, fit
from ganima.training.plan import Plan, keep_plan, require_beside, started
from ganima.training.run import Budget, Listener, Outcome

MINUTES = {"classic": 15.0, "tiny": 0.5}
"""How long a preset trains when nothing is said, in minutes; the others train for an hour."""
FIXED = ("preset", "resolution", "batch", "seed", "conditional", "start_from", "no_critics", "settings")
"""Options that stay the same for the whole of a run."""
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
    no_critics: bool = False
    """Whether to leave out the frozen networks that judge beside the discriminator."""
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
    no_critics: bool = False,
    settings: Sequence[str] = (),
    card: Facts | None = None,
    checkpoint_seconds: float = 60.0,
    evaluate_every: float | None = None,
    threads: int | None = None,
    report: Reporter = QUIET,
) -> Outcome:
    """Trains on the pictures in `folder` into `out`, or trains on what is there, until it is done or `report` cancels.

    See `Options` for what is asked. `card` adds to the model's card (name, licence, attribution, …). The average is
    scored every `evaluate_every` thousand images, and the best is kept. Raises GanimaError where the user has to change
    something, and Cancelled before there is anything to save.
    """
    require_beside(out, [folder], "pictures")
    options = Options(
        preset, resolution, minutes, kimg, batch, seed, conditional, start_from, no_critics, tuple(settings)
    )
    _check(options)
    fixed = {name: getattr(options, name) for name in FIXED}
    with distributed.group(threads):
        before = started(out, TrainConfig, fixed)
        config = choose(folder, options, report) if before is None else before.config
        layout = config.generator
        data = load_folder(folder, layout.height, layout.width, layout.channels, conditional, spare=out)
        report.say(data.fit)
        if before is None:
            config = with_classes(config, len(data.vocabulary.classes))
        plan = Plan(fixed, config, str(folder), data.fingerprint, len(data.files))
        keep_plan(out, plan, before, "pictures or labels")
        recipe = PictureRecipe(config=config, data=data, card=_card(out, folder, data) | (card or {}))
        listeners: list[Listener] = []
        if evaluate_every is not None:
            listeners.append(EvaluationListener(recipe, max(1, round(evaluate_every * 1000))))
        classic = config.preset == "classic"
        if classic:
            listeners.append(ClassicLine(recipe))
        return fit(
            recipe,
            out,
            _budget(options, config),
            seed,
            report,
            start_from=None
            if start_from is None
            else lambda state: transfer.start_from(state, find_model(start_from, "start_from")),
            listeners=listeners,
            checkpoint_seconds=checkpoint_seconds,
            # The classic line is all that the classic program says.
            progress_seconds=None if classic else PROGRESS_SECONDS,
        )


def with_classes(config: TrainConfig, classes: int) -> TrainConfig:
    """`config` with networks for so many classes."""
    return dataclasses.replace(
        config,
        generator=dataclasses.replace(config.generator, classes=classes),
        discriminator=dataclasses.replace(config.discriminator, classes=classes),
    )


def train_pictures(request: TrainPictures, report: Reporter = QUIET) -> Outcome:
    """Trains as asked; see `train`."""
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
        no_critics=r.no_critics,
        settings=r.settings,
        card=r.card(),
        checkpoint_seconds=r.checkpoint_seconds,
        evaluate_every=r.evaluate_every,
        threads=r.threads,
        report=report,
    )


def choose(folder: Path, options: Options, report: Reporter = QUIET) -> TrainConfig:
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
    report.say(f"{advice.preset} at {advice.width}×{advice.height} (width × height): {advice.why}")
    config = PRESETS[advice.preset](advice.height, advice.width, advice.channels, 0)
    if options.batch is not None:
        config = dataclasses.replace(config, batch=options.batch)
    if options.start_from is not None:
        config = transfer.with_layout_of(config, find_model(options.start_from, "start_from"))
    if options.no_critics:
        config = dataclasses.replace(config, critics=None)
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
    return Budget.of(options.minutes, options.kimg, MINUTES.get(config.preset, 60.0))


def _card(out: Path, folder: Path, data: PictureSet) -> Facts:
    return {
        "name": out.name,
        "date": date.today().isoformat(),
        "data": {"folder": folder.name, "pictures": len(data.files), "fingerprint": data.fingerprint, "fit": data.fit},
    }
