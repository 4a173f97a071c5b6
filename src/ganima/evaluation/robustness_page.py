"""Robustness as a section of a page: a chart for each kind of damage, what holds in words, and all numbers."""

from markupsafe import Markup

from ganima.evaluation.robustness import Change, Damage, Robustness
from ganima.pages import render
from ganima.pages.charts import Drawing, Line, over_steps
from ganima.pages.words import number


def section(found: Robustness) -> Markup:
    """The section of the page."""
    return render.section(
        "robustness.html.j2",
        found=found,
        drawings=[drawing(damage) for damage in found.damages],
        holds=[_holds(damage) for damage in found.damages],
        rows=[_row(damage, i) for damage in found.damages for i in range(len(damage.labels))],
    )


def drawing(damage: Damage) -> Drawing:
    """How similar the results and the pictures stay, over the strengths."""
    lines = [
        Line("result", [change.ssim for change in damage.results]),
        Line("the picture itself", [change.ssim for change in damage.inputs]),
    ]
    if any(change.failed for change in damage.results):
        lines.append(Line("share with a result", [1 - change.failed for change in damage.results]))
    note = damage.says[0].upper() + damage.says[1:] + "."
    return over_steps(damage.name, note, damage.labels, lines, 0.0, 1.0)


def words(found: Robustness) -> list[str]:
    """A line for each kind of damage, for the terminal."""
    lines = []
    for damage in found.damages:
        differences = "  ".join(f"{number(change.difference, 2):>5}" for change in damage.results)
        failed = max(change.failed for change in damage.results)
        lines.append(
            f"{damage.name:12}  {differences}  {_holds(damage)}" + (f", up to {failed:.0%} fail" if failed else "")
        )
    return lines


def _holds(damage: Damage) -> str:
    if not damage.holds:
        return "does not hold"
    amount = damage.labels[damage.holds - 1]
    return f"holds to {amount}" if damage.holds < len(damage.labels) else f"holds throughout ({amount})"


def _row(damage: Damage, place: int) -> list[str]:
    result, own = damage.results[place], damage.inputs[place]
    return [damage.name, damage.labels[place], *_cells(result), f"{result.failed:.0%}", *_cells(own)]


def _cells(change: Change) -> list[str]:
    return [number(change.psnr, 1), number(change.ssim, 3), number(change.difference, 2)]
