"""What a training leaves behind to look at: previews, troubles, the report, and scalars for TensorBoard."""

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import torch

from ganima import provenance
from ganima.files import atomic
from ganima.pages.run import read_lines, write_report
from ganima.pages.words import amount, duration
from ganima.training import distributed
from ganima.training.recipe import Preview
from ganima.training.run import Listener, Run
from ganima.training.state import State
from ganima.training.watch import Trouble

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


class RunFiles(Listener):
    """Keeps `previews/`, `troubles.jsonl` and `report.html` in the run's folder."""

    def begin(self, run: Run[Any], state: State) -> None:
        self.run, self.state = run, state
        self.origin = origin(run)
        self.facts = facts(run) | {"Computed on": machine(state.device)}
        self.previews = run.out / "previews"
        self.troubles = run.out / "troubles.jsonl"
        # The first lines are returns to a good state; a crash may have left some that the checkpoint knows nothing of.
        lines = read_lines(self.troubles)
        self._write_troubles([t for i, t in enumerate(lines) if i < state.rollbacks or t["examples"] <= state.examples])
        self._drop_previews_after(state.examples)

    def trouble(self, trouble: Trouble, examples: int, back_to: int | None) -> None:
        line = {"examples": examples, "back_to": back_to, **dataclasses.asdict(trouble)}
        self._write_troubles([*read_lines(self.troubles), line])
        if back_to is not None:
            self._drop_previews_after(back_to)

    def preview(self, preview: Preview, examples: int) -> None:
        path = self.previews / f"{examples:09d}.png"
        provenance.save_picture(preview.image(), path, self.origin)
        self._report(running=True)
        self.run.report.event({"kind": "preview", "path": str(path), "examples": examples})

    def end(self) -> None:
        self._report(running=False)

    def _report(self, running: bool) -> None:
        recipe = self.run.recipe
        write_report(
            self.run.out,
            recipe.configuration(),
            self.facts,
            self.origin,
            self.run.progress(self.state),
            recipe.charts,
            running=running,
            examples=recipe.examples,
            shown=recipe.caption,
        )

    def _write_troubles(self, lines: list[dict[str, Any]]) -> None:
        if lines or self.troubles.exists():
            atomic.write_text(self.troubles, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    def _drop_previews_after(self, examples: int) -> None:
        for path in self.previews.glob("*.png"):
            if int(path.stem) > examples:
                path.unlink()


class TensorBoard(Listener):
    """Writes scalars and previews for TensorBoard, over the examples seen, into the run's folder `tensorboard/`."""

    writer: "SummaryWriter"
    shown: int
    """Examples that the last preview had seen."""

    def begin(self, run: Run[Any], state: State) -> None:
        self.origin = origin(run)
        self.folder = run.out / "tensorboard"
        self._write_from(state.examples)

    def metrics(self, line: dict[str, float]) -> None:
        for name, value in line.items():
            if name != "examples":
                self.writer.add_scalar(name, value, int(line["examples"]))

    def trouble(self, trouble: Trouble, examples: int, back_to: int | None) -> None:
        if back_to is not None:
            self.writer.close()
            self._write_from(back_to)

    def preview(self, preview: Preview, examples: int) -> None:
        # The last preview of a run is told of again when it ends, and when it is started again.
        if examples > self.shown:
            self.shown = examples
            from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore

            sheet = preview.image()
            content = provenance.picture_bytes(sheet, self.origin, "PNG")
            image = Summary.Image(
                height=sheet.height, width=sheet.width, colorspace=len(sheet.getbands()), encoded_image_string=content
            )
            event = Summary(value=[Summary.Value(tag="preview", image=image)])
            self.writer._get_file_writer().add_summary(event, examples)  # type: ignore[no-untyped-call]
            self.writer.flush()

    def end(self) -> None:
        self.writer.close()

    def _write_from(self, examples: int) -> None:
        """A new file of events, which says that what earlier files tell of more `examples` is not true any more."""
        from torch.utils.tensorboard import SummaryWriter

        self.shown = examples
        self.writer = SummaryWriter(str(self.folder), purge_step=examples + 1)


def origin(run: Run[Any]) -> provenance.Origin:
    """Whose pictures a run's previews are: those of a model that is not finished."""
    card = run.recipe.card
    return provenance.Origin(str(card["name"]), consent=str(card.get("consent") or ""))


def facts(run: Run[Any]) -> dict[str, str]:
    """What a run is, in words, by name."""
    planned = duration((run.budget.minutes or 0) * 60)
    if run.budget.examples is not None:
        planned = amount(run.budget.examples, run.recipe.examples)
    data = run.recipe.card.get("data", {})
    return {
        **({"Data": str(data["folder"])} if "folder" in data else {}),
        **run.recipe.facts(),
        "Planned": planned,
        "Seed": str(run.seed),
    }


def machine(device: torch.device) -> str:
    """What the training is computed on, in words."""
    threads = torch.get_num_threads()
    name = f"CPU, {threads} thread{'s' * (threads > 1)}"
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
    return name if distributed.world() == 1 else f"{distributed.world()} × {name}"
