"""Pictures with an alpha channel as whoever judges them should see them: what is transparent has no colour."""

import torch
from torch import Tensor


def over_grey(pictures: Tensor) -> Tensor:
    """RGBA `pictures` [batch, 4, height, width] with their colours laid over mid grey, and their alpha cut off at ±1.

    Mid grey is 0, so the colours are multiplied by the opacity in [0, 1]. What lies under full transparency is seen by
    nobody, and need not be learned; at a soft edge colour and alpha count by what they make together. Alpha that is
    beyond ±1 has no gradient, so that it may stay there: with `saturate`'s, which only lead back, the noise of small
    batches would draw it in, and make what is opaque translucent.
    """
    colour, alpha = pictures[:, :3], pictures[:, 3:].clamp(-1, 1)
    return torch.cat([colour * (alpha + 1) / 2, alpha], dim=1)
