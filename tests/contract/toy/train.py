"""From a folder of pictures to a run that learns their colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from contract.toy.model import colours, palette, save
from contract.toy.network import Critic, Mixer
from contract.toy.request import Paint
from contract.toy.step import ToyState, ToyTraining, train_step
from ganima.data.folder import load_folder
from ganima.files import typed_json
from ganima.gan.state import beginning
from ganima.models.card import Facts
from ganima.pages.charts import Chart
from ganima.reporter import Reporter
from ganima.training import distributed
from ganima.training.config import with_settings
from ganima.training.loop import fit
from ganima.training.plan import Plan, keep_plan, require_beside, started
from ganima.training.recipe import Preview, trained_card
from ganima.training.run import Budget, Outcome
from ganima.training.update import Measures
from ganima.training.watch import Watch


@dataclass(kw_only=True)
class ToyRecipe:
    """One training on colours [count, 3] in [-1, 1]."""

    config: ToyTraining
    colours: Tensor
    card: Facts

    examples = "colours"
    caption = "AI-generated colours"
    charts = (Chart("Losses", "Both sides of the game.", {"loss_g": "mixer", "loss_d": "critic"}),)

    def configuration(self) -> dict[str, Any]:
        return typed_json.dump(self.config)

    def begin(self, seed: int, device: torch.device) -> ToyState:
        torch.manual_seed(seed)
        layout = self.config.layout
        return beginning(Mixer(layout), Critic(layout), self.config, seed, device)

    def step(self, state: ToyState, progress: float, dtype: torch.dtype) -> Measures:
        chosen = torch.randint(len(self.colours), (self.config.batch,), generator=state.rng)
        return train_step(state, self.config, self.colours[chosen], progress)

    def preview(self, state: ToyState) -> Preview:
        made = colours(state.average, 8, state.seed)
        return Preview(made, lambda: palette(made))

    def publish(self, state: ToyState, path: Path) -> None:
        save(path, state.average, state.discriminator, trained_card(self, state))

    def watch(self, state: ToyState) -> Watch:
        return Watch()

    def facts(self) -> dict[str, str]:
        return {"Colours": f"{len(self.colours):,}"}

    def notes(self, state: ToyState, means: Mapping[str, float]) -> list[str]:
        return []


def train(request: Paint, folder: Path, report: Reporter) -> Outcome:
    """Trains, or trains on. Raises GanimaError where the user has to change something."""
    r = request
    require_beside(r.out, [folder], "pictures")
    with distributed.group(r.threads):
        options = {"seed": r.seed, "settings": list(r.settings)}
        before = started(r.out, ToyTraining, options)
        config = with_settings(ToyTraining(), r.settings) if before is None else before.config
        data = load_folder(folder, 8, 8, 3, conditional=False)
        keep_plan(r.out, Plan(options, config, str(folder), data.fingerprint, len(data.files)), before, "pictures")
        seen = torch.tensor(data.pictures.reshape(-1, 3), dtype=torch.float32) / 127.5 - 1
        recipe = ToyRecipe(config=config, colours=seen, card={"name": r.out.name} | r.card())
        budget = Budget.of(r.minutes, r.thousands, 1.0)
        return fit(recipe, r.out, budget, r.seed, report, checkpoint_seconds=r.checkpoint_seconds)
