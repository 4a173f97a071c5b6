"""`ganima voice`: sound, and everything that speaks."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from tyro.conf import Positional

from ganima.cli.progress import counted, spoken
from ganima.cli.terminal import Terminal
from ganima.cli.training import trained
from ganima.cli.training_options import Options
from ganima.cli.values import HINT_IN_TEXT, Flag, Folder, Out, Vocoder, Voice, path, real
from ganima.cli.values import text as words
from ganima.cli.words import worded
from ganima.errors import GanimaError

if TYPE_CHECKING:
    from ganima.training.run import Outcome

voice = tyro.extras.SubcommandApp()


@voice.command(name="train-vocoder")
@worded
def train_vocoder(folders: Positional[tuple[Folder, ...]], out: Out, training: Options) -> int:
    """Train a vocoder, which turns mel spectrograms into sound, on recordings; the same command again continues.

    Args:
        folders: Folders with recordings, subfolders included.
        out: Folder of the run; the newest model is always in model.safetensors.
    """
    arguments = training.arguments()
    if not folders:
        raise GanimaError("give one or more folders of recordings")

    from ganima.vocoder.train import train_vocoder as train_it

    return run_training(partial(train_it, folders, out, **arguments), out)


@voice.command
@worded
def train(folder: Positional[Folder], out: Out, training: Options) -> int:
    """Train a voice on recordings of one person and what they say; the same command again continues.

    Args:
        folder: Folder with recordings, and metadata.csv with a line name|text for each.
        out: Folder of the run; the newest model is always in model.safetensors.
    """
    arguments = training.arguments()

    from ganima.speech.acoustic.train import train_voice as train_it

    return run_training(partial(train_it, folder, out, **arguments), out)


@voice.command
@worded
def speak(
    text: Annotated[str | None, words("TEXT", "TEXT"), HINT_IN_TEXT, Positional] = None,
    *,
    out: Annotated[Path | None, path("--out", "FILE"), HINT_IN_TEXT] = None,
    voice: Voice = None,
    model: Annotated[str | None, words("--model", "MODEL"), HINT_IN_TEXT] = None,
    vocoder: Vocoder = None,
    stream: Flag = False,
    file: Annotated[Path | None, path("--file", "FILE"), HINT_IN_TEXT] = None,
    speed: Annotated[float, real("--speed", 0.25, 4, "TIMES")] = 1.0,
    pitch: Annotated[float, real("--pitch", -12, 12, "SEMITONES")] = 0.0,
    expressive: Annotated[float, real("--expressive", 0, 1, "AMOUNT")] = 0.5,
    timing: Annotated[Path | None, path("--timing", "FILE"), HINT_IN_TEXT] = None,
    notice: Flag = False,
    force: Flag = False,
) -> int:
    """Say a text into a sound file, or to whoever listens, labelled as AI-generated, sentence by sentence.

    At once: ganima voice speak --stream "Hello there." | aplay

    Args:
        text: What to say; the standard input unless this or --file is given.
        out: File to write; .wav, .flac, .ogg or .mp3.
        voice: A designed voice: its file, or the folder of a character; the model's own unless given.
        model: An acoustic model: a name, a file, or the folder of a run; the one that comes with ganima unless given.
        vocoder: A vocoder: a name, a file, or the folder of a run; the one that comes with ganima unless given.
        stream: Write the sound to the standard output, as a WAV, while it is being computed.
        file: Read the text from a file.
        speed: Times the usual speed.
        pitch: Semitones above the usual pitch.
        expressive: How far pitch and loudness move, 0.5 being as the voice does.
        timing: Also write when each phoneme is heard and each viseme seen, as JSON.
        notice: Begin with the mark that can be heard, short-long-short-short, which says that this is AI-generated.
        force: Replace files that exist.
    """
    if text is not None and file is not None:
        raise GanimaError("give a text or --file, not both")
    if out is None and not stream:
        raise GanimaError("say where the sound goes: --out FILE, or --stream with a player behind it")
    if stream and sys.stdout.isatty():
        raise GanimaError("--stream writes sound, which a terminal cannot show: put a player behind it, as in | aplay")

    from ganima.speech.acoustic.apply import Manner
    from ganima.speech.mouth import VOICE
    from ganima.speech.speak import speak as say_it
    from ganima.text import front_end
    from ganima.vocoder.apply import VOCODER

    with ExitStack() as stack:
        length = None
        if text is not None:
            sentences, length = front_end.sentences(text), len(text.encode("utf-8", "replace"))
        elif file is not None:
            try:
                lines = stack.enter_context(file.open(encoding="utf-8-sig"))
                length = file.stat().st_size
            except OSError as error:
                raise GanimaError(f"cannot read {file}: {error.strerror}") from error
            sentences = front_end.stream(_lines(lines, str(file)))
        else:
            sentences = front_end.stream(_lines(sys.stdin, "the standard input"))
        told = stack.enter_context(spoken(length))
        summary = say_it(
            sentences,
            out,
            model or VOICE,
            vocoder or VOCODER,
            Manner(speed, pitch, expressive),
            voice=voice,
            stream=sys.stdout.buffer if stream else None,
            notice=notice,
            timing_file=timing,
            force=force,
            progress=lambda sentence, seconds: told(sentence.text, seconds),
        )
    # The standard output has sound and nothing else, where it has any.
    where = sys.stderr if stream else sys.stdout
    print(f"{out or 'streamed'}: {summary.seconds:.1f} s, {counted(summary.sentences, 'sentence')}", file=where)
    return 0


def _lines(source: Iterable[str], name: str) -> Iterator[str]:
    try:
        yield from source
    except UnicodeDecodeError as error:
        raise GanimaError(f"{name} is not UTF-8 text; save it as such") from error
    except OSError as error:
        raise GanimaError(f"cannot read {name}: {error.strerror}") from error


def run_training(train: "Callable[..., Outcome]", out: Path) -> int:
    """Runs a training with everything that shows it; returns the exit status."""
    with Terminal() as terminal:
        outcome = train(report=terminal)
    return trained(outcome, out, "--minutes or --thousands")
