"""One style picture: a generator that draws everybody as that picture is drawn.

JoJoGAN's idea (Chong & Forsyth 2021, arXiv 2112.11641): the picture is inverted, the latent's fine layers are exchanged
for random ones, and all these renderings of one structure are taught to look like the picture, compared by the
discriminator's features instead of downloaded ones. A small generator learns one structure from this and smears the
others, so everybody else is taught too: to have the picture's statistics of the same features (the style of Gatys et
al. 2016, with means and deviations as in Huang & Belongie 2017, arXiv 1703.06868), and the parent's light and dark.
"""

import copy
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ganima import provenance
from ganima.data.content import Unusable
from ganima.data.folder import fit
from ganima.data.pictures import read_picture
from ganima.errors import GanimaError
from ganima.files import typed_json
from ganima.latent.invert import run_stages
from ganima.latent.photo import Photo
from ganima.layers.resample import pyramid
from ganima.models.card import Facts
from ganima.models.library import find_model
from ganima.picture.discriminator import Discriminator
from ganima.picture.generator import Generator
from ganima.picture.grid import grid, to_images
from ganima.picture.model import load_model, origin_of, save_picture_model
from ganima.reporter import QUIET, Reporter, counted
from ganima.style.activations import activations
from ganima.style.consistency import consistency
from ganima.style.lineage import child_card
from ganima.style.train import pair_of
from ganima.style.usual import usual
from ganima.training.config import with_settings
from ganima.training.loop import fast_dtype
from ganima.training.schedule import Schedule

TRUNCATION = 0.8
"""How far from the mean the people lie who are drawn, as a share."""
COARSE = 4
"""Pixels of a cell's side in which light and dark are compared."""
SAID = 50
"""Steps between two lines of progress."""


@dataclass(frozen=True)
class OneShotConfig:
    """A one-shot adaptation, whole."""

    steps: int = 150
    """Steps of fine-tuning."""
    batch: int = 4
    """Random people a step, and half as many renderings of the picture's structure."""
    lr: Schedule = Schedule(1e-3, 1e-4)
    """Adam's learning rate."""
    style: float = 1.5
    """Weight of the style's statistics."""
    structure: float = 1.0
    """Weight of keeping everybody's light and dark."""
    consistency: float = 100.0
    """Weight of the distance consistency (see `style.consistency`)."""
    fine: int = 32
    """Levels of so many pixels (longer side) and more hold the rendering: their latents are exchanged."""
    learned: int = 8
    """Levels of so many pixels and more learn; the smaller ones hold who somebody is, and stay as they are."""
    inversion_steps: int = 100
    """Steps of finding the latent."""

    def __post_init__(self) -> None:
        """Raises ValueError where there would be nobody to compare with."""
        if self.batch < 4:
            raise ValueError(f"a batch has 4 or more people, not {self.batch}")


def adapt_to_one(
    model: str,
    picture: Path,
    out: Path,
    *,
    seed: int = 0,
    settings: tuple[str, ...] = (),
    card: Facts | None = None,
    threads: int | None = None,
    report: Reporter = QUIET,
) -> Path:
    """Adapts `model` to the one style picture, which is framed like the model's; returns the path of the new model.

    Beside it lies `preview.png`: the parent's pictures above the same latents' in the new style. `card` adds to the
    card, `settings` are fields of `OneShotConfig`. Raises GanimaError where the user has to change something.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise GanimaError(f"{out} exists already: choose a new folder")
    if threads:
        torch.set_num_threads(threads)
    parent = load_model(find_model(model))
    generator, critic = pair_of(parent)
    config = with_settings(OneShotConfig(), settings)
    style = read_style(picture, generator)
    torch.manual_seed(seed)
    report.say("looking for the picture's place in the latent space")
    w = usual(parent, run_stages(parent, style, config.inversion_steps, "w", 0, seed, report=report)[-1].ws[:1])
    report.say(f"learning the style in {config.steps} steps")
    child = learn(generator, critic, style.tensor, w, config, report)
    own: Facts = {
        "name": out.name,
        "description": f"{parent.name}, in the style of one picture",
        "data": {"pictures": 1},
        "one_shot": typed_json.dump(config),
        "seed": seed,
    }
    path = out / "model.safetensors"
    save_picture_model(path, child, None, child_card([parent], own | (card or {})))
    write_preview(path, generator, style.tensor)
    return path


def read_style(picture: Path, generator: Generator) -> Photo:
    """The style picture, fitted to the generator's size."""
    layout = generator.config
    try:
        pixels = read_picture(picture, at_least=2 * max(layout.height, layout.width)).pixels
    except Unusable as error:
        raise GanimaError(f"{picture} cannot be used: {error.reason}") from error
    return Photo(fit(pixels, layout.height, layout.width, layout.channels), "", {})


def learn(
    generator: Generator,
    critic: Discriminator,
    goal: Tensor,
    w: Tensor,
    config: OneShotConfig,
    report: Reporter,
) -> Generator:
    """A copy of `generator` whose large levels draw as `goal` is drawn; `w` [1, w_dim] is the goal's structure."""
    child = copy.deepcopy(generator)
    critic.requires_grad_(False)
    learned = list(child.levels)[len(child.levels) - levels_from(child, config.learned) :]
    weights = [weight.requires_grad_(True) for level in learned for weight in level.parameters()]
    optimizer = torch.optim.Adam(weights, lr=config.lr.start, betas=(0.0, 0.99))
    dtype = fast_dtype(goal.device)
    with torch.no_grad():
        wanted = critic_features(critic, goal)
    for step in counted(range(config.steps), "learning", config.steps, report):
        optimizer.param_groups[0]["lr"] = config.lr(step / config.steps)
        pair = child.synthesis(renderings(generator, w, config), dtype)
        loss = difference(critic_features(critic, pair), wanted)
        loss = loss + everybody(generator, child, critic, wanted, config, dtype)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if (step + 1) % SAID == 0:
            report.say(f"step {step + 1} of {config.steps}: difference {loss.item():.3f}")
    return child.eval().requires_grad_(False)


def everybody(
    generator: Generator,
    child: Generator,
    critic: Discriminator,
    wanted: list[Tensor],
    config: OneShotConfig,
    dtype: torch.dtype,
) -> Tensor:
    """How far random people are from the style that `wanted` features have, and from who they were."""
    with torch.no_grad(), activations(generator) as before:
        w = generator.w_mean.lerp(generator.mapping(torch.randn(config.batch, generator.z_dim)), TRUNCATION)
        old = generator.synthesis(w, dtype)
    with activations(child) as now:
        new = child.synthesis(w, dtype)
    ours, theirs = ([moments(level) for level in seen] for seen in (critic_features(critic, new), wanted))
    kept = 1 - (light(new) * light(old)).sum(1).mean()
    return (
        config.style * difference(ours, theirs)
        + config.structure * kept
        + config.consistency * consistency(now, before)
    )


def moments(features: Tensor) -> Tensor:
    """Features [batch, channels, height, width] to each channel's mean and deviation [batch, 2 channels]."""
    return torch.cat([features.mean((2, 3)), features.std((2, 3))], dim=1)


def light(pictures: Tensor) -> Tensor:
    """Where pictures are light and dark, coarsely: [batch, cells], of mean zero and length one."""
    height, width = (max(1, side // COARSE) for side in pictures.shape[2:])
    cells = F.adaptive_avg_pool2d(pictures[:, :3].mean(1, keepdim=True), (height, width)).flatten(1)
    return F.normalize(cells - cells.mean(1, keepdim=True), dim=1)


@torch.no_grad()
def renderings(generator: Generator, w: Tensor, config: OneShotConfig) -> Tensor:
    """[batch / 2, layers, w_dim]: the structure of `w` [1, w_dim], with fine layers of random latents."""
    others = generator.mapping(torch.randn(config.batch // 2, generator.z_dim))
    ws = w[:, None].expand(len(others), generator.layers, -1).clone()
    # A level's first convolution shares its w with the picture layer of the level below it.
    first = generator.layers - 2 * levels_from(generator, config.fine) - 1
    ws[:, first:] = others[:, None]
    return ws


def levels_from(generator: Generator, side: int) -> int:
    """How many of the generator's levels have `side` pixels (longer side) or more; not the smallest level of all."""
    layout = generator.config
    sizes = pyramid(layout.height, layout.width, len(layout.widths))
    return sum(max(size) >= side for size in sizes[1:])


def critic_features(critic: Discriminator, pictures: Tensor) -> list[Tensor]:
    """What the critic sees in pictures, level by level."""
    with activations(critic) as found:
        critic(pictures, None, fast_dtype(pictures.device))
    return [features.float() for features in found]


def difference(features: list[Tensor], wanted: list[Tensor]) -> Tensor:
    """Mean absolute difference from the `wanted` features of one picture, over these' own mean; a mean over levels."""
    pairs = zip(features, wanted, strict=True)
    return torch.stack([(ours - theirs).abs().mean() / theirs.abs().mean() for ours, theirs in pairs]).mean()


def write_preview(path: Path, parent: Generator, goal: Tensor) -> None:
    """The style picture and eight latents of the parent, and below them the same latents in the model at `path`."""
    model = load_model(path)
    assert isinstance(model.generator, Generator)
    z = torch.randn(8, parent.z_dim, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        w = parent.w_mean.lerp(parent.mapping(z), 0.7)
        rows = torch.cat([goal, parent.synthesis(w), goal, model.generator.synthesis(w)])
    provenance.save_picture(grid(to_images(rows), columns=9), path.with_name("preview.png"), origin_of(model))
