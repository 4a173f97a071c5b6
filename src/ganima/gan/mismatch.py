"""What tells the discriminator which label belongs to which picture."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ganima.training import distributed


def mismatch(judge: Callable[[Tensor, Tensor], Tensor], features: Tensor, labels: Tensor) -> Tensor:
    """How badly D tells the labels of real pictures from wrong ones: a cross-entropy, 0 at best.

    `judge` goes from D's features and labels to logits. `features` are those of the pictures, and `labels` [batch], or
    [batch, kinds] with -1 for what is not known, belong to them. Each picture is tried with every label of the batch,
    one kind at a time, with all its others right: a wrong style would be told at a glance, and nothing learned about
    the mouth. The mean over the kinds is that of AC-GAN's
    auxiliary classifier (Odena et al. 2017, arXiv 1610.09585), whose logits are D's own here, so that a picture with a
    wrong label looks generated (Reed et al. 2016, arXiv 1605.05396).
    """
    rows = labels.view(len(labels), -1)
    occurring = distributed.gather(rows)
    losses = []
    for kind in range(rows.shape[1]):
        choices = torch.unique(occurring[:, kind])
        choices = choices[choices >= 0]
        known = rows[:, kind] >= 0
        if len(choices) < 2 or not known.any():
            continue
        tried = rows[known].repeat_interleave(len(choices), 0)
        tried[:, kind] = choices.repeat(int(known.sum()))
        seen = features[known].repeat_interleave(len(choices), 0)
        logits = judge(seen, tried.view(-1, *labels.shape[1:])).view(-1, len(choices))
        losses.append(cross_entropy(logits, torch.searchsorted(choices, rows[known, kind])))
    return torch.stack(losses).mean() if losses else features.new_zeros(())
