"""A convolution for training in mixed precision."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.layers.initial import init_weight


class Conv(nn.Module):
    """A convolution in the precision of its input; the weights stay in float32."""

    def __init__(
        self, c_in: int, c_out: int, kernel: int, init: str, gain: float = 1.0, bias: bool = True, stride: int = 1
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(init_weight(torch.empty(c_out, c_in, kernel, kernel), init, gain))
        self.bias = nn.Parameter(torch.zeros(c_out)) if bias else None
        self.stride, self.padding = stride, kernel // 2 if stride == 1 else 0

    def forward(self, x: Tensor) -> Tensor:
        bias = None if self.bias is None else self.bias.to(x.dtype)
        return F.conv2d(x, self.weight.to(x.dtype), bias, self.stride, self.padding)
