"""Line charts: small multiples of a run's measures over the examples seen, and charts over a few named steps.

Here is computed where everything lies; the template `parts.html.j2` draws it as SVG.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ganima.pages.curves import Curves
from ganima.pages.words import shown, thousand

WIDTH, HEIGHT = 360, 176
LEFT, RIGHT, TOP, BOTTOM = 40, 352, 8, 152
"""Where the lines lie; around them is room for the labels of the axes."""
MARGIN = 16
"""Room to either side of the first and the last of a few named steps."""

LETTER = 6
"""Width of a letter of a label, about."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """What one chart of a run shows; a recipe hands over its own."""

    title: str
    note: str
    """What it means, in one sentence."""
    series: Mapping[str, str]
    """Label by the name of a measure, at most two."""
    unit: str = ""
    scale: float = 1.0
    """Values are multiplied by this to have the unit."""
    holds: tuple[float, ...] = ()
    """Values, in the unit, that the vertical axis always reaches."""
    level: float | None = None
    """A value worth knowing, drawn as a dotted line."""


@dataclass(frozen=True)
class Line:
    """One curve over a few named steps."""

    label: str
    values: Sequence[float | None]
    """One for each step; None where there is none."""
    deviations: Sequence[float] = ()
    """How far the whiskers reach up and down, if there are any."""


@dataclass(frozen=True)
class Entry:
    """One line of a legend."""

    label: str
    value: str
    """The last one; empty where there is none."""
    measure: str = ""
    """By which name the page's script finds other values."""


@dataclass(frozen=True)
class Tick:
    """A label of an axis."""

    place: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Stroke:
    """A line as it is drawn."""

    kind: str
    """Its classes in the style sheet."""
    points: Sequence[Point]
    dots: Sequence[Point] = ()
    whiskers: Sequence[tuple[float, float, float]] = ()
    """Place, top and bottom."""


@dataclass(frozen=True)
class Drawing:
    """A chart with everything in its place."""

    title: str
    note: str
    unit: str
    legend: Sequence[Entry]
    levels: Sequence[Tick]
    """Of the vertical axis."""
    steps: Sequence[Tick]
    """Of the horizontal axis."""
    lines: Sequence[Stroke]
    level: float | None
    marks: Sequence[float] = ()
    """Places of vertical lines."""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM

    @property
    def name(self) -> str:
        """What the page calls it."""
        return "chart-" + re.sub(r"\W+", "-", self.title.lower())


@dataclass(frozen=True)
class Down:
    """The vertical axis, with a label at each of `levels`."""

    levels: Sequence[float]

    def __call__(self, value: float) -> float:
        """Place in the drawing."""
        share = (value - self.levels[0]) / (self.levels[-1] - self.levels[0])
        return round(TOP + (1 - share) * (BOTTOM - TOP), 1)

    def ticks(self) -> list[Tick]:
        """Its labels."""
        return [Tick(self(value), text) for value, text in zip(self.levels, labels(self.levels), strict=True)]


@dataclass(frozen=True)
class Across:
    """The axis of what was seen, from 0 to `last` examples."""

    last: float
    examples: str
    """What is counted, in the plural."""

    def __call__(self, seen: float) -> float:
        """Place in the drawing."""
        return round(LEFT + seen / max(self.last, 1.0) * (RIGHT - LEFT), 1)

    @property
    def scale(self) -> int:
        """How many examples the unit is."""
        return 1 if self.last < 1000 else 1000

    @property
    def unit(self) -> str:
        """What the axis counts."""
        return self.examples if self.scale == 1 else thousand(self.examples)

    def ticks(self) -> list[Tick]:
        """Its labels; the unit stands at the last one, which takes the room of those before it."""
        marks = [mark for mark in axis(0.0, max(self.last, 1.0) / self.scale, 5) if mark * self.scale <= self.last]
        *others, (place, text) = zip([self(mark * self.scale) for mark in marks], labels(marks), strict=True)
        # A label at the edge grows inwards, and so does one with a long unit.
        last = f"{text} {self.unit}"
        half = LETTER * len(last) / 2
        inwards = place + half > WIDTH
        free = place - half * (2 if inwards else 1) - LETTER
        ticks = [Tick(x, label) for x, label in others if x + LETTER * len(label) / 2 <= free]
        return [*ticks, Tick(place, last, "end" if inwards else "middle")]


def over_examples(chart: Chart, curves: Curves, troubles: Sequence[float], examples: str) -> Drawing | None:
    """The chart of a run's `curves`; None when its measures were not taken, or are 0 throughout.

    Every curve is drawn twice: thin as measured, and thick as smoothed. `troubles` are places on the axis of what was
    seen, `examples` what that is.
    """
    names = [name for name in chart.series if any(v and math.isfinite(v) for v in curves.raw.get(name, []))]
    if not names:
        return None
    raw = [[value * chart.scale for value in curves.raw[name]] for name in names]
    smooth = [[value * chart.scale for value in curves.smooth[name]] for name in names]
    down, across = Down(axis(*value_range(raw, smooth, chart))), Across(curves.seen[-1], examples)

    def line(values: list[float], kind: str) -> Stroke:
        points = [(across(x), down(y)) for x, y in zip(curves.seen, values, strict=True) if math.isfinite(y)]
        # A single point is no line.
        return Stroke(kind, points, points if len(points) == 1 else ())

    # Of two curves that are one, both are seen.
    same = " dashed" if smooth[0] == smooth[-1] else ""
    return Drawing(
        chart.title,
        chart.note,
        chart.unit,
        [Entry(chart.series[name], shown(_last(values)), name) for name, values in zip(names, smooth, strict=True)],
        down.ticks(),
        across.ticks(),
        [line(values, f"raw c{i}") for i, values in enumerate(raw)]
        + [line(values, f"smooth c{i}{same if i else ''}") for i, values in enumerate(smooth)],
        None if chart.level is None else down(chart.level),
        [across(place) for place in troubles],
    )


def over_steps(
    title: str,
    note: str,
    steps: Sequence[str],
    lines: Sequence[Line],
    low: float,
    high: float,
    level: float | None = None,
) -> Drawing:
    """A chart over a few named steps (strengths, amounts of data); the vertical axis holds `low` and `high`.

    `level` is a value worth knowing, drawn as a dotted line.
    """
    down = Down(axis(low, high))
    room = RIGHT - LEFT - 2 * MARGIN
    across = [round(LEFT + MARGIN + step / max(len(steps) - 1, 1) * room, 1) for step in range(len(steps))]
    legend, strokes = [], []
    for number, line in enumerate(lines):
        taken = [(i, v) for i, v in enumerate(line.values) if v is not None and math.isfinite(v)]
        points = [(across[i], down(v)) for i, v in taken]
        legend.append(Entry(line.label, shown(taken[-1][1]) if taken else ""))
        strokes.append(Stroke(f"smooth c{number}", points, points, _whiskers(line, across, down)))
    ticks = [Tick(place, step) for place, step in zip(across, steps, strict=True)]
    return Drawing(title, note, "", legend, down.ticks(), ticks, strokes, None if level is None else down(level))


def _whiskers(line: Line, across: Sequence[float], down: Down) -> list[tuple[float, float, float]]:
    low, high = down.levels[0], down.levels[-1]
    return [
        (place, down(min(middle + deviation, high)), down(max(middle - deviation, low)))
        for place, middle, deviation in zip(across, line.values, line.deviations, strict=False)
        if middle is not None
    ]


def _last(values: Sequence[float]) -> float:
    """The last value that was taken."""
    return next(value for value in reversed(values) if math.isfinite(value))


def value_range(raw: list[list[float]], smooth: list[list[float]], chart: Chart) -> tuple[float, float]:
    """What the vertical axis has to reach: almost all values, but not the few outliers of the first steps."""
    values = sorted(v for curve in raw for v in curve if math.isfinite(v))
    outliers = len(values) // 50
    inner = values[outliers : len(values) - outliers] + [_last(curve) for curve in smooth] + list(chart.holds)
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


def labels(marks: Sequence[float]) -> list[str]:
    """The numbers of an axis with as many decimals as they need."""
    for decimals in range(6):
        texts = [f"{mark:,.{decimals}f}" for mark in marks]
        if all(abs(float(text.replace(",", "")) - mark) < 1e-9 for text, mark in zip(texts, marks, strict=True)):
            break
    return [text.replace("-", "−") for text in texts]
