"""`ganima voice design` and `ganima voice convert`: other voices."""

from pathlib import Path
from typing import Annotated

from tyro.conf import Positional

from ganima.cli.progress import bars
from ganima.cli.values import HINT_IN_TEXT, Flag, OutFile, Seed, Vocoder, Voice, real, text
from ganima.cli.values import path as place


def design(
    out: OutFile,
    seed: Seed = 0,
    pitch: Annotated[str | None, text("--pitch", "low|mid|high|HZ"), HINT_IN_TEXT] = None,
    age: Annotated[str, text("--age", "child|teen|adult|old")] = "adult",
    brightness: Annotated[float, real("--brightness", -4, 4, "DB")] = 0.0,
    name: Annotated[str | None, text("--name", "NAME"), HINT_IN_TEXT] = None,
    model: Annotated[str | None, text("--model", "MODEL"), HINT_IN_TEXT] = None,
    vocoder: Vocoder = None,
    force: Flag = False,
) -> int:
    """Make a voice that nobody has, for `ganima voice speak --voice` and `ganima voice convert --voice`.

    Args:
        out: File to write, such as mei.voice.json.
        seed: Decides whose voice it is.
        pitch: How high it is, in words or in Hz; left to the seed unless given.
        age: How old it sounds: child, teen, adult or old.
        brightness: In dB per octave: more is brighter, less is darker.
        name: Name of the voice; that of the file unless given.
        model: A model of voices; the one that comes with ganima unless given.
        vocoder: A vocoder: a name, a file, or the folder of a run; the one that comes with ganima unless given.
        force: Replace a file that exists.
    """
    from ganima.models.origin import origin_of_file
    from ganima.speech.mouth import load_mouth
    from ganima.speech.voices.change import MODEL, load_voices
    from ganima.speech.voices.design import new_voice
    from ganima.vocoder.apply import VOCODER

    voices, card, path = load_voices(model or MODEL)
    found = new_voice(
        out,
        voices,
        load_mouth(vocoder=vocoder or VOCODER),
        origin=origin_of_file(path, card),
        name=name,
        seed=seed,
        pitch=pitch,
        age=age,
        brightness=brightness,
        force=force,
    )
    print(f"{out}: {found.design.pitch:.0f} Hz, {found.nearest:.2f} from the nearest voice that was trained on")
    return 0


def convert(
    recording: Positional[Annotated[Path, place("IN", "IN")]],
    out: OutFile,
    voice: Voice = None,
    target: Annotated[Path | None, place("--target", "FOLDER"), HINT_IN_TEXT] = None,
    consent: Annotated[str | None, text("--consent", "WHO"), HINT_IN_TEXT] = None,
    model: Annotated[str | None, text("--model", "MODEL"), HINT_IN_TEXT] = None,
    vocoder: Vocoder = None,
    notice: Flag = False,
    force: Flag = False,
) -> int:
    """Say a recording again in another voice, with the same words and times.

    Args:
        recording: Recording of speech; WAV, FLAC, OGG or MP3.
        out: File to write; .wav, .flac, .ogg or .mp3.
        voice: A designed voice: its file, or the folder of a character.
        target: A folder with recordings of the person whose voice it becomes; needs --consent.
        consent: Who agreed to that, when and for what; goes into the file.
        model: A model of voices; the one that comes with ganima unless given.
        vocoder: A vocoder: a name, a file, or the folder of a run; the one that comes with ganima unless given.
        notice: Begin with the mark that can be heard, short-long-short-short, which says that this is AI-generated.
        force: Replace a file that exists.
    """
    from ganima.speech.voices.change import MODEL
    from ganima.speech.voices.convert import convert as convert_it
    from ganima.vocoder.apply import VOCODER

    with bars() as (bar, _):
        seconds = convert_it(
            recording,
            out,
            voice=voice,
            target=target,
            consent=consent,
            model=model or MODEL,
            vocoder=vocoder or VOCODER,
            notice=notice,
            force=force,
            progress=bar,
        )
    print(f"{out}: {seconds:.1f} s")
    return 0
