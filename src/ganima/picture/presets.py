"""Presets: functions from a picture's shape to a complete training. Start from one and replace what should differ."""

from collections.abc import Callable

from ganima.gan.augmentation import AugmentConfig
from ganima.layers.resample import depth, pyramid
from ganima.picture.classic import ClassicConfig
from ganima.picture.config import PenaltyConfig, TrainConfig
from ganima.picture.discriminator import DiscriminatorConfig
from ganima.picture.generator import GeneratorConfig
from ganima.training.schedule import Schedule, constant


def classic(height: int, width: int, channels: int, classes: int) -> TrainConfig:
    """The classic program: 28×28 grey, z of 100 values, batch 128, cross-entropy, Adam at 2e-4."""
    layout = ClassicConfig(height, width, channels, classes=classes)
    return TrainConfig(
        preset="classic",
        generator=layout,
        discriminator=layout,
        loss="nonsaturating",
        batch=128,
        lr_generator=constant(2e-4),
        lr_discriminator=constant(2e-4),
        beta1=0.5,
        beta2=constant(0.999),
        augment=AugmentConfig(mode="off"),
        mirror=False,
    )


def tiny(height: int, width: int, channels: int, classes: int) -> TrainConfig:
    """Seconds, not minutes: for tests, and to see whether a folder works at all."""
    return _style("tiny", height, width, channels, classes, base=256, widest=16, latent=32, batch=8)


def cpu64(height: int, width: int, channels: int, classes: int) -> TrainConfig:
    """Pictures of about 64×64 on a laptop's processor: pleasant after a quarter of an hour, good after one."""
    return _style("cpu64", height, width, channels, classes, base=2048, widest=128, latent=128, batch=16)


def cpu128(height: int, width: int, channels: int, classes: int) -> TrainConfig:
    """Pictures of about 128×128 on a laptop's processor, in hours."""
    return _style("cpu128", height, width, channels, classes, base=4096, widest=128, latent=128, batch=16)


def gpu256(height: int, width: int, channels: int, classes: int) -> TrainConfig:
    """Pictures of about 256×256 on one GPU."""
    return _style("gpu256", height, width, channels, classes, base=16384, widest=384, latent=512, batch=32, rate=0.5)


def gpu512(height: int, width: int, channels: int, classes: int) -> TrainConfig:
    """Pictures of about 512×512 on one large GPU or several."""
    return _style("gpu512", height, width, channels, classes, base=32768, widest=512, latent=512, batch=32, rate=0.5)


PRESETS: dict[str, Callable[[int, int, int, int], TrainConfig]] = {
    preset.__name__: preset for preset in (classic, tiny, cpu64, cpu128, gpu256, gpu512)
}
"""Preset by name; each takes height, width, channels and the number of classes (0 for none)."""


def _style(
    name: str,
    height: int,
    width: int,
    channels: int,
    classes: int,
    *,
    base: int,
    widest: int,
    latent: int,
    batch: int,
    rate: float = 1.0,
) -> TrainConfig:
    """The style-based recipe: relativistic game, lazy exact R1 + R2, adaptive augmentation.

    A level whose longer side is `side` pixels has `base / side` channels, at most `widest`.
    """
    sizes = pyramid(height, width, depth(height, width))
    widths = tuple(min(widest, max(base // _power_of_two(max(size)), 8)) for size in sizes)
    # The gradient's squared norm adds up over pixels, so its weight follows their number (DESIGN: 2 at 64², a tenth in
    # the end).
    gamma = 2.0 * height * width / 64**2
    return TrainConfig(
        preset=name,
        generator=GeneratorConfig(height, width, channels, widths, z_dim=latent, w_dim=latent, classes=classes),
        discriminator=DiscriminatorConfig(height, width, channels, widths, classes=classes),
        penalties=PenaltyConfig(r1=Schedule(gamma, gamma / 10), r2=Schedule(gamma, gamma / 10)),
        batch=batch,
        lr_generator=Schedule(7e-4 * rate, 1.5e-4 * rate),
        lr_discriminator=Schedule(7e-4 * rate, 1.5e-4 * rate),
    )


def _power_of_two(side: int) -> int:
    return 1 << (side - 1).bit_length()
