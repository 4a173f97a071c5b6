"""How networks take labels."""

import torch
from torch import Tensor, nn

from ganima.layers.initial import init_normal


class LabelEmbedding(nn.Embedding):
    """Labels to vectors: a row of the table for each class, and the sum of the rows where a picture has several."""

    def reset_parameters(self) -> None:
        """Normally distributed rows."""
        init_normal(self.weight, 1.0)

    def forward(self, labels: Tensor) -> Tensor:
        """Labels [batch], or [batch, groups] with -1 for what is not known, to [batch, embedding_dim]."""
        if labels.ndim == 1:
            return super().forward(labels)
        known = (labels >= 0).unsqueeze(2).to(self.weight.dtype)
        return torch.sum(super().forward(labels.clamp_min(0)) * known, dim=1)
