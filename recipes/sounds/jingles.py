"""Synthesises jingles, for `ganima sound train`: a model of sounds whose originals belong to nobody.

    python -m recipes.sounds.jingles --out runs/jingles/data
    ganima sound train runs/jingles/data --out runs/jingles/run --minutes 30

Each is one to four notes of a pentatonic scale, struck like a bell, a marimba or a soft organ, and ringing away.
"""

import argparse
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 24_000
SECONDS = 0.95
SCALE = (0, 2, 4, 7, 9, 12, 14, 16, 19)
"""Semitones above the lowest note."""
TIMBRES = {
    "bell": ((1.0, 2.76, 5.4), (1.0, 0.5, 0.2), 5.0),
    "marimba": ((1.0, 3.93, 9.2), (1.0, 0.3, 0.1), 14.0),
    "organ": ((1.0, 2.0, 3.0, 4.0), (1.0, 0.4, 0.25, 0.1), 4.0),
}
"""Frequencies and amplitudes of the partials, and how fast the lowest one dies away, in nepers per second."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(options.seed)
    for number in range(options.count):
        timbre = list(TIMBRES)[int(rng.integers(len(TIMBRES)))]
        soundfile.write(options.out / f"{timbre}-{number:04d}.flac", jingle(timbre, rng), RATE)
    print(f"{options.count:,} jingles in {options.out}")


def jingle(timbre: str, rng: np.random.Generator) -> NDArray[np.float64]:
    """[samples] in [-1, 1]: notes at equal distances, each from where the one before it stopped or from below."""
    length = int(SECONDS * RATE)
    whole = np.zeros(length)
    notes = int(rng.integers(1, 5))
    gap = rng.uniform(0.09, 0.16)
    lowest = 440 * 2 ** (rng.integers(0, 8) / 12)
    degree = int(rng.integers(len(SCALE)))
    for number in range(notes):
        start = int(number * gap * RATE)
        time = np.arange(length - start) / RATE
        whole[start:] += struck(lowest * 2 ** (SCALE[degree] / 12), timbre, time)
        degree = int(np.clip(degree + rng.choice((-2, -1, 1, 2)), 0, len(SCALE) - 1))
    end = int(0.03 * RATE)
    whole[-end:] *= np.cos(np.linspace(0, np.pi / 2, end))
    return whole / np.abs(whole).max() * rng.uniform(0.4, 0.8)


def struck(hz: float, timbre: str, time: NDArray[np.float64]) -> NDArray[np.float64]:
    """One note [samples]; higher partials die away sooner."""
    ratios, amplitudes, decay = TIMBRES[timbre]
    attack = np.minimum(time / 0.004, 1.0)
    partials = (
        amplitude * np.exp(-decay * ratio**0.7 * time) * np.sin(2 * np.pi * hz * ratio * time)
        for ratio, amplitude in zip(ratios, amplitudes, strict=True)
        if hz * ratio < 0.45 * RATE
    )
    note: NDArray[np.float64] = attack * sum(partials)
    return note


if __name__ == "__main__":
    main()
