"""Finds the named sliders of the model `portrait` and measures what they do.

    python -m recipes.portrait.directions runs/portrait/portrait.safetensors

writes `portrait.directions.safetensors` beside the model, and the contact sheet. Nothing has to be labelled anew for
other weights: the labels belong to the pictures in `labelled.webp`, which some portrait model has made (`ganima
directions portrait --to-label 240 --out DIR` writes sheets for more).

Judges learn from the labels. A small network then learns to predict from a latent what the judges and the measures say
of its picture, first on mixed samples, and once more on pictures that were moved along the sliders, because the way
leads to where samples are few. The table is measured on other persons, and with judges that rest on other features.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganima.latent.components import DRAWN, draw_w
from ganima.latent.direction_sheet import sheet_path, write_sheet
from ganima.latent.directions import Directions, directions_path, save_directions, steer
from ganima.latent.field import Field
from ganima.latent.latents import of_seed
from ganima.latent.separate import said, whitening
from ganima.picture.discriminator import Discriminator
from ganima.picture.model import Model, load_discriminator, load_model
from ganima.picture.truncation import truncate
from recipes.portrait.measures import POSE, Judges, edges_and_random, of_discriminator, pose, regions

DOES = {
    "sex": "woman to man",
    "age": "younger to older",
    "smile": "serious to laughing",
    "glasses": "without to with",
    "hair": "short to long",
    "hair-tone": "dark to light",
    "turn": "nose to the left or right",
    "light": "from the left or right",
    "exposure": "darker to brighter",
    "backdrop": "cooler to warmer",
    "backdrop-tone": "dark to bright",
    "dress": "dark to light",
}
"""The sliders, and what they do from the negative to the positive end."""
KEPT = ("nod", "dress-red")
"""Measures that have no slider and shall stay."""
COARSE = 32
"""Components of the picture, seen from afar, that shall stay too."""
COARSE_IMPORTANCE = 0.3
MIXED, MOVED = 6000, 4000
"""Pictures that the network learns from."""
JUDGED = 400
"""Pictures whose landmarks are found."""
TRUNCATION, PERSONS_TRUNCATION = 0.85, 0.7
HIDDEN, EPOCHS, BATCH, RATE, DECAY, NOISE = 256, 20, 128, 2e-3, 1.0, 0.2
"""How the network learns. Noise on its input keeps it smooth: its slopes are what counts."""
EFFECT = 0.65
"""Standard deviations that one unit of a slider shall change."""
DEMAND_MIN, DEMAND_MAX = -1.5, 3.0
"""The least and the most to ask for, to that end."""
FIRST_DEMAND, ROUNDS, CORRECTION = 2.0, 3, 0.7
"""How much of its own a slider asks for at first; how often the demands are corrected, and by which share of what was
missed."""
LEFT = 0.4
"""Share of its first side effects that a slider may keep: what goes together looks odd when it is torn apart."""
CALIBRATED, PERSONS = 48, 64
"""Persons that the demands and the table are measured on."""


class Portraits:
    """Pictures of a model, and what is seen on them, in standard deviations among the mixed samples."""

    def __init__(self, model: Model, seed: int) -> None:
        self.model, self.source = model, torch.Generator().manual_seed(seed)
        self.layers = model.generator.layers
        ws = self.mixed(MIXED)
        pictures = self.render(ws)
        self.some = pictures[:JUDGED]
        """The first of them: bytes [n, 3, height, width]."""
        self.judges = Judges(edges_and_random, self.some)
        small = coarse(pictures)
        self.coarse_mean = small.mean(0)
        _, _, axes = torch.pca_lowrank(small - self.coarse_mean, COARSE, niter=4)
        self.axes = axes / ((small - self.coarse_mean) @ axes[:, 0]).std()
        seen = self.see(pictures, self.judges)
        self.names = [*DOES, *KEPT]
        raw = torch.stack([seen[name] for name in self.names], 1)
        self.mean, self.deviation = raw.mean(0), raw.std(0)
        self.samples, self.measures = ws, self.measure(pictures)

    def place(self, measure: str) -> int:
        """Where a measure stands in the table: the sliders first."""
        return self.names.index(measure) if measure in self.names else len(self.names)

    def draw(self, count: int, truncation: float) -> Tensor:
        """Random latents [count, layers, w_dim] of one w each."""
        seed = int(torch.randint(2**31, (), generator=self.source))
        w = truncate(draw_w(self.model, count, seed), self.model.generator.w_mean, truncation)
        return w[:, None].expand(-1, self.layers, -1)

    def mixed(self, count: int) -> Tensor:
        """Random latents of which most have blocks that lie on the way to another latent, each somewhere else."""
        ws, others = self.draw(count, TRUNCATION), self.draw(count, TRUNCATION)
        blocks = (count, self.layers // 2, 1)
        share = torch.rand(blocks, generator=self.source) * (torch.rand(blocks, generator=self.source) < 0.5)
        share = 0.8 * share * (torch.rand(count, 1, 1, generator=self.source) < 0.7)
        return ws.lerp(others, share.repeat_interleave(2, dim=1))

    def render(self, ws: Tensor) -> Tensor:
        """Pictures as bytes [n, 3, height, width]."""
        with torch.inference_mode():
            parts = [self.model.generator.synthesis(part, torch.bfloat16).clamp(-1, 1) for part in ws.split(8)]
            return torch.cat([((part + 1) * 127.5).round().to(torch.uint8) for part in parts])

    def see(self, pictures: Tensor, by: Judges) -> dict[str, Tensor]:
        """Everything that judges and regions say, in its own units."""
        parts = [by(part) | regions(part) for part in pictures.split(128)]
        return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}

    def measure(self, pictures: Tensor) -> Tensor:
        """What the network learns [n, measures]: sliders, what is kept, and coarse components."""
        seen = self.see(pictures, self.judges)
        named = (torch.stack([seen[name] for name in self.names], 1) - self.mean) / self.deviation
        return torch.cat([named, (coarse(pictures) - self.coarse_mean) @ self.axes], dim=1)

    def moved(self, field: Field, count: int) -> Tensor:
        """Random latents after one or two sliders were moved, as the field has it."""
        ws = self.draw(count, TRUNCATION)
        amounts = torch.zeros(count, len(DOES))
        for reach, share in ((2.5, 1.0), (2.0, 0.3)):
            chosen = torch.randint(len(DOES), (count, 1), generator=self.source)
            far = reach * (2 * torch.rand(count, 1, generator=self.source) - 1)
            amounts.scatter_add_(1, chosen, far * (torch.rand(count, 1, generator=self.source) < share))
        return torch.cat([field.steer(*pair) for pair in zip(ws.split(128), amounts.split(128), strict=True)])


def coarse(pictures: Tensor) -> Tensor:
    """Pictures seen from afar: [n, features]."""
    return torch.cat([nn.functional.avg_pool2d(p.float() / 127.5 - 1, 8).flatten(1) for p in pictures.split(256)])


def learn(portraits: Portraits, ws: Tensor, measures: Tensor) -> Field:
    """A field that predicts `measures` [n, measures] of `ws` [n, layers, w_dim], and asks for what a slider names."""
    mean, root, _ = whitening(draw_w(portraits.model, DRAWN, 0))
    torch.manual_seed(0)
    inputs, outputs = portraits.layers // 2 * len(mean), measures.shape[1]
    net = nn.Sequential(
        nn.Linear(inputs, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, outputs)
    )
    importance = torch.ones(outputs)
    importance[len(portraits.names) :] = COARSE_IMPORTANCE
    weights = [parameter.data for parameter in net.parameters()]
    # The optimiser changes these weights in place.
    field = Field(mean, root, *weights, importance=importance, demand=FIRST_DEMAND * torch.eye(len(DOES), outputs))
    points = field.whitened(ws)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * (len(points) // BATCH)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(points)).split(BATCH)[: len(points) // BATCH]:
            noisy = points[batch] + NOISE * torch.randn(len(batch), inputs)
            loss = (net(noisy) - measures[batch]).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            falling.step()
    return field


def calibrated(portraits: Portraits, directions: Directions) -> Directions:
    """The same, with demands such that one unit changes what it names by about `EFFECT`, and little else."""
    persons = portraits.draw(CALIBRATED, PERSONS_TRUNCATION)
    own = torch.eye(len(DOES), len(portraits.names))
    assert directions.field is not None
    demand, goal = directions.field.demand, None
    for _ in range(ROUNDS):
        directions = replace(directions, field=replace(directions.field, demand=demand))
        found = effects(portraits, directions, persons, portraits.judges)
        done = torch.tensor([[found[name]["changes"][measure] for measure in portraits.names] for name in DOES])
        goal = EFFECT * own + LEFT * done * (1 - own) if goal is None else goal
        demand = demand.clone()
        demand[:, : len(portraits.names)] += CORRECTION * (goal - done)
        demand = demand.clamp(DEMAND_MIN, DEMAND_MAX)
    return replace(directions, field=replace(directions.field, demand=demand))


def effects(
    portraits: Portraits, directions: Directions, persons: Tensor, by: Judges, landmarks: bool = False
) -> dict[str, dict[str, Any]]:
    """For each slider the `changes` by +1 against 0, averaged with 0 against -1, in standard deviations of samples.

    `right_way` is the share of persons on whom it moves what it names, and moves it the right way. With `landmarks` the
    pose is that of the detector.
    """

    def see(pictures: Tensor) -> dict[str, Tensor]:
        return portraits.see(pictures, by) | (pose(pictures) if landmarks else {})

    seen = see(portraits.some)
    spread = {name: float(seen[name][~seen[name].isnan()].std()) for name in sorted(seen, key=portraits.place)}
    found = {}
    for place, name in enumerate(directions.names):
        amounts = torch.zeros(len(persons), len(directions.names))
        amounts[:, place] = 1.0
        more, less = (see(portraits.render(steer(persons, directions, sign * amounts))) for sign in (1, -1))
        half = {measure: (more[measure] - less[measure]) / 2 / spread[measure] for measure in spread}
        found[name] = {
            "right_way": round(float((half[name] > 0).float().mean()), 2),
            "changes": {measure: round(float(values.nanmean()), 2) for measure, values in half.items()},
        }
    return found


def woman_and_man(portraits: Portraits) -> int:
    """The first seed whose portrait is a woman's while the next one is a man's, for the sheet."""
    ws = torch.stack([of_seed(portraits.model, seed, PERSONS_TRUNCATION).ws for seed in range(64)])
    men = portraits.judges(portraits.render(ws))["sex"]
    return int(((men[:-1] < 0.25) & (men[1:] > 0.75)).long().argmax())


def mean_way(directions: Directions, persons: Tensor) -> Tensor:
    """[sliders, layers, w_dim]: what one unit adds to the latent on average."""
    ways = []
    for unit in torch.eye(len(directions.names)):
        amounts = unit.expand(len(persons), -1)
        ways.append((steer(persons, directions, amounts) - steer(persons, directions, -amounts)).mean(0) / 2)
    return torch.stack(ways)


def find(model: Model, seed: int) -> Directions:
    """The sliders of a portrait model, and the table of what they do."""
    say(f"{MIXED:,} samples, and judges of what they show")
    portraits = Portraits(model, seed)
    field = learn(portraits, portraits.samples, portraits.measures)
    say(f"{MOVED:,} samples more, moved along the sliders")
    moved = portraits.moved(field, MOVED)
    ws = torch.cat([portraits.samples, moved])
    field = learn(portraits, ws, torch.cat([portraits.measures, portraits.measure(portraits.render(moved))]))
    directions = Directions(tuple(DOES), torch.zeros(len(DOES), 1, 1), model.space, {}, field)
    say("demands")
    directions = calibrated(portraits, directions)
    say("the table")
    persons = portraits.draw(PERSONS, PERSONS_TRUNCATION)
    discriminator = load_discriminator(model.path)
    assert isinstance(discriminator, Discriminator)
    independent = Judges(of_discriminator(discriminator.eval()), portraits.some)
    table = effects(portraits, directions, persons, independent, landmarks=True)
    about = {
        "method": "steps in the latent space by what a small network predicts that the picture shows (see the recipe)",
        "command": "python -m recipes.portrait.directions",
        "seed": seed,
        "sheet": woman_and_man(portraits),
        "does": DOES,
        "judges": {
            "found_with": {name: said(fit) for name, fit in portraits.judges.fits.items()},
            "measured_with": {name: said(fit) for name, fit in independent.fits.items() if name not in POSE},
            "meaning": "leave-one-out predictions of the labels of 400 pictures",
        },
        "table": {name: row["changes"] for name, row in table.items()},
        "right_way": {name: row["right_way"] for name, row in table.items()},
        "meaning": (
            f"what one unit of a slider changes, mean over {PERSONS} persons, in standard deviations of each measure "
            "among samples; right_way is the share of persons on whom the slider does what its name says"
        ),
    }
    return replace(directions, vectors=mean_way(directions, persons), about=about)


def say(words: str) -> None:
    """Tells what takes a while."""
    print(words, flush=True)


def main() -> None:
    """The whole way from the model's file to the directions file and the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model = load_model(arguments.model)
    directions = find(model, arguments.seed)
    path = directions_path(model)
    save_directions(path, directions)
    write_sheet(sheet_path(path), model, directions, directions.about["sheet"])
    print(table_text(directions.about["table"], directions.about["right_way"]))
    print(path)


def table_text(table: dict[str, dict[str, float]], right_way: dict[str, float]) -> str:
    """The table for a terminal."""
    measures = list(next(iter(table.values())))
    lines = [" " * 14 + " ".join(f"{measure[:7]:>7}" for measure in measures) + "   right"]
    for name, row in table.items():
        lines.append(f"{name:14}" + " ".join(f"{row[m]:7.2f}" for m in measures) + f"{right_way[name]:8.0%}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
