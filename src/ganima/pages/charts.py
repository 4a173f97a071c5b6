"""Line charts as SVG: small multiples over one axis of images seen."""

import math
from dataclasses import dataclass
from html import escape

from ganima.pages.curves import Curves

WIDTH, HEIGHT = 360, 176
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 8, 24
"""Room in the drawing around the lines, for the labels of the axes."""
BOX = (LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM)
"""Where the lines lie: left, right, top and bottom."""


@dataclass(frozen=True)
class Chart:
    """What one chart shows."""

    title: str
    note: str
    """What it means, in one sentence."""
    series: dict[str, str]
    """Label by the name of a measure, at most two."""
    unit: str = ""
    scale: float = 1.0
    """Values are multiplied by this to have the unit."""
    holds: tuple[float, ...] = ()
    """Values, in the unit, that the vertical axis always reaches."""
    level: float | None = None
    """A value worth knowing, drawn as a dotted line."""


def figure(chart: Chart, curves: Curves, marks: list[float]) -> str:
    """The chart as an HTML figure with its legend; empty when its measures were not taken, or are 0 throughout.

    Every curve is drawn twice: thin as measured, and thick as smoothed. `marks` are places on the axis of images.
    """
    names = [name for name in chart.series if any(curves.raw.get(name, []))]
    if not names:
        return ""
    raw = [[value * chart.scale for value in curves.raw[name]] for name in names]
    smooth = [[value * chart.scale for value in curves.smooth[name]] for name in names]
    levels = axis(*value_range(raw, smooth, chart))
    across = Across(curves.images[-1])

    def down(value: float) -> float:
        share = (value - levels[0]) / (levels[-1] - levels[0])
        return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)

    def line(values: list[float], kind: str) -> str:
        points = zip(curves.images, values, strict=True)
        path = " ".join(f"{across(x):.1f},{down(y):.1f}" for x, y in points if math.isfinite(y))
        return f'<polyline class="{kind}" points="{path}"/>'

    parts = []
    for value, text in zip(levels, labels(levels), strict=True):
        y = down(value)
        parts.append(f'<path class="rule" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{text}</text>')
    parts += across.drawn()
    clip = f"clip-{names[0]}"
    parts.append(
        f'<clipPath id="{clip}"><rect x="{LEFT}" y="{TOP - 2}" width="{WIDTH - LEFT - RIGHT}" '
        f'height="{HEIGHT - TOP - BOTTOM + 4}"/></clipPath><g clip-path="url(#{clip})">'
    )
    if chart.level is not None:
        parts.append(f'<path class="level" d="M{LEFT} {down(chart.level):.1f}H{WIDTH - RIGHT}"/>')
    parts += [f'<path class="mark" d="M{across(x):.1f} {TOP}V{HEIGHT - BOTTOM}"/>' for x in marks]
    parts += [line(values, f"raw c{i}") for i, values in enumerate(raw)]
    # Of two curves that are one, both are seen.
    same = " dashed" if smooth[0] == smooth[-1] else ""
    parts += [line(values, f"smooth c{i}{same if i else ''}") for i, values in enumerate(smooth)]
    parts.append('</g><g class="cursor"><path d=""/><text></text></g>')

    unit = f" <small>{escape(chart.unit)}</small>" if chart.unit else ""
    legend = "".join(
        f'<li class="c{i}"><i></i>{escape(chart.series[name])} <b data-measure="{name}">{shown(values[-1])}</b></li>'
        for i, (name, values) in enumerate(zip(names, smooth, strict=True))
    )
    says = f"{chart.title}: {chart.note}"
    return (
        f'<figure class="chart"><h3>{escape(chart.title)}{unit}</h3><ul class="legend">{legend}</ul>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(says)}">{"".join(parts)}</svg>'
        f"<figcaption>{escape(chart.note)}</figcaption></figure>"
    )


class Across:
    """The axis of images, in thousands, from 0 to `last`."""

    def __init__(self, last: float) -> None:
        self.last = max(last, 1.0)

    def __call__(self, images: float) -> float:
        """Place in the drawing."""
        return LEFT + images / self.last * (WIDTH - LEFT - RIGHT)

    def drawn(self) -> list[str]:
        """Ticks and labels; the unit stands at the last one."""
        marks = [mark for mark in axis(0.0, self.last / 1000, 5) if mark * 1000 <= self.last]
        texts = labels(marks)
        texts[-1] += " kimg"
        parts = []
        for mark, text in zip(marks, texts, strict=True):
            x = self(mark * 1000)
            # A label at the edge grows inwards.
            anchor = "end" if x > WIDTH - 40 else "middle"
            parts.append(f'<path class="tick" d="M{x:.1f} {HEIGHT - BOTTOM}v4"/>')
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{text}</text>')
        return parts


def value_range(raw: list[list[float]], smooth: list[list[float]], chart: Chart) -> tuple[float, float]:
    """What the vertical axis has to reach: almost all values, but not the few outliers of the first steps."""
    values = sorted(v for curve in raw for v in curve if math.isfinite(v))
    outliers = len(values) // 50
    inner = values[outliers : len(values) - outliers] + [curve[-1] for curve in smooth] + list(chart.holds)
    return min(inner), max(inner)


def axis(low: float, high: float, count: int = 4) -> list[float]:
    """About `count` round numbers, evenly spaced, of which the first is at most `low` and the last at least `high`."""
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-3):
        low, high = low - max(abs(low) * 0.1, 1e-3), high + max(abs(high) * 0.1, 1e-3)
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    return [i * step for i in range(first, last + 1)]


def labels(marks: list[float]) -> list[str]:
    """The numbers of an axis with as many decimals as they need."""
    for decimals in range(6):
        texts = [f"{mark:,.{decimals}f}" for mark in marks]
        if all(abs(float(text.replace(",", "")) - mark) < 1e-9 for text, mark in zip(texts, marks, strict=True)):
            break
    return [text.replace("-", "−") for text in texts]


def shown(value: float) -> str:
    """A measured number with three significant digits."""
    return (f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}").replace("-", "−")
