"""Adversarial losses. Each is a free function of logits, so that its equation can be read beside its paper.

`real` and `fake` are the discriminator's logits [batch] for real and generated pictures. A loss is the mean over the
batch. With D the logit and σ the logistic function, log σ(D) = -softplus(-D) and log(1 - σ(D)) = -softplus(D): the
cross-entropies of a discriminator with sigmoid output are computed from its logits, which is exact and cannot overflow.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from torch import Tensor
from torch.nn.functional import relu, softplus

LossName = Literal["minimax", "nonsaturating", "wasserstein", "hinge", "least-squares", "relativistic"]


def cross_entropy_d(real: Tensor, fake: Tensor) -> Tensor:
    """-E log σ(D(x)) - E log(1 - σ(D(G(z)))). Goodfellow et al. 2014, arXiv 1406.2661, equation 1."""
    return softplus(-real).mean() + softplus(fake).mean()


def minimax_g(fake: Tensor, real: Tensor) -> Tensor:
    """E log(1 - σ(D(G(z)))): the original game, whose gradient fades when the discriminator wins. Goodfellow 2014."""
    return -softplus(fake).mean()


def nonsaturating_g(fake: Tensor, real: Tensor) -> Tensor:
    """-E log σ(D(G(z))): the same fixed point with a gradient that does not fade. Goodfellow et al. 2014, section 3."""
    return softplus(-fake).mean()


def wasserstein_d(real: Tensor, fake: Tensor) -> Tensor:
    """E D(G(z)) - E D(x), for a discriminator held near 1-Lipschitz by a penalty. Arjovsky et al. 2017, arXiv
    1701.07875.
    """
    return fake.mean() - real.mean()


def wasserstein_g(fake: Tensor, real: Tensor) -> Tensor:
    """-E D(G(z)). Arjovsky et al. 2017; the hinge generator is the same one."""
    return -fake.mean()


def hinge_d(real: Tensor, fake: Tensor) -> Tensor:
    """E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))). Lim & Ye 2017, arXiv 1705.02894."""
    return relu(1 - real).mean() + relu(1 + fake).mean()


def least_squares_d(real: Tensor, fake: Tensor) -> Tensor:
    """½ E (D(x) - 1)² + ½ E D(G(z))². Mao et al. 2017, arXiv 1611.04076, equation 9."""
    return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()


def least_squares_g(fake: Tensor, real: Tensor) -> Tensor:
    """½ E (D(G(z)) - 1)². Mao et al. 2017, equation 9."""
    return 0.5 * (fake - 1).square().mean()


def relativistic_d(real: Tensor, fake: Tensor) -> Tensor:
    """E softplus(D(G(z)) - D(x)): each real picture is judged against one generated picture.

    Jolicoeur-Martineau 2018, arXiv 1807.00734; with zero-centred penalties it converges locally (R3GAN, arXiv
    2501.05441).
    """
    return softplus(fake - real).mean()


def relativistic_g(fake: Tensor, real: Tensor) -> Tensor:
    """E softplus(D(x) - D(G(z))): the same game, the other side."""
    return softplus(real - fake).mean()


def above_zero(real: Tensor, fake: Tensor) -> Tensor:
    """D(x): the logit of a real picture."""
    return real


def above_half(real: Tensor, fake: Tensor) -> Tensor:
    """D(x) - ½: least squares pulls the logits to 0 and 1."""
    return real - 0.5


def above_fake(real: Tensor, fake: Tensor) -> Tensor:
    """D(x) - D(G(z)): only differences of logits mean anything in these games."""
    return real - fake


class Loss(NamedTuple):
    """A game: its two sides, and how it is read."""

    discriminator: Callable[[Tensor, Tensor], Tensor]
    """D's loss, of real and fake logits."""
    generator: Callable[[Tensor, Tensor], Tensor]
    """G's loss, of fake and real logits."""
    certainty: Callable[[Tensor, Tensor], Tensor]
    """Of real and fake logits, a number for each [batch]: above zero where D takes a real picture for a real one."""
    log_odds: bool = False
    """Whether the logits are log-odds, whose cross-entropies say how well D tells real from fake."""


LOSSES: dict[LossName, Loss] = {
    "minimax": Loss(cross_entropy_d, minimax_g, above_zero, log_odds=True),
    "nonsaturating": Loss(cross_entropy_d, nonsaturating_g, above_zero, log_odds=True),
    "wasserstein": Loss(wasserstein_d, wasserstein_g, above_fake),
    "hinge": Loss(hinge_d, wasserstein_g, above_zero),
    "least-squares": Loss(least_squares_d, least_squares_g, above_half),
    "relativistic": Loss(relativistic_d, relativistic_g, above_fake),
}
