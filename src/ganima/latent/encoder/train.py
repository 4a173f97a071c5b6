"""Training an encoder: from a model, and the pictures that it was trained on where they are there, to the file."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganima.data.folder import load_folder
from ganima.files import atomic, typed_json
from ganima.latent.encoder.model import save_encoder
from ganima.latent.encoder.step import (
    EncoderState,
    EncoderTraining,
    Task,
    mixed_latents,
    new_state,
    task_of,
    train_step,
)
from ganima.models.card import Facts
from ganima.pages.charts import Chart
from ganima.picture.grid import grid, to_images
from ganima.picture.model import Model
from ganima.reporter import QUIET, Reporter
from ganima.training import distributed
from ganima.training.charts import SPEED
from ganima.training.loop import fit
from ganima.training.plan import Plan, keep_plan, started
from ganima.training.recipe import Preview
from ganima.training.run import MODEL, Budget, Outcome
from ganima.training.update import Measures
from ganima.training.watch import Watch

MINUTES = 25.0
"""How long to train when nothing is said."""
PREVIEWS = 8
"""Pictures in the preview, of either kind."""
RUN = "{}-run"
"""Name of the folder beside the encoder's file in which it is trained."""

CHARTS = (
    Chart("Loss", "What the encoder descends on: lower is better.", {"loss": "loss"}, holds=(0.0,)),
    Chart(
        "Pictures",
        "How far the pictures of the latents that it finds are from those that it was shown: lower is better.",
        {"pictures": "distance"},
        holds=(0.0,),
    ),
    Chart(
        "Latents",
        "How far the latents that it finds are from those that a sample was made of, as a share of their variance.",
        {"latents": "distance"},
        holds=(0.0,),
    ),
    Chart("Learning rate", "Adam's step size.", {"lr_encoder": "encoder"}, unit="×10⁻⁴", scale=1e4, holds=(0.0,)),
    SPEED,
)


@dataclass(kw_only=True)
class EncoderRecipe:
    """One training of an encoder."""

    config: EncoderTraining
    task: Task
    model: Model
    card: Facts

    examples = "images"
    caption = "Pictures (above) and what the AI-generated ones of their latents look like (below)"
    charts = CHARTS

    def configuration(self) -> dict[str, Any]:
        return typed_json.dump(self.config)

    def begin(self, seed: int, device: torch.device) -> EncoderState:
        return new_state(self.task, seed, device)

    def step(self, state: EncoderState, progress: float, dtype: torch.dtype) -> Measures:
        return train_step(state, self.config, self.task, progress, dtype)

    def preview(self, state: EncoderState) -> Preview:
        """Samples and real pictures [count, channels, height, width], as they are found again."""
        with torch.no_grad():
            shown = self._shown(state)
            found: Tensor = self.task.generator.synthesis(state.encoder(shown)).cpu()
        return Preview(found, lambda: grid(to_images(torch.cat([shown.cpu(), found])), len(found)))

    def _shown(self, state: EncoderState) -> Tensor:
        rng = torch.Generator().manual_seed(state.seed + 1)
        ws = mixed_latents(self.task.generator, self.task.labels, PREVIEWS, rng)
        samples = self.task.generator.synthesis(ws).clamp(-1, 1)
        if self.task.pictures is None:
            return samples
        given = torch.tensor(self.task.pictures[:PREVIEWS]).permute(0, 3, 1, 2).float() / 127.5 - 1
        return torch.cat([samples, given.to(samples.device)])

    def publish(self, state: EncoderState, path: Path) -> None:
        told = {"examples": state.examples, "training_seconds": round(state.seconds, 1)}
        about = {name: value for name, value in self.card.items() if name != "name"}
        save_encoder(path, state.encoder, self.model.space, about | told)

    def watch(self, state: EncoderState) -> Watch:
        return Watch()

    def facts(self) -> dict[str, str]:
        pictures = self.task.pictures
        return {
            "Model": self.model.name,
            "Pictures": "samples of the model" if pictures is None else f"{len(pictures):,}, and samples of the model",
            "Batch": f"{self.config.batch * distributed.world():,} {self.examples}",
        }

    def notes(self, state: EncoderState, means: Mapping[str, float]) -> list[str]:
        return []


def train_encoder(
    model: Model,
    out: Path,
    *,
    folder: Path | None = None,
    minutes: float | None = None,
    images: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    checkpoint_seconds: float = 60.0,
    report: Reporter = QUIET,
) -> Outcome:
    """Trains an encoder for `model` and writes it to `out`; a training that was stopped goes on where it was.

    `folder` holds real pictures, framed like those that the model was trained on; they are fitted to its size. The time
    is given in `minutes`, 25 unless given, or in `images` to be seen. While it lasts, a folder beside `out` holds the
    run with its report. Raises GanimaError for a model of another layout than the style-based one, for a folder that
    cannot be used, where a training for another model or on other pictures was stopped here, and when the disk is full.
    """
    run = out.with_name(RUN.format(out.name.removesuffix(".safetensors")))
    options = {"model": model.sha256, "seed": seed}
    layout = model.generator.config
    with distributed.group(threads):
        before = started(run, EncoderTraining, options)
        data = None
        if folder is not None:
            data = load_folder(folder, layout.height, layout.width, layout.channels, conditional=False)
        task = task_of(model, None if data is None else data.pictures)
        about: Facts = {
            "parent": {"name": model.name, "sha256": model.sha256},
            "seed": seed,
            "minutes": minutes,
            "images": images,
        }
        plan = Plan(options, EncoderTraining(), "", "", 0)
        if data is not None:
            about |= {"pictures": len(data.files), "fingerprint": data.fingerprint}
            plan = Plan(options, EncoderTraining(), str(folder), data.fingerprint, len(data.files))
        keep_plan(run, plan, before, "pictures")
        recipe = EncoderRecipe(
            config=plan.config if before is None else before.config,
            task=task,
            model=model,
            card={"name": f"encoder of {model.name}", **about},
        )
        budget = Budget(examples=images) if images is not None else Budget(minutes=minutes or MINUTES)
        outcome = fit(recipe, run, budget, seed, report, checkpoint_seconds=checkpoint_seconds)
        if not outcome.done:
            return outcome
        if distributed.rank() == 0:
            atomic.write(out, lambda beside: _copied(run / MODEL, beside))
            shutil.rmtree(run)
    return Outcome(True, out, outcome.before, outcome.examples)


def _copied(source: Path, to: Path) -> None:
    shutil.copyfile(source, to)
