"""The application value as a section of a page."""

from markupsafe import Markup

from ganima.evaluation.application import Amount, Application, Marks
from ganima.pages import render
from ganima.pages.charts import Drawing, Line, over_steps
from ganima.pages.words import number, percent


def section(found: Application) -> Markup:
    """The section of the page."""
    return render.section(
        "application.html.j2",
        found=found,
        outcome=words(found)[0],
        caution=_caution(found),
        drawing=_drawing(found),
        amounts=[
            ["none", "–", "–", *_cells(found.generated_alone), "–"],
            *(_row(amount) for amount in found.amounts),
        ],
        classes=[_class(name, found) for name in found.names],
    )


def words(found: Application) -> list[str]:
    """Lines for the terminal; the first one is the outcome."""
    most, alone = found.amounts[-1], found.generated_alone
    lines = [
        f"Learned from generated pictures alone: {percent(alone.mean_recall)}; from {most.pictures:,} real ones: "
        f"{percent(most.real.mean_recall)}; from both: {percent(most.both.mean_recall)} mean recall of "
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


def _drawing(found: Application) -> Drawing:
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
    return over_steps("Mean recall", note, steps, lines, 0.0, max(*values, level), level)


def _row(amount: Amount) -> list[str]:
    gain = 100 * (amount.both.mean_recall - amount.real.mean_recall)
    name = f"{amount.pictures:,} ({amount.share:.0%})"
    return [name, *_cells(amount.real), *_cells(amount.both), number(gain, 1, "+")]


def _class(name: str, found: Application) -> list[str]:
    most = found.amounts[-1]
    return [name, *(percent(marks.recalls.get(name)) for marks in (found.generated_alone, most.real, most.both))]


def _cells(marks: Marks) -> list[str]:
    return [f"{percent(marks.accuracy)} ± {100 * marks.accuracy_deviation:.1f}", _both(marks)]


def _both(marks: Marks) -> str:
    return f"{percent(marks.mean_recall)} ± {100 * marks.mean_recall_deviation:.1f}"
