"""`ganima voice`: speech, voices, and how they are trained."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ganima.cli.command import Command, training
from ganima.cli.terminal import Terminal
from ganima.cli.words import counted
from ganima.errors import GanimaError
from ganima.reporter import Reporter
from ganima.speech.request import STDIN, ConvertVoice, DesignVoice, Speak

if TYPE_CHECKING:
    from ganima.speech.speak import Summary
    from ganima.speech.voices.file import VoiceFile


def from_stdin(fields: dict[str, Any], switches: Mapping[str, bool]) -> None:
    """What is said nowhere else comes from the standard input; a stream goes to the standard output."""
    if fields["text"] is None and fields["file"] is None:
        fields["file"] = STDIN
    if fields["out"] is None and not switches["stream"]:
        raise GanimaError("say where the sound goes: `out` FILE, or --stream with a player behind it")
    if switches["stream"] and sys.stdout.isatty():
        raise GanimaError("--stream writes sound, which a terminal cannot show: put a player behind it, as in | aplay")


def at_the_terminal(request: Speak, switches: Mapping[str, bool]) -> Terminal:
    """The standard output has sound and nothing else, where it has any."""
    from rich.console import Console

    return Terminal(Console(stderr=switches["stream"]), waits=request.file == STDIN)


def speak(request: Speak, report: Reporter, switches: Mapping[str, bool]) -> "tuple[Summary, bool]":
    """Speaks, into the standard output too where that is asked for."""
    from ganima.speech.speak import speak_text

    stream = sys.stdout.buffer if switches["stream"] else None
    return speak_text(request, report, stream), switches["stream"]


def show_speech(request: Speak, done: "tuple[Summary, bool]") -> None:
    """How long it is."""
    summary, streamed = done
    where = sys.stderr if streamed else sys.stdout
    said = f"{summary.seconds:.1f} s, {counted(summary.sentences, 'sentence')}"
    print(f"{request.out or 'streamed'}: {said}", file=where)


def show_design(request: DesignVoice, found: "VoiceFile") -> None:
    """What voice it is."""
    nearest = f"{found.nearest:.2f} from the nearest voice that was trained on"
    print(f"{request.out}: {found.design.pitch:.0f} Hz, {nearest}")


def design_data(request: DesignVoice, found: "VoiceFile") -> dict[str, Any]:
    """The same for programs."""
    return {"file": str(request.out), "name": found.name, "pitch": found.design.pitch, "nearest": found.nearest}


def show_converted(request: ConvertVoice, seconds: float) -> None:
    """How long it is."""
    print(f"{request.out}: {seconds:.1f} s")


def converted_data(request: ConvertVoice, seconds: float) -> dict[str, Any]:
    """The same for programs."""
    return {"file": str(request.out), "seconds": seconds}


STREAM = "Write the sound to the standard output, as a WAV, while it is computed: ganima speak --stream Hi | aplay"

COMMANDS = (
    Command(
        "voice speak",
        "speak",
        show_speech,
        run=speak,
        further={"stream": STREAM},
        adjust=from_stdin,
        terminal=at_the_terminal,
        top=True,
    ),
    Command("voice design", "design_voice", show_design, design_data),
    Command("voice convert", "convert_voice", show_converted, converted_data),
    training("voice train", "train_voice"),
    training("voice train-vocoder", "train_vocoder"),
)
