"""A labelled set of pictures, balanced and enlarged with generated ones; and whether that helps a classifier."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ganima import provenance
from ganima.balance.originals import TABLE, Originals, check_counts, linked, read_originals, values_of, write_table
from ganima.balance.page import page
from ganima.balance.result import Class, Enlarged, helped
from ganima.data.files import PICTURES_MIN
from ganima.errors import Cancelled, GanimaError
from ganima.evaluation.application import learned, marks, steps_for
from ganima.evaluation.corruptions import Picture
from ganima.evaluation.labelled import (
    SIDE,
    TEST,
    VALIDATION,
    Labelled,
    asked_for,
    check_names,
    draw,
    mirrored,
    split,
    was_trained_on,
)
from ganima.files import atomic
from ganima.files.places import require_apart, require_free_folder
from ganima.metrics.classifier import Classifier, Numbers, Small, small
from ganima.models.library import find_model
from ganima.picture import train as training
from ganima.picture.model import Model, load_model, origin_of
from ganima.reporter import QUIET, Reporter, counted, go_on

REPORT, PAGE = "report.json", "report.html"
RUN = "{}-model"
"""Name of the folder beside the enlarged set in which a model is trained."""
STARTED_WITH = ".augment.json"
"""In that folder: what the training was started with."""
SEEDS, STEPS_MAX = 5, 1000
"""Classifiers of each kind that are averaged, and their steps at most."""
SHOWN = 8
"""Generated pictures of each class that the report shows."""


@dataclass(frozen=True)
class Filling:
    """The generated pictures of a set."""

    pictures: Labelled
    """As a classifier sees them."""
    shown: dict[str, list[Image.Image]]
    """Some of each class to which any were added."""


def augment(
    folder: Path,
    per_class: int,
    out: Path,
    *,
    by: str | None = None,
    model: str | None = None,
    minutes: float | None = None,
    kimg: float | None = None,
    preset: str | None = None,
    resolution: tuple[int, int] | int | None = None,
    seed: int = 0,
    threads: int | None = None,
    force: bool = False,
    seeds: int = SEEDS,
    steps: int | None = None,
    report: Reporter = QUIET,
) -> Enlarged:
    """Fills every class of the pictures in `folder` up to `per_class` with generated ones, into the new folder `out`.

    `out` holds the labelled originals as they were, the generated pictures, `labels.csv` and a report, all or nothing.
    `model` is a conditional model of these classes. Without one, one is trained for `minutes` or `kimg` (for these,
    `preset` and `resolution` see `picture.train.train`) in the folder beside `out` whose name ends in `-model`. It
    learns from three quarters of the pictures, and the rest is kept to test whether the generated ones help a
    classifier. A training that was stopped goes on. `by` names the group of labels to balance, where there are several.
    `seeds` classifiers of each kind are trained, in `steps` at most, where given. Raises GanimaError where the user has
    to change something, and Cancelled where the training or what follows was stopped.
    """
    require_apart(folder, out)
    require_free_folder(out, force, "enlarged set", (TABLE, REPORT))
    if model is None:
        originals = read_originals(folder, SIDE, SIDE, 3, by, report)
        check_counts(originals, per_class)
        run = begin_run(out, originals, by, seed)
        with linked(originals, to_learn_from(originals, seed, report)) as pictures:
            outcome = training.train(
                pictures,
                run,
                preset=preset,
                resolution=resolution,
                minutes=minutes,
                kimg=kimg,
                seed=seed,
                conditional=True,
                threads=threads,
                report=report,
            )
        if not outcome.done:
            raise Cancelled
        made = outcome.model
    elif any(asked is not None for asked in (minutes, kimg, preset, resolution)):
        raise GanimaError(
            "`minutes`, `kimg`, `preset` and `resolution` are for a model that is trained here: leave these out, or "
            "`model` out",
            "model",
        )
    else:
        made = find_model(model)
    chosen = load_model(made)
    check_names(chosen, ())
    layout = chosen.generator.config
    originals = read_originals(folder, layout.height, layout.width, layout.channels, by, report)
    check_counts(originals, per_class)
    check_names(chosen, originals.names)
    with atomic.folder_in_place_of(out) as beside:
        rows = copy_originals(originals, beside, report)
        filling, more = fill(originals, chosen, per_class, seed, beside, report)
        write_table(beside / TABLE, ("file", *originals.columns, "generated"), [*rows, *more])
        found = measure(originals, chosen, filling, by, model is None, seed, seeds, steps, report)
        write_report(out.name, found, filling, beside, origin_of(chosen))
    return found


def begin_run(out: Path, originals: Originals, by: str | None, seed: int) -> Path:
    """The folder in which a model is trained for the set `out`.

    Raises GanimaError where something else lies there, or there are too few pictures to learn from.
    """
    kept = len(originals.paths) - len(kept_to_test_on(originals, seed))
    if kept < PICTURES_MIN:
        raise GanimaError(
            f"{originals.folder} leaves {kept} labelled pictures to learn from, after those that are kept to test on; "
            f"at least {PICTURES_MIN} are needed: add some, or give a `model`",
            "folder",
        )
    run = out.with_name(RUN.format(out.name))
    before, started = run / STARTED_WITH, json.dumps({"pictures": originals.data.fingerprint, "by": by, "seed": seed})
    if not run.exists():
        atomic.write_text(before, started)
    elif not before.is_file() or before.read_text(encoding="utf-8") != started:
        raise GanimaError(
            f"{run}, where the model would be trained, exists and was not started with the pictures and labels that "
            f"{originals.folder} has now and this `seed`: remove it, or choose another `out`",
            "out",
        )
    return run


def kept_to_test_on(originals: Originals, seed: int) -> Numbers:
    """The numbers of the pictures that neither the model nor a classifier learns from."""
    return split(originals.labels, (TEST,), seed)[0]


def to_learn_from(originals: Originals, seed: int, report: Reporter) -> Numbers:
    """The numbers of the pictures that the model learns from."""
    test = kept_to_test_on(originals, seed)
    # What has no label in the group that is balanced can be learned from all the same.
    kept: Numbers = np.setdiff1d(np.arange(len(originals.paths)), test)
    report.say(
        f"{len(kept):,} pictures to learn from; {len(test):,} are kept to test on, and the model never sees them"
    )
    return kept


def copy_originals(originals: Originals, beside: Path, report: Reporter) -> list[tuple[str, ...]]:
    """Copies the originals into `beside`; returns their rows of the table."""
    rows = []
    for number, path in enumerate(counted(originals.paths, "copying", len(originals.paths), report)):
        copy = beside / originals.file(number)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
        rows.append((originals.file(number), *originals.values[number], _word(is_labelled(path))))
    return rows


def is_labelled(path: Path) -> bool:
    """Whether a picture says of itself that AI made it."""
    try:
        return provenance.verify(path).labelled
    except GanimaError:
        # A picture of a kind that carries no label.
        return False


def fill(
    originals: Originals, model: Model, per_class: int, seed: int, beside: Path, report: Reporter
) -> tuple[Filling, list[tuple[str, ...]]]:
    """Writes the generated pictures into `beside`; returns them, and their rows of the table."""
    numbers, origin = check_names(model, originals.names), origin_of(model)
    missing = {name: per_class - count for name, count in originals.counts.items()}
    groups = () if originals.columns == ("label",) else originals.columns
    taken = {originals.file(number) for number in range(len(originals.paths))}
    seen: list[Small] = []
    labels: list[int] = []
    rows: list[tuple[str, ...]] = []
    shown: dict[str, list[Image.Image]] = {}
    for place, (name, number) in enumerate(zip(originals.names, numbers, strict=True)):
        asked = asked_for(model, number, missing[name], seed + place)
        for place_in_class, (picture, label) in enumerate(zip(draw(model, asked, seed + place), asked, strict=True)):
            go_on(report)
            file = free_name(name, originals.in_folders, place_in_class, taken)
            image = _image(picture)
            provenance.save_picture(image, beside / file, origin)
            rows.append((file, *values_of(model.labels.names(label), groups), _word(True)))
            seen.append(small(picture[None], SIDE))
            labels.append(place)
            if len(shown.setdefault(name, [])) < SHOWN:
                shown[name].append(image)
            report.progress("generating", len(rows), sum(missing.values()))
    return Filling(Labelled(np.concatenate(seen), np.array(labels), originals.names), shown), rows


def free_name(name: str, in_folders: bool, number: int, taken: set[str]) -> str:
    """A file for a generated picture of the class `name`: in the folder of its class where there are such folders."""
    # Names of files are short: 255 bytes at most.
    word = re.sub(r"[^\w.-]+", "-", name.rpartition("=")[2])[:40].strip("-.") or "class"
    while True:
        number += 1
        file = f"{name}/generated-{number:06d}.png" if in_folders else f"generated/{word}-{number:06d}.png"
        if file not in taken:
            taken.add(file)
            return file


def measure(
    originals: Originals,
    model: Model,
    filling: Filling,
    by: str | None,
    trained_here: bool,
    seed: int,
    seeds: int,
    steps: int | None,
    report: Reporter,
) -> Enlarged:
    """Trains classifiers on real pictures with and without the generated ones, and tests them on other real ones."""
    # The same pictures are kept as for the training of the model, which takes no pictures for validation out.
    test_at, learn_at = split(originals.labels, (TEST,), seed)
    real = Labelled(small(originals.data.pictures, SIDE), originals.labels, originals.names)
    test, rest = real.of(test_at), real.of(learn_at)
    validation, training_part = (rest.of(part) for part in split(rest.labels, (VALIDATION,), seed))
    mirror, made = mirrored(model), filling.pictures
    steps = steps or steps_for(len(training_part) + len(made), STEPS_MAX)
    alone: list[Classifier] = []
    both: list[Classifier] = []
    for number in range(seeds):
        go_on(report)
        alone.append(learned(training_part, validation, mirror, seed + number, steps))
        report.progress("testing", 2 * number + 1, 2 * seeds)
        go_on(report)
        both.append(learned(training_part.and_(made), validation, mirror, seed + number, steps))
        report.progress("testing", 2 * number + 2, 2 * seeds)
    recognised = marks(alone, made).recalls
    classes = tuple(
        Class(name, count, int((made.labels == place).sum()), recognised.get(name))
        for place, (name, count) in enumerate(originals.counts.items())
    )
    layout = model.generator.config
    return Enlarged(
        by=by,
        classes=classes,
        model=model.name,
        model_sha256=model.sha256,
        size=(layout.height, layout.width),
        unseen=trained_here,
        seen=was_trained_on(model, originals.data.fingerprint),
        real=len(training_part),
        validation=len(validation),
        test=len(test),
        seeds=seeds,
        help=helped(alone, both, test),
        skipped=originals.data.skipped,
    )


def write_report(name: str, found: Enlarged, filling: Filling, beside: Path, origin: provenance.Origin) -> None:
    """Writes the report, for programs and for readers."""
    provenance.save_json(found.to_json(), beside / REPORT, origin)
    provenance.save_page(page(name, found, filling.shown, origin), beside / PAGE, origin)


def _image(picture: Picture) -> Image.Image:
    return Image.fromarray(picture if picture.shape[2] > 1 else picture[..., 0])


def _word(generated: bool) -> str:
    return "true" if generated else "false"
