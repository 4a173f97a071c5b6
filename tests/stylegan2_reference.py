"""StyleGAN2 as it was published, in the plainest form: what an imported model is compared with.

Written from the papers (Karras et al. 2019, 2020, 2020b) with the names, run-time scales and persistence records of the
published networks, so that its pickles have their structure. Each operation follows its definition: one weight for each
sample, zeros between the pixels, filters as outer products.
"""

import io
import math
import pickle
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

ROOT2 = math.sqrt(2.0)
SOURCE = "raise SystemExit('the source inside of a persistence record was run')\n"
"""What stands for the networks' source text in a record."""

# Operations


def second_moment(x: Tensor) -> Tensor:
    return x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()


def kernel(taps: tuple[float, ...] = (1.0, 3.0, 3.0, 1.0)) -> Tensor:
    row = torch.tensor(taps)
    return torch.outer(row, row) / row.sum() ** 2


def filtered(x: Tensor, taps: Tensor, before: int, after: int, gain: float = 1.0) -> Tensor:
    channels = x.shape[1]
    return F.conv2d(F.pad(x, (before, after) * 2), (gain * taps).expand(channels, 1, 4, 4), groups=channels)


def with_zeros(x: Tensor) -> Tensor:
    spread = x.new_zeros(*x.shape[:2], 2 * x.shape[2], 2 * x.shape[3])
    spread[:, :, ::2, ::2] = x
    return spread


def activated(x: Tensor, bias: Tensor | None, activation: str, gain: float, clamp: float | None) -> Tensor:
    if bias is not None:
        x = x + bias.view(1, -1, *[1] * (x.ndim - 2))
    if activation == "lrelu":
        x = F.leaky_relu(x, 0.2) * ROOT2
    x = x * gain
    return x if clamp is None else x.clamp(-clamp * gain, clamp * gain)


class Persistent(nn.Module):
    """A network that is pickled as a persistence record."""

    def __init__(self, **init_kwargs: Any) -> None:
        super().__init__()
        self._init_args = ()
        self._init_kwargs = EasyDict(init_kwargs)


class EasyDict(dict[str, Any]):
    """The published code's dictionary."""

    __module__ = "dnnlib.util"


# Layers


class FullyConnectedLayer(Persistent):
    def __init__(
        self, c_in: int, c_out: int, activation: str = "linear", rate: float = 1.0, start: float = 0.0
    ) -> None:
        super().__init__()
        self.activation = activation
        self.weight = nn.Parameter(torch.randn(c_out, c_in) / rate)
        self.bias = nn.Parameter(torch.full((c_out,), float(start)) + 0.1 * torch.randn(c_out) / rate)
        self.weight_gain = rate / np.sqrt(c_in)
        self.bias_gain = rate

    def forward(self, x: Tensor) -> Tensor:
        x = x @ (self.weight * float(self.weight_gain)).t()
        return activated(x, self.bias * self.bias_gain, self.activation, 1.0, None)


class Conv2dLayer(Persistent):
    def __init__(self, c_in: int, c_out: int, size: int, down: int, clamp: float | None, bias: bool = True) -> None:
        super().__init__()
        self.activation = "lrelu" if bias else "linear"
        self.up, self.down = 1, down
        self.conv_clamp = clamp
        self.register_buffer("resample_filter", kernel())
        self.padding = size // 2
        self.weight_gain = 1 / np.sqrt(c_in * size**2)
        self.act_gain = np.sqrt(2) if bias else 1
        self.weight = nn.Parameter(torch.randn(c_out, c_in, size, size))
        self.bias = nn.Parameter(0.1 * torch.randn(c_out)) if bias else None

    def forward(self, x: Tensor, gain: float = 1.0) -> Tensor:
        weight = self.weight * float(self.weight_gain)
        if self.down == 2:
            margin = 1 + self.padding
            x = F.conv2d(filtered(x, self.resample_filter, margin, margin), weight, stride=2)
        else:
            x = F.conv2d(x, weight, padding=self.padding)
        return activated(x, self.bias, self.activation, gain, self.conv_clamp)


class MappingNetwork(Persistent):
    def __init__(self, z_dim: int, c_dim: int, w_dim: int, num_ws: int | None, depth: int, embed: int | None) -> None:
        super().__init__()
        self.z_dim, self.c_dim, self.w_dim, self.num_ws, self.num_layers = z_dim, c_dim, w_dim, num_ws, depth
        self.w_avg_beta = 0.995 if num_ws else None
        embed = (embed or w_dim) if c_dim else 0
        if c_dim:
            self.embed = FullyConnectedLayer(c_dim, embed)
        sizes = [z_dim + embed] + [w_dim] * depth
        for number in range(depth):
            setattr(self, f"fc{number}", FullyConnectedLayer(sizes[number], sizes[number + 1], "lrelu", 0.01))
        if num_ws:
            self.register_buffer("w_avg", 0.3 * torch.randn(w_dim))

    def forward(self, z: Tensor | None, c: Tensor | None, psi: float = 1.0) -> Tensor:
        parts = [second_moment(z)] if z is not None else []
        if self.c_dim:
            parts.append(second_moment(self.embed(c)))
        x = torch.cat(parts, 1)
        for number in range(self.num_layers):
            x = getattr(self, f"fc{number}")(x)
        if self.num_ws is None:
            return x
        return self.w_avg + psi * (x[:, None].repeat(1, self.num_ws, 1) - self.w_avg)


def modulated(x: Tensor, weight: Tensor, styles: Tensor, demodulate: bool, doubled: Tensor | None = None) -> Tensor:
    """Each sample has a weight of its own; `doubled` is the filter of a doubling convolution."""
    weights = weight[None] * styles[:, None, :, None, None]
    if demodulate:
        weights = weights / (weights.square().sum((2, 3, 4), keepdim=True) + 1e-8).sqrt()
    out = []
    for sample, own in zip(x.split(1), weights, strict=True):
        if doubled is None:
            out.append(F.conv2d(sample, own, padding=own.shape[-1] // 2))
        else:
            # A true convolution, which mirrors its kernel, of all that the picture reaches; then the filter.
            full = F.conv2d(F.pad(with_zeros(sample), (2,) * 4), own.flip(2, 3))
            out.append(filtered(full, doubled, 1, 0, gain=4.0))
    return torch.cat(out)


class SynthesisLayer(Persistent):
    def __init__(self, c_in: int, c_out: int, w_dim: int, side: int, up: int, noise: bool, clamp: float | None) -> None:
        super().__init__()
        self.resolution, self.up, self.use_noise, self.activation, self.conv_clamp = side, up, noise, "lrelu", clamp
        self.register_buffer("resample_filter", kernel())
        self.padding = 1
        self.act_gain = np.sqrt(2)
        self.affine = FullyConnectedLayer(w_dim, c_in, start=1.0)
        self.weight = nn.Parameter(torch.randn(c_out, c_in, 3, 3).contiguous(memory_format=torch.channels_last))
        if noise:
            self.register_buffer("noise_const", torch.randn(side, side))
            self.noise_strength = nn.Parameter(torch.randn(()))
        self.bias = nn.Parameter(0.1 * torch.randn(c_out))

    def forward(self, x: Tensor, w: Tensor, noise_mode: str) -> Tensor:
        x = modulated(x, self.weight, self.affine(w), True, self.resample_filter if self.up == 2 else None)
        if self.use_noise and noise_mode == "const":
            x = x + self.noise_const * self.noise_strength
        return activated(x, self.bias, self.activation, 1.0, self.conv_clamp)


class ToRGBLayer(Persistent):
    def __init__(self, c_in: int, c_out: int, w_dim: int, clamp: float | None) -> None:
        super().__init__()
        self.conv_clamp = clamp
        self.affine = FullyConnectedLayer(w_dim, c_in, start=1.0)
        self.weight = nn.Parameter(torch.randn(c_out, c_in, 1, 1))
        self.bias = nn.Parameter(0.1 * torch.randn(c_out))
        self.weight_gain = 1 / np.sqrt(c_in)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        x = modulated(x, self.weight, self.affine(w) * float(self.weight_gain), False)
        return activated(x, self.bias, "linear", 1.0, self.conv_clamp)


# Networks


class SynthesisBlock(Persistent):
    def __init__(
        self, c_in: int, c_out: int, w_dim: int, side: int, colours: int, noise: bool, clamp: float | None
    ) -> None:
        super().__init__()
        self.in_channels, self.w_dim, self.resolution, self.img_channels = c_in, w_dim, side, colours
        self.architecture = "skip"
        self.use_fp16 = side > 16
        self.register_buffer("resample_filter", kernel())
        if c_in:
            self.conv0 = SynthesisLayer(c_in, c_out, w_dim, side, 2, noise, clamp)
        else:
            self.const = nn.Parameter(torch.randn(c_out, side, side))
        self.conv1 = SynthesisLayer(c_out, c_out, w_dim, side, 1, noise, clamp)
        self.torgb = ToRGBLayer(c_out, colours, w_dim, clamp)

    def forward(self, x: Tensor | None, img: Tensor | None, ws: Tensor, noise: str) -> tuple[Tensor, Tensor]:
        own = list(ws.unbind(1))
        x = self.const.repeat(len(ws), 1, 1, 1) if x is None else self.conv0(x, own.pop(0), noise)
        x = self.conv1(x, own.pop(0), noise)
        picture = self.torgb(x, own.pop(0))
        if img is not None:
            picture = picture + filtered(with_zeros(img), self.resample_filter, 2, 1, gain=4.0)
        return x, picture


class SynthesisNetwork(Persistent):
    def __init__(
        self, w_dim: int, side: int, colours: int, base: int, widest: int, noise: bool, clamp: float | None
    ) -> None:
        super().__init__(channel_base=base, channel_max=widest, num_fp16_res=4, conv_clamp=clamp)
        self.w_dim, self.img_resolution, self.img_channels, self.num_fp16_res = w_dim, side, colours, 4
        self.block_resolutions = [4 << n for n in range(int(math.log2(side)) - 1)]
        self.num_ws = 2 * len(self.block_resolutions)
        c_in = 0
        for res in self.block_resolutions:
            c_out = min(base // res, widest)
            setattr(self, f"b{res}", SynthesisBlock(c_in, c_out, w_dim, res, colours, noise, clamp))
            c_in = c_out

    def forward(self, ws: Tensor, noise_mode: str = "const") -> Tensor:
        x, img, first = None, None, 0
        for res in self.block_resolutions:
            count = 2 if res == 4 else 3
            x, img = getattr(self, f"b{res}")(x, img, ws[:, first : first + count], noise_mode)
            first += count - 1
        assert img is not None
        return img


class Generator(Persistent):
    def __init__(
        self,
        side: int,
        c_dim: int = 0,
        z_dim: int = 24,
        w_dim: int = 32,
        colours: int = 3,
        base: int = 512,
        widest: int = 24,
        depth: int = 3,
        noise: bool = True,
        clamp: float | None = 256,
        embed: int | None = None,
    ) -> None:
        super().__init__(z_dim=z_dim, c_dim=c_dim, w_dim=w_dim, mapping_kwargs=EasyDict(num_layers=depth))
        self.z_dim, self.c_dim, self.w_dim, self.img_resolution, self.img_channels = z_dim, c_dim, w_dim, side, colours
        self.synthesis = SynthesisNetwork(w_dim, side, colours, base, widest, noise, clamp)
        self.num_ws = self.synthesis.num_ws
        self.mapping = MappingNetwork(z_dim, c_dim, w_dim, self.num_ws, depth, embed)

    def forward(self, z: Tensor, c: Tensor | None = None, psi: float = 1.0, noise_mode: str = "const") -> Tensor:
        return self.synthesis(self.mapping(z, c, psi), noise_mode)


class DiscriminatorBlock(Persistent):
    def __init__(self, first: bool, c_in: int, c_out: int, side: int, colours: int, clamp: float | None) -> None:
        super().__init__()
        self.in_channels, self.resolution, self.img_channels = 0 if first else c_in, side, colours
        self.architecture = "resnet"
        self.register_buffer("resample_filter", kernel())
        if first:
            self.fromrgb = Conv2dLayer(colours, c_in, 1, 1, clamp)
        self.conv0 = Conv2dLayer(c_in, c_in, 3, 1, clamp)
        self.conv1 = Conv2dLayer(c_in, c_out, 3, 2, clamp)
        self.skip = Conv2dLayer(c_in, c_out, 1, 2, None, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fromrgb(x) if self.in_channels == 0 else x
        return self.skip(x, math.sqrt(0.5)) + self.conv1(self.conv0(x), math.sqrt(0.5))


class MinibatchStdLayer(Persistent):
    def __init__(self, group_size: int | None) -> None:
        super().__init__()
        self.group_size, self.num_channels = group_size, 1

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, height, width = x.shape
        group = batch if self.group_size is None else min(self.group_size, batch)
        y = x.reshape(group, -1, channels, height, width)
        y = (((y - y.mean(0)) ** 2).mean(0) + 1e-8).sqrt().mean((1, 2, 3))
        return torch.cat([x, y.view(-1, 1, 1, 1).repeat(group, 1, height, width)], 1)


class DiscriminatorEpilogue(Persistent):
    def __init__(self, width: int, cmap_dim: int, group: int | None, clamp: float | None) -> None:
        super().__init__()
        self.in_channels, self.cmap_dim, self.resolution, self.architecture = width, cmap_dim, 4, "resnet"
        self.mbstd = None if group == 0 else MinibatchStdLayer(group)
        self.conv = Conv2dLayer(width + (group != 0), width, 3, 1, clamp)
        self.fc = FullyConnectedLayer(width * 16, width, "lrelu")
        self.out = FullyConnectedLayer(width, cmap_dim or 1)

    def forward(self, x: Tensor, cmap: Tensor | None) -> Tensor:
        x = x if self.mbstd is None else self.mbstd(x)
        x = self.out(self.fc(self.conv(x).flatten(1)))
        return x if cmap is None else (x * cmap).sum(1, keepdim=True) / math.sqrt(self.cmap_dim)


class Discriminator(Persistent):
    def __init__(
        self,
        side: int,
        c_dim: int = 0,
        colours: int = 3,
        base: int = 512,
        widest: int = 24,
        clamp: float | None = 256,
        group: int | None = 4,
        cmap_dim: int | None = None,
    ) -> None:
        super().__init__(c_dim=c_dim, img_resolution=side)
        self.c_dim, self.img_resolution, self.img_channels = c_dim, side, colours
        self.block_resolutions = [side >> n for n in range(int(math.log2(side)) - 2)]
        widths = {res: min(base // res, widest) for res in (*self.block_resolutions, 4)}
        for res in self.block_resolutions:
            block = DiscriminatorBlock(res == side, widths[res], widths[res // 2], res, colours, clamp)
            setattr(self, f"b{res}", block)
        cmap_dim = (cmap_dim or widths[4]) if c_dim else 0
        if c_dim:
            self.mapping = MappingNetwork(0, c_dim, cmap_dim, None, 4, None)
        self.b4 = DiscriminatorEpilogue(widths[4], cmap_dim, group, clamp)

    def forward(self, x: Tensor, c: Tensor | None = None) -> Tensor:
        for res in self.block_resolutions:
            x = getattr(self, f"b{res}")(x)
        return self.b4(x, self.mapping(None, c) if self.c_dim else None)


# Pickles


class Published:
    """Where the published code's names live while a pickle is written."""

    def __enter__(self) -> types.ModuleType:
        names = ("torch_utils", "torch_utils.persistence", "dnnlib", "dnnlib.util")
        self.before = {name: sys.modules.get(name) for name in names}
        modules = {name: types.ModuleType(name) for name in names}
        persistence = modules["torch_utils.persistence"]

        def _reconstruct_persistent_obj(meta: dict[str, Any]) -> None:
            raise AssertionError("a persistence record was executed")

        _reconstruct_persistent_obj.__module__ = "torch_utils.persistence"
        _reconstruct_persistent_obj.__qualname__ = "_reconstruct_persistent_obj"
        persistence._reconstruct_persistent_obj = _reconstruct_persistent_obj  # type: ignore[attr-defined]
        modules["dnnlib.util"].EasyDict = EasyDict  # type: ignore[attr-defined]
        sys.modules |= modules
        return persistence

    def __exit__(self, *_: object) -> None:
        for name, module in self.before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def pickled(content: Any, protocol: int = 4) -> bytes:
    """`content` as the published code would write it: networks as persistence records."""
    with Published() as persistence:

        class Pickler(pickle.Pickler):
            def reducer_override(self, obj: Any) -> Any:
                if not isinstance(obj, Persistent):
                    return NotImplemented
                meta = {"type": "class", "version": 6, "module_src": SOURCE, "class_name": type(obj).__name__}
                return persistence._reconstruct_persistent_obj, ({**meta, "state": obj.__dict__},)

        buffer = io.BytesIO()
        Pickler(buffer, protocol).dump(content)
    return buffer.getvalue()


def snapshot(generator: Any, discriminator: Any = None) -> dict[str, Any]:
    """The dictionary that a network snapshot is."""
    return {
        "training_set_kwargs": EasyDict(class_name="training.dataset.ImageFolderDataset", resolution=64, xflip=False),
        "G": generator,
        "D": discriminator,
        "G_ema": generator,
        "augment_pipe": None,
    }


def write_snapshot(path: Path, generator: Any, discriminator: Any = None, protocol: int = 4) -> Path:
    """Writes a network snapshot."""
    path.write_bytes(pickled(snapshot(generator, discriminator), protocol))
    return path
