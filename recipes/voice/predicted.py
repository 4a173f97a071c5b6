"""What an acoustic model makes of recordings whose words, times, pitch and loudness are known: what its vocoder will be
given, frame by frame beside the sound that it should be.
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from ganima.data.recordings import Recordings
from ganima.signal.mel import mel
from ganima.speech.acoustic.alignment import durations, evenness, likelihoods
from ganima.speech.acoustic.apply import Speaker
from ganima.speech.acoustic.recipe import to_batch
from ganima.speech.acoustic.sentences import Utterance
from ganima.speech.acoustic.step import mean_over


@torch.inference_mode()
def predicted(speaker: Speaker, sentence: Utterance) -> NDArray[np.float32]:
    """The log-mel spectrogram [bands, frames] that the model makes of a sentence as it was spoken."""
    model = speaker.model
    batch = to_batch([sentence], speaker.voice, torch.device("cpu"))
    encoded, inside = model.encode(batch.symbols, batch.tuning)
    phonemes = inside[:, 0].sum(1).long()
    scores = likelihoods(model.mean_mel(encoded), batch.mel) + evenness(phonemes, batch.frames)
    spoken = durations(scores, phonemes, batch.frames)
    pitch, energy = (mean_over(values, spoken) for values in (batch.pitch, batch.energy))
    made, _ = model.decode(encoded, spoken, pitch, energy)
    found: NDArray[np.float32] = F.pad(made, (0, batch.mel.shape[2] - made.shape[2]))[0].numpy()
    return found


def spectra(speaker: Speaker, data: Recordings, found: Sequence[Utterance]) -> list[NDArray[np.float32]]:
    """For each recording its log-mel spectrogram [bands, frames], with what the model makes of its sentence in place of
    it where there is one."""
    by_name = {one.name: one for one in found}
    whole = []
    for number, name in enumerate(data.names):
        real = mel(torch.from_numpy(data.one(number))[None])[0].numpy()
        sentence = by_name.get(name)
        if sentence is not None:
            length = sentence.mel.shape[1]
            real[:, sentence.start : sentence.start + length] = predicted(speaker, sentence)
        whole.append(real)
    return whole
