"""The application value as a section of a page."""

from html import escape

from ganima.evaluation.application import Amount, Application, Marks
from ganima.pages.plot import Line, plot


def section(found: Application) -> str:
    """The section as HTML; the page's style holds that of the training report and `plot.STYLE`."""
    rows = "".join(_row(amount) for amount in found.amounts)
    return f"""<section><h2>Application value</h2>
<p class="verdict">{escape(words(found)[0])}</p>
<p class="note">How well a small classifier tells {len(found.names)} classes apart, tested on {found.test:,} real
pictures that it has not seen; what it learned from is different. Mean recall counts every class alike; guessing scores
{_percent(found.chance)}. Each number is the mean of {found.seeds} classifiers, ± their standard deviation.
{_caution(found)}</p>
<div class="charts">{_chart(found)}</div>
<p class="note"></p>
<div class="numbers"><table>
<tr><th>real pictures<th>real alone: right<th>mean recall
<th>and {found.generated:,} generated: right<th>mean recall<th>gain</tr>
<tr><td>none<td>–<td>–{_cells(found.generated_alone)}<td>–</tr>
{rows}</table></div>
<details><summary>Recall of each class</summary><div class="numbers"><table>
<tr><th>class<th>generated alone<th>{found.amounts[-1].pictures:,} real ones<th>both</tr>
{"".join(_class(name, found) for name in found.names)}</table></div></details></section>"""


def words(found: Application) -> list[str]:
    """Lines for the terminal; the first one is the outcome."""
    most, alone = found.amounts[-1], found.generated_alone
    lines = [
        f"Learned from generated pictures alone: {_percent(alone.mean_recall)}; from {most.pictures:,} real ones: "
        f"{_percent(most.real.mean_recall)}; from both: {_percent(most.both.mean_recall)} mean recall of "
        f"{len(found.names)} classes."
    ]
    for amount in found.amounts:
        lines.append(
            f"{amount.pictures:6,} real ({amount.share:4.0%})  {_both(amount.real)} alone  {_both(amount.both)} with "
            f"{found.generated:,} generated"
        )
    return lines


def _caution(found: Application) -> str:
    if found.seen:
        return "The model was trained on the very pictures that are tested on: what it adds may look better than it is."
    if not found.held_out:
        return (
            "Whether the model has seen the pictures that are tested on is not known; if it has, what it adds may look "
            "better than it is. Held-out pictures that it never saw would tell."
        )
    return ""


def _chart(found: Application) -> str:
    steps = [f"{amount.pictures:,}" for amount in found.amounts]
    lines = [
        Line(
            label,
            [100 * marks.mean_recall for marks in kind],
            [100 * marks.mean_recall_deviation for marks in kind],
        )
        for label, kind in (
            ("real and generated", [amount.both for amount in found.amounts]),
            ("real alone", [amount.real for amount in found.amounts]),
        )
    ]
    note = "Mean recall in % over the number of real pictures; the dotted line is generated pictures alone."
    level = 100 * found.generated_alone.mean_recall
    values = [value for line in lines for value in line.values if value is not None]
    return plot("Mean recall", note, steps, lines, 0.0, max(*values, level), level)


def _row(amount: Amount) -> str:
    gain = 100 * (amount.both.mean_recall - amount.real.mean_recall)
    return (
        f"<tr><td>{amount.pictures:,} ({amount.share:.0%}){_cells(amount.real)}{_cells(amount.both)}"
        f"<td>{f'{gain:+.1f}'.replace('-', '−')}</tr>\n"
    )


def _class(name: str, found: Application) -> str:
    most = found.amounts[-1]
    recalls = (marks.recalls.get(name) for marks in (found.generated_alone, most.real, most.both))
    cells = "".join(f"<td>{'–' if recall is None else _percent(recall)}" for recall in recalls)
    return f"<tr><td>{escape(name)}{cells}</tr>\n"


def _cells(marks: Marks) -> str:
    return f"<td>{_percent(marks.accuracy)} ± {100 * marks.accuracy_deviation:.1f}<td>{_both(marks)}"


def _both(marks: Marks) -> str:
    return f"{_percent(marks.mean_recall)} ± {100 * marks.mean_recall_deviation:.1f}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
