"""How well a vocoder gives back recordings that it has never heard, and how fast:

    pip install --editable ".[speech]"
    python benchmarks/vocoder.py MODEL FOLDER [FOLDER …] --sheet copies.png

Held-out recordings, which the model's card names, become mel spectrograms and sound again. PESQ (ITU-T P.862.2, wide
band, 1 to 4.6) and STOI (Taal et al. 2011, 0 to 1) compare that with the recordings at 16 kHz. Breaths and hisses have
no period, and buzz is one: where the largest autocorrelation of a recording at lags of 2 to 16 ms is small, that of its
copy has to be small as well. The sheet shows some of both, recordings on the left.
"""

import argparse
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from pesq import NoUtterancesError, pesq  # type: ignore[import-untyped]
from pystoi import stoi  # type: ignore[import-untyped]

from ganima import provenance
from ganima.data.recordings import load_recordings
from ganima.models.library import find_model
from ganima.signal.mel import FFT, HOP, RATE
from ganima.signal.resampling import resampled
from ganima.signal.sheet import pairs
from ganima.vocoder.apply import copied, load_vocoder

AT = 16_000
"""Samples per second of both measures."""
SHORTEST = 0.8
"""Seconds below which a recording is too short to be judged."""
SHOWN, SHOWN_SECONDS = 6, 2.5
LAGS = slice(RATE // 500, RATE // 62)
"""At which a period is looked for."""
APERIODIC, BUZZ = 0.3, 0.6
"""Below the one is the largest autocorrelation of a frame without a period, above the other that of one that buzzes."""
HEARD = 3e-3
"""Root mean square of a frame below which nothing is heard."""


def main() -> None:
    """Prints the table, and writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    vocoder, file = load_vocoder(find_model(options.model))
    data = load_recordings(options.folders)
    held_out = [i for i, name in enumerate(data.names) if name in set(file.card.facts["data"]["held_out"])]
    recordings = [data.one(i) for i in held_out if len(data.one(i)) >= SHORTEST * RATE]
    copied(vocoder, recordings[0])
    started = perf_counter()
    copies = [copied(vocoder, samples) for samples in recordings]
    elapsed, seconds = perf_counter() - started, sum(map(len, recordings)) / RATE
    quality, words = [], []
    for real, made in zip(recordings, copies, strict=True):
        one, other = (resampled(samples, RATE, AT) for samples in (real, made))
        words.append(stoi(one, other, AT))
        try:
            quality.append(pesq(AT, one, other, "wb"))
        except NoUtterancesError:
            continue
    print(f"{len(recordings)} held-out recordings, {seconds:.0f} s; PESQ of {len(quality)} in which it finds speech\n")
    print("| | mean | least |\n|---|---|---|")
    print(f"| PESQ (wide band) | {np.mean(quality):.2f} | {np.min(quality):.2f} |")
    print(f"| STOI | {np.mean(words):.3f} | {np.min(words):.3f} |\n")
    buzz = np.concatenate([periods(*both) for both in zip(recordings, copies, strict=True)], 1)
    print(
        f"| {buzz.shape[1]:,} frames without a period | largest autocorrelation | buzz, above {BUZZ} |\n|---|---|---|"
    )
    for name, values in zip(("recordings", "copies"), buzz, strict=True):
        print(f"| {name} | {values.mean():.2f} | {(values > BUZZ).mean():.1%} |")
    print(f"\nreal-time factor {elapsed / seconds:.4f}, {options.threads} threads")
    if options.sheet is not None:
        length = int(SHOWN_SECONDS * RATE)
        chosen = sorted(range(len(recordings)), key=lambda i: -len(recordings[i]))[:SHOWN]
        both = [np.stack([np.pad(part[i][:length], (0, max(0, length - len(part[i])))) for i in chosen])
                for part in (recordings, copies)]  # fmt: skip
        sheet = pairs(*(torch.from_numpy(part) for part in both))
        provenance.save_picture(sheet, options.sheet, provenance.Origin(file.card.name))


def periods(real: NDArray[np.float32], made: NDArray[np.float32]) -> NDArray[np.float64]:
    """The largest autocorrelations [2, frames] of a recording and its copy, where it is heard and has no period."""
    window = np.hanning(FFT)
    allowance = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * FFT)) ** 2)
    found = []
    for samples in (real, made):
        frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples.astype(np.float64), FFT // 2), FFT)[::HOP]
        frames = frames - frames.mean(1, keepdims=True)
        products = np.fft.irfft(np.abs(np.fft.rfft(frames * window, 2 * FFT)) ** 2) / allowance.clip(1e-3)
        found.append((products[:, LAGS].max(1) / products[:, 0].clip(1e-12), np.sqrt((frames**2).mean(1))))
    chosen = (found[0][0] < APERIODIC) & (found[0][1] > HEARD)
    return np.stack([one[chosen] for one, _ in found])


if __name__ == "__main__":
    main()
