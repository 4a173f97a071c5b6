"""The scale on which networks work with log-mel spectrograms."""

from torch import Tensor

CENTRE, SPREAD = -5.0, 3.0
"""Mean and deviation of the log-mel spectrogram of speech, about."""


def standardised(log_mel: Tensor) -> Tensor:
    """With a mean near 0 and a deviation near 1."""
    return (log_mel - CENTRE) / SPREAD


def restored(values: Tensor) -> Tensor:
    """The opposite of `standardised`."""
    return values * SPREAD + CENTRE
