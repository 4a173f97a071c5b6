"""Verbs that a test's jobs are asked for."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from ganima.errors import GanimaError
from ganima.fields import OutFile, Text
from ganima.reporter import Reporter, go_on
from ganima.request import Request
from ganima.verbs import Verb


@dataclass(frozen=True)
class Toy(Request):
    """Do something small."""

    out: OutFile
    """What to write."""
    does: Annotated[str, Text("WORD")] = "write"
    """How it goes."""


TOY = Verb("toy", "toys:Toy", "toys:play")


def play(request: Toy, report: Reporter) -> list[Path]:
    match request.does:
        case "write":
            report.say("hello")
            report.event({"kind": "preview", "file": request.out})
        case "fail":
            raise GanimaError("`out` does not please", "out")
        case "break":
            raise ZeroDivisionError("by\nzero")
        case "wait":
            pause = threading.Event()
            while not pause.wait(0.01):
                go_on(report)
                report.progress("waiting", 1, 0)
        case "ignore":
            report.say("deaf")
            threading.Event().wait()
        case "stop":
            report.say("stopped")
            os.kill(os.getpid(), signal.SIGSTOP)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "count":
            with alone(request.out):
                for number in range(100):
                    report.progress("counting", number + 1, 100)
        case "long":
            for _ in range(1_000_000):
                report.event({"kind": "metrics", "words": "x" * 500})
    request.out.write_text(request.does)
    return [request.out]


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Fails where another toy is at work at the same time in the same folder."""
    mark = out.parent / "at-work"
    mark.mkdir()
    yield
    mark.rmdir()
    with (out.parent / "order.txt").open("a") as file:
        file.write(json.dumps(out.name) + "\n")
