"""Adaptation against training from scratch on the same few pictures, in equal time.

    python benchmarks/adaptation.py --out runs/adaptation --minutes 5 \\
        emoji=../shared/data/emoji/images@recipes/styles/emoji.txt \\
        grey=runs/portrait/data/train@recipes/styles/grey-hair.txt \\
        drawn=runs/drawn

Each set is NAME=FOLDER, or NAME=FOLDER@LIST with a file that lists which pictures of the folder are meant. Prints a
table in Markdown and writes a picture for each set: the parent's pictures, a blend, and the child's of the same
latents, and what was learned from scratch. What is there already is not computed again.
"""

import argparse
import json
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ganima.data.folder import PictureSet, load_folder
from ganima.layers.resample import pyramid
from ganima.metrics.coverage import coverage
from ganima.metrics.diversity import spread, within_clusters
from ganima.metrics.features import features, standardise
from ganima.metrics.kid import kid
from ganima.metrics.memorisation import memorisation, mirrored
from ganima.models.library import find_model
from ganima.picture.generator import Generator
from ganima.picture.grid import grid, to_images
from ganima.picture.model import Model, load_model, origin_of, save_picture_model
from ganima.picture.presets import PRESETS
from ganima.picture.recipe import PictureRecipe
from ganima.picture.sample import sample
from ganima.picture.state import PictureState
from ganima.provenance import save_picture
from ganima.style.blend import swap
from ganima.style.selection import Selection
from ganima.style.train import AdaptConfig, adapt, split
from ganima.training.loop import fit
from ganima.training.plan import read_plan
from ganima.training.run import Budget

MADE = 500
"""Pictures of each model that are measured."""
SHOWN = 10
CONSENT = "Official portraits, published by the UK Parliament under CC BY 3.0; nobody is depicted"

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Scores:
    """How well a model does on one set."""

    kid: float
    """Against held-out pictures."""
    coverage: float
    """Of held-out pictures, a mean over many equal sets."""
    diversity: float
    """Mean distance inside clusters, as a share of the training pictures' mean distance."""
    nearest: float
    """Mean distance to the nearest training picture, in units of that of held-out pictures."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="NAME=FOLDER[@LIST]")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", default="portrait")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--preset", default="cpu128", help="what is trained from scratch")
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="of the adaptation")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    parent = load_model(find_model(options.model))
    print("| pictures | model | KID[random-v1] | coverage | diversity | nearest | minutes (CPU) | images seen |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for words in options.sets:
        name, _, place = words.partition("=")
        for row in compare(name, choose(place, options.out / name), parent, options):
            print("| " + " | ".join(row) + " |", flush=True)


def choose(place: str, out: Path) -> Path:
    """The folder of a set, copied together where a list says which pictures are meant."""
    folder, _, names = place.partition("@")
    if not names:
        return Path(folder)
    chosen = out / "pictures"
    if not chosen.exists():
        wanted = {line for line in Path(names).read_text().splitlines() if not line.startswith("#")}
        chosen.mkdir(parents=True)
        for file in sorted(Path(folder).iterdir()):
            if file.stem.removeprefix("emoji_u") in wanted:
                shutil.copy2(file, chosen)
    return chosen


def compare(name: str, folder: Path, parent: Model, options: argparse.Namespace) -> list[tuple[str, ...]]:
    """The rows of one set: the training pictures themselves, the child, and the model from scratch."""
    out: Path = options.out / name
    clock = out / "times.json"
    times: dict[str, list[float]] = json.loads(clock.read_text()) if clock.exists() else {}
    if "adapted" not in times:
        started, used = time.perf_counter(), time.process_time()
        card = {"consent": CONSENT} if name == "grey" else {}
        adapt(
            options.model,
            folder,
            out / "adapted",
            minutes=options.minutes,
            settings=options.set,
            card=card,
            threads=options.threads,
        )
        times["adapted"] = [time.perf_counter() - started, time.process_time() - used]
        clock.write_text(json.dumps(times))
    layout = parent.generator.config
    plan = read_plan(out / "adapted", AdaptConfig)
    assert plan is not None
    data = load_folder(folder, layout.height, layout.width, layout.channels, conditional=False)
    training, held_out = split(data, plan.config.held_out, 0)
    if "scratch" not in times:
        started, used = time.perf_counter(), time.process_time()
        from_scratch(out / "scratch", options.preset, plan.config, training, held_out, times["adapted"][0] / 60)
        times["scratch"] = [time.perf_counter() - started, time.process_time() - used]
        clock.write_text(json.dumps(times))
    models = {each: load_model(out / each / "model.safetensors") for each in ("adapted", "scratch")}
    show(parent, models["adapted"], models["scratch"], out / f"{name}.png")
    mirror = plan.config.train.mirror
    # Training pictures have no cluster but themselves, and no distance from themselves.
    real = row("", "training pictures", measure(training.pictures, training, held_out, mirror), "", "", "")
    label = f"{name}: {len(training.files)} + {len(held_out.files)} held out"
    rows = [(label, *real[1:4], "", "", *real[6:])]
    for each, model in models.items():
        made = np.stack([np.asarray(image) for image in sample(model, MADE)])
        scores = measure(made, training, held_out, mirror)
        wall, used = times[each]
        seen = f"{model.card.examples:,}"
        rows.append(row("", each, scores, f"{wall / 60:.1f}", f"{used / 60:.1f}", seen))
    return rows


def from_scratch(
    out: Path, preset: str, like: AdaptConfig, training: PictureSet, held_out: PictureSet, minutes: float
) -> None:
    """Trains without a parent for `minutes`, all in all, and keeps the model that does best on held-out pictures."""
    layout = like.train.generator
    config = replace(PRESETS[preset](layout.height, layout.width, layout.channels, 0), mirror=like.train.mirror)
    recipe = PictureRecipe(config=config, data=training, card={"name": "scratch"})
    started = time.perf_counter()

    def keep(state: PictureState, line: dict[str, float]) -> None:
        save_picture_model(out / "model.safetensors", state.average, state.discriminator, recipe.trained_card(state))

    out.mkdir(parents=True, exist_ok=True)
    selection = Selection(
        log=out / "looks.jsonl",
        training=training,
        held_out=held_out,
        mirror=config.mirror,
        every=like.every,
        samples=like.samples,
        share=0.0,
        patience=1_000_000,
        finished=lambda state: time.perf_counter() - started >= 60 * minutes,
        keep=keep,
        say=lambda words: None,
    )
    # The clock runs on while the model is looked at, as it does for the adaptation.
    fit(
        recipe,
        out,
        Budget(minutes=minutes),
        enough=lambda state: selection.enough(state) or time.perf_counter() - started >= 60 * minutes,
        newest="newest.safetensors",
    )


def row(name: str, model: str, scores: Scores, wall: str, used: str, seen: str) -> tuple[str, ...]:
    """One row of the table."""
    minutes = f"{wall} ({used})" if wall else ""
    numbers = (f"{scores.kid:,.0f}", f"{scores.coverage:.2f}", f"{scores.diversity:.0%}", f"{scores.nearest:.2f}")
    return name, model, *numbers, minutes, seen


def measure(made: Bytes, training: PictureSet, held_out: PictureSet, mirror: bool) -> Scores:
    """All scores of pictures [count, height, width, channels]."""
    plain = features(training.pictures)
    both = np.concatenate([plain, features(mirrored(training.pictures))]) if mirror else plain
    real, goal, ours = (standardise(values, plain) for values in (both, features(held_out.pictures), features(made)))
    rng = np.random.default_rng(0)
    size = min(len(goal), len(ours))
    covered = [coverage(goal, ours[rng.permutation(len(ours))[:size]]).coverage for _ in range(50)]
    base = standardise(plain, plain)
    return Scores(
        kid=kid(ours, goal)[0],
        coverage=float(np.mean(covered)),
        diversity=within_clusters(ours, real) / spread(base),
        nearest=memorisation(made, training.pictures, held_out.pictures, mirror).features,
    )


def show(parent: Model, child: Model, scratch: Model, path: Path) -> None:
    """The same latents in the parent, in a blend (the child from the middle level on), and in the child, above what was
    learned from scratch.
    """
    assert isinstance(parent.generator, Generator)
    z = torch.randn(SHOWN, parent.generator.z_dim, generator=torch.Generator().manual_seed(5))
    layout = parent.generator.config
    middle = max(pyramid(layout.height, layout.width, len(layout.widths))[len(layout.widths) // 2])
    with torch.inference_mode():
        w = parent.generator.w_mean.lerp(parent.generator.mapping(z), 0.8)
        own = scratch.generator(torch.randn(SHOWN, scratch.generator.z_dim))
        blended = swap(parent, child, middle)
        rows = [network.synthesis(w) for network in (parent.generator, blended, child.generator)]
    save_picture(grid(to_images(torch.cat([*rows, own])), SHOWN), path, origin_of(child))


if __name__ == "__main__":
    main()
