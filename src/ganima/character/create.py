"""A whole character in one folder: description, portrait, sheet, moving picture, page."""

import colorsys
import os
import secrets
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from torch import Tensor

from ganima import __version__, provenance
from ganima.character.looks import FRAMES, MILLISECONDS, TRUNCATION, Latent, Look, Person, latent, one_thread
from ganima.character.name import check_name, name_of
from ganima.character.page import Facts, Picture, page
from ganima.character.sheet import draw_sheet, enlarged_size
from ganima.errors import GanimaError
from ganima.models.bundled import find_model, list_models
from ganima.models.file import Model, load_model

SIDE = 512
"""Longer side of the portrait and of the moving picture, about, in pixels."""
DESCRIPTION, PORTRAIT, SHEET, LOOP, PAGE = "character.json", "portrait.png", "sheet.png", "idle.webp", "index.html"


@dataclass(frozen=True)
class Character:
    """A character that lies in a folder."""

    folder: Path
    """Where its files are."""
    name: str
    """The user's choice, or the seed's."""
    seed: int
    """Decides who it is."""
    model: str
    """Name of the model."""
    model_sha256: str
    """Of the model's file, in hexadecimal."""

    @property
    def page(self) -> Path:
        """The page to open in a browser."""
        return self.folder / PAGE


def create_character(
    out: Path, name: str | None = None, seed: int | None = None, model: str = "portrait", force: bool = False
) -> Character:
    """Creates a character in the new folder `out`; the same seed, name and model give the same bytes.

    Without a `seed` one is drawn, without a `name` the seed gives one. `model` is a name, a file, or a run's folder.
    `force` replaces a character that lies in `out`. Raises GanimaError when `out` is in the way, when name, seed or
    model are no good, and when the disk is full; whatever the reason, `out` is then as it was.
    """
    if seed is None:
        seed = secrets.randbelow(2**32)
    if not 0 <= seed < 2**32:
        raise GanimaError(f"the seed {seed} is out of range: choose one from 0 to {2**32 - 1}")
    name = name_of(seed) if name is None else check_name(name)
    out = out.expanduser().resolve()
    check_free(out, force)
    loaded = load_model(find_model(model))
    command = ["ganima", "create", "--out", "character", "--name", name, "--seed", str(seed)]
    if model != "portrait":
        command += ["--model", model if model in list_models() else Path(model).name]
    with folder_in_place_of(out) as folder, one_thread():
        write_character(folder, name, seed, loaded, shlex.join(command))
    return Character(out, name, seed, loaded.name, loaded.sha256)


def write_character(folder: Path, name: str, seed: int, model: Model, command: str) -> None:
    """Writes all files of a character into `folder`; `command` is what the page says to make it again."""
    origin = provenance.Origin(model.name, model.sha256)
    place = latent(model.generator, seed)
    person = Person(model.generator, place, seed)
    looks = person.looks()
    own = person.image()
    size = enlarged_size(own, SIDE)
    portrait, frames = enlarge(own, size), [enlarge(frame, size) for frame in person.loop()]
    note = f"AI-generated with {provenance.TOOL}, model {model.name}, seed {seed}"
    cells = [("Portrait", f"seed {seed}", own)] + [(look.caption, look.detail, look.image) for look in looks]

    provenance.save_picture(portrait, folder / PORTRAIT, origin)
    provenance.save_picture(draw_sheet(name, note, cells), folder / SHEET, origin)
    provenance.save_animation(frames, folder / LOOP, origin, MILLISECONDS)
    provenance.save_json(description(name, seed, model, place, own, size, looks), folder / DESCRIPTION, origin)
    gallery = [
        Picture(look.caption, look.detail, provenance.picture_bytes(enlarge(look.image, size), origin, "WEBP"))
        for look in looks
    ]
    facts = Facts(
        name=name,
        seed=seed,
        model=model.name,
        model_sha256=model.sha256,
        licence=card_text(model, "licence"),
        attribution=card_text(model, "attribution"),
        tool=provenance.TOOL,
        command=command,
        z=place.z.tolist(),
        glow=glow(own),
        size=size,
    )
    still = provenance.picture_bytes(portrait, origin, "WEBP")
    provenance.save_page(page(facts, still, (folder / LOOP).read_bytes(), gallery), folder / PAGE, origin)


def description(
    name: str, seed: int, model: Model, place: Latent, own: Image.Image, size: tuple[int, int], looks: list[Look]
) -> dict[str, Any]:
    """What `character.json` says."""
    person: dict[str, Any] = {"name": name, "seed": seed}
    if place.label is not None:
        person["class"] = model.classes[place.label]
    return person | {
        "model": {
            "name": model.name,
            "sha256": model.sha256,
            "licence": card_text(model, "licence"),
            "attribution": card_text(model, "attribution"),
        },
        "version": __version__,
        "latent": {"truncation": TRUNCATION, "z": numbers(place.z), "w": numbers(place.w)},
        "files": {
            "portrait": {
                "file": PORTRAIT,
                "width": size[0],
                "height": size[1],
                "made_at": list(own.size),
                "enlarged_with": "Lanczos",
            },
            "sheet": {"file": SHEET},
            "idle": {"file": LOOP, "frames": FRAMES, "milliseconds_per_frame": MILLISECONDS},
            "page": {"file": PAGE},
        },
        "looks": [{"caption": look.caption, "detail": look.detail} for look in looks],
    }


def numbers(values: Tensor) -> list[float]:
    """float32 values with as many digits as it takes to get them back exactly."""
    return [float(f"{value:.9g}") for value in values.tolist()]


def card_text(model: Model, key: str) -> str:
    """What the model's card says about `key`; empty when it says nothing."""
    return str(model.card.get(key) or "")


def glow(image: Image.Image) -> str:
    """The hue of the picture, strong and bright enough for light around it, as six hexadecimal digits."""
    red, green, blue = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    hue = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)[0]
    return bytes(round(255 * part) for part in colorsys.hls_to_rgb(hue, 0.6, 0.6)).hex()


def enlarge(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at `size` (width, height), smooth."""
    return image.resize(size, Image.Resampling.LANCZOS)


def check_free(out: Path, force: bool) -> None:
    """Raises GanimaError when `out` is there and may not be replaced."""
    if not os.path.lexists(out):
        return
    if not force:
        raise GanimaError(f"{out} exists already: choose another --out, or replace the character in it with --force")
    if not (out / DESCRIPTION).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise GanimaError(f"{out} holds no character, so --force does not replace it: choose another --out")


@contextmanager
def folder_in_place_of(out: Path) -> Iterator[Path]:
    """A new folder that takes the place of `out` at the end; when anything goes wrong it is gone without a trace.

    Raises GanimaError when the disk says no.
    """
    # Beside the first folder that exists, so that no parent is left behind either.
    home = next(parent for parent in out.parents if os.path.exists(parent))
    beside, old = (home / f".{out.name}.{os.getpid()}.{what}" for what in ("part", "old"))
    try:
        beside.mkdir()
        yield beside
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.exists():
            out.rename(old)
        beside.rename(out)
    except OSError as error:
        raise GanimaError(f"cannot write {out}: {error.strerror or error}; choose another --out") from error
    finally:
        if old.exists() and not out.exists():
            old.rename(out)
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
