"""What a training leaves behind to look at: previews, troubles, the report, and scalars for TensorBoard."""

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ganima import provenance
from ganima.files import atomic, typed_json
from ganima.pages.run import read_lines, write_report
from ganima.pages.words import amount, duration
from ganima.training import distributed
from ganima.training.loop import Listener, Loop
from ganima.training.state import State
from ganima.training.watch import Trouble

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


class RunFiles(Listener):
    """Keeps `previews/`, `troubles.jsonl` and `report.html` in the run's folder."""

    def __init__(self, run: Loop[Any]) -> None:
        self.run = run
        self.origin = origin(run)
        self.facts = facts(run)
        self.previews = run.out / "previews"
        self.troubles = run.out / "troubles.jsonl"

    def begin(self, state: State) -> None:
        self.state = state
        self.facts["Computed on"] = machine(state.device)
        # The first lines are returns to a good state; a crash may have left some that the checkpoint knows nothing of.
        lines = read_lines(self.troubles)
        self._write_troubles([t for i, t in enumerate(lines) if i < state.rollbacks or t["images"] <= state.images])
        self._drop_previews_after(state.images)

    def trouble(self, trouble: Trouble, images: int, back_to: int | None) -> None:
        line = {"images": images, "back_to": back_to, **dataclasses.asdict(trouble)}
        self._write_troubles([*read_lines(self.troubles), line])
        if back_to is not None:
            self._drop_previews_after(back_to)

    def preview(self, made: Tensor, images: int) -> None:
        provenance.save_picture(self.run.sheet(made), self.previews / f"{images:09d}.png", self.origin)
        self._report(running=True)

    def end(self) -> None:
        self._report(running=False)

    def _report(self, running: bool) -> None:
        progress = self.run.progress(self.state)
        config = typed_json.dump(self.run.config)
        write_report(
            self.run.out,
            config,
            self.facts,
            self.origin,
            progress,
            self.run.CHARTS,
            running=running,
            examples=self.run.EXAMPLES,
            shown=self.run.PREVIEW,
        )

    def _write_troubles(self, lines: list[dict[str, Any]]) -> None:
        if lines or self.troubles.exists():
            atomic.write_text(self.troubles, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    def _drop_previews_after(self, images: int) -> None:
        for path in self.previews.glob("*.png"):
            if int(path.stem) > images:
                path.unlink()


class TensorBoard(Listener):
    """Writes scalars and previews for TensorBoard, over the images seen, into the run's folder `tensorboard/`."""

    def __init__(self, run: Loop[Any]) -> None:
        self.run = run
        self.folder = run.out / "tensorboard"
        self.writer: SummaryWriter
        self.shown = 0
        self.origin = origin(run)

    def begin(self, state: State) -> None:
        self._write_from(state.images)

    def metrics(self, line: dict[str, float]) -> None:
        for name, value in line.items():
            if name != "images":
                self.writer.add_scalar(name, value, int(line["images"]))

    def trouble(self, trouble: Trouble, images: int, back_to: int | None) -> None:
        if back_to is not None:
            self.writer.close()
            self._write_from(back_to)

    def preview(self, made: Tensor, images: int) -> None:
        # The last pictures of a run are told of again when it ends, and when it is started again.
        if images > self.shown:
            self.shown = images
            from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore

            sheet = self.run.sheet(made)
            content = provenance.picture_bytes(sheet, self.origin, "PNG")
            image = Summary.Image(
                height=sheet.height, width=sheet.width, colorspace=len(sheet.getbands()), encoded_image_string=content
            )
            event = Summary(value=[Summary.Value(tag="preview", image=image)])
            self.writer._get_file_writer().add_summary(event, images)  # type: ignore[no-untyped-call]
            self.writer.flush()

    def end(self) -> None:
        self.writer.close()

    def _write_from(self, images: int) -> None:
        """A new file of events, which says that what earlier files tell of more than `images` is not true any more."""
        from torch.utils.tensorboard import SummaryWriter

        self.shown = images
        self.writer = SummaryWriter(str(self.folder), purge_step=images + 1)


def origin(run: Loop[Any]) -> provenance.Origin:
    """Whose pictures a run's previews are: those of a model that is not finished."""
    return provenance.Origin(str(run.card["name"]), consent=str(run.card.get("consent") or ""))


def facts(run: Loop[Any]) -> dict[str, str]:
    """What a run is, in words, by name."""
    planned = duration((run.budget.minutes or 0) * 60)
    if run.budget.images is not None:
        planned = amount(run.budget.images, run.EXAMPLES)
    data = run.card.get("data", {})
    return {
        **({"Data": str(data["folder"])} if "folder" in data else {}),
        **run.facts(),
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
