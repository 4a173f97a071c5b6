"""The reporter of the command line."""

import signal
from pathlib import Path

import pytest
from PIL import Image

from ganima.cli.main import main
from ganima.cli.terminal import Terminal
from ganima.data import inspection


def test_the_first_interrupt_cancels_and_the_second_ends() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), Terminal() as report:
        assert not report.cancelled
        signal.raise_signal(signal.SIGINT)
        assert report.cancelled
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_what_waits_for_input_ends_at_once() -> None:
    with pytest.raises(KeyboardInterrupt), Terminal(waits=True):
        signal.raise_signal(signal.SIGINT)


def test_a_file_gets_what_is_said_and_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal() as report:
        report.progress("reading", 1, 2)
        report.say("a line")
        report.progress("reading", 2, 2)
        report.progress("writing", 1, 0)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("a line\n", "")


def test_a_terminal_gets_a_bar_for_each_stage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with Terminal() as report:
        report.progress("reading", 1, 2)
        report.progress("writing", 1, 0)
    shown = capsys.readouterr().err
    assert "reading" in shown and "writing" in shown


def test_a_command_that_is_interrupted_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        Image.new("RGB", (16, 16), (20 * number, 0, 0)).save(tmp_path / f"{number:02}.png")
    find = inspection.find_files

    def interrupted(folder: Path) -> list[Path]:
        signal.raise_signal(signal.SIGINT)
        return find(folder)

    monkeypatch.setattr(inspection, "find_files", interrupted)
    assert main(["data", "inspect", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "ganima: stopped\n"
