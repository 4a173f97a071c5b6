"""What a training reports: means over some steps, one JSON object a line."""

import json
import math
from pathlib import Path

import torch
from torch import Tensor

from ganima.training import distributed
from ganima.training.state import State


class Meter:
    """Means of a step's measures since the last line."""

    def __init__(self) -> None:
        self.sums: dict[str, Tensor] = {}
        self.counts: dict[str, int] = {}
        self.seconds = 0.0
        self.examples = 0
        self.means: dict[str, float] = {}
        """Those of the last line."""

    def add(self, measures: dict[str, Tensor], seconds: float, examples: int) -> None:
        """Takes in one step."""
        for name, value in measures.items():
            self.sums[name] = self.sums[name] + value if name in self.sums else value
            self.counts[name] = self.counts.get(name, 0) + 1
        self.seconds += seconds
        self.examples += examples

    def line(self, state: State, progress: float) -> dict[str, float]:
        """One line of metrics; the sums start anew."""
        # All in one message, and one wait for the device.
        totals = [(total / self.counts[name]).double() for name, total in self.sums.items()]
        means = distributed.average(torch.stack(totals)).tolist() if totals else []
        self.means = dict(zip(self.sums, means, strict=True))
        line: dict[str, float] = {
            "examples": state.examples,
            "steps": state.steps,
            "seconds": round(state.seconds, 3),
            "progress": round(progress, 6),
            **{name: round(value, 6) if math.isfinite(value) else value for name, value in self.means.items()},
            **{name: round(getattr(state, name), 4) for name in state.COUNTERS if name not in State.COUNTERS},
            **{f"lr_{name}": optimizer.param_groups[0]["lr"] for name, optimizer in state.optimizers.items()},
            "examples_per_second": round(self.examples / max(self.seconds, 1e-9), 2),
        }
        self.sums, self.counts, self.seconds, self.examples = {}, {}, 0.0, 0
        return line


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
        if isinstance(line, dict) and "examples" in line:
            lines.append(line)
    return lines
