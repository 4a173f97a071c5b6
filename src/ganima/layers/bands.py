"""Sound that agrees with a mel spectrogram: its phases stay, and the amplitudes of its bands are set right."""

import numpy as np
import torch
from torch import Tensor

from ganima.signal.constant import constant
from ganima.signal.mel import BANDS, CLAMP, FFT, HOP, RATE, bank, to_band

GAIN_MAX = 2.0
"""Most that a band is made louder or softer at a time, in nepers."""


def corrected(spectrum: Tensor, mel: Tensor) -> Tensor:
    """A spectrum [batch, bins, frames] whose bands have the amplitudes that the mel spectrogram asks for.

    Pulses and noise beat with each other, and noise is louder here and softer there by chance: no network that sees
    neither can know. As in Griffin & Lim 1984 (10.1109/TASSP.1984.1164317) phases stay and amplitudes are replaced, but
    those of the bands, which are all that is known. Windows overlap, and what is heard in one frame also depends on its
    neighbours: sound is made of the spectrum, and the next pass begins with that of the sound.
    """
    size = (spectrum.real.square() + spectrum.imag.square() + 1e-12).sqrt()
    bands = (bank(mel.device) @ size).clamp_min(CLAMP).log()
    return spectrum * over_bins((mel - bands).clamp(-GAIN_MAX, GAIN_MAX)).exp()


def over_bins(bands: Tensor) -> Tensor:
    """Values of mel bands [batch, bands, frames] to those of the bins [batch, 1 + fft // 2, frames], in straight lines
    from band to band.
    """
    return torch.einsum("fb,nbt->nft", _bins(bands.device), bands)


@constant
def _bins(device: torch.device) -> Tensor:
    """[1 + fft // 2, bands]"""
    place = to_band(np.arange(1 + FFT // 2) * RATE / FFT)
    low = np.floor(place.clip(0, BANDS - 1 - 1e-6)).astype(int)
    share = (place - low).clip(0, 1)
    found = np.zeros((1 + FFT // 2, BANDS), np.float32)
    rows = np.arange(len(found))
    found[rows, low] = 1 - share
    found[rows, low + 1] += share
    return torch.from_numpy(found).to(device)


def transformed(samples: Tensor) -> Tensor:
    """Sound [batch, samples] to its spectrum [batch, 1 + fft // 2, 1 + samples // hop]; silence is around it."""
    window = torch.hann_window(FFT, device=samples.device)
    found: Tensor = torch.stft(samples, FFT, HOP, window=window, pad_mode="constant", return_complex=True)
    return found


def sound(spectrum: Tensor) -> Tensor:
    """A spectrum [batch, 1 + fft // 2, frames] to sound [batch, (frames - 1) * hop]: what torch.istft does, but for the
    hop that all of this project has, and faster.
    """
    window = torch.hann_window(FFT, device=spectrum.device)
    pieces = _overlapped(torch.fft.irfft(spectrum.transpose(1, 2)) * window)
    weights = _overlapped(window.square().expand(1, spectrum.shape[2], FFT))
    return pieces / weights


def _overlapped(pieces: Tensor) -> Tensor:
    """The sum [batch, (frames - 1) * hop] of pieces [batch, frames, fft], each a hop later than the one before."""
    batch, frames, _ = pieces.shape
    hops = FFT // HOP
    whole = pieces.new_zeros(batch, frames + hops - 1, HOP)
    for number, part in enumerate(pieces.chunk(hops, 2)):
        whole[:, number : number + frames] += part
    return whole[:, hops // 2 : -(hops // 2)].flatten(1)
