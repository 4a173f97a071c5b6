"""A whole character in one folder: description, portrait, sheet, moving picture, voice, page."""

import colorsys
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image

from ganima import provenance
from ganima._version import __version__
from ganima.character.edits import edits
from ganima.character.expressions import USUAL, expressions, has_expressions, loop
from ganima.character.looks import FRAMES, MILLISECONDS, Look, Person
from ganima.character.name import check_name, name_of
from ganima.character.page import Facts, GalleryPicture, page
from ganima.character.sheet import draw_sheet
from ganima.character.voice import HELLO, TIMING, VOICE_FILE, VoiceWish, as_mp3, give_voice
from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.files.places import require_free_folder
from ganima.latent.directions import find_directions, move
from ganima.latent.latents import (
    Latent,
    about_model,
    as_json,
    as_seed,
    consents_of,
    content_of,
    file_of,
    model_of,
    of_seed,
    of_z,
    read,
    said_labels,
)
from ganima.latent.look import short
from ganima.latent.relabel import relabelled
from ganima.models.library import find_model
from ganima.picture.grid import to_images
from ganima.picture.model import Model, load_model, origin_of
from ganima.picture.render import SIDE, enlarge, enlarged_size, one_thread, pictures
from ganima.picture.truncation import TRUNCATION
from ganima.provenance import Origin
from ganima.reporter import QUIET, Reporter, go_on
from ganima.speech.voices.file import VoiceFile

CHARACTER_SEED_MAX = 2**32 - 1
LOOKS, EDITS = 8, 4
"""Pictures beside the portrait, and how many of them are edits at most."""
DESCRIPTION, PORTRAIT, SHEET, LOOP, PAGE = "character.json", "portrait.png", "sheet.png", "idle.webp", "index.html"


@dataclass(frozen=True)
class Who:
    """What decides who a character is."""

    name: str
    latent: Latent
    """Where the character lies, with the sliders as they are set."""
    seed: int
    """Decides the looks; and the person, unless that came from a file."""
    source: str = ""
    """Name of the file or folder that the person came from; empty for a seed."""
    settings: Mapping[str, float] = field(default_factory=dict)
    """Sliders and their amounts."""
    labels: tuple[str, ...] = ()
    """Labels that were asked for."""
    consent: tuple[str, ...] = ()
    """Who agreed to be shown, as the file says."""
    wish: VoiceWish = VoiceWish()
    """What the voice shall be like."""

    @property
    def words(self) -> str:
        """Where the person came from, in words, and how the sliders are set."""
        moved = [f"{name} {amount:+g}" for name, amount in self.settings.items()]
        return ", ".join([f"from {self.source}" if self.source else f"seed {self.seed}", *self.labels, *moved])


@dataclass(frozen=True)
class Character:
    """A character that lies in a folder."""

    folder: Path
    """Where its files are."""
    name: str
    """The user's choice, or the seed's."""
    seed: int | None
    """Decides who it is; None for one that came from a file."""
    model: str
    """Name of the model."""
    model_sha256: str
    """Of the model's file, in hexadecimal."""

    @property
    def page(self) -> Path:
        """The page to open in a browser."""
        return self.folder / PAGE


def create_character(
    out: Path,
    name: str | None = None,
    seed: int | None = None,
    model: str | None = None,
    force: bool = False,
    settings: Mapping[str, float] | None = None,
    start_from: str | None = None,
    labels: Sequence[str] = (),
    voice: VoiceWish | None = None,
    again: Callable[[Who, str | None], str] | None = None,
    report: Reporter = QUIET,
) -> Character:
    """Creates a character in the new folder `out`; the same arguments give the same bytes.

    Without a `seed` one is drawn, without a `name` the seed gives one. `start_from` is another character or a latent
    file (see `latents.read`) instead of a seed. `settings` are sliders and their amounts in [-5, 5]. `labels` of a
    conditional model are what is asked for, such as `style=micah`; the seed decides on the rest. `model` is a name, a
    file, or a run's folder; without it, it is the one that `start_from` names, or `portrait`. `force` replaces a
    character that lies in `out`. `again` says, for the page, what makes the same character again, given who it is
    and the model that was asked for. Raises GanimaError when `out` is in the way, when an argument is no good, and when
    the disk is full; whatever the reason, `out` is then as it was.
    """
    settings = dict(settings or {})
    if start_from is not None and seed is not None:
        raise GanimaError("give a seed or something to start from, not both")
    if start_from is not None and (said := as_seed(start_from)) is not None:
        seed, start_from = said, None
    if seed is not None and not 0 <= seed <= CHARACTER_SEED_MAX:
        raise GanimaError(f"the seed {seed} is out of range: choose one from 0 to {CHARACTER_SEED_MAX}")
    out = out.expanduser().resolve()
    require_free_folder(out, force, "character", (DESCRIPTION,))
    with one_thread():
        if start_from is None:
            loaded = load_model(find_model(model or "portrait"))
            seed = secrets.randbelow(CHARACTER_SEED_MAX + 1) if seed is None else seed
            who = _from_seed(loaded, seed, name, settings, tuple(labels))
        else:
            loaded = model_of([start_from], model)
            who = _from_file(loaded, start_from, name, settings, tuple(labels))
        who = replace(who, wish=voice or VoiceWish())
        with atomic.folder_in_place_of(out) as folder:
            write_character(folder, who, loaded, "" if again is None else again(who, model), report)
    return Character(out, who.name, None if who.source else who.seed, loaded.name, loaded.sha256)


def _from_seed(
    model: Model, seed: int, name: str | None, settings: Mapping[str, float], labels: tuple[str, ...]
) -> Who:
    name = name_of(seed) if name is None else check_name(name)
    latent = of_seed(model, seed, TRUNCATION)
    chosen = model.labels.numbers(labels)
    if latent.label is not None and latent.z is not None:
        # Nobody wants to be angry for ever because of a seed.
        usual = model.labels.numbers(USUAL) if has_expressions(model) else []
        label = model.labels.replaced(model.labels.replaced(latent.label, usual), chosen)
        latent = of_z(model, latent.z, TRUNCATION, label)
    return Who(name, _moved(latent, model, settings), seed, "", settings, labels)


def _from_file(
    model: Model, word: str, name: str | None, settings: Mapping[str, float], labels: tuple[str, ...]
) -> Who:
    latent = read(word, model, TRUNCATION)
    latent = relabelled(latent, model, labels)
    seed = int.from_bytes(hashlib.sha256(latent.ws.numpy().tobytes()).digest()[:4])
    own = content_of(file_of(word)).get("name")
    if name is None:
        name = own if isinstance(own, str) else name_of(seed)
    name = check_name(name)
    consents = tuple(consents_of([word]))
    return Who(name, _moved(latent, model, settings), seed, short(word), settings, labels, consents)


def _moved(latent: Latent, model: Model, settings: Mapping[str, float]) -> Latent:
    return move(latent, find_directions(model), settings) if settings else latent


def write_character(folder: Path, who: Who, model: Model, command: str, report: Reporter = QUIET) -> None:
    """Writes all files of a character into `folder`; `command`, on the page, makes it again; empty for none."""
    origin = origin_of(model, *who.consent)
    own, looks, moving = pictures_of(who, model, report)
    go_on(report)
    report.progress("writing pictures", 0, 0)
    size = enlarged_size(own, SIDE)
    portrait, frames = enlarge(own, size), [enlarge(frame, size) for frame in moving]
    note = f"AI-generated with {provenance.TOOL}, model {model.name}, {who.words}"
    cells = [("Portrait", who.words, own)] + [(look.caption, look.detail, look.image) for look in looks]

    provenance.save_picture(portrait, folder / PORTRAIT, origin)
    provenance.save_picture(draw_sheet(who.name, note, cells), folder / SHEET, origin)
    provenance.save_animation(frames, folder / LOOP, origin, MILLISECONDS)
    go_on(report)
    voice = give_voice(folder, who.name, who.seed, model, who.latent, who.wish, origin.consent, report)
    go_on(report)
    report.progress("writing the page", 0, 0)
    provenance.save_json(description(who, model, own, size, looks, voice), folder / DESCRIPTION, origin)
    gallery = [
        GalleryPicture(look.caption, look.detail, provenance.picture_bytes(enlarge(look.image, size), origin, "WEBP"))
        for look in looks
    ]
    letter, numbers = ("w", who.latent.ws.mean(0)) if who.latent.z is None else ("z", who.latent.z)
    facts = Facts(
        name=who.name,
        seed=None if who.source else who.seed,
        source=who.source,
        settings=who.settings,
        labels=[] if who.latent.label is None else model.labels.names(who.latent.label),
        expressions=has_expressions(model) and who.latent.label is not None,
        model=model.name,
        model_sha256=model.sha256,
        licence=model.card.licence,
        attribution=model.card.attribution,
        consent=origin.consent,
        tool=provenance.TOOL,
        command=command,
        letter=letter,
        latent=numbers.tolist(),
        glow=glow(own),
        size=size,
        pitch=voice.design.pitch,
    )
    agreed = "; ".join(filter(None, (origin.consent, voice.consent)))
    greeting = as_mp3(folder, Origin(voice.model, voice.model_sha256, agreed))
    still = provenance.picture_bytes(portrait, origin, "WEBP")
    provenance.save_page(page(facts, still, (folder / LOOP).read_bytes(), greeting, gallery), folder / PAGE, origin)


def pictures_of(who: Who, model: Model, report: Reporter) -> tuple[Image.Image, list[Look], list[Image.Image]]:
    """The portrait, the looks and the frames of the loop, at the model's own size."""
    if has_expressions(model) and who.latent.label is not None:
        report.progress("drawing", 0, 0)
        frames = to_images(pictures(model.generator, loop(model, who.latent)))
        go_on(report)
        return frames[0], expressions(model, who.latent), frames
    person = Person(model, who.latent, who.seed)
    _drawn(1, report)
    edited = edits(person, EDITS)
    _drawn(2, report)
    looks = person.looks(LOOKS - len(edited)) + edited
    _drawn(3, report)
    return person.image(), looks, person.loop()


def _drawn(parts: int, report: Reporter) -> None:
    """So many of the four parts are drawn: the person, the edits, the other looks, the loop."""
    report.progress("drawing", parts, 4)
    go_on(report)


def description(
    who: Who, model: Model, own: Image.Image, size: tuple[int, int], looks: list[Look], voice: VoiceFile
) -> dict[str, Any]:
    """What `character.json` says."""
    person: dict[str, Any] = {"name": who.name}
    person |= {"from": who.source} if who.source else {"seed": who.seed}
    person |= said_labels(who.latent, model)
    truncation = {} if who.source else {"truncation": TRUNCATION}
    return person | {
        "model": about_model(model) | {"licence": model.card.licence, "attribution": model.card.attribution},
        "version": __version__,
        "settings": dict(who.settings),
        "latent": truncation | as_json(who.latent),
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
            "voice": {"file": VOICE_FILE, "pitch": voice.design.pitch, "nearest": voice.nearest},
            "hello": {"file": HELLO, "timing": TIMING},
            "page": {"file": PAGE},
        },
        "looks": [{"caption": look.caption, "detail": look.detail} for look in looks],
    }


def glow(image: Image.Image) -> str:
    """The hue of the picture, strong and bright enough for light around it, as six hexadecimal digits."""
    red, green, blue = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    hue = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)[0]
    return bytes(round(255 * part) for part in colorsys.hls_to_rgb(hue, 0.6, 0.6)).hex()
