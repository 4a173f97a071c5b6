"""Text to a labelled sound file or stream, with the timing of its sounds."""

import sys
from collections.abc import Iterable, Iterator, Sized
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ganima import provenance
from ganima.errors import GanimaError
from ganima.provenance import SoundStream, SoundWriter
from ganima.reporter import QUIET, Reporter, go_on
from ganima.signal.mel import RATE
from ganima.speech import timing
from ganima.speech.acoustic.apply import Manner
from ganima.speech.mouth import VOICE, Mouth, load_mouth
from ganima.speech.request import STDIN, Speak
from ganima.speech.speech import begin
from ganima.speech.timing import Spoken, Timing, visemes
from ganima.speech.voices.change import OtherVoice, load_other
from ganima.speech.voices.file import read as read_voice
from ganima.text import front_end
from ganima.text.front_end import Sentence
from ganima.vocoder.apply import VOCODER


@dataclass(frozen=True)
class Summary:
    """What was said."""

    sentences: int
    seconds: float
    """Duration of the sound."""


def speak(
    sentences: Iterable[Sentence],
    out: Path | None,
    model: str,
    vocoder: str,
    manner: Manner,
    *,
    voice: Path | None = None,
    stream: BinaryIO | None = None,
    notice: bool = False,
    timing_file: Path | None = None,
    force: bool = False,
    report: Reporter = QUIET,
) -> Summary:
    """Says `sentences` into the file `out` (WAV, FLAC, OGG or MP3), labelled, whole or not at all.

    They are taken one by one, and the memory stays the same for any number of them, but for the timing. `stream` gets
    the same sound as a labelled WAV, piece by piece, each as soon as it is computed. `model` and `vocoder` are names,
    files or folders of runs; `voice` is the file of a designed voice, or the folder of a character. `notice` puts the
    mark that can be heard in front. `report` gets an event of the kind `sentence` for every one that was said, with its
    `text` and how many `seconds` of sound there are by then. Raises GanimaError where there is nothing to say, for
    letters that cannot be said, and where a file cannot be read or written; BrokenPipeError where nobody takes from
    `stream`.
    """
    if out is not None:
        provenance.check_sound(out)
    for path in (out, timing_file):
        if path is not None and path.exists() and not force:
            raise GanimaError(f"{path} exists: choose another name, or replace it with `force`", "out")
    mouth = load_mouth(model, vocoder)
    other, agreed = None, ""
    if voice is not None:
        known = read_voice(voice)
        other, agreed = load_other(known), known.consent
    return say_into(
        out,
        sentences,
        mouth,
        manner,
        other,
        consent=agreed,
        stream=stream,
        notice=notice,
        timing_file=timing_file,
        report=report,
    )


def say_into(
    out: Path | None,
    sentences: Iterable[Sentence],
    mouth: Mouth,
    manner: Manner,
    other: OtherVoice | None = None,
    *,
    consent: str = "",
    stream: BinaryIO | None = None,
    notice: bool = False,
    timing_file: Path | None = None,
    report: Reporter = QUIET,
) -> Summary:
    """`speak` with models that were loaded before, in place of files that exist; `consent` goes into the labels."""
    origin = mouth.origin(consent)
    # The first sentence before the file: what cannot be said at all leaves nothing behind.
    speeches = (begin(sentence, mouth.speaker, mouth.vocoder, manner, other) for sentence in sentences)
    first = next(speeches, None)
    if first is None:
        raise GanimaError("there is nothing to say in this text: it has no letters and no numbers")
    phonemes: list[Spoken] = []
    texts: list[str] = []
    lead = provenance.notice(RATE) if notice else np.zeros(0, np.float32)
    count, length = 0, len(lead)
    total = len(sentences) if isinstance(sentences, Sized) else 0
    with ExitStack() as stack:
        targets: list[SoundWriter | SoundStream] = []
        if out is not None:
            targets.append(stack.enter_context(SoundWriter(out, RATE, origin)))
        if stream is not None:
            targets.append(SoundStream(stream, RATE, origin))
        for speech in chain([first], speeches):
            for piece in speech.pieces:
                go_on(report)
                # The mark with the first sound: what a stream begins with makes its number.
                for target in targets:
                    target.write(np.concatenate([lead, piece]))
                lead = lead[:0]
            count += 1
            if timing_file is not None:
                at = length / RATE
                phonemes += [Spoken(p.phoneme, at + p.start, at + p.end, p.word) for p in speech.phonemes]
                texts.append(speech.sentence.text)
            length += speech.length
            report.event({"kind": "sentence", "text": speech.sentence.text, "seconds": length / RATE})
            report.progress("speaking", count, total)
    if timing_file is not None:
        whole = Timing(" ".join(texts), length / RATE, tuple(phonemes), visemes(phonemes))
        timing.write(whole, timing_file, origin)
    return Summary(count, length / RATE)


def speak_text(request: Speak, report: Reporter = QUIET, stream: BinaryIO | None = None) -> Summary:
    """Says a text as asked; `stream` gets the sound while it is being computed. See `speak`."""
    r = request
    if r.out is None and stream is None:
        raise GanimaError("say where the sound goes: `out`", "out")
    with ExitStack() as stack:
        if r.text is not None:
            sentences: Iterable[Sentence] = front_end.sentences(r.text)
        else:
            assert r.file is not None
            sentences = front_end.stream(stack.enter_context(_opened(r.file)))
        return speak(
            sentences,
            r.out,
            r.model or VOICE,
            r.vocoder or VOCODER,
            Manner(r.speed, r.pitch, r.expressive),
            voice=r.voice,
            stream=stream,
            notice=r.notice,
            timing_file=r.timing,
            force=r.force,
            report=report,
        )


@contextmanager
def _opened(file: Path) -> Iterator[Iterator[str]]:
    """The lines of a text file."""
    if file == STDIN:
        yield _lines(sys.stdin, "the standard input")
        return
    try:
        opened = file.open(encoding="utf-8-sig")
    except OSError as error:
        raise GanimaError(f"cannot read {file}: {error.strerror}", "file") from error
    with opened:
        yield _lines(opened, str(file))


def _lines(source: Iterable[str], name: str) -> Iterator[str]:
    try:
        yield from source
    except UnicodeDecodeError as error:
        raise GanimaError(f"{name} is not UTF-8 text; save it as such") from error
    except OSError as error:
        raise GanimaError(f"cannot read {name}: {error.strerror}") from error
