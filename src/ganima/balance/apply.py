"""The verb of balance: it unpacks a request, and does it."""

from ganima.balance import augment
from ganima.balance.request import Augment
from ganima.balance.result import Enlarged
from ganima.reporter import QUIET, Reporter


def augment_pictures(request: Augment, report: Reporter = QUIET) -> Enlarged:
    """Writes the balanced set and its report; returns what the report says."""
    r = request
    return augment.augment(
        r.folder,
        r.per_class,
        r.out,
        by=r.by,
        model=r.model,
        minutes=r.minutes,
        kimg=r.kimg,
        preset=r.preset,
        resolution=r.resolution,
        seed=r.seed,
        threads=r.threads,
        force=r.force,
        report=report,
    )
