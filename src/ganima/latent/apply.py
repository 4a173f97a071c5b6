"""The verbs of a latent space: each unpacks a request, and does it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganima.files.places import require_free
from ganima.latent import edit, invert, mix, walk
from ganima.latent.directions import ENDING, Directions, NoDirections, find_directions, load_directions
from ganima.latent.encoder.train import train_encoder
from ganima.latent.invert import Inversion
from ganima.latent.label_sheets import write_label_sheets
from ganima.latent.latents import model_of
from ganima.latent.new_directions import new_directions
from ganima.latent.request import Edit, FindDirections, Invert, Mix, TrainEncoder, Walk, WriteLabelSheets
from ganima.models.file import open_model
from ganima.models.library import find_model, path_beside
from ganima.models.request import ShowModel
from ganima.picture.model import load_model
from ganima.reporter import QUIET, Reporter
from ganima.training.run import Outcome


@dataclass(frozen=True)
class Changes:
    """What can be changed in a character."""

    labels: tuple[str, ...]
    """Of the model: a line for each group, and what it can be."""
    sliders: dict[str, str]
    """Of the model, each with what it does."""


def edit_character(request: Edit, report: Reporter = QUIET) -> Path | Changes:
    """Writes a new look and returns the path of its latent; or says what can be changed, where nothing is asked for."""
    r = request
    if r.out is None:
        return changes_of(r.character, r.model)
    return edit.edit(
        r.character,
        r.settings,
        r.out,
        labels=r.labels,
        model=r.model,
        truncation=r.truncation,
        towards=r.towards,
        force=r.force,
    )


def changes_of(character: str, model: str | None = None) -> Changes:
    """What can be changed. Raises NoDirections for a model that has neither labels nor sliders."""
    loaded = model_of([character], model)
    labels = tuple(loaded.labels.lines())
    try:
        directions = find_directions(loaded)
    except NoDirections:
        if loaded.labels.classes:
            return Changes(labels, {})
        raise
    said = directions.about.get("does", {})
    return Changes(labels, {name: said.get(name, "") for name in directions.names})


def mix_characters(request: Mix, report: Reporter = QUIET) -> Path:
    """Writes the mixed look; returns the path of its latent."""
    r = request
    return mix.mix(
        r.a,
        r.b,
        r.layers,
        r.out,
        amount=r.amount,
        model=r.model,
        truncation=r.truncation,
        towards=r.towards,
        force=r.force,
    )


def walk_between(request: Walk, report: Reporter = QUIET) -> int:
    """Writes the animation; returns how many frames it has."""
    r = request
    return walk.walk(
        list(r.places),
        r.out,
        loop=r.loop,
        seconds=r.seconds,
        fps=r.fps,
        model=r.model,
        truncation=r.truncation,
        towards=r.towards,
        force=r.force,
        report=report,
    )


def invert_photo(request: Invert, report: Reporter = QUIET) -> Inversion:
    """Writes latent, pictures and edits; returns what the stages came to."""
    r = request
    return invert.invert(
        load_model(find_model(r.model)),
        r.photo,
        r.out,
        steps=r.steps,
        space=r.space,
        tuned=r.tune,
        consent=r.consent,
        no_real_person=r.no_real_person,
        face=r.face,
        aligned=r.aligned,
        seed=r.seed,
        force=r.force,
        report=report,
    )


@dataclass(frozen=True)
class Found:
    """Directions of a model, in files."""

    file: Path
    sheet: Path
    directions: Directions


def find_new_directions(request: FindDirections, report: Reporter = QUIET) -> Found:
    """Writes directions and a sheet that shows what each of them does."""
    r = request
    method = "labels" if r.labels is not None else r.method or "sefa"
    return Found(*new_directions(r.model, method, r.labels, r.count, r.layers, r.seed, r.out, r.force, report))


def sheets_to_label(request: WriteLabelSheets, report: Reporter = QUIET) -> list[Path]:
    """Writes sheets and the empty table; returns their paths, that of the table last."""
    r = request
    return write_label_sheets(r.out, load_model(find_model(r.model)), r.count, r.seed, r.force, report)


def train_an_encoder(request: TrainEncoder, report: Reporter = QUIET) -> Outcome:
    """Trains, or trains on. Raises GanimaError where there is an encoder already that is not to be replaced."""
    r = request
    require_free([r.out], r.force)
    return train_encoder(
        load_model(find_model(r.model)),
        r.out,
        folder=r.folder,
        minutes=r.minutes,
        images=None if r.kimg is None else round(r.kimg * 1000),
        seed=r.seed,
        threads=r.threads,
        report=report,
    )


def show_model(request: ShowModel, report: Reporter = QUIET) -> dict[str, Any]:
    """The card of a model, with its file and what its sliders do."""
    path = find_model(request.model)
    card = {"file": str(path), **open_model(path).card.to_json()}
    sliders = path_beside(path, ENDING)
    return card | ({"directions": load_directions(sliders).about} if sliders.is_file() else {})
