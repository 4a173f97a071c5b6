"""The page that shows a run: what it is, how its pictures grew, its curves, its troubles, its configuration."""

import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from ganima import provenance
from ganima.errors import GanimaError
from ganima.models.file import open_model
from ganima.pages.charts import BOTTOM, LEFT, RIGHT, TOP, Across, Chart, over_examples
from ganima.pages.curves import Curves, between, curves
from ganima.pages.embedded import Embedded, data_uri, embedded
from ganima.pages.render import render
from ganima.pages.words import amount, duration

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
class ShownPreview:
    """What the average made of the inputs that never change."""

    seen: int
    """Examples that had been seen."""
    picture: Embedded

    @property
    def kind(self) -> str:
        """Pixels of small pictures are shown as such, and not blurred."""
        return "pixels" if self.picture.size[0] <= 256 else ""


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
    made = previews(out, origin, examples, shown)
    html = page(out.resolve().name, lines, troubles, made, config, facts, progress, charts, running, examples)
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


def previews(out: Path, origin: provenance.Origin, examples: str, shown: str) -> list[ShownPreview]:
    """At most 12 of the run's previews, evenly chosen, the first and the last among them."""
    paths = sorted((out / "previews").glob("*.png"), key=lambda path: int(path.stem))
    count = min(len(paths), PREVIEWS)
    chosen = [paths[round(i * (len(paths) - 1) / max(count - 1, 1))] for i in range(count)]
    return [_preview(path, origin, f"{shown} after {amount(int(path.stem), examples)}") for path in chosen]


def _preview(path: Path, origin: provenance.Origin, words: str) -> ShownPreview:
    content = path.read_bytes()
    with Image.open(io.BytesIO(content)) as image:
        if len(content) > PREVIEW_BYTES:
            return ShownPreview(int(path.stem), embedded(image, origin, words, PREVIEW_WIDTH))
        return ShownPreview(int(path.stem), Embedded(data_uri(content, "image/png"), image.size, words))


def page(
    name: str,
    lines: list[dict[str, float]],
    troubles: list[dict[str, Any]],
    previews: list[ShownPreview],
    config: dict[str, Any],
    facts: dict[str, str],
    progress: float,
    charts: Sequence[Chart],
    running: bool,
    examples: str,
) -> str:
    """The report as HTML."""
    state = f"training, {progress:.0%}" if running else "finished" if progress >= 1 else f"stopped at {progress:.0%}"
    settings = _rows(config)
    preset = f"Preset {config['preset']}, all" if "preset" in config else "All"
    told = troubles[-TROUBLES:]
    drawn = curves(lines) if lines else None
    found = [over_examples(chart, drawn, [t["examples"] for t in told], examples) for chart in charts] if drawn else []
    return render(
        "run.html.j2",
        title=name,
        state=state,
        kind="running" if running else "done" if progress >= 1 else "stopped",
        running=running,
        reload=RELOAD,
        progress=progress,
        examples=examples,
        facts=measured(lines, examples) | facts,
        previews=previews,
        troubles=told,
        earlier=len(troubles) - len(told),
        drawings=[drawing for drawing in found if drawing is not None],
        data=_data(drawn, charts, examples) if drawn else {},
        settings=settings,
        summary=f"{preset} {len(settings)} values",
    )


def measured(lines: list[dict[str, float]], examples: str) -> dict[str, str]:
    """What the metrics tell about the run as a whole."""
    if not lines:
        return {}
    seen, seconds = lines[-1]["examples"], lines[-1]["seconds"]
    return {
        "Seen": amount(seen, examples),
        "Time": duration(seconds),
        "Speed": f"{seen / max(seconds, 1e-9):.3g} {examples} a second",
    }


def _data(drawn: Curves, charts: Sequence[Chart], examples: str) -> dict[str, Any]:
    """What the page's script shows under the cursor."""
    across = Across(drawn.seen[-1], examples)
    measures = {
        name: [round(v * chart.scale, 5) if math.isfinite(v) else None for v in drawn.smooth[name]]
        for chart in charts
        for name in chart.series
        if name in drawn.smooth
    }
    box = (LEFT, RIGHT, TOP, BOTTOM)
    return {"seen": drawn.seen, "measures": measures, "box": box, "unit": across.unit, "scale": across.scale}


def _rows(config: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Name and value of everything in a nested configuration; a schedule is one value."""
    rows = []
    for name, value in config.items():
        if isinstance(value, dict) and not {"start", "end", "over"} <= value.keys():
            rows += _rows(value, f"{prefix}{name}.")
        else:
            rows.append((prefix + name, _value(value)))
    return rows


def _value(value: Any) -> str:
    if isinstance(value, dict):
        start, end, over, after = value["start"], value["end"], value["over"], value.get("after", 0.0)
        if start == end:
            return f"{start:g}"
        if after:
            return f"{start:g} → {end:g} from {after:.0%} to {after + over:.0%}"
        return f"{start:g} → {end:g}" + (f" over the first {over:.0%}" if over < 1 else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_value(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
