"""The page that shows a character: one HTML file with everything inside, for phones and screens, light and dark."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ganima.provenance import WORDS

LOOKS = "The same person in another light, and changed a little."
EXPRESSIONS = "The same character, as it feels: one latent with other labels for mouth and eyes."


@dataclass(frozen=True)
class Picture:
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


def page(facts: Facts, portrait: bytes, loop: bytes, greeting: bytes, gallery: list[Picture]) -> str:
    """The page as HTML, with labelled WebP and MP3 files; whoever prefers reduced motion sees the portrait at rest."""
    name, (width, height) = escape(facts.name), facts.size
    rows = {
        "Model": escape(facts.model),
        "Its SHA-256": f'<code title="SHA-256 {escape(facts.model_sha256)}">{escape(facts.model_sha256[:16])}…</code>',
        "Seed" if facts.source == "" else "From": escape(facts.source) or str(facts.seed),
        "Voice": f"designed, {facts.pitch:.0f} Hz",
        f"Latent <i>{facts.letter}</i>, {len(facts.latent)} numbers": fingerprint(facts.latent),
    }
    if facts.labels:
        rows["Labels"] = ", ".join(map(escape, facts.labels))
    if facts.settings:
        rows["Sliders"] = ", ".join(f"{escape(name)} {amount:+g}" for name, amount in facts.settings.items())
    if facts.consent:
        rows["Consent"] = escape(facts.consent)
    table = "\n".join(f"<tr><th scope=row>{key}<td>{value}" for key, value in rows.items())
    figures = "\n".join(figure(picture, facts) for picture in gallery)
    licence = f"licence: {facts.licence}" if facts.licence else ""
    credits = " · ".join(escape(text) for text in (f"Model {facts.model}", licence, facts.attribution) if text)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="{name}, an {WORDS} character">
<title>{name}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body style="--glow:#{facts.glow}">
<main>
<header>
<picture class="hero">
<source media="(prefers-reduced-motion: reduce)" srcset="{data_uri(portrait)}">
<img src="{data_uri(loop)}" width="{width}" height="{height}" alt="{name} looks about: a short, silent loop">
</picture>
<div>
<p class="badge">{WORDS} <span lang="zh">人工智能生成</span></p>
<h1{' class="long"' if len(facts.name) > 16 else ""}><bdi>{name}</bdi></h1>
<p class="lead">{lead(facts)}</p>
<audio controls preload="auto" src="{data_uri(greeting, "audio/mpeg")}" aria-label="{name} says hello"></audio>
<table>
{table}
</table>
</div>
</header>
<section aria-labelledby="looks">
<h2 id="looks">{"Expressions" if facts.expressions else "Looks"}</h2>
<p>{EXPRESSIONS if facts.expressions else LOOKS}</p>
<div class="gallery">
{figures}
</div>
</section>
<section aria-labelledby="again">
<h2 id="again">Make {name} again</h2>
<p>{again(facts)}</p>
{command(facts)}</section>
</main>
<footer>
<p>{credits}</p>
<p>Made with {escape(facts.tool)}. Every picture on this page, the voice, and every file beside it, carries a
machine-readable label that it is {WORDS}; ganima reads it.</p>
</footer>
</body>
</html>
"""


def figure(picture: Picture, facts: Facts) -> str:
    """One look with its caption."""
    caption, detail, (width, height) = escape(picture.caption), escape(picture.detail), facts.size
    return f"""<figure>
<img src="{data_uri(picture.webp)}" width="{width}" height="{height}" alt="{escape(facts.name)}: {caption}">
<figcaption>{caption} <small>{detail}</small></figcaption>
</figure>"""


def lead(facts: Facts) -> str:
    """Who drew this, and whom it shows, as far as that is known."""
    drew = "a generative adversarial network drew every picture on this page"
    if facts.consent:
        return f"This character is {WORDS}: {drew}. It takes after a real person, who agreed."
    if facts.source:
        return f"This character is {WORDS}: {drew}, from a latent that came with the file {escape(facts.source)}."
    return f"This character is {WORDS}. It is not a real person: {drew} from random numbers."


def again(facts: Facts) -> str:
    """What the command that stands below promises, or the wishes where none does."""
    what = "command gives" if facts.command else "wishes give"
    return f"{f'With {escape(facts.source)}, the' if facts.source else 'The'} same {what} the same bytes."


def command(facts: Facts) -> str:
    """What to copy, where there is something."""
    return f"<pre><code>{escape(facts.command)}</code></pre>\n" if facts.command else ""


def fingerprint(latent: list[float]) -> str:
    """The latent as a row of bars, up for positive numbers and down for negative ones."""
    top = max(abs(value) for value in latent) or 1.0
    bars = "".join(f"M{i + 0.5} 16V{16 - 15 * value / top:.1f}" for i, value in enumerate(latent))
    return (
        f'<svg class="latent" viewBox="0 0 {len(latent)} 32" preserveAspectRatio="none" role="img" '
        f'aria-label="The numbers as bars"><path d="{bars}"/></svg>'
    )


def data_uri(content: bytes, kind: str = "image/webp") -> str:
    """The file as an address that needs no server."""
    return f"data:{kind};base64," + base64.b64encode(content).decode()


STYLE = """
:root { --paper: #faf9f7; --ink: #1b1b1f; --soft: #5f6068; --line: #e4e2dd; --card: #fff; --accent: #4338ca; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #121214; --ink: #f1f0ee; --soft: #a3a3ad; --line: #2a2a2f; --card: #1b1b1f; --accent: #a5b4fc; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.55;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
body::before { content: ""; position: absolute; inset: 0 0 auto; height: min(44rem, 100vh); z-index: -1;
  background: radial-gradient(60% 80% at 30% 0, color-mix(in srgb, var(--glow) 38%, transparent), transparent); }
main, footer { max-width: 68rem; margin: 0 auto; padding: 0 clamp(1.25rem, 5vw, 3rem); }
header { display: grid; gap: clamp(1.5rem, 5vw, 4rem); align-items: center; padding: clamp(1.25rem, 6vw, 5rem) 0; }
.hero img { display: block; width: min(100%, 26rem); height: auto; margin: 0 auto; border-radius: 1.5rem;
  box-shadow: 0 1.5rem 4rem -1.5rem rgb(0 0 0 / .45); }
.badge { display: inline-block; margin: 0; padding: .3rem .9rem; border: 1px solid currentColor; border-radius: 2rem;
  color: var(--accent); font-size: .85rem; font-weight: 600; }
h1 { margin: .6rem 0 .4rem; font: 600 clamp(2.75rem, 9vw, 5.5rem)/1.02 ui-serif, Georgia, "Noto Serif", serif;
  letter-spacing: -.02em; overflow-wrap: anywhere; }
h1.long { font-size: clamp(2rem, 5vw, 3.25rem); line-height: 1.1; }
h2 { margin: 0 0 .25rem; font: 600 clamp(1.5rem, 4vw, 2rem)/1.2 ui-serif, Georgia, "Noto Serif", serif;
  overflow-wrap: anywhere; }
h2 + p { margin: 0 0 1.25rem; color: var(--soft); }
audio { display: block; width: min(100%, 26rem); margin: 0 0 1.25rem; color-scheme: light dark; }
.lead { max-width: 34rem; font-size: 1.1rem; color: var(--soft); }
table { width: 100%; border-collapse: collapse; font-size: .95rem; font-variant-numeric: tabular-nums; }
th, td { padding: .55rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: middle; }
th { width: 42%; padding-right: 1rem; color: var(--soft); font-weight: 400; }
td { overflow-wrap: anywhere; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .92em; }
.latent { display: block; width: 100%; height: 2.25rem; }
.latent path { stroke: var(--accent); stroke-width: .6; fill: none; }
section { padding: clamp(1.5rem, 5vw, 3rem) 0; border-top: 1px solid var(--line); }
.gallery { display: grid; grid-template-columns: repeat(2, 1fr); gap: clamp(.75rem, 2.5vw, 1.5rem); }
figure { margin: 0; overflow: hidden; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); }
figure img { display: block; width: 100%; height: auto; }
figcaption { padding: .7rem .9rem .8rem; font-weight: 600; }
figcaption small { display: block; color: var(--soft); font-weight: 400; }
pre { margin: 0; padding: 1rem 1.2rem; border: 1px solid var(--line); border-radius: 1rem; white-space: pre-wrap;
  overflow-wrap: anywhere; background: var(--card); user-select: all; }
footer { padding-top: 2rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
footer p { margin: 0 0 .6rem; }
@media (min-width: 48rem) {
  header { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); }
  .gallery { grid-template-columns: repeat(4, 1fr); }
}
"""
