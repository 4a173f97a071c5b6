"""Layouts to networks: the one place that knows which layout goes with which class."""

from typing import Any

from ganima.files import typed_json
from ganima.picture.classic import ClassicConfig, ClassicDiscriminator, ClassicGenerator
from ganima.picture.discriminator import Discriminator, DiscriminatorConfig
from ganima.picture.generator import Generator, GeneratorConfig

AnyGenerator = Generator | ClassicGenerator
AnyDiscriminator = Discriminator | ClassicDiscriminator


def build_generator(config: GeneratorConfig | ClassicConfig) -> AnyGenerator:
    """A freshly initialised generator (from torch's global random generator)."""
    return ClassicGenerator(config) if isinstance(config, ClassicConfig) else Generator(config)


def build_discriminator(config: DiscriminatorConfig | ClassicConfig) -> AnyDiscriminator:
    """A freshly initialised discriminator (from torch's global random generator)."""
    return ClassicDiscriminator(config) if isinstance(config, ClassicConfig) else Discriminator(config)


def generator_config(data: dict[str, Any]) -> GeneratorConfig | ClassicConfig:
    """A generator's layout from plain JSON data. Raises TypeError or ValueError on anything else."""
    layout: GeneratorConfig | ClassicConfig = typed_json.parse(GeneratorConfig | ClassicConfig, data)
    return layout


def discriminator_config(data: dict[str, Any]) -> DiscriminatorConfig | ClassicConfig:
    """A discriminator's layout from plain JSON data. Raises TypeError or ValueError on anything else."""
    layout: DiscriminatorConfig | ClassicConfig = typed_json.parse(DiscriminatorConfig | ClassicConfig, data)
    return layout
