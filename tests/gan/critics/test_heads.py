"""The heads: one logit a scale, for any size of picture, with labels where there are some."""

import pytest
import torch
from torch import Tensor

from ganima.gan.critics.config import CriticsConfig
from ganima.gan.critics.efficientnet import STRIDES
from ganima.gan.critics.heads import Heads, heads_for
from ganima.gan.critics.projection import MIXED
from ganima.gan.penalties import zero_centred

SMALL = CriticsConfig(width=8, side=64)


def features(heads: Heads, batch: int = 3) -> list[Tensor]:
    """As `Perception` makes them."""
    rng, config = torch.Generator().manual_seed(0), heads.config
    return [
        torch.randn(batch, channels, -(-config.height // stride), -(-config.width // stride), generator=rng)
        for channels, stride in zip(MIXED, STRIDES, strict=True)
    ]


@pytest.mark.parametrize("height, width", [(64, 48), (64, 4), (37, 61), (16, 16), (300, 20)])
def test_every_scale_of_every_size_gives_logits(height: int, width: int) -> None:
    heads = heads_for(SMALL, height, width, 0)
    logits = heads(features(heads))
    assert [x.shape for x in logits] == 4 * [(3,)]
    assert all(x.isfinite().all() and x.std() > 0 for x in logits)


def test_half_the_resolution_has_the_same_heads() -> None:
    """So that a training at the whole resolution goes on with those of the coarse one."""
    coarse, fine = heads_for(SMALL, 32, 24, 0), heads_for(SMALL, 64, 48, 0)
    assert coarse.config == fine.config


def test_the_heads_are_halved_down_to_four_rows() -> None:
    heads = heads_for(CriticsConfig(), 128, 96, 0)
    assert [len(head.halvings) for head in heads.heads] == [3, 2, 1, 0]
    assert sum(p.numel() for p in heads.parameters()) < 1_000_000, "the model file stays small"


def test_labels_change_what_is_said_and_unknown_ones_do_not() -> None:
    heads = heads_for(SMALL, 64, 48, 5)
    seen = features(heads)
    plain, first, second = (heads(seen, torch.tensor(rows)) for rows in (3 * [[-1]], 3 * [[0]], 3 * [[1]]))
    unconditional = heads_for(SMALL, 64, 48, 0)
    unconditional.load_state_dict({n: t for n, t in heads.state_dict().items() if "embed" not in n})
    for a, b, c, d in zip(plain, first, second, unconditional(seen), strict=True):
        torch.testing.assert_close(a, d)
        assert (a != b).all() and (b != c).all()


def test_the_penalty_reaches_every_weight() -> None:
    heads = heads_for(SMALL, 64, 48, 3)
    seen = [x.requires_grad_() for x in features(heads)]
    logits = heads(seen, torch.tensor([0, 1, 2]))
    sum(zero_centred(*pair) for pair in zip(logits, seen, strict=True)).backward()
    for name, parameter in heads.named_parameters():
        if not name.endswith("bias"):
            assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name


def test_in_bfloat16_as_in_float32() -> None:
    heads = heads_for(SMALL, 64, 48, 0)
    for exact, rough in zip(heads(features(heads)), heads(features(heads), dtype=torch.bfloat16), strict=True):
        torch.testing.assert_close(exact, rough, rtol=0.1, atol=0.1)


@pytest.mark.parametrize("wrong", [{"width": 0}, {"side": 0}])
def test_heads_without_channels_and_pictures_without_pixels_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        CriticsConfig(**wrong)
