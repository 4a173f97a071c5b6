"""Cross-domain distance consistency (Ojha et al. 2021, arXiv 2104.06820): who resembles whom stays as it was."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def consistency(child: Sequence[Tensor], parent: Sequence[Tensor]) -> Tensor:
    """Σ KL(p ‖ q), a mean over levels and samples; zero for equal activations.

    `child` and `parent` are activations [batch, channels, height, width] of the same latents, level by level. p of a
    sample is the softmax over its cosine similarities to every other sample of the batch in the parent, q the same in
    the child. Equation 2 of the paper.
    """
    losses = [
        F.kl_div(likeness(ours), likeness(theirs), reduction="batchmean", log_target=True)
        for ours, theirs in zip(child, parent, strict=True)
    ]
    return torch.stack(losses).mean()


def likeness(features: Tensor) -> Tensor:
    """Features [batch, ...] to the logarithms [batch, batch - 1] of how alike each sample is to each other one."""
    flat = F.normalize(features.float().flatten(1), dim=1)
    count = len(flat)
    others = ~torch.eye(count, dtype=torch.bool, device=flat.device)
    return F.log_softmax((flat @ flat.t())[others].view(count, count - 1), dim=1)
