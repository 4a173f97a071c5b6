"""Gives a generator of RGB portraits an alpha channel that fits its own pictures, before the game begins.

A discriminator would tell opaque pictures from cut ones at a glance, and spoil faces while it teaches alpha. So the
network that cuts the photographs cuts generated pictures too, and the generator's new picture channel learns to do the
same from the features that are there: a few minutes, in which nothing else of it changes.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from ganima.errors import Cancelled
from ganima.gan.saturate import saturated
from ganima.picture.discriminator import Discriminator
from ganima.picture.generator import Generator, ToPicture
from ganima.picture.grid import to_images
from ganima.picture.model import load_critics, load_model, save_picture_model
from ganima.picture.transfer import load_pair
from ganima.reporter import Reporter, counted
from recipes.portrait.matting import Cutter

STEPS, BATCH, RATE = 160, 16, 0.02
"""Steps, pictures a step, and Adam's learning rate at the start, which falls to 0 along half a cosine."""
NOTICED = 0.3
"""How much alpha counts to the discriminator at the beginning, where a colour counts 1."""


def teach_opacity(path: Path, matting: Path, out: Path, report: Reporter) -> Path:
    """Writes the model at `path`, with an alpha channel, to `out`, unless it is there; returns `out`.

    `matting` is the wheel of `matting.py`. Raises Cancelled, with nothing written, where `report` asks for it.
    """
    if out.exists():
        return out
    cutter = Cutter(matting)
    generator, discriminator = load_pair(path, channels=4)
    assert isinstance(generator, Generator) and isinstance(discriminator, Discriminator)
    notice(discriminator)
    generator.train().requires_grad_(False)
    layers = [module for module in generator.modules() if isinstance(module, ToPicture)]
    weights = [weight.requires_grad_() for layer in layers for weight in (layer.weight, layer.bias)]
    optimizer = torch.optim.Adam(weights, RATE, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in counted(range(STEPS), "teaching alpha", STEPS, report):
        if report.cancelled:
            raise Cancelled
        made = generator(torch.randn(BATCH, generator.z_dim))
        images = [image.convert("RGB") for image in to_images(made[:, :3].detach())]
        goal = torch.from_numpy(np.stack([cutter.alpha(image) for image in images]))
        optimizer.zero_grad()
        # Cut off, for beyond 1 is opaque too: so the edge can be as steep as it has to be.
        F.mse_loss(saturated(made[:, 3]), 2 * goal - 1).backward()
        for weight in weights:
            assert weight.grad is not None
            # The colours stay as they are.
            weight.grad[:3] = 0
        optimizer.step()
        schedule.step()
    out.parent.mkdir(parents=True, exist_ok=True)
    parent = load_model(path)
    card = {"name": "portrait", "parent": {"name": parent.name, "sha256": parent.sha256}}
    save_picture_model(out, generator, discriminator, card, critics=load_critics(path))
    return out


@torch.no_grad()
def notice(discriminator: Discriminator) -> None:
    """Gives the alpha of pictures some influence on the first layer, random, and none where they are opaque.

    From nothing that would take so many steps that haze creeps in meanwhile.
    """
    first = discriminator.from_picture
    assert first.bias is not None
    first.weight[:, 3] = NOTICED * first.weight[:, :3].std() * torch.randn(len(first.weight), 1, 1)
    # Opaque is 1.
    first.bias -= first.weight[:, 3, 0, 0]
