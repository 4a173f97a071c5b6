"""From few pictures to a model: a trained model becomes another one that shares its latent space."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ganima.data.content import Unusable
from ganima.data.files import find_files, in_threads
from ganima.data.folder import PictureSet, load_folder
from ganima.data.pictures import read_picture
from ganima.errors import GanimaError
from ganima.files import typed_json
from ganima.gan.augmentation import AugmentConfig
from ganima.models.card import Facts
from ganima.models.library import find_model
from ganima.picture import transfer
from ganima.picture.config import PenaltyConfig, TrainConfig
from ganima.picture.discriminator import Discriminator
from ganima.picture.generator import Generator
from ganima.picture.model import Model, load_discriminator, load_model, save_picture_model
from ganima.picture.recipe import PictureRecipe
from ganima.picture.state import PictureState
from ganima.reporter import QUIET, Reporter
from ganima.style.lineage import child_card
from ganima.style.selection import DIVERSITY, SCORE, Line, Selection, shown
from ganima.style.step import AdaptationStep
from ganima.style.symmetry import one_sided
from ganima.training import distributed
from ganima.training.config import with_settings
from ganima.training.loop import fit
from ganima.training.plan import Plan, keep_plan, require_beside, started
from ganima.training.run import Budget, Outcome
from ganima.training.schedule import Schedule, constant

BEST = "model.safetensors"
"""The best model so far, in the run's folder."""
MINUTES = 15.0
"""How long an adaptation takes at most when nothing is said."""
MANY = 500
"""From so many pictures on, a training has enough to learn from."""


@dataclass(frozen=True)
class AdaptConfig:
    """An adaptation, whole."""

    train: TrainConfig
    """The training that goes on from the parent."""
    consistency: float = 500.0
    """Weight of the distance consistency."""
    held_out: float = 0.2
    """Share of the pictures that are not trained on: they choose the best model."""
    every: int = 400
    """Images between two looks at the model."""
    samples: int = 200
    """Pictures that are made for a look."""
    diversity: float = 0.5
    """Least mean distance of generated pictures inside a cluster, as a share of the training pictures' mean distance:
    below it a model is not kept.
    """
    patience: int = 8
    """Looks without a better model after which the adaptation ends."""

    def __post_init__(self) -> None:
        """Raises ValueError for a share of the pictures that leaves nothing, and for looks that never come."""
        if not 0 < self.held_out < 1:
            raise ValueError(f"held_out is a share between 0 and 1, not {self.held_out}")
        for name in ("every", "samples", "patience"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is 1 or more, not {getattr(self, name)}")


def config_for(generator: Generator, discriminator: Discriminator) -> AdaptConfig:
    """The adaptation of a pair."""
    layout = generator.config
    gamma = 2.0 * layout.height * layout.width / 64**2
    rate = Schedule(4e-4, 1e-4)
    train = TrainConfig(
        preset="adapt",
        generator=layout,
        discriminator=discriminator.config,
        penalties=PenaltyConfig(r1=constant(gamma), r2=constant(gamma)),
        batch=8,
        lr_generator=rate,
        lr_discriminator=rate,
        beta2=constant(0.99),
        augment=AugmentConfig(strength=0.4, adapt_images=20_000),
        average_share=0.1,
        frozen_levels=2,
        frozen_mapping=True,
    )
    return AdaptConfig(train)


def adapt(
    model: str,
    folder: Path,
    out: Path,
    *,
    minutes: float | None = None,
    kimg: float | None = None,
    seed: int = 0,
    settings: Sequence[str] = (),
    card: Facts | None = None,
    checkpoint_seconds: float = 60.0,
    threads: int | None = None,
    report: Reporter = QUIET,
) -> Outcome:
    """Adapts `model` to the pictures in `folder`, or goes on with that in `out`, until it is done or cancelled.

    The outcome's model is the best one. `card` adds to the card: name, licence, attribution, consent. `settings` are
    fields of `AdaptConfig`. Raises GanimaError where the user has to change something, and Cancelled before there is
    anything to save.
    """
    if distributed.wanted() > 1:
        raise GanimaError("an adaptation is one process: start it without torchrun")
    require_beside(out, [folder], "pictures")
    if minutes is not None and kimg is not None:
        raise GanimaError("give `minutes` or `kimg`, not both", "minutes")
    with distributed.group(threads):
        parent = load_model(find_model(model))
        generator, discriminator = pair_of(parent)
        options = {"model": parent.sha256, "seed": seed, "settings": list(settings)}
        before = started(out, AdaptConfig, options)
        # What is wrong with the settings is said before anything takes long.
        config = with_settings(config_for(generator, discriminator), settings)
        layout = generator.config
        data = load_folder(folder, layout.height, layout.width, layout.channels, conditional=False, spare=out)
        report.say(data.fit)
        for words in remarks(folder, data, layout.channels):
            report.say(words)
        if before is not None:
            config = before.config
        elif one_sided(data.pictures):
            report.say("the pictures look one way, and are not mirrored")
            config = with_settings(config, ["train.mirror=false", *settings])
        keep_plan(out, Plan(options, config, str(folder), data.fingerprint, len(data.files)), before, "pictures")
        budget = Budget.of(minutes, kimg, MINUTES)
        recipe, selection = prepare(parent, generator, config, data, out, seed, budget, card or {}, folder.name, report)
        outcome = fit(
            recipe,
            out,
            budget,
            seed,
            report,
            start_from=lambda state: transfer.start_from(state, parent.path),
            enough=selection.enough,
            newest="newest.safetensors",
            checkpoint_seconds=checkpoint_seconds,
        )
    if outcome.done:
        if (verdict := selection.verdict()) is not None:
            report.say(f"ended: {verdict}")
        best = selection.best
        report.say(f"the best model is that after {best['examples']:,} pictures: {shown(best)}")
        if best["examples"] == 0:
            report.say("that is the model that it began with: give it more time, or more pictures")
    return dataclasses.replace(outcome, model=out / BEST)


def pair_of(parent: Model) -> tuple[Generator, Discriminator]:
    """Both networks of a model's file. Raises GanimaError where it is of a kind that cannot be adapted."""
    discriminator = load_discriminator(parent.path)
    if parent.labels.classes or not isinstance(parent.generator, Generator):
        raise GanimaError(f"{parent.name!r} cannot be adapted: give a style-based model without classes")
    if not isinstance(discriminator, Discriminator):
        raise GanimaError(f"{parent.path} holds no discriminator to start from: give the model that it was made from")
    return parent.generator, discriminator


def remarks(folder: Path, data: PictureSet, channels: int) -> list[str]:
    """What the user should know about the pictures."""
    found = []
    if channels < 4:

        def transparent(path: Path) -> bool:
            try:
                return bool(read_picture(path, at_least=64).pixels.shape[2] == 4)
            except Unusable:
                return False

        count = sum(in_threads(transparent, find_files(folder)))
        if count:
            found.append(f"{count:,} of the pictures are transparent in parts, and are put on white")
    if data.skipped:
        name, reason = data.skipped[0]
        found.append(f"{len(data.skipped):,} files cannot be used (for example, {name}: {reason})")
    if len(data.files) > MANY:
        found.append(f"{len(data.files):,} pictures are many: a training that starts from the model may give more")
    return found


def prepare(
    parent: Model,
    generator: Generator,
    config: AdaptConfig,
    data: PictureSet,
    out: Path,
    seed: int,
    budget: Budget,
    own: Facts,
    folder: str,
    report: Reporter,
) -> tuple[PictureRecipe, Selection]:
    """The recipe, and what chooses the model from its run."""
    training, held_out = split(data, config.held_out, seed)
    report.say(f"{len(training.files):,} pictures are trained on, {len(held_out.files):,} choose the best model")
    about = {
        "name": out.name,
        "description": f"{parent.name}, adapted to {len(data.files):,} pictures",
        "data": {
            "folder": folder,
            "pictures": len(training.files),
            "held_out": len(held_out.files),
            "fingerprint": data.fingerprint,
            "fit": data.fit,
        },
        "adaptation": {name: value for name, value in typed_json.dump(config).items() if name != "train"},
    }
    recipe = PictureRecipe(
        config=config.train,
        data=training,
        card=child_card([parent], about | own),
        train_step=AdaptationStep(generator, config.consistency),
    )

    def keep(state: PictureState, line: Line) -> None:
        metrics: dict[str, Any] = {name: line[name] for name in (SCORE, DIVERSITY)}
        card = recipe.trained_card(state) | {"metrics": metrics | {"n": len(held_out.files)}}
        save_picture_model(out / BEST, state.average, state.discriminator, card, critics=state.critics)

    selection = Selection(
        log=out / "looks.jsonl",
        training=training,
        held_out=held_out,
        mirror=config.train.mirror,
        every=config.every,
        samples=config.samples,
        share=config.diversity,
        patience=config.patience,
        finished=lambda state: budget.progress(state) >= 1,
        keep=keep,
        say=report.say,
    )
    return recipe, selection


def split(data: PictureSet, share: float, seed: int) -> tuple[PictureSet, PictureSet]:
    """The pictures to train on and those held out, at least two of either, chosen by the seed."""
    count = len(data.files)
    order = np.random.default_rng(seed).permutation(count)
    held = min(max(round(count * share), 2), count - 2)
    parts = (np.sort(order[held:]), np.sort(order[:held]))
    first, second = (
        dataclasses.replace(data, pictures=data.pictures[part], files=tuple(data.files[i] for i in part))
        for part in parts
    )
    return first, second
