"""What a judgement says on demand: how well results stand damage, and what generated pictures teach a classifier."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ganima.evaluation import application_page, robustness_page
from ganima.evaluation.application import application_of
from ganima.evaluation.robustness import robustness
from ganima.evaluation.runs import INVERSION_NOTE, pictures_for, usual_run
from ganima.picture.model import Model
from ganima.reporter import QUIET, Reporter

PICTURES = 16
"""Pictures that are damaged."""


@dataclass
class Further:
    """Sections of a page, what they say by name, and lines for the terminal."""

    sections: list[Markup] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def further(
    model: Model,
    folder: Path,
    held_out: Path | None,
    *,
    robust: bool,
    applied: bool,
    by: str | None,
    seed: int,
    report: Reporter = QUIET,
) -> Further:
    """What is asked for of the two. Raises GanimaError where the model has no encoder, or no labels to ask for."""
    made = Further()
    if robust:
        what, run, root = usual_run(model)
        pictures = pictures_for(root, held_out or folder, PICTURES, report)
        found = robustness(what, run, pictures, seed, INVERSION_NOTE, report=report)
        made.sections.append(robustness_page.section(found))
        made.data["robustness"] = found.to_json()
        made.lines += [f"robustness of {what}: difference at strengths 1 to 5 (0 the same, 1 another picture)"]
        made.lines += robustness_page.words(found)
    if applied:
        value = application_of(model, folder, held_out, by=by, seed=seed, report=report)
        made.sections.append(application_page.section(value))
        made.data["application value"] = value.to_json()
        made.lines += ["application value: what classifiers know", *application_page.words(value)]
    return made
