"""How good the short sounds of a model are:

    pip install --editable ".[speech]"
    python benchmarks/sounds.py MODEL FOLDER --sheet sounds.png

`FOLDER` has the sounds that it was trained on; what stands before the first hyphen of their names is what they are:
`seven-0012.flac` is a seven. New sounds are compared with them as pictures, the mean difference of pixels in [-1, 1],
and the nearest one tells what a new sound is meant to be. If they are words, a recogniser that knows these words alone
(CMU Sphinx, whose models come with the package pocketsphinx) has to hear the same. If they are tones, the loudest
partial of each has to be a note of the piano, whose keys are 100 cents apart; what is out of tune is 25 cents off in
the mean. The sheet shows recordings in its upper half and new sounds in the lower one.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from speech import AT, recognised
from torch import Tensor

from ganima import provenance
from ganima.models.library import find_model
from ganima.sounds.apply import load_sounds
from ganima.sounds.recipe import spectrograms
from ganima.sounds.short import to_log_mel, to_pictures, window
from ganima.sounds.tones import partials, peaks
from ganima.sounds.train import load_sounds_of
from ganima.sounds.vocoders import TONES, SoundVocoder, difference, sound_vocoder
from ganima.vocoder.apply import VOCODER

COPIED = 24
"""Sounds whose copies are compared, about."""
SHOWN, GAP = 20, 12
"""Sounds in each half of the sheet, and the pixels between both."""
CONCERT_PITCH = 440.0


def main() -> None:
    """Prints the measures, and writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path)
    options = parser.parse_args()
    generator, file = load_sounds(find_model(options.model))
    vocoder = sound_vocoder(file.card.facts["vocoder"])
    data = load_sounds_of(options.folder)
    sounds = [window(data.one(i), generator.config.width, 0.5) for i in range(len(data.names))]
    real = to_pictures(torch.from_numpy(np.stack(sounds))).clamp(-1, 1)
    kinds = [Path(name).name.split("-")[0] for name in data.names]
    rng = torch.Generator().manual_seed(options.seed)
    with torch.inference_mode():
        made = generator(torch.randn(options.count, generator.z_dim, generator=rng)).clamp(-1, 1)
    print(f"{len(made)} sounds of a model that has seen {file.card.examples:,}, of {len(real)} different ones\n")
    for name in (VOCODER, TONES):
        copied = np.mean([difference(sound_vocoder(name), each) for each in sounds[:: max(1, len(sounds) // COPIED)]])
        print(f"copies of sounds of the training, by {name}: {copied:.3f} nepers off")
    meant = likeness(real, made, kinds)
    if file.card.facts["vocoder"] == TONES:
        print("| cents from the nearest note | mean | median |\n|---|---|---|")
        for name, pictures in (("trained on", real), ("new", made)):
            off = np.array([cents(log_mel) for log_mel in to_log_mel(pictures)])
            print(f"| {name} | {off.mean():.1f} | {np.median(off):.1f} |")
    else:
        understood(real, kinds, made, meant, vocoder)
    if options.sheet is not None:
        chosen = real[torch.linspace(0, len(real) - 1, SHOWN).long()]
        halves = [spectrograms(to_log_mel(pictures)) for pictures in (chosen, made[:SHOWN])]
        both = Image.new("RGB", (halves[0].width, 2 * halves[0].height + GAP), "white")
        for number, half in enumerate(halves):
            both.paste(half, (0, number * (half.height + GAP)))
        provenance.save_picture(both, options.sheet, provenance.Origin(file.card.name))


def likeness(real: Tensor, made: Tensor, kinds: Sequence[str]) -> list[str]:
    """Prints how near new pictures are to those of the training; returns what the nearest ones are."""
    away = distances(made, real)
    apart = distances(real, real)
    other = torch.tensor([[one != two for two in kinds] for one in kinds])
    between = apart.where(other, torch.inf).min(1).values.mean()
    nearest = away.min(1)
    meant = [kinds[i] for i in nearest.indices.tolist()]
    print(f"distance to the nearest of the training {nearest.values.mean():.3f} (worst {nearest.values.max():.3f}); "
          f"from one of its kinds to the nearest other one {between:.3f}")  # fmt: skip
    print("kinds: " + ", ".join(f"{kind} {count}" for kind, count in sorted(Counter(meant).items())) + "\n")
    return meant


def distances(one: Tensor, other: Tensor) -> Tensor:
    """Mean difference of the pixels of each picture from those of each other one."""
    return torch.stack([(picture - other).abs().mean((1, 2, 3)) for picture in one])


def understood(real: Tensor, kinds: Sequence[str], made: Tensor, meant: Sequence[str], vocoder: SoundVocoder) -> None:
    """Prints how many words a recogniser hears as what they are."""
    try:
        from pocketsphinx import Config, Decoder  # type: ignore[import-untyped]
    except ImportError:
        print("words: not measured, for pocketsphinx is not installed")
        return
    words = " | ".join(sorted(set(kinds)))
    decoder = Decoder(Config(samprate=AT, loglevel="FATAL", lm=None))
    decoder.add_jsgf_string("words", f"#JSGF V1.0; grammar words; public <word> = {words};")
    decoder.activate_search("words")
    print("| | words | heard as what they are |\n|---|---|---|")
    for name, pictures, said in (("copies of recordings", real, kinds), ("new", made, meant)):
        right = 0
        for log_mel, word in zip(to_log_mel(pictures), said, strict=True):
            right += recognised(decoder, vocoder(log_mel)) == word
        print(f"| {name} | {len(said)} | {right} ({right / len(said):.0%}) |", flush=True)


def cents(log_mel: Tensor) -> float:
    """How far the loudest partial of a spectrogram [80, frames] is from the nearest note."""
    found = partials(*peaks(log_mel.double().numpy()))
    if not found:
        return 50.0
    loudest = max(found, key=lambda each: sum(each.amplitudes))
    notes = 12 * np.log2(np.average(loudest.hz, weights=loudest.amplitudes) / CONCERT_PITCH)
    return float(100 * abs(notes - np.round(notes)))


if __name__ == "__main__":
    main()
