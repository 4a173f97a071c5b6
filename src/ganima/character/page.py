"""The page that shows a character: one HTML file with everything inside, for phones and screens, light and dark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ganima.pages.embedded import data_uri
from ganima.pages.render import render
from ganima.provenance import WORDS


@dataclass(frozen=True)
class GalleryPicture:
    """A picture of the gallery."""

    caption: str
    """What is different, in a word or two."""
    detail: str
    """How it was made or measured."""
    webp: bytes
    """The labelled file."""


@dataclass(frozen=True)
class Facts:
    """What the page tells about the character."""

    name: str
    seed: int | None
    """None where the character came from a file."""
    source: str
    """Name of that file or folder; empty for a seed."""
    settings: Mapping[str, float]
    """Sliders and their amounts."""
    labels: Sequence[str]
    """What a conditional model was asked for; empty for other models."""
    expressions: bool
    """Whether the gallery shows expressions."""
    model: str
    model_sha256: str
    licence: str
    attribution: str
    consent: str
    """Who agreed to be shown, when and for what; empty where that is nobody."""
    tool: str
    command: str
    """What makes the character again, to copy; may be empty."""
    letter: str
    """z or w."""
    latent: list[float]
    """Its place in the model's latent space."""
    glow: str
    """Colour of the light around the portrait, six hexadecimal digits."""
    size: tuple[int, int]
    """Width and height of every picture in pixels."""
    pitch: float
    """Of the voice, in Hz."""


def page(facts: Facts, portrait: bytes, loop: bytes, greeting: bytes, gallery: list[GalleryPicture]) -> str:
    """The page as HTML, with labelled WebP and MP3 files; whoever prefers reduced motion sees the portrait at rest."""
    return render(
        "character.html.j2",
        facts=facts,
        words=WORDS,
        portrait=data_uri(portrait),
        loop=data_uri(loop),
        greeting=data_uri(greeting, "audio/mpeg"),
        gallery=[(picture, data_uri(picture.webp)) for picture in gallery],
        lead=lead(facts),
        credits=[text for text in (f"Model {facts.model}", licence(facts), facts.attribution) if text],
        bars=bars(facts.latent),
    )


def lead(facts: Facts) -> str:
    """Who drew this, and whom it shows, as far as that is known."""
    drew = "a generative adversarial network drew every picture on this page"
    if facts.consent:
        return f"This character is {WORDS}: {drew}. It takes after a real person, who agreed."
    if facts.source:
        return f"This character is {WORDS}: {drew}, from a latent that came with the file {facts.source}."
    return f"This character is {WORDS}. It is not a real person: {drew} from random numbers."


def licence(facts: Facts) -> str:
    """Under which licence the model is; empty where nobody says."""
    return f"licence: {facts.licence}" if facts.licence else ""


def bars(latent: list[float]) -> str:
    """The latent as the path of a row of bars, up for positive numbers and down for negative ones."""
    top = max(abs(value) for value in latent) or 1.0
    return "".join(f"M{i + 0.5} 16V{16 - 15 * value / top:.1f}" for i, value in enumerate(latent))
