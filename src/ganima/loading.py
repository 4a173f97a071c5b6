"""From what a model is to what loads it: the one place that knows every kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ganima.errors import GanimaError
from ganima.models.file import open_model
from ganima.models.library import find_model

if TYPE_CHECKING:
    from ganima.latent.directions import Directions
    from ganima.latent.encoder.network import Encoder
    from ganima.picture.generator import Generator
    from ganima.picture.model import Model
    from ganima.speech.acoustic.apply import Speaker
    from ganima.speech.voices.model import Voices
    from ganima.vocoder.network import Vocoder

    Loaded: TypeAlias = Model | Speaker | Voices | Vocoder | Generator | Directions | Encoder


def load(model: str | Path) -> Loaded:
    """A model by name, by file, or by the folder of a training run, ready for use.

    What comes back goes with its kind: a `Model` of pictures, the `Speaker` of an acoustic model, the networks of
    vocoders, voices, sounds and encoders, `Directions`. Raises GanimaError when there is none, or it is damaged.
    """
    path = find_model(str(model))
    match kind := open_model(path).card.kind:
        case "picture model":
            from ganima.picture.model import load_model

            return load_model(path)
        case "acoustic model":
            from ganima.speech.acoustic.apply import load_speaker

            return load_speaker(path)
        case "model of voices":
            from ganima.speech.voices.change import load_voices

            return load_voices(str(path))[0]
        case "vocoder":
            from ganima.vocoder.apply import load_vocoder

            return load_vocoder(path)[0]
        case "sound model":
            from ganima.sounds.apply import load_sounds

            return load_sounds(path)[0]
        case "directions":
            from ganima.latent.directions import load_directions

            return load_directions(path)
        case "encoder":
            from ganima.latent.encoder.model import load_encoder

            return load_encoder(path)[0]
        case _:
            raise GanimaError(f"{path} is a {kind}, which is of no use by itself")
