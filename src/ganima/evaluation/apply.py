"""The verbs of evaluation: each unpacks a request, and does it."""

from dataclasses import dataclass
from pathlib import Path

from ganima.evaluation import robustness as damage
from ganima.evaluation import runs
from ganima.evaluation.further import Further, further
from ganima.evaluation.judgement import Judgement
from ganima.evaluation.model import extractor_of, judge
from ganima.evaluation.report import check_out, write_report
from ganima.evaluation.request import Evaluate, MeasureRobustness
from ganima.evaluation.robustness_report import write_robustness
from ganima.models.library import find_model
from ganima.picture.model import load_model
from ganima.reporter import QUIET, Reporter
from ganima.style.lineage import ancestor

WHAT = {"invert": "inversion into", "stylize": "stylisation with"}


@dataclass(frozen=True)
class Evaluation:
    """How good a model is, as the page says it."""

    judgement: Judgement
    further: Further
    page: Path
    data: Path
    """The same as JSON."""


def evaluate_model(request: Evaluate, report: Reporter = QUIET) -> Evaluation:
    """Writes the page; returns what it says."""
    r = request
    check_out(r.out, r.force)
    model = load_model(find_model(r.model))
    features = extractor_of(r.extractor, model, r.folder)
    more = further(
        model,
        r.folder,
        r.held_out,
        robust=r.robustness,
        applied=r.application,
        by=r.by,
        seed=r.seed,
        report=report,
    )
    found = judge(model, r.folder, r.held_out, features, r.count, r.seed, r.truncation, report)
    beside = write_report(found, r.out, more.sections, more.data, not r.no_real_pictures)
    return Evaluation(found, more, r.out, beside)


def measure_robustness(request: MeasureRobustness, report: Reporter = QUIET) -> damage.Robustness:
    """Measures it, and writes the page where one is asked for."""
    r = request
    if r.out is not None:
        check_out(r.out, r.force)
    model = load_model(find_model(r.model))
    if r.command == "align":
        what, run, note = "alignment", runs.alignment(), runs.ALIGNMENT_NOTE
        pictures = runs.photographs(r.folder, r.count, report)
    else:
        root = ancestor(model, r.parent) if r.command == "stylize" else model
        what, note = f"{WHAT[r.command]} {model.name}", runs.INVERSION_NOTE
        what += f", {r.steps} step{'s' * (r.steps != 1)}" if r.steps else ""
        inversion = r.command == "invert"
        run = runs.inversion(model, r.steps) if inversion else runs.stylisation(root, model, r.steps)
        pictures = runs.pictures_for(root, r.folder, r.count, report)
    found = damage.robustness(what, run, pictures, r.seed, note, report=report)
    if r.out is not None:
        write_robustness(found, run, model, r.out, r.folder, r.seed)
    return found
