"""Short sounds from a model: latents to spectrograms, a vocoder makes them heard, and what is silent is cut off."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ganima import provenance
from ganima.errors import GanimaError
from ganima.models.file import ModelFile, load_network
from ganima.models.library import find_model
from ganima.models.origin import origin_of_file
from ganima.picture.generator import Generator, GeneratorConfig
from ganima.provenance.sound import FORMATS
from ganima.reporter import QUIET, Reporter, counted
from ganima.signal.gentle import KNEE, gentle
from ganima.signal.mel import BANDS, RATE
from ganima.sounds.recipe import KIND
from ganima.sounds.request import MakeSounds
from ganima.sounds.short import to_log_mel, trimmed
from ganima.sounds.vocoders import TONES, SoundVocoder, sound_vocoder
from ganima.vocoder.apply import VOCODER

BATCH = 8
"""Sounds that are made at once. Always this many, so that a sound's bytes do not depend on how many are asked for."""
COUNT = 16
"""Sounds in a folder when nothing is said."""


@dataclass(frozen=True)
class MadeSounds:
    """What was written."""

    count: int
    seconds: float
    """Duration of all sounds together."""


def load_sounds(path: Path) -> tuple[Generator, ModelFile]:
    """A generator of sounds in evaluation mode, and the file it stands in.

    Raises GanimaError where that is none, or damaged.
    """
    generator, file = load_network(path, KIND, "generator", GeneratorConfig, Generator, torch.channels_last)
    layout = generator.config
    if (layout.height, layout.channels, layout.classes) != (BANDS, 1, 0):
        raise GanimaError(f"{path} makes no spectrograms of {BANDS} bands: train it anew")
    return generator, file


def sounds(
    generator: Generator, vocoder: SoundVocoder, count: int, seed: int = 0, truncation: float = 1.0
) -> Iterator[NDArray[np.float32]]:
    """Yields `count` sounds [samples] at 24 kHz in [-1, 1]; the same arguments give the same sounds.

    `truncation` ψ moves w towards its mean: 1 leaves it, 0 always gives the mean's sound. Raises GanimaError for a
    latent so far out that its spectrogram holds values that are not finite.
    """
    rng = torch.Generator().manual_seed(seed)
    for start in range(0, count, BATCH):
        z = torch.randn(BATCH, generator.z_dim, generator=rng)
        with torch.inference_mode():
            w = generator.w_mean.lerp(generator.mapping(z), truncation)
            pictures = generator.synthesis(w)
        if not torch.isfinite(pictures).all():
            raise GanimaError(
                "these latents lie too far out for the model: use a `truncation` nearer to 0", "truncation"
            )
        for log_mel in islice(to_log_mel(pictures), count - start):
            made = vocoder(log_mel)
            heard = trimmed(made)
            heard = heard if len(heard) else made
            # The whole sound is known here, so it is made quieter, and nothing is bent.
            heard = heard * np.float32(min(1.0, KNEE / max(float(np.abs(heard).max()), 1e-9)))
            yield np.concatenate([np.zeros(0, np.float32), *gentle([heard], len(heard))])


def write_sounds(
    model: str,
    out: Path,
    *,
    vocoder: str | None = None,
    count: int | None = None,
    seed: int = 0,
    truncation: float = 1.0,
    suffix: str | None = None,
    force: bool = False,
    report: Reporter = QUIET,
) -> MadeSounds:
    """Writes sounds of a model, each labelled, and whole or not at all.

    An `out` with the suffix of a sound file is one sound; any other is a folder of `count` sounds, 16 unless given, in
    the format of `suffix`, `.wav` unless given. `model` and `vocoder` are names, files or folders of runs; the latter
    can be "tones", and is the one that suits the model's sounds unless given. Raises GanimaError before anything is
    written where a file exists and `force` is not given, and where a model or an option cannot be used.
    """
    paths = _paths(out, count, suffix)
    for path in paths:
        provenance.check_sound(path)
        if path.exists() and not force:
            raise GanimaError(f"{path} exists: choose another name, or replace it with `force`", "out")
    generator, file = load_sounds(find_model(model))
    usual = TONES if file.card.facts.get("vocoder") == TONES else VOCODER
    audible = sound_vocoder(usual if vocoder is None else vocoder)
    origin = origin_of_file(file)
    length = 0
    made = sounds(generator, audible, len(paths), seed, truncation)
    for path, samples in counted(zip(paths, made, strict=True), "making sounds", len(paths), report):
        provenance.save_sound(samples, RATE, path, origin)
        length += len(samples)
    return MadeSounds(len(paths), length / RATE)


def _paths(out: Path, count: int | None, suffix: str | None) -> list[Path]:
    """The files to write."""
    if count is not None and count < 1:
        raise GanimaError("nothing to do: `count` must be at least 1", "count")
    if out.is_dir() or not out.suffix:
        if out.exists() and not out.is_dir():
            raise GanimaError(f"{out} is a file: choose a folder, or a name that ends in {', '.join(FORMATS)}")
        total = COUNT if count is None else count
        digits = max(6, len(str(total - 1)))
        return [out / f"{number:0{digits}d}{suffix or '.wav'}" for number in range(total)]
    if suffix is not None:
        raise GanimaError(f"{out} says its own format: leave `format` out, or give a folder", "format")
    if count is not None and count > 1:
        raise GanimaError(f"{out} is one file, and `count` asks for {count:,} sounds: give a folder", "out")
    return [out]


def make_sounds(request: MakeSounds, report: Reporter = QUIET) -> MadeSounds:
    """Writes sounds as asked. See `write_sounds`."""
    r = request
    return write_sounds(
        r.model,
        r.out,
        vocoder=r.vocoder,
        count=r.count,
        seed=r.seed,
        truncation=r.truncation,
        suffix=None if r.format is None else f".{r.format}",
        force=r.force,
        report=report,
    )
