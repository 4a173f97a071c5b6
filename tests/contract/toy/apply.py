"""What the toy's verb does."""

from contract.toy.model import colours, load, palette
from contract.toy.request import Paint
from contract.toy.train import train
from ganima import provenance
from ganima.models.library import find_model
from ganima.models.origin import origin_of_file
from ganima.reporter import QUIET, Reporter, go_on
from ganima.training.run import Outcome


def paint(request: Paint, report: Reporter = QUIET) -> Outcome:
    """Trains where there is no model yet, and paints once there is one."""
    r = request
    if r.folder is None:
        outcome = Outcome(done=True, model=find_model(str(r.model)), before=0, examples=0)
    else:
        outcome = train(r, r.folder, report)
    if outcome.done:
        mixer, file = load(outcome.model)
        report.progress("painting", 0, 1)
        go_on(report)
        provenance.save_picture(palette(colours(mixer, r.count, r.seed)), r.out / "palette.png", origin_of_file(file))
    return outcome
