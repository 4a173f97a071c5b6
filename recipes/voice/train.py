"""The bundled voice, vocoder and voices, from recordings:

    python -m recipes.voice.train SPEECH SPEAKERS --out runs/voice

SPEECH is a folder with recordings of one person and metadata.csv, SPEAKERS one with recordings of many. Each stage goes
on where it was stopped, and is left out where it is done:

1. vocoder: sound of mel spectrograms, on both folders
2. callie: mel spectrograms of text, on SPEECH
3. fitted, with --fit: the vocoder once more, on what the second stage makes of the recordings. It was tried: copies and
   speech were understood a little worse, so the bundled one is that of the first stage
4. speakers: whose voice it is, on both folders
5. voices: speech in another voice, on both folders

`publish` writes them into `src/ganima/models`, in 8 bits, with their cards.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from ganima.cli.terminal import Terminal
from ganima.data.recordings import Recordings, load_recordings, split
from ganima.data.transcripts import read_transcripts
from ganima.models.card import Card, card_of
from ganima.models.file import load_network, open_model, save_model
from ganima.signal.pitch import pitch
from ganima.speech.acoustic.apply import load_speaker
from ganima.speech.acoustic.sentences import sentences
from ganima.speech.acoustic.train import train_voice, transcribed
from ganima.speech.voices import change
from ganima.speech.voices.model import Voices, VoicesConfig
from ganima.speech.voices.network import Converter, ConverterConfig
from ganima.speech.voices.recipe import ConverterRecipe
from ganima.speech.voices.speaker import SpeakerConfig, SpeakerEncoder
from ganima.speech.voices.step import ConverterTraining
from ganima.speech.voices.utterances import Utterance, styles, utterances
from ganima.training import loop
from ganima.training.run import Budget
from ganima.training.schedule import Schedule
from ganima.vocoder.apply import load_vocoder, start_from
from ganima.vocoder.discriminator import SoundDiscriminator, SoundDiscriminatorConfig
from ganima.vocoder.recipe import VocoderRecipe
from ganima.vocoder.step import VocoderTraining
from ganima.vocoder.train import train_vocoder
from recipes.voice.predicted import spectra
from recipes.voice.speakers import train as train_speakers

VOCODER, CALLIE, FITTED, VOICES = 200, 38, 24, 48
"""Thousands of pieces or sentences of each stage."""
CALLIE_BY = "the voice of Callie, from the sounds of FreeSWITCH, CC BY 3.0"
SPEAKERS_BY = "LibriSpeech (Panayotov et al. 2015), CC BY 4.0, as packaged in resemble-ai/Resemblyzer"
LIMITS = "Made to speak for characters that do not exist: not for passing as a person."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("speech", type=Path)
    parser.add_argument("speakers", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fit", action="store_true", help="fit the vocoder to the voice")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    out: Path = options.out
    folders = [options.speech, options.speakers]
    torch.set_num_threads(options.threads)
    with Terminal() as terminal:
        train_vocoder(folders, out / "vocoder", thousands=VOCODER, threads=options.threads, report=terminal)
        train_voice(options.speech, out / "callie", thousands=CALLIE, threads=options.threads, report=terminal)
    data = load_recordings(folders)
    training, held_out = split(data, 0)
    if options.fit:
        fit(training, held_out, options.speech, out)
    found = utterances(data)
    strangers = set(held_out.speakers)
    speaker = speakers(found, strangers, out)
    voices(
        [one for one in found if one.who not in strangers], [one for one in found if one.who in strangers], speaker, out
    )
    publish(out, [one for one in found if one.who not in strangers], speaker)


def fit(training: Recordings, held_out: Recordings, speech: Path, out: Path) -> None:
    """The third stage: the vocoder learns to forgive what the acoustic model gets wrong."""
    speaker = load_speaker(out / "callie" / "model.safetensors")
    own, symbols = transcribed(training, read_transcripts(speech))
    known = set(open_model(out / "callie" / "model.safetensors").card.facts["data"]["held_out"])
    usual = [one for one in sentences(own, symbols, ((1, 1),))[0] if one.name not in known]
    config = VocoderTraining(game_from=0.0, lr_generator=Schedule(1e-4, 1e-5), lr_discriminator=Schedule(2e-4, 2e-5))
    folder = out / "fitted"
    folder.mkdir(parents=True, exist_ok=True)
    recipe = VocoderRecipe(
        config=config,
        data=training,
        pitch=[pitch(training.one(number)) for number in range(len(training.names))],
        spectra=spectra(speaker, training, usual),
        held_out=held_out,
        card={"name": "vocoder", "data": open_model(out / "vocoder" / "model.safetensors").card.facts["data"]},
    )
    with Terminal() as terminal:
        loop.fit(
            recipe,
            folder,
            Budget(examples=FITTED * 1000),
            1,
            terminal,
            start_from=lambda state: start_from(state, out / "vocoder" / "model.safetensors"),
        )


def speakers(found: list[Utterance], strangers: set[str], out: Path) -> SpeakerEncoder:
    """The fourth stage."""
    path = out / "speakers.safetensors"
    if not path.exists():
        save_model(path, {"generator": train_speakers(found, strangers)}, Card("speakers", "speakers"), torch.float32)
    return load_network(path, "speakers", "generator", SpeakerConfig, SpeakerEncoder)[0]


def voices(training: list[Utterance], held_out: list[Utterance], speaker: SpeakerEncoder, out: Path) -> None:
    """The fifth stage."""
    folder = out / "voices"
    folder.mkdir(parents=True, exist_ok=True)
    recipe = ConverterRecipe(
        config=ConverterTraining(),
        speaker=speaker,
        data=training,
        held_out=held_out,
        card={"name": "voices"},
    )
    with Terminal() as terminal:
        loop.fit(recipe, folder, Budget(examples=VOICES * 1000), 0, terminal)


def publish(out: Path, known: list[Utterance], speaker: SpeakerEncoder) -> None:
    """Writes the three models."""
    path = next(one for one in (out / "fitted", out / "vocoder") if one.exists()) / "model.safetensors"
    models = Path(__file__).parents[2] / "src" / "ganima" / "models"
    both = f"Trained on {CALLIE_BY}, and on {SPEAKERS_BY}. Neither endorses this model."
    vocoder, file = load_vocoder(path)
    critic, _ = load_network(path, "vocoder", "discriminator", SoundDiscriminatorConfig, SoundDiscriminator)
    about = {
        "description": "Turns mel spectrograms of speech (80 bands, 24 kHz) into sound.",
        "licence": "CC BY 4.0",
        "attribution": both,
        "limits": "Trained on English read aloud; music and several voices at once were not tried.",
    }
    card = card_of(file.card.to_json() | about | {"name": "vocoder"})
    networks = {"generator": vocoder, "discriminator": critic}
    save_model(models / "vocoder.safetensors", networks, card, torch.int8)
    voice = load_speaker(out / "callie" / "model.safetensors")
    about = {
        "description": "Speaks English: text to a mel spectrogram, in the voice of Callie.",
        "licence": "CC BY 3.0",
        "attribution": f"Trained on {CALLIE_BY}. She does not endorse this model.",
        "limits": LIMITS,
    }
    card = card_of(voice.file.card.to_json() | about | {"name": "callie"})
    save_model(models / "callie.safetensors", {"generator": voice.model}, card, torch.int8)
    people = sorted({one.who for one in known})
    points, by_person = (
        styles(speaker, known),
        {name: [i for i, one in enumerate(known) if one.who == name] for name in people},
    )
    converter, file = load_network(
        out / "voices" / "model.safetensors", "converter", "generator", ConverterConfig, Converter
    )
    model = Voices(VoicesConfig(converter.config, speaker.config, len(people)))
    model.converter.load_state_dict(converter.state_dict())
    model.speaker.load_state_dict(speaker.state_dict())
    model.people.copy_(F.normalize(torch.from_numpy(np.stack([points[i].mean(0) for i in by_person.values()])), dim=1))
    pitches = [np.mean([known[i].mean_pitch for i in numbers]) for numbers in by_person.values()]
    model.pitches.copy_(torch.tensor(pitches, dtype=torch.float32))
    about = {
        "kind": change.KIND,
        "description": "New voices from a seed, and speech in another voice.",
        "licence": "CC BY 4.0",
        "attribution": both,
        "limits": LIMITS,
        "data": {"speakers": len(people), "recordings": len(known)},
    }
    card = card_of(file.card.to_json() | about | {"name": change.MODEL})
    save_model(models / f"{change.MODEL}.safetensors", {"generator": model}, card, torch.int8)


if __name__ == "__main__":
    main()
