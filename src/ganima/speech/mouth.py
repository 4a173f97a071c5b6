"""What it takes to say a text: an acoustic model, and the vocoder that makes it heard."""

from dataclasses import dataclass

from ganima.models.library import find_model
from ganima.models.origin import origin_of_file
from ganima.provenance import Origin
from ganima.speech.acoustic.apply import Speaker, load_speaker
from ganima.vocoder.apply import VOCODER, load_vocoder
from ganima.vocoder.network import Vocoder

VOICE = "callie"
"""The acoustic model that speaks when none is named."""


@dataclass(frozen=True)
class Mouth:
    """Both of them."""

    speaker: Speaker
    vocoder: Vocoder

    def origin(self, *consents: str) -> Origin:
        """What sound from here says about where it comes from."""
        return origin_of_file(self.speaker.file, *consents)


def load_mouth(model: str = VOICE, vocoder: str = VOCODER) -> Mouth:
    """Both by name, file, or folder of a run. Raises GanimaError where there is none, or it is damaged."""
    return Mouth(load_speaker(find_model(model)), load_vocoder(find_model(vocoder, "vocoder"))[0])
