"""Speech in another voice: the same words and times, with another timbre and pitch."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ganima.errors import GanimaError
from ganima.layers.envelope import smoothing, stretching
from ganima.layers.excitation import carried
from ganima.models.file import ModelFile, load_network
from ganima.models.library import find_model
from ganima.signal.mel import BANDS, CLAMP, HOP, RATE, centres
from ganima.speech.acoustic.apply import SEMITONE
from ganima.speech.voices.file import Design, VoiceFile
from ganima.speech.voices.model import Voices, VoicesConfig
from ganima.speech.voices.network import envelope, speech_frames
from ganima.speech.voices.speaker import AUDIBLE
from ganima.speech.voices.utterances import LEVEL

KIND = "model of voices"
"""What the card calls such a model."""
MODEL = "voices"
"""The one that comes with ganima."""
BLOCK = 1024
"""Frames that are computed at a time, about eleven seconds."""
CONTEXT = 48
"""Frames on either side of a block that the networks see as well: they look 33 frames back."""
TREMOR = 5.2
"""Of an old voice, in Hz."""
COSINES = 20
"""That an envelope of all bands is made of."""
BRIGHT_AT = 1000.0
"""Brightness turns the spectrum around this frequency in Hz."""


@dataclass(frozen=True)
class Heard:
    """What is the same in a whole recording."""

    level: float
    """What brings its speech to `LEVEL`."""
    mean: Tensor
    """Mean envelope of its speech [AUDIBLE, 1]."""
    pitch: float
    """Mean logarithm of its pitch in Hz."""


@dataclass(frozen=True)
class OtherVoice:
    """Another voice than the one that speaks."""

    voices: Voices
    design: Design


def load_voices(name: str) -> tuple[Voices, ModelFile]:
    """A model of voices, by name or file, and that file. Raises GanimaError where there is none, or it is damaged."""
    model, file = load_network(find_model(name), KIND, "generator", VoicesConfig, Voices)
    if model.config.converter.style != model.config.speaker.size:
        raise GanimaError(f"{file.path} is damaged: its networks do not fit together")
    return model, file


def load_other(known: VoiceFile) -> OtherVoice:
    """The voice of a file, with the model that it was designed with. Raises GanimaError where that has changed."""
    voices, file = load_voices(known.model)
    if len(known.design.style) != voices.config.converter.style:
        raise GanimaError(f"the voice {known.name} was made with another model than {file.path}: design it anew")
    return OtherVoice(voices, known.design)


@torch.inference_mode()
def listen(log_mel: Tensor, hz: Tensor) -> Heard:
    """What a log-mel spectrogram [bands, frames] with the pitch `hz` [frames] has in common with itself."""
    speech = speech_frames(log_mel[None])[0] > 0
    level = LEVEL - float(log_mel[:AUDIBLE, speech].mean())
    mean = envelope(log_mel[None, :, speech] + level)[0].mean(1, keepdim=True)
    voiced = hz > 0
    return Heard(level, mean, float(hz[voiced].log().mean()) if voiced.any() else float(np.log(150.0)))


@torch.inference_mode()
def change(voices: Voices, log_mel: Tensor, hz: Tensor, design: Design) -> tuple[Tensor, Tensor]:
    """A log-mel spectrogram [bands, frames] with the pitch `hz` [frames], 0 where unvoiced, as another voice would have
    them. The memory that the networks take stays the same for any length."""
    heard = listen(log_mel, hz)
    frames = len(hz)
    pitch = np.log(design.pitch) + design.range * (carried(hz[None])[0].log() - heard.pitch)
    times = torch.arange(frames) * (HOP / RATE)
    pitch = pitch + design.tremor * SEMITONE * torch.sin(2 * torch.pi * TREMOR * times)
    pitch = pitch.clamp(float(np.log(50.0)), float(np.log(700.0)))
    style = torch.tensor(design.style)[None]
    blocks = []
    for start in range(0, frames, BLOCK):
        end = min(start + BLOCK, frames)
        before, after = max(start - CONTEXT, 0), min(end + CONTEXT, frames)
        part = log_mel[None, :, before:after] + heard.level
        content = voices.converter.read(envelope(part) - heard.mean)
        voiced = (hz[None, before:after] > 0).float()
        made = voices.converter.say(content, pitch[None, before:after], voiced, style)[0]
        blocks.append(made[:, start - before : end - before])
    made = reshaped(torch.cat(blocks, 1), design) - heard.level
    return made.clamp_min(float(np.log(CLAMP))), pitch.exp() * (hz > 0)


def reshaped(log_mel: Tensor, design: Design) -> Tensor:
    """A spectrogram [bands, frames] with the formants and the brightness of the design; harmonics stay where they
    are."""
    if design.formants != 1:
        smooth = smoothing(BANDS, COSINES, log_mel.device) @ log_mel
        log_mel = log_mel - smooth + torch.from_numpy(stretching(design.formants)) @ smooth
    octaves = np.log2(np.maximum(centres(), 125.0) / BRIGHT_AT)
    return log_mel + torch.from_numpy(octaves * design.brightness * np.log(10) / 20).float()[:, None]
