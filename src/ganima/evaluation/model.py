"""A model judged by a folder of real pictures: everything that an evaluation finds out."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ganima.data.files import find_files
from ganima.data.labels import UNKNOWN
from ganima.data.sampler import evenly
from ganima.errors import GanimaError
from ganima.evaluation.generated import Generated
from ganima.evaluation.judgement import ClassShown, Judgement, PairShown
from ganima.evaluation.labelled import mirrored, was_trained_on
from ganima.evaluation.measures import Measured, measure
from ganima.evaluation.own import discriminator_features, learned_features
from ganima.evaluation.real import RealPictures, Size, labels_for, look_at, read
from ganima.metrics.diversity import spread
from ganima.metrics.extractor_file import from_file
from ganima.metrics.extractors import Extractor, random_v1
from ganima.metrics.multiscale import scales
from ganima.metrics.similarity import WINDOW
from ganima.metrics.statistics import Bytes, Statistics, statistics
from ganima.picture.model import Model, load_discriminator
from ganima.reporter import QUIET, Reporter, go_on

COUNT_LOW, COUNT_HIGH = 500, 10_000
"""As many pictures are generated as there are real ones, within these bounds."""
HELD_OUT_MIN = 10
"""Fewer held-out pictures are no measure."""
HELD_OUT_FEW = 200
"""With fewer, the scores are said to be rough."""
LEARNED_FROM = 2000
"""Pictures that the extractor `own` is trained on, at most, where the model has no discriminator."""
PATHS = 256
"""Paths in the latent space whose length is measured."""
SHOWN, REAL_SHOWN, CLASSES, GROUPS, PER_GROUP = 64, 32, 24, 6, 4
"""How many pictures are shown: generated and real ones; how many classes; groups of duplicates, and of each of them."""
PER_CLASS, IN_CLASSES = (4, 8), 96
"""Fewest and most pictures of a class, and how many of all classes together: a page with many labels stays small."""


def judge(
    model: Model,
    folder: Path,
    held_out: Path | None = None,
    extractor: str | Extractor = "random",
    count: int | None = None,
    seed: int = 0,
    truncation: float = 1.0,
    report: Reporter = QUIET,
) -> Judgement:
    """Draws `count` pictures and compares them with those in `folder` and `held_out`.

    `extractor` is random, own, a file, or what `extractor_of` made of one of these. Without `held_out` every tenth
    picture of `folder` is held out, or more where these would be fewer than ten; the notes then say that the model may
    have seen them. Raises GanimaError for what the user has to mend.
    """
    layout = model.generator.config
    size = (layout.height, layout.width, layout.channels)
    # A table of labels that does not fit is told of before anything takes long.
    labels_for(folder, find_files(folder), model.labels)
    chosen = extractor_of(extractor, model, folder) if isinstance(extractor, str) else extractor
    all_real = look_at(folder, size, chosen, mirrored(model), report)
    if held_out is None:
        training, held, notes = _apart(all_real, model)
    else:
        training, held = all_real, look_at(held_out, size, chosen, False, report)
        notes = _overlap(training, held)
    count = count or min(max(len(all_real), COUNT_LOW), COUNT_HIGH)
    labels = labels_for(folder, training.files, model.labels)
    made = Generated(model, count, seed, truncation, None if labels is None else _known(labels))
    fake = statistics(_watched(made, report), count, chosen)
    go_on(report)
    report.progress("comparing", 0, 0)
    measured = measure(fake, training.statistics, held.statistics, chosen, made.steps(PATHS))
    return Judgement(
        model,
        chosen,
        measured,
        _facts(made, all_real, training, held, chosen, held_out is not None),
        notes + _notes(model, all_real, held, size, labels is None),
        made.pictures(range(min(SHOWN, count))),
        held.pictures(evenly(len(held), REAL_SHOWN)),
        _pairs(measured, made, training),
        [made.pictures(group[:PER_GROUP]) for group in measured.duplicates[:GROUPS]],
        _classes(made, fake, training, labels, chosen),
    )


def extractor_of(name: str, model: Model, folder: Path) -> Extractor:
    """What the user asked for: `random`, `own`, or a file. Raises GanimaError where there is no such file."""
    if name == "random":
        return random_v1()
    if name != "own":
        return from_file(Path(name).expanduser())
    discriminator = load_discriminator(model.path)
    if discriminator is not None:
        return discriminator_features(discriminator, model.name, model.sha256)
    files = find_files(folder)
    layout = model.generator.config
    size = (layout.height, layout.width, layout.channels)
    pictures = read([files[i] for i in evenly(len(files), LEARNED_FROM)], size)
    if len(pictures) < HELD_OUT_MIN:
        raise GanimaError(f"{folder} has {len(pictures)} usable pictures; at least {2 * HELD_OUT_MIN} are needed")
    return learned_features(pictures)


def _apart(real: RealPictures, model: Model) -> tuple[RealPictures, RealPictures, list[str]]:
    """Training and held-out pictures of one folder, and what has to be said about that."""
    if len(real) < 2 * HELD_OUT_MIN:
        raise GanimaError(
            f"{real.folder} has {len(real)} usable pictures; judging needs {2 * HELD_OUT_MIN}, or "
            f"{HELD_OUT_MIN} here and {HELD_OUT_MIN} others in `held_out`",
            "held_out",
        )
    held = np.zeros(len(real), bool)
    held[evenly(len(real), max(HELD_OUT_MIN, len(real) // 10))] = True
    seen = was_trained_on(model, real.fingerprint(conditional=bool(model.labels.classes)))
    said = (
        "The model was trained on all of these pictures, also on those that are held out here"
        if seen
        else "The model may have been trained on the pictures that are held out here"
    )
    note = f"{said}: distances flatter it, and memorisation can go unseen. Give it pictures that it never saw."
    return real.take(np.flatnonzero(~held)), real.take(np.flatnonzero(held)), [note]


def _overlap(training: RealPictures, held: RealPictures) -> list[str]:
    """What has to be said where held-out pictures are training pictures as well."""
    known = set(training.digests)
    both = sum(digest in known for digest in held.digests)
    if not both:
        return []
    return [f"{both:,} of the {len(held):,} held-out pictures lie in {training.folder.name} too, byte for byte."]


def _known(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows with a label."""
    known: NDArray[np.int64] = labels[(labels.reshape(len(labels), -1) != UNKNOWN).any(1)]
    return known


def _watched(made: Generated, report: Reporter) -> Iterator[Bytes]:
    done = 0
    for batch in made.batches():
        go_on(report)
        yield batch
        done += len(batch)
        report.progress("generating", done, len(made))


def _facts(
    made: Generated,
    all_real: RealPictures,
    training: RealPictures,
    held: RealPictures,
    extractor: Extractor,
    given: bool,
) -> dict[str, str]:
    height, width, channels = all_real.size
    kind = {1: "grey", 3: "RGB", 4: "RGBA"}[channels]
    return {
        "Generated": f"{len(made):,} pictures, seed {made.seed}",
        "Truncation": "none" if made.truncation == 1 else f"{made.truncation:g}",
        "Training pictures": f"{len(training):,} from {training.folder.name}",
        "Held-out pictures": f"{len(held):,} from {held.folder.name}" + ("" if given else ", evenly taken out"),
        "Resolution": f"{width}×{height} {kind}",
        "Extractor": extractor.name,
        "Model's SHA-256": f"{made.model.sha256[:16]}…",
    }


def _notes(model: Model, real: RealPictures, held: RealPictures, size: Size, unlabelled: bool) -> list[str]:
    """What else has to be known to read the numbers."""
    notes = []
    for some in (real,) if held.folder == real.folder else (real, held):
        if "used at that size" not in some.fit:
            notes.append(f"{some.folder.name}: {some.fit}.")
        if some.skipped:
            file, reason = some.skipped[0]
            notes.append(f"{some.folder.name}: {len(some.skipped):,} files are not used ({file}: {reason}).")
    if len(held) < HELD_OUT_FEW:
        notes.append(f"{len(held)} held-out pictures are few: precision, recall, density and coverage are rough.")
    if min(size[:2]) < WINDOW:
        notes.append(f"Pictures smaller than {WINDOW} pixels have no multi-scale similarity.")
    elif scales(*size[:2]) < 5:
        notes.append(f"The multi-scale similarity takes {scales(*size[:2])} of its five scales at this size.")
    if model.labels.classes and unlabelled:
        notes.append("The real pictures have no labels that the model knows: labels were drawn at random.")
    return notes


def _pairs(measured: Measured, made: Generated, training: RealPictures) -> list[PairShown]:
    found = []
    for pair in measured.memorisation.pairs:
        ours, theirs = made.pictures([pair.generated])[0], training.pictures([pair.training])[0]
        both = np.stack([ours, theirs[:, ::-1] if pair.mirrored else theirs])
        found.append(PairShown(pair.generated, training.name(pair.training), pair.mirrored, pair.distance, both))
    return found


def _classes(
    made: Generated, fake: Statistics, training: RealPictures, labels: NDArray[np.int64] | None, extractor: Extractor
) -> list[ClassShown]:
    """The classes of a conditional model, with the most real pictures first."""
    real = training.statistics.features
    scaled, ours = extractor.scaled(real, real), extractor.scaled(fake.features, real)
    shown = []
    for number, name in enumerate(made.model.labels.classes):
        theirs = _members(labels, number, len(training))
        mine = _members(None if made.labels is None else made.labels.numpy(), number, len(made))
        diversity = None
        if min(theirs.sum(), mine.sum()) >= HELD_OUT_MIN:
            diversity = spread(ours[mine]) / max(spread(scaled[theirs]), 1e-9)
        shown.append((int(theirs.sum()), number, name, diversity))
    shown = sorted(shown, key=lambda row: (-row[0], row[1]))[:CLASSES]
    pictures = int(np.clip(IN_CLASSES // max(len(shown), 1), *PER_CLASS))
    return [
        ClassShown(name, diversity, count, made.of_class(number, pictures)) for count, number, name, diversity in shown
    ]


def _members(labels: NDArray[np.int64] | None, number: int, count: int) -> NDArray[np.bool_]:
    if labels is None:
        return np.zeros(count, bool)
    members: NDArray[np.bool_] = (labels.reshape(count, -1) == number).any(1)
    return members
