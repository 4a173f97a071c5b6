"""Every program in examples/ runs, on small models and little data."""

import runpy
import sys
from pathlib import Path

import pytest
from documents import ROOT

from ganima.provenance import verify

pytestmark = pytest.mark.slow
EXAMPLES = ROOT / "examples"


def run(monkeypatch: pytest.MonkeyPatch, name: str, *words: str) -> None:
    """Runs an example as `python examples/NAME.py WORDS` does."""
    monkeypatch.setattr(sys, "argv", [f"{name}.py", *words])
    runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")


def labelled(*paths: str) -> bool:
    """Whether files are there and say that AI made them."""
    return all(verify(Path(path)).labelled for path in paths)


def test_create_character(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "create_character", "out/ada")
    assert labelled("out/ada/index.html", "out/ada/portrait.png", "out/ada/hello.wav")


def test_train_and_sample(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "train_and_sample", "my-pictures", "out/discs", "0.02")
    assert labelled("out/discs/run/report.html", "out/discs/samples/grid.png")


def test_edit_and_walk(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run(monkeypatch, "edit_and_walk", "out/demo", "out")
    assert labelled("out/laughing.png", "out/walk.webp")
    assert "smile" in capsys.readouterr().out


def test_speak_with_timing(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run(monkeypatch, "speak_with_timing", "out", "Hello!")
    assert labelled("out/hello.wav", "out/hello.json")
    assert " kk " in capsys.readouterr().out


def test_own_loss(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "own_loss", "my-pictures", "out/own", "16")
    assert labelled("out/own/report.html") and (Path("out/own") / "model.safetensors").is_file()


def test_all_of_them_are_run_here() -> None:
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert {path.stem for path in EXAMPLES.glob("*.py")} <= tested
