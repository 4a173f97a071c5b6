"""A small convolutional network that tells classes of pictures apart, trained on the spot.

It is a measuring instrument: it says how much labelled pictures teach, and whether pictures show what they were asked
to show. It knows nothing but the pictures that it is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from ganima.data.labels import UNKNOWN, Labels
from ganima.metrics.features import Pictures, rgb

SIDE = 64
"""Longer side in pixels of the pictures that it sees."""
WIDTHS = (32, 64, 96, 128)
"""Number of channels of each level; each halves the picture."""
DROPOUT = 0.2
BATCH, EVERY = 32, 25
"""Pictures a step, and steps between two looks at the pictures for validation."""
PATIENCE = 8
"""So many looks without an improvement end the training."""
STEPS_MIN, STEPS_MAX, EPOCHS = 200, 1200, 30
"""A training goes so often over its pictures, within these numbers of steps."""
RATE, DECAY = 2e-3, 1e-2
"""AdamW's largest learning rate, and its weight decay."""
SHIFT = 1 / 16
"""Pictures are shifted by this share of their sides at most."""

Small = NDArray[np.uint8]
"""RGB pictures [count, height, width, 3] of one size, see `small`."""
Numbers = NDArray[np.int64]
"""Labels of pictures, as `data.labels` has them: [count], or [count, groups]; -1 where one is not known."""


@dataclass(frozen=True)
class Accuracy:
    """How often a classifier is right about one group of labels."""

    accuracy: float
    """Share of the pictures."""
    recalls: dict[str, float]
    """Share of each class's pictures that are found to be of it, by the name of the class; those that occur."""

    @property
    def mean_recall(self) -> float:
        """Every class counts alike, however many pictures it has."""
        return sum(self.recalls.values()) / len(self.recalls)


@dataclass(frozen=True)
class Classifier:
    """A trained network."""

    net: nn.Module
    """Small pictures in [-1, 1] to one logit for every class of all groups."""
    labels: Labels
    steps: int
    """Steps of training after which it was at its best."""

    def predict(self, pictures: Small) -> Numbers:
        """The likeliest class in each group: [count], or [count, groups]."""
        parts = torch.cat([self._best(part) for part in _batches(pictures)])
        rows: Numbers = parts.numpy()
        return rows if self.labels.groups else rows[:, 0]

    def score(self, pictures: Small, labels: Numbers) -> dict[str, Accuracy]:
        """How often it is right where the label is known, by group; plain classes are the one group ""."""
        guessed = self.predict(pictures)
        return {name: score(guess, true, self.labels) for name, guess, true in columns(guessed, labels, self.labels)}

    @torch.inference_mode()
    def _best(self, pictures: Tensor) -> Tensor:
        logits = self.net(pictures)
        return torch.stack([numbers[logits[:, numbers].argmax(1)] for numbers in heads(self.labels)], 1)


def small(pictures: Pictures, side: int = SIDE) -> Small:
    """Pictures of one size as the classifier sees them: RGB, transparency on white, the longer side at most `side`."""
    rows = []
    for start in range(0, len(pictures), 64):
        x = rgb(pictures[start : start + 64])
        scale = min(1.0, side / max(x.shape[2:]))
        height, width = (max(8, round(length * scale)) for length in x.shape[2:])
        x = F.interpolate(x, (height, width), mode="bilinear", antialias=True, align_corners=False)
        rows.append(((x.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy())
    return np.concatenate(rows)


def train_classifier(
    pictures: Small,
    labels: Numbers,
    vocabulary: Labels,
    *,
    validation: tuple[Small, Numbers] | None = None,
    mirror: bool = False,
    seed: int = 0,
    steps: int | None = None,
) -> Classifier:
    """Trains a classifier on `pictures`; with `validation`, it is the one of all steps that does best there.

    Plain classes are drawn equally often, however many pictures they have; with groups, pictures are. `mirror` shows
    half of the pictures mirrored, where left and right mean nothing. `steps` is how long to train at most; without it,
    that depends on the number of pictures. The same arguments give the same classifier on one machine with one number
    of threads.
    """
    steps = steps or steps_for(len(pictures))
    rng, draws = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = _network(len(vocabulary.classes))
        optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
        known = torch.from_numpy(labels).reshape(len(labels), -1)
        weights = _weights(labels, vocabulary)
        best, kept, kept_at, worse = float("inf"), net.state_dict(), steps, 0
        for step in range(1, steps + 1):
            chosen = rng.choice(len(pictures), BATCH, p=weights)
            net.train()
            with torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported()):
                logits = net(_varied(_tensor(pictures[chosen]), mirror, draws))
            loss = _loss(logits.float(), known[chosen], vocabulary)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            if validation is not None and (step % EVERY == 0 or step == steps):
                now = _validate(net, *validation, vocabulary)
                worse += 1
                if now < best:
                    best, kept_at, worse = now, step, 0
                    kept = {name: tensor.clone() for name, tensor in net.state_dict().items()}
                if worse == PATIENCE:
                    break
        if validation is not None:
            net.load_state_dict(kept)
    return Classifier(net.eval().requires_grad_(False), vocabulary, kept_at)


def steps_for(count: int) -> int:
    """Steps of a training on `count` pictures."""
    return max(STEPS_MIN, min(STEPS_MAX, EPOCHS * count // BATCH))


def heads(labels: Labels) -> list[Tensor]:
    """The numbers of the classes of each group; those of plain classes are one group."""
    groups = [labels.of_group(group) for group in labels.groups] or [list(range(len(labels.classes)))]
    return [torch.tensor(numbers) for numbers in groups]


def columns(guessed: Numbers, true: Numbers, labels: Labels) -> Iterator[tuple[str, Numbers, Numbers]]:
    """What was guessed and what is true, [count] each, group by group; plain classes are the one group ""."""
    for place, name in enumerate(labels.groups or ("",)):
        yield name, guessed.reshape(len(guessed), -1)[:, place], true.reshape(len(true), -1)[:, place]


def score(guessed: Numbers, true: Numbers, labels: Labels) -> Accuracy:
    """How often the `guessed` labels [count] of one group are the `true` ones, where these are known."""
    known = true != UNKNOWN
    right = guessed[known] == true[known]
    recalls = {labels.classes[n]: float(right[true[known] == n].mean()) for n in np.unique(true[known])}
    return Accuracy(float(right.mean()) if len(right) else 0.0, recalls)


def _network(classes: int) -> nn.Module:
    layers: list[nn.Module] = []
    for c_in, c_out in zip((3, *WIDTHS[:-1]), WIDTHS, strict=True):
        layers += [nn.Conv2d(c_in, c_out, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU()]
        layers += [nn.Conv2d(c_out, c_out, 3, padding=1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU()]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(DROPOUT), nn.Linear(WIDTHS[-1], classes)]
    net: nn.Module = nn.Sequential(*layers).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return net


def _weights(labels: Numbers, vocabulary: Labels) -> NDArray[np.float64] | None:
    """How likely each picture is drawn, None for all alike."""
    if vocabulary.groups:
        return None
    shares = 1 / np.bincount(labels, minlength=len(vocabulary.classes))[labels]
    weights: NDArray[np.float64] = shares / shares.sum()
    return weights


def _tensor(pictures: Small) -> Tensor:
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2)
    return x.to(torch.float32, memory_format=torch.channels_last) / 127.5 - 1


def _varied(x: Tensor, mirror: bool, draws: torch.Generator) -> Tensor:
    """Shifted, with the edge going on where nothing was, and half of them mirrored if asked for."""
    height, width = x.shape[2:]
    down, across = (max(1, round(side * SHIFT)) for side in (height, width))
    padded = F.pad(x, (across, across, down, down), mode="replicate")
    tops = torch.randint(2 * down + 1, (len(x),), generator=draws).tolist()
    lefts = torch.randint(2 * across + 1, (len(x),), generator=draws).tolist()
    places = zip(padded, tops, lefts, strict=True)
    x = torch.stack([one[:, top : top + height, left : left + width] for one, top, left in places])
    if mirror:
        flip = torch.rand(len(x), generator=draws) < 0.5
        x = torch.where(flip[:, None, None, None], x.flip(3), x)
    return x.contiguous(memory_format=torch.channels_last)


def _loss(logits: Tensor, labels: Tensor, vocabulary: Labels) -> Tensor:
    """The cross-entropy of each group where its label is known, averaged over the groups; `labels` [batch, groups]."""
    losses = []
    for place, numbers in enumerate(heads(vocabulary)):
        known = labels[:, place] != UNKNOWN
        if known.any():
            within = torch.searchsorted(numbers, labels[known, place])
            losses.append(F.cross_entropy(logits[known][:, numbers], within))
    return torch.stack(losses).mean()


def _batches(pictures: Small) -> Iterator[Tensor]:
    for start in range(0, len(pictures), 256):
        yield _tensor(pictures[start : start + 256])


@torch.inference_mode()
def _validate(net: nn.Module, pictures: Small, labels: Numbers, vocabulary: Labels) -> float:
    net.eval()
    logits = torch.cat([net(part) for part in _batches(pictures)])
    return float(_loss(logits, torch.from_numpy(labels).reshape(len(labels), -1), vocabulary))
