"""ganima: virtual characters from generative adversarial networks that it trains itself.

    import ganima

    model = ganima.load("portrait")                            # a bundled model, a file, or a training's folder
    for image in ganima.sample(model, count=8, seed=1):        # PIL images
        image.show()
    ganima.create("out/ada", name="Ada", seed=7)               # a whole character
    ganima.train("pictures", "runs/mine", minutes=60)          # a model of one's own

torch is imported by the first call, not by `import ganima`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ganima._version import __version__
from ganima.errors import GanimaError

if TYPE_CHECKING:
    from PIL import Image

    from ganima.character.create import Character
    from ganima.picture.model import Model

__all__ = ["GanimaError", "__version__", "create", "load", "sample", "train"]


def load(model: str | Path) -> Model:
    """A model by name, file, or folder of a training run. Raises GanimaError when there is none or it is damaged."""
    from ganima.models.library import find_model
    from ganima.picture.model import load_model

    return load_model(find_model(str(model)))


def sample(
    model: Model, count: int = 1, seed: int = 0, truncation: float = 1.0, labels: Sequence[str] = ()
) -> Iterator[Image.Image]:
    """Yields `count` pictures of `model`; the same arguments give the same pictures.

    `truncation` in [0, 1] trades diversity for typical pictures; `labels` of a conditional model are what is asked
    for, such as `dress` or `style=micah`.
    """
    from ganima.picture.sample import sample as draw

    return draw(model, count, seed, truncation, labels)


def train(
    folder: str | Path,
    out: str | Path,
    *,
    preset: str | None = None,
    resolution: tuple[int, int] | int | None = None,
    minutes: float | None = None,
    kimg: float | None = None,
    batch: int | None = None,
    seed: int = 0,
    conditional: bool = False,
    start_from: str | Path | None = None,
    settings: Sequence[str] = (),
) -> Path:
    """Trains a model on a folder of pictures into the folder `out`, or trains on what is there; returns the model's
    path.

    `resolution` is the longer side, or (height, width), in pixels. Preset and resolution are chosen from the pictures
    and the device when left out. Training lasts `minutes`, or until `kimg` thousand images were seen.
    `start_from` is a model to start from, and `settings` are fields of the preset to change, as in `loss=hinge`.
    """
    from ganima.picture.train import train as run

    return run(
        Path(folder),
        Path(out),
        preset=preset,
        resolution=resolution,
        minutes=minutes,
        kimg=kimg,
        batch=batch,
        seed=seed,
        conditional=conditional,
        start_from=None if start_from is None else str(start_from),
        settings=settings,
    ).model


def create(
    out: str | Path,
    name: str | None = None,
    seed: int | None = None,
    model: str | None = None,
    force: bool = False,
    settings: Mapping[str, float] | None = None,
    start_from: str | Path | None = None,
    labels: Sequence[str] = (),
) -> Character:
    """Creates a character in the new folder `out`: portrait, looks, idle animation, page.

    `settings` moves sliders, as in `{"smile": 1.5}`; `start_from` is another character or a latent file; `labels` are
    what is asked of a conditional model, as in `["hair=long"]`. The model is `portrait`, or that of `start_from`,
    unless given. See `character.create`.
    """
    from ganima.character.create import create_character

    origin = None if start_from is None else str(start_from)
    return create_character(Path(out), name, seed, model, force, settings, origin, labels)
