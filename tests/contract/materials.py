"""What the capabilities of the contract are trained on and used with: small, and made once for all tests."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
import soundfile as sf
import torch
from drawing import discs
from numpy.typing import NDArray
from PIL import Image
from small_models import model_file
from untrained import give_directions

from ganima.models.card import Card
from ganima.models.file import save_model
from ganima.picture.model import load_model
from ganima.signal.mel import RATE
from ganima.speech.acoustic.network import AcousticConfig, AcousticModel
from ganima.speech.voices.model import Voices, VoicesConfig
from ganima.speech.voices.network import ConverterConfig
from ganima.speech.voices.speaker import SpeakerConfig, SpeakerEncoder
from ganima.speech.voices.utterances import Utterance, utterance
from ganima.text.symbols import SYMBOLS
from ganima.vocoder.network import Vocoder, VocoderConfig

WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "hello", "bye")
CONVERTER = ConverterConfig(channels=16, hidden=16, encoder=1, content=8, decoder=1, style=8, latent=4, mapping=8)
SPEAKER = SpeakerConfig(channels=8, hidden=8, blocks=1, size=8)


class Materials:
    """Folders and models, each made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def pictures(self) -> Path:
        """A folder of twelve small pictures."""
        data = discs(12)
        return self._pictures("pictures", data.files, data.pictures)

    @cached_property
    def classes(self) -> Path:
        """Twenty small pictures in a subfolder for each of two classes."""
        data = discs(20, classes=2)
        assert data.labels is not None
        names = [f"{'ab'[label]}/{name}" for label, name in zip(data.labels, data.files, strict=True)]
        return self._pictures("classes", names, data.pictures)

    @cached_property
    def photo(self) -> Path:
        """One picture."""
        path = self.folder / "photo.png"
        Image.fromarray(discs(1, 48, 48).pictures[0]).save(path)
        return path

    @cached_property
    def photographs(self) -> Path:
        """A folder of ten larger pictures."""
        data = discs(10, 48, 48)
        return self._pictures("photographs", data.files, data.pictures)

    @cached_property
    def recordings(self) -> Path:
        """Twenty-two hummed words, with their transcripts."""
        folder, lines = self._folder("recordings"), []
        for number in range(22):
            sound = hum(120 + 3 * number, 0.4 + 0.01 * number)
            sf.write(folder / f"{number:02d}.wav", sound, RATE)
            lines.append(f"{number:02d}|{WORDS[number % 12]} {WORDS[(number * 5 + 3) % 12]}.")
        (folder / "metadata.csv").write_text("\n".join(lines))
        return folder

    @cached_property
    def beeps(self) -> Path:
        """Twelve short tones."""
        folder = self._folder("beeps")
        for number in range(12):
            time = np.arange(int((0.1 + 0.01 * number) * RATE)) / RATE
            tone = 0.4 * np.sin(2 * np.pi * (500 + 90 * number) * time) * np.exp(-20 * time)
            sf.write(folder / f"{number:02d}.wav", np.concatenate([tone, np.zeros(RATE // 20)]), RATE)
        return folder

    @cached_property
    def utterances(self) -> list[Utterance]:
        """What six voices say."""
        found = [utterance(f"{number}.wav", f"p{number}", hum(100 + 15 * number, 0.8)) for number in range(6)]
        return [one for one in found if one is not None]

    @cached_property
    def speaker(self) -> SpeakerEncoder:
        """An embedding of speakers that has learned nothing."""
        torch.manual_seed(0)
        return SpeakerEncoder(SPEAKER)

    @cached_property
    def model(self) -> Path:
        """A model of pictures, with the discriminator."""
        return model_file(self.folder / "small.safetensors")

    @cached_property
    def sliders(self) -> Path:
        """A model of pictures with a slider."""
        path = model_file(self._folder("sliders") / "smiling.safetensors")
        give_directions(load_model(path), "smile")
        return path

    @cached_property
    def acoustic(self) -> Path:
        """An acoustic model that has learned nothing."""
        torch.manual_seed(0)
        network = AcousticModel(AcousticConfig(len(SYMBOLS), channels=16, hidden=16, encoder=1, decoder=1, predictor=8))
        torch.nn.init.constant_(network.duration.last.bias, 2.0)
        voice = {"pitch": 5.2, "pitch_deviation": 0.2, "energy": -6.0, "energy_deviation": 2.0}
        return self._saved("nobody", "acoustic model", network, voice=voice | {"frames_per_symbol": 8.0})

    @cached_property
    def vocoder(self) -> Path:
        """A vocoder that has learned nothing."""
        torch.manual_seed(0)
        return self._saved("hiss", "vocoder", Vocoder(VocoderConfig(channels=16, hidden=16, blocks=1)))

    @cached_property
    def voices(self) -> Path:
        """A model of voices that has learned nothing, and knows two people."""
        torch.manual_seed(0)
        network = Voices(VoicesConfig(CONVERTER, SPEAKER, 2))
        network.people.copy_(torch.eye(8)[:2])
        network.pitches.fill_(float(np.log(180.0)))
        return self._saved("choir", "model of voices", network)

    def _saved(self, name: str, kind: str, network: torch.nn.Module, **facts: object) -> Path:
        path = self.folder / f"{name}.safetensors"
        save_model(path, {"generator": network}, Card(name, kind, facts=facts))
        return path

    def _pictures(self, name: str, files: Iterable[str], pictures: Iterable[NDArray[np.uint8]]) -> Path:
        folder = self._folder(name)
        for file, pixels in zip(files, pictures, strict=True):
            (folder / file).parent.mkdir(exist_ok=True)
            Image.fromarray(pixels).save(folder / file)
        return folder

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder


def hum(hz: float, seconds: float) -> NDArray[np.float32]:
    """A voice of sorts: harmonics that come and go."""
    time = np.arange(int(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * hz * k * time) / k for k in range(1, 12))
    return (0.15 * tone * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time))).astype(np.float32)
