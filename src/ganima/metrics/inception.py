"""The Inception network of Fréchet's and the kernel distance: the graph that TensorFlow published in December 2015.

Szegedy et al. 2016, arXiv 1512.00567, figures 4 to 7, with what that graph has of its own: average pooling that does
not count the padding, and a maximum in place of the average in the last block. The names of the weights are those of
torch-fidelity (and pytorch-fid), so that its converted weights load as they are.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SIDE = 299
"""Height and width in pixels that pictures are scaled to."""
DIMENSIONS = 2048
"""Length of a feature vector."""


class ConvBlock(nn.Module):
    """A convolution without bias, batch normalisation with what was learned, and a ReLU."""

    def __init__(self, c_in: int, c_out: int, kernel: tuple[int, int], stride: int = 1, same: bool = True) -> None:
        super().__init__()
        padding = (kernel[0] // 2, kernel[1] // 2) if same else 0
        self.conv = nn.Conv2d(c_in, c_out, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(c_out, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu_(self.bn(self.conv(x)))


def one(c_in: int, c_out: int) -> ConvBlock:
    """A 1×1 convolution."""
    return ConvBlock(c_in, c_out, (1, 1))


def three(c_in: int, c_out: int) -> ConvBlock:
    """A 3×3 convolution that keeps the size."""
    return ConvBlock(c_in, c_out, (3, 3))


def halving(c_in: int, c_out: int) -> ConvBlock:
    """A 3×3 convolution with stride two and no padding."""
    return ConvBlock(c_in, c_out, (3, 3), stride=2, same=False)


def pooled(x: Tensor) -> Tensor:
    """The average of each 3×3 neighbourhood, of what lies inside the picture."""
    return F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)


class BlockA(nn.Module):
    """At 35×35: a 5×5 convolution, and two 3×3 ones."""

    def __init__(self, c_in: int, pool: int) -> None:
        super().__init__()
        self.branch1x1 = one(c_in, 64)
        self.branch5x5_1, self.branch5x5_2 = one(c_in, 48), ConvBlock(48, 64, (5, 5))
        self.branch3x3dbl_1, self.branch3x3dbl_2, self.branch3x3dbl_3 = one(c_in, 64), three(64, 96), three(96, 96)
        self.branch_pool = one(c_in, pool)

    def forward(self, x: Tensor) -> Tensor:
        five = self.branch5x5_2(self.branch5x5_1(x))
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch1x1(x), five, double, self.branch_pool(pooled(x))], 1)


class BlockB(nn.Module):
    """From 35×35 to 17×17."""

    def __init__(self, c_in: int) -> None:
        super().__init__()
        self.branch3x3 = halving(c_in, 384)
        self.branch3x3dbl_1, self.branch3x3dbl_2, self.branch3x3dbl_3 = one(c_in, 64), three(64, 96), halving(96, 96)

    def forward(self, x: Tensor) -> Tensor:
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), double, F.max_pool2d(x, 3, 2)], 1)


class BlockC(nn.Module):
    """At 17×17: 7×7 convolutions, each as a row and a column."""

    def __init__(self, c_in: int, inner: int) -> None:
        super().__init__()
        row, column = (1, 7), (7, 1)
        self.branch1x1 = one(c_in, 192)
        self.branch7x7_1 = one(c_in, inner)
        self.branch7x7_2, self.branch7x7_3 = ConvBlock(inner, inner, row), ConvBlock(inner, 192, column)
        self.branch7x7dbl_1 = one(c_in, inner)
        self.branch7x7dbl_2, self.branch7x7dbl_3 = ConvBlock(inner, inner, column), ConvBlock(inner, inner, row)
        self.branch7x7dbl_4, self.branch7x7dbl_5 = ConvBlock(inner, inner, column), ConvBlock(inner, 192, row)
        self.branch_pool = one(c_in, 192)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        double = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        double = self.branch7x7dbl_5(self.branch7x7dbl_4(double))
        return torch.cat([self.branch1x1(x), seven, double, self.branch_pool(pooled(x))], 1)


class BlockD(nn.Module):
    """From 17×17 to 8×8."""

    def __init__(self, c_in: int) -> None:
        super().__init__()
        self.branch3x3_1, self.branch3x3_2 = one(c_in, 192), halving(192, 320)
        self.branch7x7x3_1 = one(c_in, 192)
        self.branch7x7x3_2, self.branch7x7x3_3 = ConvBlock(192, 192, (1, 7)), ConvBlock(192, 192, (7, 1))
        self.branch7x7x3_4 = halving(192, 192)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), seven, F.max_pool2d(x, 3, 2)], 1)


class BlockE(nn.Module):
    """At 8×8: 3×3 convolutions, each as a row beside a column. The last block pools by the maximum."""

    def __init__(self, c_in: int, last: bool) -> None:
        super().__init__()
        row, column = (1, 3), (3, 1)
        self.branch1x1 = one(c_in, 320)
        self.branch3x3_1 = one(c_in, 384)
        self.branch3x3_2a, self.branch3x3_2b = ConvBlock(384, 384, row), ConvBlock(384, 384, column)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = one(c_in, 448), three(448, 384)
        self.branch3x3dbl_3a, self.branch3x3dbl_3b = ConvBlock(384, 384, row), ConvBlock(384, 384, column)
        self.branch_pool = one(c_in, 192)
        self.last = last

    def forward(self, x: Tensor) -> Tensor:
        single, double = self.branch3x3_1(x), self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        parts = [self.branch1x1(x), self.branch3x3_2a(single), self.branch3x3_2b(single)]
        parts += [self.branch3x3dbl_3a(double), self.branch3x3dbl_3b(double)]
        return torch.cat([*parts, self.branch_pool(F.max_pool2d(x, 3, 1, 1) if self.last else pooled(x))], 1)


class Inception(nn.Module):
    """Pictures [batch, 3, height, width] in [0, 255] of any size to features [batch, 2048]."""

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = halving(3, 32)
        self.Conv2d_2a_3x3 = ConvBlock(32, 32, (3, 3), same=False)
        self.Conv2d_2b_3x3 = three(32, 64)
        self.Conv2d_3b_1x1 = one(64, 80)
        self.Conv2d_4a_3x3 = ConvBlock(80, 192, (3, 3), same=False)
        self.Mixed_5b, self.Mixed_5c, self.Mixed_5d = BlockA(192, 32), BlockA(256, 64), BlockA(288, 64)
        self.Mixed_6a = BlockB(288)
        self.Mixed_6b, self.Mixed_6c = BlockC(768, 128), BlockC(768, 160)
        self.Mixed_6d, self.Mixed_6e = BlockC(768, 160), BlockC(768, 192)
        self.Mixed_7a = BlockD(768)
        self.Mixed_7b, self.Mixed_7c = BlockE(1280, last=False), BlockE(2048, last=True)

    def forward(self, pictures: Tensor) -> Tensor:
        """Features before the last layer, averaged over the picture."""
        x = (scaled(pictures, SIDE, SIDE) - 128) / 128
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(F.max_pool2d(x, 3, 2)))
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(F.max_pool2d(x, 3, 2))))
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))))
        features: Tensor = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x))).mean((2, 3))
        return features


def scaled(x: Tensor, height: int, width: int) -> Tensor:
    """Pictures [batch, channels, h, w] scaled as TensorFlow 1 did it: bilinear, with pixels that lie at their corners
    instead of their centres, and without smoothing."""
    for axis, length in ((2, height), (3, width)):
        given = x.shape[axis]
        place = torch.arange(length, dtype=torch.float32) * (given / length)
        low = place.long()
        share = (place - low).to(x.dtype).reshape((-1, 1) if axis == 2 else (-1,))
        a, b = x.index_select(axis, low), x.index_select(axis, (low + 1).clamp_max(given - 1))
        x = a + (b - a) * share
    return x
