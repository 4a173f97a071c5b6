"""Cuts digits, or all short words, out of recordings of one voice, for `ganima sound train`.

    python -m recipes.sounds.cut speech-en --out runs/digits/data
    python -m recipes.sounds.cut speech-en --out runs/words/data --words all --takes 1
    ganima sound train runs/digits/data --out runs/digits/run --minutes 30

The folder is one of prompts: `metadata.csv` has a line name|text for each, and prompts of a single word are words cut
out already. A prompt that was spoken once is one sound; several takes of it, each a little faster and higher or slower
and lower, are something to learn from.
"""

import argparse
from pathlib import Path

import soundfile

from ganima.data.files import find_files
from ganima.data.sound import SOUND_SUFFIXES, read_sound
from ganima.data.transcripts import name_in, read_transcripts
from ganima.signal.mel import RATE
from ganima.signal.resampling import resampled
from ganima.sounds.short import trimmed

DIGITS = "zero one two three four five six seven eight nine"
STEPS = 100
"""A take is so many hundredths of the usual speed: 91, 92, … 110."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--words", default=DIGITS, help='words with spaces between them, or "all"')
    parser.add_argument("--takes", type=int, default=20, help="of each word, at most 20")
    parser.add_argument("--seconds", type=float, default=0.7, help="longest word")
    options = parser.parse_args()
    texts = read_transcripts(options.folder)
    wanted = set(options.words.lower().split())
    options.out.mkdir(parents=True, exist_ok=True)
    words = count = 0
    for file in find_files(options.folder, SOUND_SUFFIXES, "recordings"):
        key = name_in(texts, file.relative_to(options.folder).as_posix())
        word = "".join(letter for letter in texts[key].lower() if letter.isalpha() or letter == " ") if key else ""
        if not word or " " in word or ("all" not in wanted and word not in wanted):
            continue
        sound = trimmed(read_sound(file, RATE).samples)
        if not 0 < len(sound) <= options.seconds * RATE:
            continue
        words += 1
        for take in range(options.takes):
            # From the usual speed outwards: 100, 101, 99, 102, 98, …
            speed = STEPS + (take + 1) // 2 * (1 if take % 2 else -1)
            # Resampled to fewer samples and played at the same rate, a sound is faster and higher.
            take_of = resampled(sound, speed, STEPS)
            soundfile.write(options.out / f"{word}-{file.stem}-{speed:03d}.flac", take_of.clip(-1, 1), RATE)
            count += 1
    print(f"{words:,} words, {count:,} sounds in {options.out}")


if __name__ == "__main__":
    main()
