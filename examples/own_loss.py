"""A game of one's own, played by the engine: python examples/own_loss.py FOLDER OUT [PICTURES]

Both sides of the game are functions of the discriminator's logits [batch] for real and generated pictures.
"""

import sys
from dataclasses import replace
from pathlib import Path

from torch import Tensor
from torch.nn.functional import softplus

from ganima.data.folder import load_folder
from ganima.gan.losses import LOSSES, Loss, above_zero
from ganima.picture.presets import cpu64
from ganima.picture.recipe import PictureRecipe
from ganima.training.loop import fit
from ganima.training.run import Budget

MARGIN = 1.0


def margin_d(real: Tensor, fake: Tensor) -> Tensor:
    """E softplus(m - D(x)) + E softplus(m + D(G(z))): logistic, and content only at a distance m from zero."""
    return softplus(MARGIN - real).mean() + softplus(MARGIN + fake).mean()


def margin_g(fake: Tensor, real: Tensor) -> Tensor:
    """E softplus(m - D(G(z)))."""
    return softplus(MARGIN - fake).mean()


folder, out = map(Path, sys.argv[1:3])
pictures = int(sys.argv[3]) if len(sys.argv) > 3 else 200_000

LOSSES["margin"] = Loss(margin_d, margin_g, above_zero)
config = replace(cpu64(64, 64, 3, 0), loss="margin", batch=8)
data = load_folder(folder, 64, 64, 3, conditional=False)
recipe = PictureRecipe(config=config, data=data, card={"name": out.name})

# Checkpoints, resume, the watch and the report are the engine's.
outcome = fit(recipe, out, Budget(examples=pictures), seed=0)
print(f"{outcome.examples:,} pictures seen: {out}/report.html")
