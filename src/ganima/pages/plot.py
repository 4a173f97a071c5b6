"""Line charts over a few named steps (strengths, amounts of data), as SVG, in the style of the training report."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ganima.pages.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, axis, labels, shown

MARGIN = 16
"""Room to either side of the first and the last step."""


@dataclass(frozen=True)
class Line:
    """One curve."""

    label: str
    values: Sequence[float | None]
    """One for each step; None where there is none."""
    deviations: Sequence[float] = ()
    """How far the whiskers reach up and down, if there are any."""


def plot(
    title: str,
    note: str,
    steps: Sequence[str],
    lines: Sequence[Line],
    low: float,
    high: float,
    level: float | None = None,
) -> str:
    """The chart as an HTML figure with its legend; the vertical axis holds `low` and `high`.

    `level` is a value worth knowing, drawn as a dotted line.
    """
    levels = axis(low, high)

    def down(value: float) -> float:
        share = (value - levels[0]) / (levels[-1] - levels[0])
        return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)

    def across(step: int) -> float:
        return LEFT + MARGIN + step / max(len(steps) - 1, 1) * (WIDTH - LEFT - RIGHT - 2 * MARGIN)

    parts = []
    for value, text in zip(levels, labels(levels), strict=True):
        parts.append(f'<path class="rule" d="M{LEFT} {down(value):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{down(value) + 3.5:.1f}" text-anchor="end">{text}</text>')
    for number, step in enumerate(steps):
        parts.append(f'<path class="tick" d="M{across(number):.1f} {HEIGHT - BOTTOM}v4"/>')
        parts.append(f'<text x="{across(number):.1f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(step)}</text>')
    if level is not None:
        parts.append(f'<path class="level" d="M{LEFT} {down(level):.1f}H{WIDTH - RIGHT}"/>')
    for number, line in enumerate(lines):
        points = [(across(i), down(v)) for i, v in enumerate(line.values) if v is not None and math.isfinite(v)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="smooth c{number}" points="{path}"/>')
        parts += [f'<circle class="dot c{number}" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>' for x, y in points]
        for i, deviation in enumerate(line.deviations):
            middle = line.values[i]
            if middle is not None:
                ends = (middle + deviation, middle - deviation)
                top, bottom = (down(min(max(end, levels[0]), levels[-1])) for end in ends)
                parts.append(f'<path class="whisker c{number}" d="M{across(i):.1f} {top:.1f}V{bottom:.1f}"/>')
    last = [next((v for v in reversed(line.values) if v is not None), None) for line in lines]
    legend = "".join(
        f'<li class="c{i}"><i></i>{escape(line.label)}{"" if v is None else f" <b>{shown(v)}</b>"}</li>'
        for i, (line, v) in enumerate(zip(lines, last, strict=True))
    )
    return (
        f'<figure class="chart"><h3>{escape(title)}</h3><ul class="legend">{legend}</ul>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(f"{title}: {note}")}">{"".join(parts)}'
        f"</svg><figcaption>{escape(note)}</figcaption></figure>"
    )


STYLE = """
.c2 { --c: var(--bad); }
.chart .dot { fill: var(--c); stroke: none; }
.chart .whisker { fill: none; stroke: var(--c); stroke-width: 1.2; }
.numbers { overflow-x: auto; border: 1px solid var(--edge); border-radius: 12px; background: var(--card); }
.numbers table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.numbers th, .numbers td { width: auto; padding: 6px 14px; border-top: 1px solid var(--rule); text-align: right;
  white-space: nowrap; overflow-wrap: normal; }
.numbers tr:first-child > * { border-top: 0; }
.numbers th { color: var(--soft); font-weight: 400; }
.numbers th:first-child, .numbers td:first-child { text-align: left; color: var(--ink); }
.numbers .good { color: var(--good); } .numbers .bad { color: var(--bad); }
.verdict { font-size: 16px; font-weight: 600; margin-bottom: 10px; }
.verdict.good { color: var(--good); } .verdict.bad { color: var(--bad); }
.facts-only { margin-top: 16px; }
.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(420px, 100%), 1fr)); gap: 14px; }
.samples img { width: 100%; }
.charts + details, .numbers + .charts, .note + .numbers { margin-top: 12px; }
"""
"""What these charts and tables need besides the training report's style."""
