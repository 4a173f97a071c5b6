"""Everything that trains, each said once: what a small training of it asks for, and what its model is then used for."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contract.materials import CONVERTER, Materials
from contract.toy.request import Paint
from ganima.latent.request import Invert, TrainEncoder
from ganima.picture.request import SamplePictures, TrainPictures
from ganima.reporter import Reporter
from ganima.request import Request
from ganima.sounds.request import MakeSounds, TrainSounds
from ganima.speech.request import Speak, TrainVoice
from ganima.speech.voices.discriminator import StyledDiscriminatorConfig
from ganima.speech.voices.recipe import ConverterRecipe
from ganima.speech.voices.step import ConverterTraining
from ganima.style.request import Adapt
from ganima.training.loop import fit
from ganima.training.run import Budget, Outcome
from ganima.verbs import verb_of
from ganima.vocoder.request import TrainVocoder

WIDTHS = "[8,8,8,8,8]"


@dataclass(frozen=True)
class Capability:
    """Something that trains."""

    name: str
    trains: Callable[[Materials, Path], Request] | None = None
    """What asks for a training of a few steps into a folder, one that passes the beginning of a game in its middle."""
    uses: Callable[[Materials, str, Path, int], Request] | None = None
    """What asks for media of a model into a folder, by a seed, or in another manner where nothing is drawn."""
    begins: str | None = "start_from"
    """The field of the training's request that takes another model; None where a training begins with none."""
    fits: Callable[[Materials, Path, Reporter], Outcome] | None = None
    """What trains where no verb does."""

    def train(self, given: Materials, out: Path, report: Reporter) -> Outcome:
        """Trains, or trains on."""
        if self.fits is not None:
            return self.fits(given, out, report)
        assert self.trains is not None
        request = self.trains(given, out)
        outcome: Outcome = verb_of(request).run(request, report)
        return outcome


def pictures(given: Materials, out: Path) -> Request:
    return TrainPictures(given.pictures, out, preset="tiny", resolution=16, batch=4, kimg=0.016, threads=1)


def samples(given: Materials, model: str, out: Path, seed: int) -> Request:
    return SamplePictures(model, out, count=2, seed=seed, grid=True)


def adapted(given: Materials, out: Path) -> Request:
    quick = ("train.batch=4", "every=8", "samples=8", "patience=100", "diversity=0.01")
    return Adapt(str(given.model), given.pictures, out, no_real_person=True, kimg=0.016, settings=quick, threads=1)


def encoder(given: Materials, out: Path) -> Request:
    return TrainEncoder(str(given.model), out / "small.encoder.safetensors", given.pictures, kimg=0.016, threads=1)


def vocoder(given: Materials, out: Path) -> Request:
    small = ("generator.channels=16", "generator.hidden=16", "generator.blocks=1", "samples=4096", "batch=2")
    critics = ("discriminator.widths=[4,4,4,4]", "discriminator.periods=[2,3]", "discriminator.ffts=[512]")
    settings = (*small, *critics, "game_from=0.4")
    return TrainVocoder((given.recordings,), out, thousands=0.01, settings=settings, threads=1)


def voice(given: Materials, out: Path) -> Request:
    small = ("generator.channels=16", "generator.hidden=16", "generator.encoder=1", "generator.decoder=1", "frames=200")
    settings = (*small, "discriminator.widths=[4,4]", "game_from=0.4")
    return TrainVoice(given.recordings, out, thousands=0.02, settings=settings, threads=1)


def sounds(given: Materials, out: Path) -> Request:
    settings = ("batch=4", *(f"{part}.widths={WIDTHS}" for part in ("generator", "discriminator")))
    return TrainSounds(given.beeps, out, thousands=0.016, settings=settings, threads=1)


def inverted(given: Materials, model: str, out: Path, seed: int) -> Request:
    """An encoder is found beside its model."""
    beside = out.parent / f"{out.name}-models"
    beside.mkdir()
    shutil.copyfile(model, beside / "small.encoder.safetensors")
    parent = shutil.copyfile(given.model, beside / "small.safetensors")
    return Invert(str(parent), given.photo, out, steps=2 + seed, aligned=True, no_real_person=True)


def through_vocoder(given: Materials, model: str, out: Path, seed: int) -> Request:
    return Speak("Hi.", out / "a.wav", model=str(given.acoustic), vocoder=model, speed=1 + seed / 10)


def in_voice(given: Materials, model: str, out: Path, seed: int) -> Request:
    return Speak("One.", out / "a.wav", model=model, vocoder=str(given.vocoder), speed=1 + seed / 10)


def jingles(given: Materials, model: str, out: Path, seed: int) -> Request:
    return MakeSounds(model, out, count=2, seed=seed, vocoder="tones")


def painted(given: Materials, model: str, out: Path, seed: int) -> Request:
    return Paint(out, model=model, seed=seed)


def converter(given: Materials, out: Path, report: Reporter) -> Outcome:
    """Only a recipe of the repository trains it."""
    critic = StyledDiscriminatorConfig(lengths=(16, 32), widths=(4, 4), style=8, critic=8)
    recipe = ConverterRecipe(
        config=ConverterTraining(generator=CONVERTER, discriminator=critic, game_from=0.4, batch=4, frames=48),
        speaker=given.speaker,
        data=given.utterances,
        held_out=given.utterances[:2],
        card={"name": "small"},
    )
    out.mkdir(parents=True, exist_ok=True)
    return fit(recipe, out, Budget(examples=16), 0, report)


def paint(given: Materials, out: Path) -> Request:
    return Paint(out, folder=given.pictures, thousands=0.032, threads=1)


CAPABILITIES = (
    Capability("pictures", pictures, samples),
    Capability("adaptation", adapted, samples, begins="model"),
    Capability("encoder", encoder, inverted, begins="model"),
    Capability("vocoder", vocoder, through_vocoder),
    Capability("voice", voice, in_voice),
    Capability("sounds", sounds, jingles),
    Capability("toy", paint, painted, begins=None),
    Capability("converter", fits=converter),
)
ASKED = tuple(one for one in CAPABILITIES if one.trains is not None)
"""Those that a verb trains."""
