"""Robustness as a section of a page: a chart for each kind of damage, what holds in words, and all numbers."""

from html import escape

from ganima.evaluation.robustness import Change, Damage, Robustness
from ganima.pages.plot import Line, plot


def section(found: Robustness) -> str:
    """The section as HTML; the page's style holds that of the training report and `plot.STYLE`."""
    without = f" {found.without} more had no result even when clean, and are left out." if found.without else ""
    return f"""<section><h2>Robustness of {escape(found.what)}</h2>
<p class="note">What is made of a damaged picture, compared with what is made of the same picture when it is clean, on
average over {found.pictures} pictures. Similarity is SSIM: 1 is the same. Where the line of the result lies above that
of the picture itself, the damage is mended in part; where it lies below, the damage grows.
{escape(found.note)}{without}</p>
<div class="charts">{"".join(chart(damage) for damage in found.damages)}</div>
<p class="note"></p>
<div class="numbers"><table>
<tr><th>damage<th>holds<th>at strength 1<th>2<th>3<th>4<th>5</tr>
{"".join(_summary(damage) for damage in found.damages)}</table></div>
<p class="note">The difference is a distance of features ({escape(found.extractor)}): 0 is the same result, 1 is as
different as the result for another picture. It holds as long as it stays at 0.5 or below, and nine of ten pictures
still have a result.</p>
<details><summary>All numbers</summary><div class="numbers"><table>
<tr><th>damage<th>amount<th>result: PSNR<th>SSIM<th>difference<th>failed<th>picture: PSNR<th>SSIM<th>difference</tr>
{"".join(_row(damage, i) for damage in found.damages for i in range(len(damage.labels)))}</table></div></details>
</section>"""


def chart(damage: Damage) -> str:
    """How similar the results and the pictures stay, over the strengths."""
    lines = [
        Line("result", [change.ssim for change in damage.results]),
        Line("the picture itself", [change.ssim for change in damage.inputs]),
    ]
    if any(change.failed for change in damage.results):
        lines.append(Line("share with a result", [1 - change.failed for change in damage.results]))
    note = damage.says[0].upper() + damage.says[1:] + "."
    return plot(damage.name, note, damage.labels, lines, 0.0, 1.0)


def words(found: Robustness) -> list[str]:
    """A line for each kind of damage, for the terminal."""
    lines = []
    for damage in found.damages:
        differences = "  ".join(f"{_number(change.difference, 2):>5}" for change in damage.results)
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


def _summary(damage: Damage) -> str:
    kind = "good" if damage.holds >= 4 else "bad" if damage.holds <= 1 else ""
    cells = "".join(f"<td>{_number(change.difference, 2)}" for change in damage.results)
    return f'<tr><td>{escape(damage.name)}<td class="{kind}">{escape(_holds(damage))}{cells}</tr>\n'


def _row(damage: Damage, number: int) -> str:
    result, own = damage.results[number], damage.inputs[number]
    return (
        f"<tr><td>{escape(damage.name)}<td>{escape(damage.labels[number])}{_cells(result)}<td>{result.failed:.0%}"
        f"{_cells(own)}</tr>\n"
    )


def _cells(change: Change) -> str:
    return f"<td>{_number(change.psnr, 1)}<td>{_number(change.ssim, 3)}<td>{_number(change.difference, 2)}"


def _number(value: float | None, decimals: int) -> str:
    return "–" if value is None else f"{value:.{decimals}f}"
