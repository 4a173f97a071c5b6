"""How far another voice is another one, and whether its words are still understood:

    pip install --editable ".[speech]"
    python benchmarks/voices.py SPEECH SPEAKERS --count 20 --sheet voices.png

`SPEECH` has recordings of one person and `metadata.csv`, `SPEAKERS` recordings of many. The held-out sentences of
`callie` are converted to people whom no network has ever heard (the vocoder's card names their recordings), and to
designed voices. Likeness is the cosine of embeddings, by the network that styles come from, of the converted sentence
and of the target's recordings; words are counted as in `speech.py`. Designed voices then say a sentence, and sliders
are moved: pitch is measured by `signal.pitch`, formants as the factor and the tilt with which the mean envelopes of
both fit best.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from speech import distance, recognised, words

from ganima import provenance
from ganima.data.recordings import load_recordings
from ganima.data.transcripts import name_in, read_transcripts
from ganima.layers.excitation import pulses
from ganima.models.library import find_model
from ganima.signal.mel import BANDS, HIGH, RATE, mel, to_hz, to_mel
from ganima.signal.pitch import pitch
from ganima.signal.sheet import sheet
from ganima.speech.acoustic.apply import load_speaker
from ganima.speech.mouth import VOICE
from ganima.speech.voices.change import change, load_voices
from ganima.speech.voices.design import AGES, TOO_CLOSE, draw, embedded, heard, nearest, of_person
from ganima.speech.voices.network import envelope, speech_frames
from ganima.vocoder.apply import VOCODER, chunks, load_vocoder


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("speech", type=Path)
    parser.add_argument("speakers", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--designed", type=int, default=24)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    from pocketsphinx import Decoder  # type: ignore[import-untyped]

    decoder = Decoder(samprate=16_000, loglevel="FATAL")
    voices, _ = load_voices("voices")
    speaker, (vocoder, file) = load_speaker(find_model(VOICE)), load_vocoder(find_model(VOCODER))
    texts, data = read_transcripts(options.speech), load_recordings([options.speech])
    wanted = set(speaker.file.card.facts["data"]["held_out"])
    chosen = [i for i, name in enumerate(data.names) if name in wanted and name_in(texts, name)][: options.count]
    said = [words(texts[str(name_in(texts, data.names[i]))]) for i in chosen]
    people = load_recordings([options.speakers])
    strangers = [i for i, name in enumerate(people.names) if name in set(file.card.facts["data"]["held_out"])]
    known = sorted({people.speakers[i] for i in strangers})
    takes = {who: [people.one(i) for i in strangers if people.speakers[i] == who] for who in known}
    targets = {who: of_person(voices, parts, vocoder) for who, parts in takes.items()}

    errors = {"recordings": 0, "converted to people never heard": 0, "converted to designed voices": 0}
    likeness, designed_likeness, shown = [], [], []
    for number, i in enumerate(chosen):
        real = data.one(i)
        log_mel = mel(torch.from_numpy(real)[None])[0]
        with torch.inference_mode():
            hz = vocoder.hz(log_mel[None])[0]
        who = known[number % len(known)]
        sounds = [real]
        for design in (targets[who], draw(voices, 100 + number)):
            changed, heights = change(voices, log_mel, hz, design)
            sounds.append(np.concatenate(list(_pieces(vocoder, changed, heights))))
        for name, sound in zip(errors, sounds, strict=True):
            errors[name] += distance(said[number], words(recognised(decoder, sound)))
        aim = torch.tensor(targets[who].style)
        likeness.append([float(embedded(voices, sound) @ aim) for sound in sounds[:2]])
        aim = torch.tensor(draw(voices, 100 + number).style)
        designed_likeness.append([float(embedded(voices, sound) @ aim) for sound in (sounds[0], sounds[2])])
        shown.append(sounds)
    total = sum(map(len, said))
    print(f"{len(chosen)} sentences, {total} words, {len(known)} people never heard\n")
    print("| | word error rate |\n|---|---|")
    for name, wrong in errors.items():
        print(f"| {name} | {wrong / total:.1%} |")
    rows = {"people never heard": np.mean(likeness, 0), "designed voices": np.mean(designed_likeness, 0)}
    print("\n| likeness to the target | before | after |\n|---|---|---|")
    for name, (before, after) in rows.items():
        print(f"| {name} | {before:.2f} | {after:.2f} |")

    found = [draw(voices, seed) for seed in range(options.designed)]
    said_by = [heard(design, voices, speaker, vocoder) for design in found]
    distances = np.array([nearest(voices, sound) for sound in said_by])
    points = torch.stack([embedded(voices, sound) for sound in said_by])
    apart = (1 - points @ points.T).numpy()[np.triu_indices(len(points), 1)]
    off = [abs(_hz(sound) / design.pitch - 1) for sound, design in zip(said_by, found, strict=True)]
    print(f"\n{len(found)} designed voices: {distances.min():.2f} to {distances.max():.2f} (median "
          f"{np.median(distances):.2f}) from the nearest person; {(distances < TOO_CLOSE).sum()} nearer than "
          f"{TOO_CLOSE}; {np.median(apart):.2f} (median) from each other; pitch off by {np.median(off):.1%} (median), "
          f"{max(off):.1%} at most")  # fmt: skip

    usual = draw(voices, 4, 180.0)
    base = heard(usual, voices, speaker, vocoder)
    print("\n| slider | pitch in Hz | formants | tilt in dB per octave |\n|---|---|---|---|")
    others = {
        "as it is": usual,
        "pitch 120 Hz": replace(usual, pitch=120.0),
        "pitch 280 Hz": replace(usual, pitch=280.0),
    }
    others |= {f"brightness {amount:+g}": replace(usual, brightness=amount) for amount in (-3.0, 3.0)}
    others |= {f"age {age}": draw(voices, 4, 180.0, age) for age in AGES if age != "adult"}
    for name, design in others.items():
        # The same style: what is measured is the slider.
        sound = heard(replace(design, style=usual.style), voices, speaker, vocoder)
        factor, tilt = _formants(base, sound)
        print(f"| {name} | {_hz(sound):.0f} | × {factor:.2f} | {tilt:+.1f} |")
    if options.sheet is not None:
        length = int(4 * RATE)
        pictures = [tuple(mel(torch.from_numpy(sound[None, :length]))[0] for sound in sounds) for sounds in shown[:4]]
        picture = sheet(pictures, max(one.shape[1] for row in pictures for one in row))
        provenance.save_picture(picture, options.sheet, provenance.Origin("voices"))


def _pieces(vocoder, log_mel, hz):  # type: ignore[no-untyped-def]
    return chunks(vocoder, log_mel, source=pulses(hz[None]))


def _hz(samples: np.ndarray) -> float:  # type: ignore[type-arg]
    found = pitch(samples)
    return float(np.exp(np.log(found[found > 0]).mean()))


def _formants(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:  # type: ignore[type-arg]
    """By what factor the formants of `other` are higher than those of `one`, and how much brighter it is."""
    means = []
    for samples in (one, other):
        log_mel = mel(torch.from_numpy(samples)[None])
        speech = speech_frames(log_mel)[0] > 0
        means.append(envelope(log_mel[:, :, speech])[0].mean(1).numpy().astype(np.float64))
    hz = to_hz(np.linspace(0, to_mel(np.array(HIGH)), BANDS + 2))[1 : 1 + len(means[0])]
    heard_at = (hz > 300) & (hz < 5000)
    octaves = np.log2(hz / 1000)
    best = (np.inf, 1.0, 0.0)
    for factor in np.exp(np.linspace(-0.3, 0.3, 61)):
        moved = np.interp(hz / factor, hz, means[0])
        apart = (means[1] - moved)[heard_at]
        slope, offset = np.polyfit(octaves[heard_at], apart, 1)
        left = float(np.square(apart - slope * octaves[heard_at] - offset).mean())
        best = min(best, (left, float(factor), float(slope * 20 / np.log(10))))
    return best[1], best[2]


if __name__ == "__main__":
    main()
