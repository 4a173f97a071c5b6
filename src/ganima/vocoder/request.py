"""What can be asked of the vocoder."""

from dataclasses import dataclass

from ganima.errors import GanimaError
from ganima.fields import Folder, Out
from ganima.training.request import SoundTraining


@dataclass(frozen=True)
class TrainVocoder(SoundTraining):
    """Train a vocoder, which turns mel spectrograms into sound, on recordings; the same command again continues."""

    folders: tuple[Folder, ...]
    """Folders with recordings, subfolders included."""
    out: Out
    """Folder of the run; the newest model is always in model.safetensors."""

    def check(self) -> None:
        super().check()
        if not self.folders:
            raise GanimaError("give one or more folders of recordings", "folders")
