"""Pictures cut off at black and white, as whoever looks at them sees them.

A generator whose values are cut off reaches what is exactly black, silence in a spectrogram or paper in a drawing, with
anything below -1; without, it must hit a number, and a discriminator sees that it does not.
"""

from typing import Any

import torch
from torch import Tensor


def saturated(pictures: Tensor) -> Tensor:
    """`pictures` in [-1, 1]. Gradients pass, but for those that would move a value further out."""
    found: Tensor = _Saturated.apply(pictures)  # type: ignore[no-untyped-call]
    return found


class _Saturated(torch.autograd.Function):
    """`clamp` whose gradient brings values back: that of `clamp` is 0 out there, and what is once out stays out."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x.clamp(-1, 1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        # A descent moves x against its gradient.
        further = ((x < -1) & (grad > 0)) | ((x > 1) & (grad < 0))
        return grad.masked_fill(further, 0.0)
