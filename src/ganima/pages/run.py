"""The page that shows a run: what it is, how its pictures grew, its curves, its troubles, its configuration."""

import base64
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image

from ganima import provenance
from ganima._version import __version__
from ganima.errors import GanimaError
from ganima.models.file import open_model
from ganima.pages.charts import BOX, Chart, figure
from ganima.pages.curves import Curves, between, curves
from ganima.pages.words import amount, consequence, duration, thousand

EVALUATIONS = "evaluations.jsonl"
"""Scores that were taken during the run, see `evaluation.py`."""
BEST = "best.safetensors"
"""The best average by those scores, which its card names."""
PREVIEWS = 12
"""Most previews in the strip."""
TROUBLES = 8
"""Most troubles that are listed, the last ones."""
PREVIEW_BYTES = 250_000
"""A preview's file above this size is made smaller for the page, which so stays below 5 MB."""
PREVIEW_WIDTH = 768
"""Width in pixels of a preview that was made smaller."""
RELOAD = 60
"""Seconds after which the page of a running training loads itself anew."""


@dataclass(frozen=True)
class Preview:
    """A picture of the fixed latents."""

    images: int
    """Real images that had been seen."""
    uri: str
    """The picture as a data: address."""
    size: tuple[int, int]
    """Width and height in pixels."""


def write_report(
    out: Path,
    config: dict[str, Any],
    facts: dict[str, str],
    origin: provenance.Origin,
    progress: float,
    charts: Sequence[Chart],
    *,
    running: bool = False,
    examples: str = "images",
    shown: str = "AI-generated pictures",
) -> None:
    """Writes `out`/report.html from the metrics, previews and troubles that lie in `out`: one file that needs no other.

    `config` is the training's configuration as plain data, `facts` what the page says about the run besides what the
    metrics tell, `progress` in [0, 1] the share of the plan that is done, `charts`
    what is drawn of the metrics, `examples` what is counted, and `shown` what a preview shows, in words. The page of a
    `running` training loads itself anew every minute. Raises GanimaError when the file cannot be written.
    """
    lines, evaluations = read_lines(out / "metrics.jsonl"), read_lines(out / EVALUATIONS)
    lines = [a | b for a, b in zip(lines, between(evaluations, [line["examples"] for line in lines]), strict=True)]
    if (best := best_so_far(out / BEST)) is not None:
        facts = facts | {"Best average": f"KID {best[0]:.3g} after {amount(best[1])}, in {BEST}"}
    troubles = read_lines(out / "troubles.jsonl")
    name, pictures = out.resolve().name, previews(out, origin)
    html = page(name, lines, troubles, pictures, config, facts, progress, charts, running, examples, shown)
    provenance.save_page(html, out / "report.html", origin)


def best_so_far(path: Path) -> tuple[float, int] | None:
    """The kernel distance of the best model and the images that it had seen; None where there is none, or a damaged
    one.
    """
    try:
        card = open_model(path).card
        return float(card.facts["evaluation"]["kid"]), card.examples
    except (GanimaError, LookupError, TypeError, ValueError):
        return None


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines; a last line that is not complete is left out."""
    if not path.exists():
        return []
    return [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines() if text.endswith("}")]


def previews(out: Path, origin: provenance.Origin) -> list[Preview]:
    """At most 12 of the run's previews, evenly chosen, the first and the last among them."""
    paths = sorted((out / "previews").glob("*.png"), key=lambda path: int(path.stem))
    count = min(len(paths), PREVIEWS)
    chosen = [paths[round(i * (len(paths) - 1) / max(count - 1, 1))] for i in range(count)]
    return [_preview(path, origin) for path in chosen]


def _preview(path: Path, origin: provenance.Origin) -> Preview:
    content, kind = path.read_bytes(), "png"
    with Image.open(io.BytesIO(content)) as image:
        size = image.size
        if len(content) > PREVIEW_BYTES:
            width = min(PREVIEW_WIDTH, image.width)
            small = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
            content, kind = provenance.picture_bytes(small, origin, "WEBP"), "webp"
    return Preview(int(path.stem), f"data:image/{kind};base64,{base64.b64encode(content).decode()}", size)


def page(
    name: str,
    lines: list[dict[str, float]],
    troubles: list[dict[str, Any]],
    pictures: list[Preview],
    config: dict[str, Any],
    facts: dict[str, str],
    progress: float,
    charts: Sequence[Chart],
    running: bool,
    examples: str,
    shown: str,
) -> str:
    """The report as HTML."""
    state = f"training, {progress:.0%}" if running else "finished" if progress >= 1 else f"stopped at {progress:.0%}"
    kind = "running" if running else "done" if progress >= 1 else "stopped"
    drawn = curves(lines) if lines else None
    rows = _facts(measured(lines, examples) | facts)
    reload = f'<meta http-equiv="refresh" content="{RELOAD}">' if running else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
{reload}
<title>{escape(name)} · training report</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<p class="kicker">ganima · training report</p>
<h1>{escape(name)} <span class="state {kind}">{state}</span></h1>
<div class="progress"><i style="width:{progress:.2%}"></i></div>
</header>
<main>
<div class="top">{_newest(pictures, examples, shown)}<dl class="facts">{rows}</dl></div>
{_strip(pictures, examples, shown)}
{_troubles(troubles, examples)}
{_charts(drawn, troubles, charts, examples)}
<section><h2>Configuration</h2><details><summary>{escape(_summary(config))}</summary>{_table(config)}</details></section>
</main>
<footer>What is AI-generated on this page was made by a generative adversarial network.
Written by ganima {__version__} on {datetime.now():%Y-%m-%d at %H:%M}.</footer>
<script>{SCRIPT}</script>
</body>
</html>
"""


def measured(lines: list[dict[str, float]], examples: str) -> dict[str, str]:
    """What the metrics tell about the run as a whole."""
    if not lines:
        return {}
    images, seconds = lines[-1]["examples"], lines[-1]["seconds"]
    return {
        "Seen": amount(images, examples),
        "Time": duration(seconds),
        "Speed": f"{images / max(seconds, 1e-9):.3g} a second",
    }


def _facts(facts: dict[str, str]) -> str:
    return "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in facts.items())


def _newest(pictures: list[Preview], examples: str, shown: str) -> str:
    if not pictures:
        return ""
    words = f"{shown} after {amount(pictures[-1].images, examples)}, by the average of the generator."
    return f'<figure class="newest">{_image(pictures[-1], examples, shown)}<figcaption>{words}</figcaption></figure>'


def _strip(pictures: list[Preview], examples: str, shown: str) -> str:
    if len(pictures) < 2:
        return ""
    figures = "".join(
        f"<figure>{_image(p, examples, shown)}<figcaption>{amount(p.images, examples)}</figcaption></figure>"
        for p in pictures
    )
    return (
        '<section><h2>Over time</h2><p class="note">Each of these sheets is made of the same inputs.</p>'
        f'<div class="strip" tabindex="0" role="group" aria-label="Previews over time">{figures}</div></section>'
    )


def _image(preview: Preview, examples: str, shown: str) -> str:
    width, height = preview.size
    # Pixels of small pictures are shown as such, and not blurred.
    small = ' class="pixels"' if width <= 256 else ""
    words = f"{shown} after {amount(preview.images, examples)}"
    return f'<img{small} src="{preview.uri}" width="{width}" height="{height}" alt="{words}">'


def _troubles(troubles: list[dict[str, Any]], examples: str) -> str:
    if not troubles:
        return ""
    items = "".join(
        f"<li><b>{amount(t['examples'], examples)}: {escape(t['words'])}.</b> "
        f"{consequence(t['back_to'], examples).capitalize()}; {escape(t['remedy'])}.</li>"
        for t in troubles[-TROUBLES:]
    )
    earlier = f"<li>… and {len(troubles) - TROUBLES} before</li>" if len(troubles) > TROUBLES else ""
    return f'<section class="troubles"><h2>Troubles</h2><ul>{earlier}{items}</ul></section>'


def _charts(drawn: Curves | None, troubles: list[dict[str, Any]], charts: Sequence[Chart], examples: str) -> str:
    if drawn is None:
        return ""
    marks = [float(t["examples"]) for t in troubles[-TROUBLES:]]
    figures = "".join(figure(chart, drawn, marks) for chart in charts)
    measures = {
        name: [round(v * chart.scale, 5) if math.isfinite(v) else None for v in drawn.smooth[name]]
        for chart in charts
        for name in chart.series
        if name in drawn.smooth
    }
    unit = thousand(examples)
    data = json.dumps({"images": drawn.images, "measures": measures, "box": BOX, "unit": unit}, separators=(",", ":"))
    words = f"Over what was seen of the real ones ({unit}). Thin lines are as measured, thick ones smoothed."
    words += " Dashed lines are the troubles above." if troubles else ""
    return (
        f'<section><h2>Curves</h2><p class="note">{words}</p><div class="charts">{figures}</div>'
        f'<script type="application/json" id="curves">{data}</script></section>'
    )


def _summary(config: dict[str, Any]) -> str:
    preset = f"Preset {config['preset']}, all" if "preset" in config else "All"
    return f"{preset} {sum(1 for _ in _rows(config))} values"


def _table(config: dict[str, Any]) -> str:
    # A long name breaks at its dots.
    rows = "".join(
        f"<tr><th>{escape(name).replace('.', '.<wbr>')}</th><td>{escape(text)}</td></tr>"
        for name, text in _rows(config)
    )
    return f"<table>{rows}</table>"


def _rows(config: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Name and value of everything in a nested configuration; a schedule is one value."""
    rows = []
    for name, value in config.items():
        if isinstance(value, dict) and value.keys() != {"start", "end", "over"}:
            rows += _rows(value, f"{prefix}{name}.")
        else:
            rows.append((prefix + name, _value(value)))
    return rows


def _value(value: Any) -> str:
    if isinstance(value, dict):
        start, end, over = value["start"], value["end"], value["over"]
        if start == end:
            return f"{start:g}"
        return f"{start:g} → {end:g}" + (f" over the first {over:.0%}" if over < 1 else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_value(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"

STYLE = """
:root { --page: #f5f6f8; --card: #fff; --ink: #1a1d24; --soft: #5d6675; --rule: #e6e8ec; --edge: #dfe2e7;
  --c0: #2563eb; --c1: #d9620b; --bad: #c62a22; --good: #14804a; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0f1115; --card: #181b21; --ink: #e8eaee; --soft: #9aa3b2; --rule: #262b34; --edge: #2a2f39;
    --c0: #77a7ff; --c1: #ffa45c; --bad: #ff8078; --good: #5fd39a; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1280px; padding: 28px 20px 48px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1, h2, h3, p, figure, dl, dd, ul { margin: 0; padding: 0; }
h1 { font-size: 28px; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin-bottom: 2px; }
h3 { font-size: 14px; font-weight: 600; }
small, .note, figcaption, .kicker, footer { color: var(--soft); }
.kicker { font-size: 13px; }
.note { font-size: 14px; margin-bottom: 12px; }
figcaption { font-size: 12.5px; line-height: 1.4; }
section { margin-top: 36px; }
.state { display: inline-block; vertical-align: 4px; margin-left: 6px; padding: 2px 10px; border-radius: 99px;
  border: 1px solid currentColor; font-size: 13px; font-weight: 600; letter-spacing: 0; white-space: nowrap; }
.running { color: var(--c0); } .done { color: var(--good); } .stopped { color: var(--soft); }
.progress { height: 4px; margin: 14px 0 20px; border-radius: 2px; background: var(--edge); overflow: hidden; }
.progress i { display: block; height: 100%; background: var(--c0); }
.top { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; }
.facts { flex: 1 1 300px; border: 1px solid var(--edge); border-radius: 12px; background: var(--card); }
.facts div { display: flex; justify-content: space-between; gap: 20px; padding: 9px 16px; }
.facts div + div { border-top: 1px solid var(--rule); }
.facts dt { color: var(--soft); white-space: nowrap; }
.facts dd { font-weight: 600; text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
img { display: block; max-width: 100%; height: auto; border-radius: 8px; background: repeating-conic-gradient(
  #8883 0 25%, #8881 0 50%) 0 0 / 16px 16px; }
.pixels { image-rendering: pixelated; }
.newest { flex: 3 1 560px; max-width: 768px; }
.newest img { width: 100%; }
.newest figcaption { margin-top: 6px; }
.strip { display: flex; gap: 12px; margin-top: 8px; padding-bottom: 10px; overflow-x: auto;
  scroll-snap-type: x proximity; }
.strip figure { flex: 0 0 min(300px, 72vw); scroll-snap-align: start; }
.strip img { width: 100%; }
.strip figcaption { margin-top: 5px; }
.troubles { padding: 16px 20px; border: 1px solid var(--bad); border-radius: 12px; }
.troubles h2 { color: var(--bad); } .troubles ul { padding-left: 18px; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(330px, 100%), 1fr)); gap: 16px; }
.chart { display: flex; flex-direction: column; padding: 14px 16px 12px; border: 1px solid var(--edge);
  border-radius: 12px; background: var(--card); }
.chart small { font-size: 12.5px; font-weight: 400; margin-left: 4px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 2px 0 8px; list-style: none; font-size: 13px;
  color: var(--soft); }
.legend i { display: inline-block; width: 12px; height: 3px; margin-right: 6px; border-radius: 2px; vertical-align: 4px;
  background: var(--c); }
.legend b { color: var(--ink); font-variant-numeric: tabular-nums; }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); }
svg { display: block; width: 100%; height: auto; margin-bottom: 8px; overflow: visible; touch-action: pan-y; }
svg text { font-size: 11px; fill: var(--soft); font-variant-numeric: tabular-nums; }
svg path, polyline { fill: none; vector-effect: non-scaling-stroke; }
.rule, .tick { stroke: var(--rule); } .tick { stroke: var(--soft); }
.level { stroke: var(--soft); stroke-dasharray: 1 4; } .mark { stroke: var(--bad); stroke-dasharray: 4 3; }
.raw { stroke: var(--c); stroke-width: 1; opacity: .35; }
.smooth { stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.dashed { stroke-dasharray: 6 6; stroke-linecap: butt; }
.cursor { display: none; } .cursor path { stroke: var(--soft); } 
.cursor text { fill: var(--ink); stroke: var(--card); stroke-width: 4px; paint-order: stroke; }
details { border: 1px solid var(--edge); border-radius: 12px; background: var(--card); margin-top: 8px; }
summary { padding: 12px 16px; cursor: pointer; font-weight: 600; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 6px 16px; border-top: 1px solid var(--rule); text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { width: 42%; font-weight: 400; color: var(--soft); }
footer { margin-top: 40px; padding-top: 16px; border-top: 1px solid var(--edge); font-size: 13px; }
@media (max-width: 560px) { body { padding: 18px 14px 32px; } h1 { font-size: 23px; } section { margin-top: 28px; }
  .facts div { padding: 7px 14px; } .chart { padding: 12px; } }
"""

# One cursor for all charts: where it stands, the legends show the values.
SCRIPT = """
const source = document.getElementById("curves");
if (source) {
  const { images, measures, box: [left, right, top, bottom], unit } = JSON.parse(source.textContent);
  const last = images[images.length - 1];
  const digits = v => Math.abs(v) >= 100 ? Math.round(v).toLocaleString("en") : String(+v.toPrecision(3));
  const shown = v => v === null ? "–" : digits(v).replace("-", "−");
  const show = place => {
    document.querySelectorAll("[data-measure]").forEach(b => {
      b.textContent = shown(measures[b.dataset.measure].at(place));
    });
  };
  document.querySelectorAll(".chart svg").forEach(svg => {
    svg.addEventListener("pointermove", event => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const wanted = (point.x - left) / (right - left) * last;
      let place = 0;
      images.forEach((x, i) => { if (Math.abs(x - wanted) < Math.abs(images[place] - wanted)) place = i; });
      const x = left + images[place] / last * (right - left);
      document.querySelectorAll(".cursor").forEach(cursor => {
        cursor.style.display = "inline";
        cursor.firstChild.setAttribute("d", `M${x} ${top}V${bottom}`);
        const kimg = (images[place] / 1000).toLocaleString("en", { maximumFractionDigits: 1 });
        cursor.lastChild.textContent = `${kimg} ${unit}`;
        const after = x < (left + right) / 2;
        cursor.lastChild.setAttribute("x", after ? x + 5 : x - 5);
        cursor.lastChild.setAttribute("y", top + 9);
        cursor.lastChild.setAttribute("text-anchor", after ? "start" : "end");
      });
      show(place);
    });
    svg.addEventListener("pointerleave", () => {
      document.querySelectorAll(".cursor").forEach(cursor => cursor.style.display = "none");
      show(-1);
    });
  });
}
"""
