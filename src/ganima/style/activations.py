"""What networks think on the way: the output of each level, collected while they work."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn

from ganima.picture import discriminator, generator


@contextmanager
def activations(network: generator.Generator | discriminator.Discriminator) -> Iterator[list[Tensor]]:
    """Collects each level's features [batch, channels, height, width] in the order in which they are computed inside.

    A generator begins with its smallest level, a discriminator with the picture.
    """
    found: list[Tensor] = []
    if isinstance(network, generator.Generator):
        parts: list[nn.Module] = [network.first]
        parts += [level.conv for level in network.levels if isinstance(level, generator.SynthesisLevel)]
    else:
        parts = [network.from_picture, *network.levels]
    handles = [part.register_forward_hook(lambda module, inputs, output: found.append(output)) for part in parts]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()
