"""Models from outside: the official StyleGAN2 of PyTorch (StyleGAN2-ADA, StyleGAN3 repository) becomes one of ours.

There every weight is drawn with unit variance and scaled at run time (the equalised learning rate of Karras et al.
2018), and every leaky ReLU is followed by a gain of √2. Here the scales are folded into the weights: a leaky ReLU f
passes a positive factor through, so gain · f(W x + b) = f(gain W x + gain b). The label networks, which have one input
for each class, become a table with one row for each class.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ganima.errors import GanimaError
from ganima.files.places import require_free
from ganima.interchange.pickle_reader import Refused, StoredModule, read_pickle
from ganima.layers.initial import SLOPE
from ganima.models.card import Facts
from ganima.models.library import SUFFIX
from ganima.picture.discriminator import Discriminator, DiscriminatorConfig
from ganima.picture.generator import GAIN, Generator, GeneratorConfig, normalize
from ganima.picture.model import save_picture_model
from ganima.reporter import QUIET, Reporter, go_on

ONE_GROUP = 2**20
"""A group for the minibatch's standard deviation that is larger than any batch: then the batch is one group."""
PRODUCT_MAX = 2**28
"""Most numbers in a table of labels."""
NOT_STATED = "not stated"

Weights = dict[str, Tensor]


@dataclass(frozen=True)
class Imported:
    """What was found in a file from outside, and written."""

    generator: GeneratorConfig
    """The generator's layout."""
    discriminator: bool
    """Whether the discriminator came along."""
    reason: str
    """Why it did not; empty when it did."""
    sha256: str
    """Of the file from outside, in hexadecimal."""


def import_stylegan2(
    source: Path,
    out: Path,
    name: str | None = None,
    licence: str | None = None,
    attribution: str | None = None,
    noise: bool = True,
    force: bool = False,
    report: Reporter = QUIET,
) -> Imported:
    """Writes the model file `out` with the generator G_ema, and D where there is one, of the official pickle `source`.

    The weights are kept in float32: the pictures are those of the official code. `noise` False leaves the noise layers
    out. `licence` and `attribution` are what the user says about the weights. Raises GanimaError when the pickle holds
    something else, or anything but data (nothing in it is ever executed), and when `out` exists and is not to be
    replaced (`force`) or cannot be written.
    """
    if out.suffix != SUFFIX:
        raise GanimaError(f"`out` is the model file to write, such as {out.stem or 'model'}{SUFFIX}, not {out}", "out")
    require_free([out], force)
    report.progress("reading", 0, 0)
    content = read_pickle(source)
    with source.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        generator = generator_of(part_of(content, "G_ema"), noise)
        discriminator, reason = discriminator_or_reason(content)
    except Refused as why:
        raise GanimaError(f"{source} was not imported: {why}") from why
    except (ValueError, TypeError, LookupError, ArithmeticError, RuntimeError) as error:
        raise GanimaError(f"{source} was not imported: it is damaged, or no StyleGAN2 ({error})") from error
    config = generator.config
    card: Facts = {
        "name": name or out.stem,
        "description": f"StyleGAN2 from outside, {config.width}×{config.height} (width × height)",
        "date": date.today().isoformat(),
        "licence": licence or NOT_STATED,
        "origin": {"kind": "official StyleGAN2 pickle (PyTorch)", "file": source.name, "sha256": sha256},
        "weights": "float32",
    }
    if attribution:
        card["attribution"] = attribution
    if config.classes:
        card["classes"] = [str(number) for number in range(config.classes)]
    go_on(report)
    save_picture_model(out, generator, discriminator, card, torch.float32)
    return Imported(config, discriminator is not None, reason, sha256)


def part_of(content: Any, name: str) -> StoredModule:
    """One of the networks in a pickle. Raises Refused where it is not there."""
    found = content.get(name) if isinstance(content, dict) else None
    if not isinstance(found, StoredModule):
        raise Refused(f"it holds no network {name}, as snapshots of the official StyleGAN2 code do")
    return found


def generator_of(network: StoredModule, noise: bool = True) -> Generator:
    """Our generator with the weights of the official one, float32, on the CPU.

    Raises Refused for another architecture, and ValueError where something is missing or does not fit.
    """
    synthesis, mapping = network.part("synthesis"), network.part("mapping")
    if "input" in synthesis.parts():
        raise Refused("it holds a StyleGAN3 generator; only StyleGAN2 generators can be imported")
    blocks = [synthesis.part(name) for name in levels(synthesis)]
    styled = [block.part("conv1") for block in blocks] + [block.part("conv0") for block in blocks[1:]]
    for block in blocks:
        require(block, "architecture", "skip", "generator")
        check_filter(block)
    for layer in styled:
        require(layer, "activation", "lrelu", "generator")
        check_filter(layer)
    layers = fully_connected(mapping)
    weights: Weights = {"constant": blocks[0].tensor("const"), "w_mean": mapping.tensor("w_avg")}
    for number, layer in enumerate(layers):
        weights |= linear(f"mapping_net.layers.{number}", layer, GAIN)
    classes = whole(network, "c_dim")
    if classes:
        weights["mapping_net.embed.weight"] = label_table(mapping)
    noisy = noise and all(layer.has_tensor("noise_const") for layer in styled)
    for number, block in enumerate(blocks):
        prefix = f"levels.{number - 1}." if number else ""
        if number:
            weights |= styled_conv(prefix + "up", block.part("conv0"), noisy, mirrored=True)
        weights |= styled_conv(prefix + "conv" if number else "first", block.part("conv1"), noisy)
        weights |= to_picture(prefix + "picture" if number else "first_picture", block.part("torgb"))
    side = 2 ** (len(blocks) + 1)
    config = GeneratorConfig(
        height=side,
        width=side,
        channels=len(weights["first_picture.bias"]),
        widths=tuple(len(block.part("conv1").tensor("bias")) for block in blocks),
        z_dim=whole(network, "z_dim"),
        w_dim=whole(network, "w_dim"),
        mapping_layers=len(layers),
        classes=classes,
        noise=noisy,
        resample="fir",
        order="up-conv",
        embed_dim=weights["mapping_net.embed.weight"].shape[1] if classes else 0,
        clamp=limit([*styled, *(block.part("torgb") for block in blocks)]),
    )
    with torch.device("meta"):
        generator = Generator(config)
    fill(generator, weights)
    return generator


def discriminator_or_reason(content: dict[str, Any]) -> tuple[Discriminator | None, str]:
    """Our discriminator with the weights of the official D; without one, the reason why."""
    try:
        return discriminator_of(part_of(content, "D")), ""
    except Refused as reason:
        return None, str(reason)


def discriminator_of(network: StoredModule) -> Discriminator:
    """Our discriminator with the weights of the official one, float32, on the CPU.

    Raises Refused for another architecture, and ValueError where something is missing or does not fit.
    """
    names = levels(network)
    last, *blocks = [network.part(name) for name in names]
    if not blocks:
        raise Refused("its discriminator has one level only")
    for block in (last, *blocks):
        require(block, "architecture", "resnet", "discriminator")
    plain = [last.part("conv"), blocks[-1].part("fromrgb")]
    for block in blocks:
        plain += [block.part("conv0"), block.part("conv1")]
        check_filter(block)
        check_filter(block.part("conv1"))
        check_filter(block.part("skip"))
    for layer in (*plain, last.part("fc")):
        require(layer, "activation", "lrelu", "discriminator")
    weights = linear("from_picture", blocks[-1].part("fromrgb"), GAIN)
    for number, block in enumerate(blocks):
        # The sum of both branches has the variance of one.
        weights |= linear(f"levels.{number}.conv", block.part("conv0"), GAIN)
        weights |= linear(f"levels.{number}.down", block.part("conv1"), GAIN * math.sqrt(0.5))
        weights |= linear(f"levels.{number}.skip", block.part("skip"), math.sqrt(0.5), bias=False)
    weights |= linear("last_conv", last.part("conv"), GAIN)
    weights |= linear("last_linear", last.part("fc"), GAIN)
    weights |= linear("logit", last.part("out"))
    classes = whole(network, "c_dim")
    if classes:
        weights |= projection(network.part("mapping"), weights["logit.weight"], weights["logit.bias"])
    channels = weights["from_picture.weight"].shape[1]
    config = DiscriminatorConfig(
        height=2 ** len(names) * 2,
        width=2 ** len(names) * 2,
        channels=channels,
        widths=(len(weights["last_conv.bias"]), *(len(block.part("conv0").tensor("bias")) for block in blocks)),
        classes=classes,
        minibatch_std=group_size(last),
        resample="fir",
        order="conv-down",
        class_bias=classes > 0,
        clamp=limit(plain),
    )
    with torch.device("meta"):
        discriminator = Discriminator(config)
    fill(discriminator, weights)
    return discriminator


def levels(network: StoredModule) -> list[str]:
    """Names of the levels b4, b8, …, smallest first. Raises ValueError when one is missing."""
    names = [name for name in network.parts() if name[:1] == "b" and name[1:].isdecimal()]
    expected = [f"b{4 << number}" for number in range(len(names))]
    if not names or set(names) != set(expected):
        raise ValueError(f"its {network.class_name} has no levels b4, b8, …")
    return expected


def fully_connected(mapping: StoredModule) -> list[StoredModule]:
    """The layers fc0, fc1, … of a mapping network."""
    count = sum(name.startswith("fc") for name in mapping.parts())
    layers = [mapping.part(f"fc{number}") for number in range(count)]
    for layer in layers:
        require(layer, "activation", "lrelu", "mapping network")
    return layers


def linear(prefix: str, layer: StoredModule, gain: float = 1.0, bias: bool = True) -> Weights:
    """Weight and bias of a fully connected or convolutional layer, with their run-time scales and `gain` inside."""
    weights = {f"{prefix}.weight": layer.tensor("weight") * (real(layer, "weight_gain") * gain)}
    if bias:
        weights[f"{prefix}.bias"] = layer.tensor("bias") * (real(layer, "bias_gain", 1.0) * gain)
    return weights


def styled_conv(prefix: str, layer: StoredModule, noise: bool, mirrored: bool = False) -> Weights:
    """A modulated convolution; the demodulation makes up for any scale of the weights, and brings the gain with it.

    `mirrored`: the official doubling convolution is a transposed one, which mirrors its kernel.
    """
    weight = layer.tensor("weight")
    weights = linear(f"{prefix}.affine", layer.part("affine"))
    weights[f"{prefix}.weight"] = weight.flip(2, 3) if mirrored else weight
    weights[f"{prefix}.bias"] = layer.tensor("bias") * GAIN
    if noise:
        weights[f"{prefix}.noise"] = layer.tensor("noise_strength") * GAIN
        weights[f"{prefix}.constant_noise"] = layer.tensor("noise_const")[None, None]
    return weights


def to_picture(prefix: str, layer: StoredModule) -> Weights:
    """A picture layer: its weight is scaled through the style there."""
    weights = linear(f"{prefix}.affine", layer.part("affine"))
    weights[f"{prefix}.weight"] = layer.tensor("weight").flatten(1) * real(layer, "weight_gain")
    weights[f"{prefix}.bias"] = layer.tensor("bias")
    return weights


def label_table(mapping: StoredModule) -> Tensor:
    """Embeddings [classes, embed_dim] of the labels, from the layer that takes them one-hot."""
    weights = linear("embed", mapping.part("embed"))
    return weights["embed.weight"].t() + weights["embed.bias"]


def projection(mapping: StoredModule, out_weight: Tensor, out_bias: Tensor) -> Weights:
    """The conditional end of the official discriminator as a projection of our features.

    There the logit is ⟨O f + o, m(c)⟩ / √M with features f, the last layer (O, o) and the mapped label m(c) of length
    M: for each class a vector Oᵀ m(c) / √M that the features are projected on, and a number ⟨o, m(c)⟩ / √M. Ours
    divides the projection by √(length of f).
    """
    mapped = normalize(label_table(mapping))
    for layer in fully_connected(mapping):
        weights = linear("layer", layer, GAIN)
        mapped = F.leaky_relu(product(mapped, weights["layer.weight"].t()) + weights["layer.bias"], SLOPE)
    mapped = mapped / math.sqrt(mapped.shape[1])
    return {
        "embed.weight": product(mapped, out_weight) * math.sqrt(out_weight.shape[1]),
        "class_bias": mapped @ out_bias,
        "logit.weight": torch.zeros(1, out_weight.shape[1]),
        "logit.bias": torch.zeros(1),
    }


def product(left: Tensor, right: Tensor) -> Tensor:
    """A matrix product. Raises ValueError where it would be larger than any network needs."""
    if len(left) * right.shape[1] > PRODUCT_MAX:
        raise ValueError("its label network is too large")
    return left @ right


def group_size(last: StoredModule) -> int:
    """Size of the groups whose standard deviation is a feature; 0 where it is none."""
    if not last.parts().get("mbstd"):
        return 0
    layer = last.part("mbstd")
    if layer.state.get("num_channels") != 1:
        raise Refused("its discriminator has more than one channel of minibatch standard deviation")
    return ONE_GROUP if layer.state.get("group_size") is None else whole(layer, "group_size")


def limit(layers: list[StoredModule]) -> float:
    """The magnitude that all `layers` clamp their features to, 0 for none."""
    limits = {0.0 if layer.state.get("conv_clamp") is None else real(layer, "conv_clamp") for layer in layers}
    if len(limits) != 1:
        raise Refused("its layers clamp their features to different magnitudes")
    return limits.pop()


def require(layer: StoredModule, attribute: str, value: str, part: str) -> None:
    """Raises Refused where a layer is of another kind than the published models."""
    found = layer.state.get(attribute)
    if not isinstance(found, str):
        raise ValueError(f"{layer.class_name} has no {attribute}")
    if found != value:
        raise Refused(f"its {part} has the {attribute} {ascii(found)[:40]}; only {value!r} can be imported")


def check_filter(layer: StoredModule) -> None:
    """Raises Refused where a layer resamples with another filter than [1, 3, 3, 1]."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    found = layer.tensor("resample_filter")
    if found.shape != (4, 4) or not torch.allclose(found, torch.outer(taps, taps), atol=1e-6):
        raise Refused("it resamples with another filter than [1, 3, 3, 1]; only that one can be imported")


def whole(layer: StoredModule, attribute: str) -> int:
    """An attribute that is a whole number, 0 or more. Raises ValueError."""
    value = layer.state.get(attribute)
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError(f"{layer.class_name}.{attribute} is no whole number")
    return value


def real(layer: StoredModule, attribute: str, default: float | None = None) -> float:
    """An attribute that is a finite number. Raises ValueError."""
    value = layer.state.get(attribute, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{layer.class_name}.{attribute} is no number")
    return float(value)


def fill(network: nn.Module, weights: Weights) -> None:
    """Puts `weights` into a network without memory. Raises ValueError where they do not fit its layout."""
    for name, tensor in network.state_dict().items():
        if name not in weights or weights[name].shape != tensor.shape:
            found = tuple(weights[name].shape) if name in weights else "missing"
            raise ValueError(f"{name} would have to be {tuple(tensor.shape)}, and is {found}")
    network.load_state_dict({name: tensor.contiguous() for name, tensor in weights.items()}, assign=True)
