"""What there is to say about a model after it was judged."""

from dataclasses import dataclass

from ganima.evaluation.measures import Measured
from ganima.metrics.extractors import Extractor
from ganima.metrics.statistics import Bytes
from ganima.picture.model import Model


@dataclass(frozen=True)
class ClassShown:
    """How one class of a conditional model does."""

    name: str
    diversity: float | None
    """Mean distance of two of its generated pictures, over that of two real ones; None where there are too few."""
    real: int
    """Real pictures of the class."""
    pictures: Bytes
    """Some generated ones, as they came."""


@dataclass(frozen=True)
class PairShown:
    """A generated picture and the real one that it is most like."""

    generated: int
    """Its number."""
    file: str
    mirrored: bool
    """Whether the real one's mirror image is meant, and shown."""
    distance: float
    """In units of a held-out picture's mean distance to its nearest training picture."""
    pictures: Bytes
    """[2, height, width, channels]"""


@dataclass(frozen=True)
class Judgement:
    """Numbers, pictures, and what has to be known to read them."""

    model: Model
    extractor: Extractor
    measured: Measured
    facts: dict[str, str]
    """What was compared with what."""
    notes: list[str]
    """Whole sentences."""
    generated: Bytes
    """The first pictures, as they came."""
    real: Bytes
    """Some held-out pictures."""
    pairs: list[PairShown]
    """The closest, closest first."""
    duplicates: list[Bytes]
    """Some pictures of some groups that are nearly the same."""
    classes: list[ClassShown]
    """Empty for a model without labels."""
