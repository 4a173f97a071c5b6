"""The networks: sizes, equations and precision."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from ganima.layers.resample import Resample, depth, downsample, pyramid, smooth, upsample
from ganima.picture.build import build_discriminator, build_generator, discriminator_config, generator_config
from ganima.picture.classic import ClassicConfig
from ganima.picture.discriminator import Discriminator, DiscriminatorConfig, minibatch_std
from ganima.picture.generator import (
    GAIN,
    SLOPE,
    Generator,
    GeneratorConfig,
    StyledConv,
    SynthesisLevel,
    ToPicture,
    init_weight,
    normalize,
    without_noise,
)


def small_generator(height: int = 16, width: int = 16, channels: int = 3, **options: Any) -> Generator:
    widths = tuple([12, 10, 8, 8, 8, 8, 8][: depth(height, width)])
    return Generator(GeneratorConfig(height, width, channels, widths, z_dim=16, w_dim=12, **options))


def small_discriminator(height: int = 16, width: int = 16, channels: int = 3, **options: Any) -> Discriminator:
    widths = tuple([12, 10, 8, 8, 8, 8, 8][: depth(height, width)])
    return Discriminator(DiscriminatorConfig(height, width, channels, widths, **options))


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


# Sizes


@pytest.mark.parametrize("height, width", [(8, 8), (64, 48), (128, 96), (120, 160), (50, 36), (28, 28)])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_any_size_and_channels(height: int, width: int, channels: int) -> None:
    generator, discriminator = small_generator(height, width, channels), small_discriminator(height, width, channels)
    pictures = generator(torch.randn(2, 16))
    assert pictures.shape == (2, channels, height, width)
    assert pictures.dtype == torch.float32
    assert torch.isfinite(pictures).all()
    logits = discriminator(pictures)
    assert logits.shape == (2,)
    assert logits.dtype == torch.float32


@pytest.mark.parametrize("resample", ["bilinear", "fir"])
@pytest.mark.parametrize("order", ["conv-up", "up-conv"])
def test_every_resampling_and_order_at_an_odd_size(resample: Resample, order: str) -> None:
    generator = small_generator(25, 18, resample=resample, order=order)
    assert generator(torch.randn(2, 16)).shape == (2, 3, 25, 18)
    discriminator = small_discriminator(25, 18, resample=resample)
    assert discriminator(torch.randn(2, 3, 25, 18)).shape == (2,)


def test_pyramid_halves_and_rounds_up() -> None:
    assert pyramid(64, 48, 5) == [(4, 3), (8, 6), (16, 12), (32, 24), (64, 48)]
    assert pyramid(120, 160, 6) == [(4, 5), (8, 10), (15, 20), (30, 40), (60, 80), (120, 160)]
    assert pyramid(8, 8, 1) == [(8, 8)]


@pytest.mark.parametrize("height, width", [(8, 8), (9, 8), (28, 28), (64, 48), (120, 160), (512, 512), (7, 301)])
def test_depth_ends_at_about_four_pixels(height: int, width: int) -> None:
    levels = depth(height, width)
    assert 2 < max(pyramid(height, width, levels)[0]) <= 4


def test_depth_of_powers_of_two() -> None:
    assert [depth(side, side) for side in (4, 8, 16, 64, 256)] == [1, 2, 3, 5, 7]


def test_layers_are_two_a_level() -> None:
    assert small_generator(64, 48).layers == 10


def test_a_parameter_of_every_kind_learns() -> None:
    generator = small_generator(16, 12, classes=3, noise=True)
    discriminator = small_discriminator(16, 12, classes=3, minibatch_std=4)
    labels = torch.tensor([0, 1, 2, 0])
    pictures = generator(torch.randn(4, 16), labels)
    F.softplus(-discriminator(pictures, labels)).mean().backward()
    for network in (generator, discriminator):
        silent = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
        assert silent == []


# Resampling against StyleGAN2's definition: zeros between the pixels, and a filter that is an outer product


def fir_kernel(channels: int, gain: float) -> Tensor:
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    return (gain * torch.outer(taps, taps) / 64).expand(channels, 1, 4, 4)


def zero_inserted(x: Tensor) -> Tensor:
    spread = torch.zeros(*x.shape[:2], 2 * x.shape[2], 2 * x.shape[3])
    spread[:, :, ::2, ::2] = x
    return spread


def test_fir_upsampling_is_zero_insertion_and_filter() -> None:
    x = torch.randn(2, 3, 5, 6)
    expected = F.conv2d(F.pad(zero_inserted(x), (2, 1, 2, 1)), fir_kernel(3, 4.0), groups=3)
    torch.testing.assert_close(upsample(x, (10, 12), "fir"), expected)
    torch.testing.assert_close(upsample(x, (9, 11), "fir"), expected[:, :, :9, :11])


def test_fir_downsampling_is_filter_and_every_second_pixel() -> None:
    x = torch.randn(2, 3, 10, 12)
    expected = F.conv2d(F.pad(x, (1, 1, 1, 1)), fir_kernel(3, 1.0), stride=2, groups=3)
    assert expected.shape == (2, 3, 5, 6)
    torch.testing.assert_close(downsample(x, "fir"), expected)


def test_fir_downsampling_of_an_odd_side_sees_zeros_outside() -> None:
    x = torch.randn(2, 3, 9, 11)
    torch.testing.assert_close(downsample(x, "fir"), downsample(F.pad(x, (0, 1, 0, 1)), "fir"))


@pytest.mark.parametrize("size", [(10, 12), (9, 11)])
def test_fir_upsampling_with_a_margin_keeps_what_the_filter_spreads(size: tuple[int, int]) -> None:
    x = torch.randn(2, 3, 5, 6)
    expected = F.conv2d(F.pad(zero_inserted(x), (3, 2, 3, 2)), fir_kernel(3, 4.0), groups=3)
    torch.testing.assert_close(upsample(x, size, "fir", margin=1), expected[:, :, : size[0] + 2, : size[1] + 2])


def test_bilinear_and_fir_double_alike_inside_the_picture() -> None:
    x = torch.randn(2, 3, 8, 8)
    bilinear, fir = (upsample(x, (16, 16), how)[:, :, 2:-2, 2:-2] for how in ("bilinear", "fir"))
    torch.testing.assert_close(bilinear, fir)


def test_bilinear_downsampling_is_the_mean_of_what_is_there() -> None:
    x = torch.arange(9.0).view(1, 1, 3, 3)
    assert downsample(x, "bilinear").flatten().tolist() == [2.0, 3.5, 6.5, 8.0]


@pytest.mark.parametrize("how", ["bilinear", "fir"])
def test_resampling_keeps_a_flat_picture_flat(how: Resample) -> None:
    x = torch.full((1, 2, 12, 12), 0.7)
    torch.testing.assert_close(upsample(x, (24, 24), how)[:, :, 2:-2, 2:-2], torch.full((1, 2, 20, 20), 0.7))
    torch.testing.assert_close(downsample(x, how)[:, :, 1:-1, 1:-1], torch.full((1, 2, 4, 4), 0.7))


# Modulated convolution against StyleGAN2's: one weight a sample


def modulated_weight(conv: StyledConv, w: Tensor) -> Tensor:
    """Weights [batch, out, in, 3, 3], scaled by the style and demodulated."""
    weight = conv.weight[None] * conv.affine(w)[:, None, :, None, None]
    return weight * torch.rsqrt(weight.square().sum((2, 3, 4), keepdim=True) + 1e-8)


def randomized(conv: Any) -> Any:
    """With biases that are not zero, so that their place in the order of operations shows."""
    torch.nn.init.normal_(conv.bias)
    torch.nn.init.normal_(conv.affine.bias, 1.0)
    return conv


def test_modulated_convolution_is_one_weight_a_sample() -> None:
    config = small_generator().config
    conv = randomized(StyledConv(config, 6, 7, (9, 8)))
    x, w = torch.randn(4, 6, 9, 8), torch.randn(4, config.w_dim)
    weights = modulated_weight(conv, w)
    plain = torch.cat([F.conv2d(x[i : i + 1], weights[i], padding=1) for i in range(4)])
    expected = F.leaky_relu(GAIN * plain + conv.bias.view(1, -1, 1, 1), SLOPE)
    torch.testing.assert_close(conv(x, w), expected, rtol=1e-5, atol=1e-5)


def test_up_conv_with_fir_is_stylegan2s_doubling_convolution_to_the_border() -> None:
    """There: transposed convolution with stride two, then the filter."""
    config = replace(small_generator().config, resample="fir", order="up-conv")
    conv = randomized(StyledConv(config, 6, 7, (18, 16), up=True))
    x, w = torch.randn(4, 6, 9, 8), torch.randn(4, config.w_dim)
    weights = modulated_weight(conv, w)
    # A transposed convolution is a true one: it mirrors its kernel.
    turned = weights.flip(3, 4).transpose(1, 2)
    spread = torch.cat([F.conv_transpose2d(x[i : i + 1], turned[i], stride=2) for i in range(4)])
    plain = F.conv2d(F.pad(spread, (1, 1, 1, 1)), fir_kernel(7, 4.0), groups=7)
    expected = F.leaky_relu(GAIN * plain + conv.bias.view(1, -1, 1, 1), SLOPE)
    torch.testing.assert_close(conv(x, w), expected, rtol=1e-5, atol=1e-5)


def test_up_conv_with_fir_at_an_odd_size_is_cropped() -> None:
    config = replace(small_generator().config, resample="fir", order="up-conv")
    even, odd = (randomized(StyledConv(config, 6, 7, size, up=True)) for size in ((18, 16), (17, 15)))
    odd.load_state_dict(even.state_dict())
    x, w = torch.randn(2, 6, 9, 8), torch.randn(2, config.w_dim)
    torch.testing.assert_close(odd(x, w), even(x, w)[:, :, :17, :15])


def test_conv_up_convolves_before_it_doubles() -> None:
    config = small_generator().config
    assert config.order == "conv-up"
    small = randomized(StyledConv(config, 6, 7, (9, 8)))
    large = StyledConv(config, 6, 7, (18, 16), up=True)
    large.load_state_dict(small.state_dict())
    for conv in (small, large):
        conv.bias.data.zero_()
    x, w = torch.randn(2, 6, 9, 8), torch.randn(2, config.w_dim)
    undone = small(x, w)
    before_slope = torch.where(undone > 0, undone, undone / SLOPE)
    expected = F.leaky_relu(upsample(before_slope, (18, 16), "bilinear"), SLOPE)
    torch.testing.assert_close(large(x, w), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
def test_demodulation_keeps_the_variance(scale: float) -> None:
    config = small_generator(init="he").config
    conv = StyledConv(config, 64, 256, (12, 12))
    x, w = torch.randn(8, 64, 12, 12), torch.randn(8, config.w_dim)
    conv.affine.weight.data *= scale
    conv.affine.bias.data *= scale
    assert conv(x, w).square().mean().item() == pytest.approx(1.0, rel=0.15)


def test_to_picture_is_a_modulated_pointwise_convolution_without_demodulation() -> None:
    config = small_generator().config
    layer = randomized(ToPicture(config, 6))
    x, w = torch.randn(4, 6, 5, 7).contiguous(memory_format=torch.channels_last), torch.randn(4, config.w_dim)
    styled = x * layer.affine(w)[:, :, None, None]
    expected = F.conv2d(styled, layer.weight[:, :, None, None], layer.bias)
    torch.testing.assert_close(layer(x, w), expected, rtol=1e-5, atol=1e-5)


def test_a_level_adds_its_picture_to_the_doubled_one() -> None:
    config = small_generator().config
    level = SynthesisLevel(config, 6, 7, (10, 8))
    x, picture, ws = torch.randn(2, 6, 5, 4), torch.randn(2, 3, 5, 4), torch.randn(2, 3, config.w_dim)
    features, summed = level(x, picture, ws)
    torch.testing.assert_close(summed, upsample(picture, (10, 8), "bilinear") + level.picture(features, ws[:, 2]))


def test_noise_is_fresh_in_training_constant_afterwards_and_starts_at_zero() -> None:
    generator = small_generator(noise=True)
    z = torch.randn(2, 16)
    silent = generator(z)
    torch.testing.assert_close(generator(z), silent, rtol=0, atol=0)
    with torch.no_grad():
        generator.levels[-1].conv.noise.fill_(1.0)
    assert not torch.allclose(generator(z), generator(z), atol=1e-3)
    generator.eval()
    noisy = generator(z)
    torch.testing.assert_close(generator(z), noisy, rtol=0, atol=0)
    assert not torch.allclose(noisy, silent, atol=1e-3)


# The latent space


def test_without_noise_is_the_generator_with_its_noise_at_zero() -> None:
    noisy = small_generator(noise=True).eval()
    amounts = [parameter for name, parameter in noisy.named_parameters() if name.endswith(".noise")]
    z = torch.randn(2, 16)
    with torch.no_grad():
        for amount in amounts:
            amount.fill_(0.5)
        calm = without_noise(noisy)
        assert not calm.config.noise and not torch.allclose(calm(z), noisy(z), atol=1e-3)
        for amount in amounts:
            amount.zero_()
        torch.testing.assert_close(calm(z), noisy(z))


def test_normalize_gives_a_mean_square_of_one() -> None:
    x = normalize(torch.randn(5, 16) * 37)
    torch.testing.assert_close(x.square().mean(1), torch.ones(5))


def test_mapping_ignores_the_length_of_z_and_starts_at_unit_scale() -> None:
    generator = Generator(GeneratorConfig(8, 8, 3, (8, 8), z_dim=128, w_dim=512))
    z = torch.randn(64, 128)
    w = generator.mapping(z)
    torch.testing.assert_close(w, generator.mapping(3 * z), rtol=1e-4, atol=1e-5)
    assert w.square().mean().item() == pytest.approx(1.0, rel=0.2)


def test_one_w_for_all_layers_is_w_repeated() -> None:
    generator = small_generator(16, 12)
    w = generator.mapping(torch.randn(2, 16))
    repeated = w[:, None].repeat(1, generator.layers, 1)
    torch.testing.assert_close(generator.synthesis(w), generator.synthesis(repeated), rtol=0, atol=0)


def test_every_layer_steers_the_picture() -> None:
    generator = small_generator(32, 32)
    ws = generator.mapping(torch.randn(2, 16))[:, None].repeat(1, generator.layers, 1)
    before = generator.synthesis(ws)
    for layer in range(generator.layers):
        changed = ws.clone()
        changed[:, layer] = torch.randn(2, 12)
        assert not torch.allclose(before, generator.synthesis(changed), atol=1e-3), f"layer {layer} is deaf"


def test_a_level_shares_its_picture_layers_w_with_the_next_levels_first_convolution() -> None:
    generator = small_generator(16, 16)
    seen: dict[str, Tensor] = {}
    for name, module in generator.named_modules():
        if isinstance(module, StyledConv | ToPicture):
            module.register_forward_hook(lambda m, args, out, n=name: seen.__setitem__(n, args[1]))
    ws = torch.arange(generator.layers).float()[None, :, None].repeat(1, 1, 12)
    generator.synthesis(ws)
    assert {name: int(w[0, 0]) for name, w in seen.items()} == {
        "first": 0, "first_picture": 1,
        "levels.0.up": 1, "levels.0.conv": 2, "levels.0.picture": 3,
        "levels.1.up": 3, "levels.1.conv": 4, "levels.1.picture": 5,
    }  # fmt: skip


def test_no_feature_and_no_picture_layer_is_larger_than_the_clamp() -> None:
    generator = small_generator(classes=2, clamp=0.25)
    largest: list[float] = []
    for module in generator.modules():
        if isinstance(module, StyledConv | ToPicture):
            module.register_forward_hook(lambda m, args, out: largest.append(out.abs().max().item()))
    generator(torch.randn(2, 16), torch.tensor([0, 1]))
    assert max(largest) == 0.25


# Labels


def test_embeddings_may_have_a_length_of_their_own() -> None:
    generator = small_generator(classes=3, embed_dim=5)
    assert generator.mapping_net.embed is not None
    assert generator.mapping_net.embed.weight.shape == (3, 5)
    assert generator(torch.randn(2, 16), torch.tensor([2, 0])).shape == (2, 3, 16, 16)


def test_class_bias_is_added_to_the_logits_of_its_class() -> None:
    discriminator = small_discriminator(classes=3, class_bias=True)
    x, labels = torch.randn(3, 3, 16, 16), torch.tensor([2, 0, 2])
    before = discriminator(x, labels)
    assert discriminator.class_bias is not None
    discriminator.class_bias.data += torch.tensor([1.0, 10.0, 100.0])
    torch.testing.assert_close(discriminator(x, labels), before + torch.tensor([100.0, 1.0, 100.0]))


def test_labels_change_pictures_and_logits() -> None:
    generator, discriminator = small_generator(classes=4), small_discriminator(classes=4)
    z = torch.randn(1, 16).repeat(4, 1)
    pictures = generator(z, torch.arange(4))
    assert all(not torch.allclose(pictures[0], pictures[i], atol=1e-3) for i in range(1, 4))
    logits = discriminator(pictures[:1].repeat(4, 1, 1, 1), torch.arange(4))
    assert len({round(x, 4) for x in logits.tolist()}) == 4


def test_projection_adds_the_label_embeddings_product_with_the_features() -> None:
    discriminator = small_discriminator(classes=2)
    features: list[Tensor] = []
    discriminator.logit.register_forward_hook(lambda m, args, out: features.append(args[0]))
    x = torch.randn(2, 3, 16, 16)
    labels = torch.tensor([1, 0])
    logits = discriminator(x, labels)
    f = features[0]
    assert discriminator.embed is not None
    projection = (discriminator.embed.weight[labels] * f).sum(1) / math.sqrt(f.shape[1])
    torch.testing.assert_close(logits, discriminator.logit(f)[:, 0] + projection)


# The discriminator


def test_conv_down_with_fir_is_stylegan2s_filter_and_strided_convolution() -> None:
    level = small_discriminator(resample="fir", order="conv-down", clamp=1.5).levels[0]
    for conv in (level.conv, level.down):
        torch.nn.init.normal_(conv.bias)
    x = 3 * torch.randn(2, 10, 8, 8)
    features = F.leaky_relu(level.conv(x), SLOPE).clamp(-1.5, 1.5)
    filtered = F.conv2d(F.pad(features, (2, 2, 2, 2)), fir_kernel(10, 1.0), groups=10)
    residual = F.leaky_relu(F.conv2d(filtered, level.down.weight, level.down.bias, stride=2), SLOPE)
    limit = 1.5 * math.sqrt(0.5)
    assert residual.abs().max() > limit
    torch.testing.assert_close(level(x), residual.clamp(-limit, limit) + level.skip(downsample(x, "fir")))


@pytest.mark.parametrize("how", ["bilinear", "fir"])
@pytest.mark.parametrize("size", [(16, 12), (17, 12), (16, 13), (25, 19)])
def test_conv_down_halves_and_rounds_up(how: Resample, size: tuple[int, int]) -> None:
    discriminator = small_discriminator(*size, resample=how, order="conv-down")
    assert discriminator(torch.randn(2, 3, *size)).shape == (2,)
    flat = smooth(torch.full((1, 2, *size), 0.7), how)
    torch.testing.assert_close(flat[:, :, 3:-3, 3:-3], torch.full_like(flat[:, :, 3:-3, 3:-3], 0.7))


def test_penalties_reach_through_every_order_and_the_clamp() -> None:
    discriminator = small_discriminator(resample="fir", order="conv-down", clamp=256.0)
    pictures = torch.randn(2, 3, 16, 16, requires_grad=True)
    (gradient,) = torch.autograd.grad(discriminator(pictures).sum(), pictures, create_graph=True)
    gradient.square().sum().backward()
    assert all(level.down.weight.grad.abs().sum() > 0 for level in discriminator.levels)
    generator = small_generator(resample="fir", order="up-conv", clamp=256.0)
    ws = torch.randn(2, generator.layers, 12, requires_grad=True)
    (gradient,) = torch.autograd.grad(generator.synthesis(ws).sum(), ws, create_graph=True)
    gradient.square().sum().backward()
    assert all(level.up.weight.grad.abs().sum() > 0 for level in generator.levels)


@pytest.mark.parametrize("channels_last", [False, True])
def test_minibatch_std_against_its_definition(channels_last: bool) -> None:
    x = torch.randn(6, 5, 3, 2)
    x = x.contiguous(memory_format=torch.channels_last) if channels_last else x
    out = minibatch_std(x, 3)
    assert out.shape == (6, 1, 3, 2)
    # Sample i is in the group of i modulo the number of groups, as in StyleGAN2.
    for member in range(2):
        own = x[member::2]
        expected = (own.var(0, unbiased=False) + 1e-8).sqrt().mean()
        torch.testing.assert_close(out[member::2], expected.expand(3, 1, 3, 2))


def test_minibatch_std_of_equal_pictures_is_zero_and_an_uneven_batch_is_one_group() -> None:
    assert minibatch_std(torch.ones(4, 2, 3, 3), 4).abs().max() < 1e-3
    x = torch.randn(5, 2, 3, 3)
    torch.testing.assert_close(minibatch_std(x, 4), minibatch_std(x, 5))


def test_minibatch_std_tells_a_collapsed_batch_from_a_varied_one() -> None:
    discriminator = small_discriminator(minibatch_std=4)
    one = torch.randn(1, 3, 16, 16)
    alone = discriminator(torch.cat([one, torch.randn(3, 3, 16, 16)]))[0]
    assert not torch.allclose(alone, discriminator(one.repeat(4, 1, 1, 1))[0], atol=1e-4)


def test_without_minibatch_std_pictures_are_judged_one_by_one() -> None:
    discriminator, x = small_discriminator(), torch.randn(4, 3, 16, 16)
    torch.testing.assert_close(discriminator(x)[1:2], discriminator(x[1:2]), rtol=1e-4, atol=1e-5)


def test_the_discriminator_starts_at_unit_scale() -> None:
    """Neither a saturated nor a mute discriminator at the start, whatever the depth."""
    discriminator = Discriminator(DiscriminatorConfig(64, 64, 3, (64, 64, 64, 64, 64)))
    logits = discriminator(torch.randn(16, 3, 64, 64))
    assert 0.02 < logits.square().mean().item() < 20


# Precision, memory format, initialisation


@pytest.mark.parametrize("like_stylegan2", [False, True])
def test_bfloat16_is_close_to_float32(like_stylegan2: bool) -> None:
    options = ({"order": "up-conv"}, {"order": "conv-down"}) if like_stylegan2 else ({}, {})
    shared = {"resample": "fir", "clamp": 256.0} if like_stylegan2 else {}
    generator, discriminator = (
        small_generator(32, 24, **options[0], **shared),
        small_discriminator(32, 24, **options[1], **shared),
    )
    z = torch.randn(4, 16)
    exact, fast = generator(z), generator(z, dtype=torch.bfloat16)
    assert fast.dtype == torch.float32
    assert (exact - fast).square().mean().sqrt() < 0.02 * exact.square().mean().sqrt()
    exact, fast = discriminator(exact), discriminator(exact.detach(), dtype=torch.bfloat16)
    assert fast.dtype == torch.float32
    torch.testing.assert_close(fast, exact, rtol=0.05, atol=0.05)


def test_memory_format_changes_nothing() -> None:
    generator, discriminator = small_generator(), small_discriminator()
    z = torch.randn(2, 16)
    pictures = generator(z)
    logits = discriminator(pictures)
    generator.to(memory_format=torch.channels_last)
    discriminator.to(memory_format=torch.channels_last)
    torch.testing.assert_close(generator(z), pictures, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(discriminator(pictures), logits, rtol=1e-4, atol=1e-5)


def test_orthogonal_initialisation_is_orthogonal_and_he_is_not() -> None:
    orthogonal = init_weight(torch.empty(8, 4, 3, 3), "orthogonal").flatten(1)
    torch.testing.assert_close(orthogonal @ orthogonal.t(), GAIN**2 * torch.eye(8), rtol=1e-4, atol=1e-4)
    he = init_weight(torch.empty(512, 64, 3, 3), "he").flatten(1)
    assert he.std().item() == pytest.approx(math.sqrt(2 / (1 + SLOPE**2) / (64 * 9)), rel=0.02)


@pytest.mark.parametrize("part", ["generator", "discriminator"])
def test_the_choice_of_initialisation_reaches_every_3x3_convolution(part: str) -> None:
    network = small_generator(init="orthogonal") if part == "generator" else small_discriminator(init="orthogonal")
    kernels = [p.flatten(1) for p in network.parameters() if p.ndim == 4 and p.shape[2] == 3]
    assert len(kernels) >= 5
    for kernel in kernels:
        gram = kernel @ kernel.t()
        torch.testing.assert_close(gram, gram.diag().mean() * torch.eye(len(gram)), rtol=1e-3, atol=1e-3)


def test_activations_neither_vanish_nor_explode_through_the_generator() -> None:
    generator = Generator(GeneratorConfig(64, 64, 3, (64, 64, 64, 64, 64), z_dim=64, w_dim=64))
    scales: list[float] = []
    for module in generator.modules():
        if isinstance(module, StyledConv):
            module.register_forward_hook(lambda m, args, out: scales.append(out.square().mean().item()))
    generator(torch.randn(4, 64))
    assert len(scales) == 9
    assert all(0.05 < scale < 2.0 for scale in scales)


# Layouts from plain data


def test_layouts_go_through_json_to_the_right_class() -> None:
    for config in (small_generator(noise=True).config, ClassicConfig(classes=2)):
        data = {name: list(v) if isinstance(v, tuple) else v for name, v in vars(config).items()}
        assert generator_config(data) == config
        assert type(build_generator(generator_config(data)).config) is type(config)
    config_d = small_discriminator(minibatch_std=4).config
    assert discriminator_config({**vars(config_d), "widths": list(config_d.widths)}) == config_d
    assert isinstance(build_discriminator(config_d), Discriminator)


def test_a_layout_of_an_older_version_lacks_fields_that_have_defaults() -> None:
    data = {"height": 8, "width": 8, "channels": 3, "widths": [8, 8]}
    assert generator_config(data) == GeneratorConfig(8, 8, 3, (8, 8))


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "generator",
        {"height": "8", "width": 8, "channels": 3, "widths": [8, 8]},
        {"height": 8.0, "width": 8, "channels": 3, "widths": [8, 8]},
        {"height": True, "width": 8, "channels": 3, "widths": [8, 8]},
        {"height": 8, "width": 8, "channels": 3, "widths": 8},
        {"height": 8, "width": 8, "channels": 3, "widths": [8, "8"]},
        {"height": 8, "width": 8, "channels": 3, "widths": [8, 8], "resample": "nearest"},
        {"height": 8, "width": 8, "channels": 3, "widths": [8, 8], "unheard": 1},
        list(vars(GeneratorConfig(8, 8, 3, (8, 8)))),
    ],
)
def test_a_malformed_layout_is_refused(data: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        generator_config(data)
