"""How well a voice is understood, how fast it speaks, and whether odd texts harm it:

    pip install --editable ".[speech]"
    python benchmarks/speech.py callie vocoder FOLDER --sheet speech.png

`FOLDER` has the recordings of the voice and `metadata.csv`. A recogniser (CMU Sphinx, whose models come with the
package pocketsphinx) writes down the held-out sentences, which the model's card names, from three sources: the
recordings, their copies through the vocoder, and the same words as the voice says them. The word error rate is the
Levenshtein distance in words by the number of words that were said, both sides in ganima's own normal form; that of the
recordings is what the recogniser gets wrong by itself. The sheet shows the three of some sentences, one below the
other. Without the package everything else is measured.

`--odd 500` also has so many odd texts spoken, drawn from a seed, and counts what must not be: samples that are no
numbers, clipping, clicks, and silence that does not end. A click stands out of what is around it, however loud that
is: a jump between neighbouring samples that is more times as large as those within 20 ms of it than any in the held-out
recordings. (The largest jumps as such are in a loud /s/, which is nothing else.)
"""

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ganima import provenance
from ganima.data.recordings import load_recordings
from ganima.data.transcripts import name_in, read_transcripts
from ganima.errors import GanimaError
from ganima.models.library import find_model
from ganima.signal.mel import RATE, mel
from ganima.signal.resampling import resampled
from ganima.signal.sheet import sheet
from ganima.speech.acoustic.apply import FIRST, Manner, Speaker, load_speaker
from ganima.speech.speech import LOUDNESS, begin, say
from ganima.text import english, front_end
from ganima.text.symbols import PAUSES
from ganima.vocoder.apply import copied, load_vocoder, synthesise
from ganima.vocoder.network import Vocoder

Samples = NDArray[np.float32]
T = TypeVar("T")

AT = 16_000
"""Samples per second of the recogniser."""
AROUND = 0.25
"""Seconds of silence on either side of what it hears."""
SHOWN, SHOWN_SECONDS = 3, 5.0
"""Sentences on the sheet, and how much of each."""
SILENT, SILENCE = 1e-3, 1.5
"""Amplitude below which it is silent, and so many seconds of it are too long inside of a text."""
AROUND_CLICK, SOFT = 480, 1e-3
"""Samples on either side of a jump that it is compared with, and the least that those are taken for: clicks below that
are not heard.
"""
WORST = 5
"""Of the odd texts that are shown."""
SOURCES = ("recordings", "copies", "synthesised")


@dataclass(frozen=True)
class Example:
    """A held-out sentence, as a recording, as its copy, and as the voice says it; samples at 24 kHz."""

    name: str
    text: str
    sounds: tuple[Samples, Samples, Samples]


def main() -> None:
    """Prints the tables, and writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("vocoder")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--held-out", type=Path, help="names of recordings, one a line, instead of the card's")
    parser.add_argument("--count", type=int, help="so many of them")
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--words", action="store_true", help="print what was understood")
    parser.add_argument("--odd", type=int, default=0, help="odd texts to speak")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    speaker, (vocoder, _) = load_speaker(find_model(options.model)), load_vocoder(find_model(options.vocoder))
    if options.held_out is not None:
        names = options.held_out.read_text(encoding="utf-8").split("\n")
    else:
        names = speaker.file.card.facts.get("data", {}).get("held_out", [])
    found = examples(options.folder, [name for name in names if name][: options.count], speaker, vocoder)
    if not found:
        raise SystemExit("no held-out recording with a transcript: the card names none; give them with --held-out FILE")
    seconds = sum(len(example.sounds[0]) for example in found) / RATE
    print(f"{len(found)} held-out sentences, {seconds:.0f} s\n")
    recognition(found, options.words)
    speed([example.text for example in found], speaker, vocoder, options.threads)
    if options.odd:
        largest = max(click(example.sounds[0]) for example in found)
        oddities(odd_texts(options.odd, options.seed), speaker, vocoder, largest)
    if options.sheet is not None:
        provenance.save_picture(pictured(found), options.sheet, provenance.Origin(speaker.file.card.name))


def examples(folder: Path, names: Sequence[str], speaker: Speaker, vocoder: Vocoder) -> list[Example]:
    """The recordings of these names that have a transcript, with their copies, and spoken anew."""
    texts, data, wanted = read_transcripts(folder), load_recordings([folder]), set(names)
    found = []
    for number, name in enumerate(data.names):
        key = name_in(texts, name)
        if key is not None and wanted & {name, key, Path(name).name}:
            real = data.one(number)
            found.append(Example(name, texts[key], (real, copied(vocoder, real), spoken(texts[key], speaker, vocoder))))
    return found


def spoken(text: str, speaker: Speaker, vocoder: Vocoder) -> Samples:
    """A text as the voice says it, at 24 kHz."""
    said = say(front_end.sentences(text), speaker, vocoder, Manner())
    return np.concatenate([np.zeros(0, np.float32), *(one.samples for one in said)])


def recognition(found: Sequence[Example], show: bool) -> None:
    """Prints the word error rate of the three sources."""
    try:
        from pocketsphinx import Decoder  # type: ignore[import-untyped]
    except ImportError:
        print("word error rate: not measured, for pocketsphinx is not installed\n")
        return
    decoder = Decoder(samprate=AT, loglevel="FATAL")
    said = [words(example.text) for example in found]
    print("| | words | errors | word error rate |\n|---|---|---|---|")
    understood = []
    for place, source in enumerate(SOURCES):
        heard = [words(recognised(decoder, example.sounds[place])) for example in found]
        wrong = sum(map(distance, said, heard))
        total = sum(map(len, said))
        print(f"| {source} | {total} | {wrong} | {wrong / total:.1%} |", flush=True)
        understood.append(heard)
    print()
    if show:
        for number, example in enumerate(found):
            print(f"{example.name}: {' '.join(said[number])}")
            for source, heard in zip(SOURCES, understood, strict=True):
                print(f"  {source:12} {distance(said[number], heard[number])}  {' '.join(heard[number])}")
        print()


def recognised(decoder: Any, samples: Samples) -> str:
    """What the recogniser writes down."""
    silence = np.zeros(int(AROUND * AT), np.float32)
    heard = np.concatenate([silence, resampled(samples, RATE, AT), silence])
    decoder.start_utt()
    # All at once, so that its mean is that of this sentence and not of those before it.
    decoder.process_raw((heard.clip(-1, 1) * 32767).astype(np.int16).tobytes(), False, True)
    decoder.end_utt()
    found = decoder.hyp()
    return str(found.hypstr) if found is not None else ""


def words(text: str) -> list[str]:
    """The words of a text as they are spoken: numbers in words, small letters, no marks."""
    return [word for word in english.SPOKEN.findall(english.normalise(text)) if word not in PAUSES]


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """The fewest words to replace, leave out or add that make one of the other (Levenshtein 1966)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def speed(texts: Sequence[str], speaker: Speaker, vocoder: Vocoder, threads: int) -> None:
    """Prints how long texts take as a share of how long they sound, in parts and together."""
    spoken(texts[0], speaker, vocoder)
    sentences, *text_time = timed(lambda: [one for text in texts for one in front_end.sentences(text)])
    mels, *acoustic_time = timed(lambda: [speaker.say((FIRST, *one.symbols), Manner()).mel for one in sentences])
    sounds, *vocoder_time = timed(lambda: [synthesise(vocoder, one) for one in mels])
    _, *all_time = timed(lambda: [spoken(text, speaker, vocoder) for text in texts])
    seconds = sum(map(len, sounds)) / RATE
    print(f"| real-time factor, {threads} threads | by the clock | of processor time |\n|---|---|---|")
    rows = {"text": text_time, "acoustic model": acoustic_time, "vocoder": vocoder_time, "text to sound": all_time}
    for name, (clock, processor) in rows.items():
        print(f"| {name} | {clock / seconds:.4f} | {processor / seconds:.4f} |")
    longest = max(map(len, sounds)) / RATE
    print(f"\n{seconds:.0f} s of sound in {len(sentences)} sentences, the longest of {longest:.1f} s")
    waits = [timed(lambda one=one: next(begin(one, speaker, vocoder, Manner()).pieces))[1:] for one in sentences]
    clock, processor = (sorted(1000 * wait[i] for wait in waits) for i in (0, 1))
    half = len(waits) // 2
    print(f"first sound of a sentence: after {clock[half]:.0f} ms (median), at most {clock[-1]:.0f} ms; "
          f"{processor[half]:.0f} and {processor[-1]:.0f} ms of processor time\n", flush=True)  # fmt: skip


def timed(what: Callable[[], T]) -> tuple[T, float, float]:
    """What a function returns, and how many seconds it took, by the clock and of processor time."""
    started, worked = perf_counter(), process_time()
    return what(), perf_counter() - started, process_time() - worked


def pictured(found: Sequence[Example]) -> Image.Image:
    """Spectrograms of the longest sentences, one below the other: recording, copy, synthesised."""
    chosen = sorted(found, key=lambda example: -len(example.sounds[0]))[:SHOWN]
    length = int(SHOWN_SECONDS * RATE)
    rows = [(mel(torch.from_numpy(sound[None, :length]))[0],) for example in chosen for sound in example.sounds]
    return sheet(rows, max(row[0].shape[1] for row in rows))


def odd_texts(count: int, seed: int) -> list[str]:
    """Mixtures of words, figures, signs, emoji, addresses, very long words, single letters and Chinese."""
    draw = random.Random(seed)

    def letters(least: int, most: int) -> str:
        return "".join(draw.choices("aeiounrstlbcdfghkmpvwxyz", k=draw.randint(least, most)))

    kinds: tuple[Callable[[], str], ...] = (
        lambda: draw.choice("the quick voice of a machine says what nobody wrote hello yes no maybe tomorrow".split()),
        lambda: letters(3, 9).capitalize(),
        lambda: letters(60, 400),
        lambda: draw.choice("aBcXyZ"),
        lambda: str(draw.randint(0, 10 ** draw.randint(1, 14))),
        lambda: f"{draw.random() * 1000:.{draw.randint(1, 6)}f}",
        lambda: draw.choice(("$3.50", "-5°C", "50%", "3/4/2025", "12:30 p.m.", "1/2", "#7", "v1.2.3", "II", "5' 11\"")),
        lambda: "".join(draw.choices("!?.,;:-—…()[]{}*/\\@#$%^&+=~|<>'\"", k=draw.randint(1, 12))),
        lambda: "".join(draw.choices("🙂🎉👍❤🚀🐉🇨🇳", k=draw.randint(1, 4))),
        lambda: f"https://{letters(3, 12)}.com/{letters(1, 8)}?{letters(1, 3)}={draw.randint(0, 99)}",
        lambda: f"{letters(2, 8)}@{letters(2, 8)}.org",
        lambda: "".join(draw.choices("我你好的是在不了有人这中大国语音花儿天气真二十", k=draw.randint(1, 12))),
        lambda: draw.choice(("\n\n", "\t", "\u200b", "\x07", "\ufeff", "  ")),
    )
    return [draw.choice(("", " ")).join(draw.choice(kinds)() for _ in range(draw.randint(1, 12))) for _ in range(count)]


def oddities(texts: Sequence[str], speaker: Speaker, vocoder: Vocoder, largest: float) -> None:
    """Prints how many texts sound as nothing may; `largest` is what recordings have, see `click`."""
    found: list[tuple[float, float, str]] = []
    nothing = refused = no_numbers = clipped = 0
    for text in texts:
        try:
            samples = spoken(text, speaker, vocoder)
        except GanimaError:
            refused += 1
            continue
        if not len(samples):
            nothing += 1
            continue
        no_numbers += not np.isfinite(samples).all()
        clipped += bool((np.abs(samples) >= 1).any())
        # As loud as the recordings were: what is said is made louder.
        gain = np.exp(LOUDNESS - speaker.voice.energy)
        found.append((click(samples / gain), silence(samples), text))
    clicks, pauses = (sum(one[i] > most for one in found) for i, most in ((0, largest), (1, SILENCE)))
    print(f"| {len(texts)} odd texts | |\n|---|---|")
    rows = {
        "nothing to say": nothing,
        "refused in one line, for sounds that the voice never learned": refused,
        "samples that are no numbers": no_numbers,
        "clipped": clipped,
        f"jump of more than {largest:.1f} times those around it, the most in recordings": clicks,
        f"silence of more than {SILENCE} s inside": pauses,
    }
    for name, number in rows.items():
        print(f"| {name} | {number} |")
    for place, name in ((0, "jumps that stand out most"), (1, "longest silences, in s")):
        print(f"\n{name}:")
        for one in sorted(found, key=lambda one: -one[place])[:WORST]:
            print(f"  {one[place]:.3f}  {one[2][:80]!r}")


def click(samples: Samples) -> float:
    """How far the jump from one sample to the next that stands out most does so: a multiple of those around it."""
    jumps = np.abs(np.diff(samples)).astype(np.float64)
    padded = np.pad(np.square(jumps), (AROUND_CLICK + 1, AROUND_CLICK)).cumsum()
    around = np.sqrt((padded[2 * AROUND_CLICK + 1 :] - padded[: -2 * AROUND_CLICK - 1]) / (2 * AROUND_CLICK + 1))
    return float((jumps / np.maximum(around, SOFT)).max(initial=0))


def silence(samples: Samples) -> float:
    """Seconds of the longest silence between two sounds."""
    heard = np.flatnonzero(np.abs(samples) > SILENT)
    return float(np.diff(heard).max(initial=0)) / RATE


if __name__ == "__main__":
    main()
