"""What a generator of sound learns besides the game: to look like its target to discriminators and to ears."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ganima.signal.mel import CLAMP, amplitudes, bank

RESOLUTIONS = ((256, 20), (512, 40), (1024, 80), (2048, 160))
"""Samples under the window, a quarter of which is the hop, and mel bands."""


def feature_matching(real: Sequence[Sequence[Tensor]], fake: Sequence[Sequence[Tensor]]) -> Tensor:
    """Mean over all layers of E|D_l(x) - D_l(G(z))| / E|D_l(x)|: small layers count as much as large ones.

    Larsen et al. 2016, arXiv 1512.09300; for sound, Kumar et al. 2019, arXiv 1910.06711; the division is Défossez et
    al.'s, 2022, arXiv 2210.13438, equation 3. Real features are targets: no gradient goes there.
    """
    distances = [
        (r.detach().float() - f.float()).abs().mean() / r.detach().float().abs().mean().clamp_min(1e-5)
        for layers in zip(real, fake, strict=True)
        for r, f in zip(*layers, strict=True)
    ]
    return torch.stack(distances).mean()


def mel_distance(real: Tensor, fake: Tensor) -> Tensor:
    """Mean absolute difference of log-mel spectrograms at several resolutions, of sound [batch, samples] at 24 kHz.

    One resolution alone can be satisfied with a buzz; several cannot (Yamamoto et al. 2020, arXiv 1910.11480; with
    mels, Kumar et al. 2023, arXiv 2306.06546).
    """
    total = torch.zeros((), device=real.device)
    for fft, bands in RESOLUTIONS:
        weights = bank(real.device, bands, fft)
        bands_of = [weights @ amplitudes(sound, fft, fft // 4) for sound in (real, fake)]
        target, found = (torch.log(amplitude.clamp_min(CLAMP)) for amplitude in bands_of)
        total = total + F.l1_loss(found, target)
    return total / len(RESOLUTIONS)
