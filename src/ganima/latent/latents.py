"""Places in a model's latent space: from a seed, from a character, from a file, and back into a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganima import provenance
from ganima.data.labels import UNKNOWN
from ganima.errors import GanimaError
from ganima.files import json_file
from ganima.models.library import find, find_model
from ganima.picture.model import KIND, Model, load_model, origin_of
from ganima.picture.sample import BATCH
from ganima.picture.truncation import TRUNCATION, Centres, Towards, truncate

SEED_MAX = 2**63 - 1
CHARACTER = "character.json"
READ_MAX = 64 * 2**20
"""Longest latent file in bytes that is read."""


@dataclass(frozen=True)
class Latent:
    """A place in the latent space of one model, and of those that share it."""

    ws: Tensor
    """[layers, w_dim], float32: one w for each layer."""
    label: Tensor | None = None
    """Number of the class [], or of one in each group [groups] (int64); None for a model without labels."""
    z: Tensor | None = None
    """[z_dim], where a single z leads there."""


def of_seed(
    model: Model, seed: int, truncation: float = 1.0, label: Tensor | None = None, towards: Towards = "mean"
) -> Latent:
    """The latent of the first picture that `sample` makes of `seed`, with its labels unless `label` says other ones."""
    generator = model.generator
    source = torch.Generator().manual_seed(seed)
    z = torch.randn(BATCH, generator.z_dim, generator=source)[:1]
    drawn = model.labels.draw(BATCH, source)
    if label is None and drawn is not None:
        label = drawn[0]
    return of_z(model, z[0], truncation, label, towards)


def of_z(
    model: Model, z: Tensor, truncation: float = 1.0, label: Tensor | None = None, towards: Towards = "mean"
) -> Latent:
    """The latent that z [z_dim] leads to, with a label for a conditional model."""
    generator, labels = model.generator, None if label is None else label[None]
    with torch.inference_mode():
        w = generator.mapping(z[None], labels)
        w = Centres(generator, towards).truncated(w, labels, truncation)
    return Latent(w.expand(generator.layers, -1).clone(), label, z)


def read(word: str, model: Model, truncation: float, towards: Towards = "mean") -> Latent:
    """The latent that `word` names: a seed, a latent file, or a character's `character.json` or folder.

    `truncation` and `towards` are for seeds. Raises GanimaError when the word names nothing, the file is damaged, or it
    belongs to a model with another latent space.
    """
    if (seed := as_seed(word)) is not None:
        return of_seed(model, seed, truncation, towards=towards)
    path = file_of(word)
    content = content_of(path)
    about, stored = content["model"], content["latent"]
    space = about.get("space")
    if space != model.space:
        raise GanimaError(
            f"{path} is a latent of the model {about.get('name', '?')!r} ({str(space)[:12]}…), and {model.name!r} has "
            "another latent space: give the `model` that it was made with",
            "model",
        )
    layers, w_dim = model.generator.layers, len(model.generator.w_mean)
    ws = _tensor(path, stored.get("ws", stored.get("w")))
    if ws.ndim == 1:
        ws = ws.expand(layers, -1)
    if ws.shape != (layers, w_dim):
        raise GanimaError(f"{path} is damaged: its latent has the shape {tuple(ws.shape)}, not {(layers, w_dim)}")
    z = None if stored.get("z") is None else _tensor(path, stored["z"])
    return Latent(ws.clone(), _label(path, content, model), z)


def read_all(words: list[str], model: Model, truncation: float | None, towards: Towards) -> list[Latent]:
    """The latents that the words name, truncated: seeds by 0.7 unless it is said, files only where it is said."""
    centres = Centres(model.generator, towards)
    found = []
    for word in words:
        latent = read(word, model, 1.0)
        if as_seed(word) is not None or truncation is not None:
            labels = None if latent.label is None else latent.label[None]
            # One centre for all layers, or a picture would be pulled towards several.
            centre = centres.of(latent.ws.mean(0, keepdim=True), labels)
            ws = truncate(latent.ws, centre, TRUNCATION if truncation is None else truncation)
            latent = Latent(ws, latent.label, latent.z)
        found.append(latent)
    return found


def model_of(words: list[str], model: str | None) -> Model:
    """The model for `words`: `model` where it is given, else the one that the first file among them names.

    Seeds alone belong to the model `portrait`. Raises GanimaError when the model that a file names is not here.
    """
    if model is not None:
        return load_model(find_model(model))
    path = next((file_of(word) for word in words if as_seed(word) is None), None)
    if path is None:
        return load_model(find_model("portrait"))
    about = content_of(path)["model"]
    for file in find(KIND, str(about.get("space"))):
        if file.sha256 == about.get("sha256"):
            return load_model(file.path)
    raise GanimaError(
        f"the model {about.get('name', '?')!r} of {path} (SHA-256 {str(about.get('sha256'))[:12]}…) is not among the "
        "models that have a name: give its file as `model`",
        "model",
    )


def write(path: Path, latent: Latent, model: Model, consent: str = "", **more: Any) -> None:
    """Writes a latent file (JSON, labelled). `more` is said beside it. Raises GanimaError when it cannot be written.

    `consent` is that of whoever is shown, where it is not the model that shows them.
    """
    provenance.save_json(file_content(latent, model) | more, path, origin_of(model, consent))


def file_content(latent: Latent, model: Model) -> dict[str, Any]:
    """What a latent file says: everything that `read` needs."""
    content: dict[str, Any] = {"model": about_model(model), "latent": as_json(latent)}
    return content | said_labels(latent, model)


def said_labels(latent: Latent, model: Model) -> dict[str, Any]:
    """The labels as a file says them: `class`, or `labels` with a value for each group; nothing without labels."""
    if latent.label is None:
        return {}
    names = model.labels.names(latent.label)
    if not model.labels.groups:
        return {"class": names[0]}
    return {"labels": dict(name.split("=", 1) for name in names)}


def consents_of(words: list[str]) -> list[str]:
    """Who agreed to be shown, as the files among the words say: whatever is made of them has to say it too."""
    labels = [content_of(file_of(word)).get("provenance") for word in words if as_seed(word) is None]
    return [str(label["consent"]) for label in labels if isinstance(label, dict) and label.get("consent")]


def as_json(latent: Latent) -> dict[str, Any]:
    """The numbers of a latent, with as many digits as it takes to get them back exactly."""
    ws = latent.ws
    alike = bool((ws == ws[0]).all())
    stored: dict[str, Any] = {"w": _numbers(ws[0])} if alike else {"ws": [_numbers(w) for w in ws]}
    return stored if latent.z is None else {"z": _numbers(latent.z), **stored}


def about_model(model: Model) -> dict[str, str]:
    """What a latent file says about its model."""
    return {"name": model.name, "sha256": model.sha256, "space": model.space}


def as_seed(word: str) -> int | None:
    """`word` as a seed, None where it is no whole number. Raises GanimaError for one out of range."""
    if not word.lstrip("+-").isdecimal():
        return None
    if not 0 <= int(word) <= SEED_MAX:
        raise GanimaError(f"the seed {word} is out of range: choose one from 0 to {SEED_MAX}")
    return int(word)


def file_of(word: str) -> Path:
    """The file that `word` names: itself, or `character.json` in the folder. Raises GanimaError where there is none."""
    path = Path(word).expanduser()
    if path.is_dir():
        path = path / CHARACTER
    if not path.is_file():
        raise GanimaError(f"{word!r} is no seed, no latent file and no character: {path} does not exist")
    return path


def content_of(path: Path) -> dict[str, Any]:
    """All that a latent file or a `character.json` says. Raises GanimaError when it is neither."""
    kind = "latent file and no character.json"
    content = json_file.read(path, kind, READ_MAX)
    if not all(isinstance(content.get(field), dict) for field in ("model", "latent")):
        raise GanimaError(f"{path} is no {kind}: it holds no latent")
    return content


def _label(path: Path, content: dict[str, Any], model: Model) -> Tensor | None:
    """The labels that a file says. Raises GanimaError for one that the model does not have."""
    plain, grouped = content.get("class"), content.get("labels")
    labels = model.labels
    try:
        if not labels.groups:
            return None if plain is None else torch.tensor(labels.classes.index(plain))
        if grouped is None:
            return None
        names = [f"{group}={grouped[group]}" if group in grouped else None for group in labels.groups]
        return torch.tensor([UNKNOWN if name is None else labels.classes.index(name) for name in names])
    except (TypeError, ValueError) as error:
        raise GanimaError(f"{path} is damaged: the model {model.name!r} has no class {plain or grouped!r}") from error


def _tensor(path: Path, numbers: Any) -> Tensor:
    try:
        values = torch.tensor(numbers, dtype=torch.float32)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise GanimaError(f"{path} is damaged: its latent is no list of numbers") from error
    if not torch.isfinite(values).all():
        raise GanimaError(f"{path} is damaged: its latent holds values that are not finite")
    return values


def _numbers(values: Tensor) -> list[float]:
    return [float(f"{value:.9g}") for value in values.tolist()]
