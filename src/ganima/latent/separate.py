"""Edit directions by linear separation of labelled samples in w (InterFaceGAN, Shen et al. 2020, arXiv 2005.09635).

Each column of labels gets a ridge regression on whitened w, which for yes and no is Fisher's linear discriminant. A
direction is then made orthogonal to what the other columns depend on (conditional manipulation, section 3.4 of the
paper), for all of them at once.
"""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganima.errors import GanimaError
from ganima.latent import latents
from ganima.latent.components import DRAWN, draw_w, on_layers
from ganima.latent.directions import Directions, check_name
from ganima.picture.model import Model

FEWEST = 10
"""Labelled samples that a column must have."""
WORDS = {"yes": 1.0, "true": 1.0, "y": 1.0, "no": 0.0, "false": 0.0, "n": 0.0}
"""What may stand for a number."""
RIDGES = (1e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Strengths that are tried, as multiples of the mean eigenvalue."""
TRUNCATION = 0.9
"""Of the samples that are shown for labelling: a bit more typical than what the model draws, and still diverse."""


@dataclass(frozen=True)
class LabelledLatents:
    """Samples with what somebody saw on them."""

    w: Tensor
    """[n, w_dim]; of a latent that has one w for each layer, their mean over the layers that are to be moved."""
    columns: dict[str, Tensor]
    """[n] by name; NaN where the cell is empty."""


@dataclass(frozen=True)
class Fit:
    """A ridge regression, and how well it does on samples that it has not seen."""

    weights: Tensor
    """[features]"""
    bias: float
    correlation: float
    """Of leave-one-out predictions with the labels."""
    accuracy: float | None
    """Share of leave-one-out predictions on the right side, for labels of two values."""


def separate(model: Model, labels: Path, layers: Sequence[int], seed: int = 0) -> Directions:
    """A direction for each column of a CSV file `labels`, which hardly moves what the other columns say.

    The file has a column `seed`, or `file` with latent files or characters, and columns of numbers or yes and no. One
    unit is one standard deviation of w along the direction. Raises GanimaError when the file cannot be used.
    """
    labelled = read_labels(model, labels, layers)
    drawn = draw_w(model, DRAWN, seed)
    mean, root, inverse = whitening(drawn)
    points = (labelled.w - mean) @ inverse.t()
    fits = {}
    for name, column in labelled.columns.items():
        known = ~column.isnan()
        fits[name] = ridge(points[known], column[known])
    normals = torch.stack([fit.weights for fit in fits.values()])
    freed = torch.nn.functional.normalize(conditional(normals), dim=1)
    about = {
        "method": "linear separation of labelled samples, conditional on the other labels (Shen et al. 2020)",
        "layers": list(layers),
        "samples": len(labelled.w),
        "leave_one_out": {name: said(fit) for name, fit in fits.items()},
        "does": {name: in_words(fit) for name, fit in fits.items()},
    }
    vectors = on_layers(freed @ root.t(), layers, model.generator.layers)
    return Directions(tuple(fits), vectors, model.space, about)


def conditional(normals: Tensor) -> Tensor:
    """`normals` [n, features], each without its part along the others: every row keeps to what it alone stands for.

    Rows that depend on the others share what they have in common.
    """
    freed: Tensor = torch.linalg.pinv(normals.double(), rtol=1e-4).t()
    return freed.to(normals.dtype)


def whitening(w: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean [w_dim] of w [n, w_dim], and the matrices that give it its covariance and that take it away.

    Directions in which w hardly varies count as varying a little, or noise would lead along them.
    """
    mean = w.mean(0)
    values, axes = torch.linalg.eigh(torch.cov(w.t().double()))
    deviations = values.clamp_min(float(1e-3 * values.max())).sqrt()
    return mean, (axes * deviations).float(), (axes / deviations).t().float()


def ridge(points: Tensor, labels: Tensor) -> Fit:
    """Ridge regression of labels [n] on points [n, features], as strong as predicts best with each sample left out."""
    x = (points - points.mean(0)).double()
    y = (labels - labels.mean()).double()
    values, axes = torch.linalg.eigh(x @ x.t())
    values, seen = values.clamp_min(0), axes.t() @ y
    best, chosen, unseen = math.inf, 0.0, y
    for strength in RIDGES:
        share = values / (values + strength * values.mean())
        leverage = axes.square() @ share + 1 / len(y)
        residual = (y - axes @ (share * seen)) / (1 - leverage).clamp_min(1e-6)
        if (error := float(residual.square().mean())) < best:
            best, chosen, unseen = error, strength * float(values.mean()), y - residual
    weights = (x.t() @ (axes @ (seen / (values + chosen)))).to(points.dtype)
    bias = float(labels.mean() - points.mean(0) @ weights)
    correlation = float(torch.corrcoef(torch.stack([unseen, y]))[0, 1])
    low, high = float(y.min()), float(y.max())
    accuracy = None
    if bool(((y == low) | (y == high)).all()):
        middle = (low + high) / 2
        accuracy = float(((unseen > middle) == (y > middle)).double().mean())
    return Fit(weights, bias, correlation, accuracy)


def said(fit: Fit) -> dict[str, Any]:
    """What a card says of a fit."""
    about: dict[str, Any] = {"correlation": round(fit.correlation, 3)}
    return about if fit.accuracy is None else about | {"accuracy": round(fit.accuracy, 3)}


def in_words(fit: Fit) -> str:
    """How well the labels can be told from the latent of a sample that was left out."""
    if fit.accuracy is not None:
        return f"{fit.accuracy:.0%} told right"
    return f"correlation {fit.correlation:.2f}"


def read_labels(model: Model, path: Path, layers: Sequence[int]) -> LabelledLatents:
    """Reads a CSV file of labelled samples. Raises GanimaError that names what is wrong with it."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))
    except OSError as error:
        raise GanimaError(f"cannot read {path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise GanimaError(f"{path} is no CSV file: {error}") from error
    head = [name.strip() for name in rows[0]] if rows else []
    key = next((name for name in ("seed", "file") if name in head), None)
    names = [name for name in head if name != key]
    if key is None or not names or len(set(head)) < len(head):
        raise GanimaError(f"{path} needs a head with `seed` or `file`, and a column for each thing that it labels")
    for name in names:
        check_name(name)
    places, table = [], []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(head):
            raise GanimaError(f"{path}, line {number}: it has {len(row)} cells, and the head has {len(head)}")
        cells = dict(zip(head, (cell.strip() for cell in row), strict=True))
        word = cells[key] if key == "seed" else str(path.parent / cells[key])
        if key == "seed" and latents.as_seed(word) is None:
            raise GanimaError(f"{path}, line {number}: {word!r} is no seed")
        places.append(latents.read(word, model, TRUNCATION).ws[list(layers)].mean(0))
        table.append([_number(cells[name], f"{path}, line {number}") for name in names])
    columns = dict(zip(names, torch.tensor(table).view(-1, len(names)).unbind(1), strict=True))
    # A column of nothing but gaps is one that nobody got round to.
    columns = {name: column for name, column in columns.items() if not column.isnan().all()}
    if not columns:
        raise GanimaError(f"{path} holds no labels")
    for name, column in columns.items():
        known = column[~column.isnan()]
        if len(known) < FEWEST or bool((known == known[:1]).all()):
            raise GanimaError(f"{path}: the column {name!r} needs {FEWEST} labels or more, and two that differ")
    return LabelledLatents(torch.stack(places), columns)


def _number(cell: str, where: str) -> float:
    if not cell:
        return math.nan
    try:
        value = WORDS[cell.lower()] if cell.lower() in WORDS else float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise GanimaError(f"{where}: {cell!r} is no number, and not yes or no")
    return value
