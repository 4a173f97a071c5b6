"""What a training reports: means over some steps, one JSON object a line."""

import json
import math
from pathlib import Path

from torch import Tensor

from ganima.training import distributed
from ganima.training.state import State


class Meter:
    """Means of a step's measures since the last line."""

    def __init__(self) -> None:
        self.sums: dict[str, Tensor] = {}
        self.counts: dict[str, int] = {}
        self.seconds = 0.0
        self.images = 0
        self.last_sign, self.last_loss = 0.0, math.inf

    def add(self, measures: dict[str, Tensor], seconds: float, images: int) -> None:
        """Takes in one step."""
        for name, value in measures.items():
            self.sums[name] = self.sums[name] + value if name in self.sums else value
            self.counts[name] = self.counts.get(name, 0) + 1
        self.seconds += seconds
        self.images += images

    def line(self, state: State, progress: float) -> dict[str, float]:
        """One line of metrics; the sums start anew."""
        means = {name: distributed.average(total / self.counts[name]).item() for name, total in self.sums.items()}
        self.last_sign, self.last_loss = means.get("sign", 0.0), means.get("loss_d", math.inf)
        line: dict[str, float] = {
            "images": state.images,
            "steps": state.steps,
            "seconds": round(state.seconds, 3),
            "progress": round(progress, 6),
            **{name: round(value, 6) if math.isfinite(value) else value for name, value in means.items()},
            "penalty_share": penalty_share(means),
            **{name: round(getattr(state, name), 4) for name in state.COUNTERS if name not in State.COUNTERS},
            "lr_generator": state.optimizer_g.param_groups[0]["lr"],
            "lr_discriminator": state.optimizer_d.param_groups[0]["lr"],
            "images_per_second": round(self.images / max(self.seconds, 1e-9), 2),
        }
        self.sums, self.counts, self.seconds, self.images = {}, {}, 0.0, 0
        return line


def penalty_share(means: dict[str, float]) -> float:
    """The penalty's part of the discriminator's whole loss, in [0, 1]."""
    penalty, game = means.get("penalty", 0.0), abs(means.get("loss_d", 0.0))
    return round(penalty / (penalty + game), 6) if penalty + game > 0 else 0.0


def read_metrics(path: Path) -> list[dict[str, float]]:
    """The lines of a metrics file; a line that a crash cut off is left out."""
    if not path.exists():
        return []
    lines = []
    for text in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and "images" in line:
            lines.append(line)
    return lines
