"""The verbs of styles: each unpacks a request, and does it."""

from pathlib import Path

from ganima.errors import GanimaError
from ganima.models.library import find_model
from ganima.picture.model import load_model
from ganima.reporter import QUIET, Reporter
from ganima.style import blend, stylize, train
from ganima.style.oneshot import adapt_to_one
from ganima.style.request import Adapt, Blend, Stylize
from ganima.training.run import Outcome


def adapt_model(request: Adapt, report: Reporter = QUIET) -> Outcome:
    """Adapts a model to a folder of pictures, or to a single one."""
    r = request
    if not r.pictures.is_dir() and r.pictures.exists():
        if r.minutes is not None or r.kimg is not None:
            raise GanimaError("a single picture takes a fixed number of steps: leave `minutes` and `kimg` out")
        made = adapt_to_one(
            r.model,
            r.pictures,
            r.out,
            seed=r.seed,
            settings=r.settings,
            card=r.card(),
            threads=r.threads,
            report=report,
        )
        return Outcome(done=True, model=made, before=0, examples=1)
    return train.adapt(
        r.model,
        r.pictures,
        r.out,
        minutes=r.minutes,
        kimg=r.kimg,
        seed=r.seed,
        settings=r.settings,
        card=r.card(),
        checkpoint_seconds=r.checkpoint_seconds,
        threads=r.threads,
        report=report,
    )


def blend_models(request: Blend, report: Reporter = QUIET) -> Path:
    """Writes the half-way model; returns its path."""
    r = request
    parent, child = (load_model(find_model(name, field)) for name, field in ((r.parent, "parent"), (r.child, "child")))
    return blend.blend(parent, child, r.at, r.out, reverse=r.reverse, force=r.force)


def stylize_photo(request: Stylize, report: Reporter = QUIET) -> Path:
    """Writes the picture in the other style; returns the path of its latent."""
    r = request
    return stylize.stylize(
        r.photo,
        r.model,
        r.out,
        parent=r.parent,
        consent=r.consent,
        no_real_person=r.no_real_person,
        face=r.face,
        aligned=r.aligned,
        steps=r.steps,
        truncation=r.truncation,
        beside=r.beside,
        force=r.force,
        report=report,
    )
