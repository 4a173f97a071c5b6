"""`ganima job`: what a user types, and sees."""

import json
from pathlib import Path

import pytest
from untrained import generator, saved

from ganima.cli.main import main
from ganima.jobs import Store


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The user's jobs, none so far; the current folder has a model."""
    monkeypatch.setenv("GANIMA_JOBS", str(tmp_path / "jobs"))
    monkeypatch.chdir(tmp_path)
    saved(tmp_path / "tiny.safetensors", generator(3))
    return Store()


def test_a_command_runs_in_the_background(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["job", "run", "sample", "tiny.safetensors", "--out", "faces", "-n", "2", "--seed", "3"]) == 0
    (job,) = store.jobs()
    assert capsys.readouterr().out.startswith(f"{job.id}: picture sample;")
    assert main(["job", "show", job.id[-4:], "--follow"]) == 0
    shown = capsys.readouterr().out
    assert f"{job.id}: sample, done" in shown and "faces" in shown
    assert main(["sample", "tiny.safetensors", "--out", "same", "-n", "2", "--seed", "3"]) == 0
    pictures = sorted(path.name for path in Path("same").glob("*.png"))
    assert pictures
    assert all(Path("faces", name).read_bytes() == Path("same", name).read_bytes() for name in pictures)


def test_jobs_are_listed_for_programs_and_forgotten(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["job", "run", "sample", "nobody", "--out", "faces"]) == 0
    (job,) = store.jobs()
    job.wait(timeout=60)
    capsys.readouterr()
    assert main(["job", "list", "--json"]) == 0
    (said,) = json.loads(capsys.readouterr().out)
    assert (said["id"], said["verb"], said["state"], said["field"]) == (job.id, "sample", "failed", "model")
    assert "nobody" in said["error"]
    assert main(["job", "list"]) == 0
    assert capsys.readouterr().out.split() == [job.id, "failed", "sample"]
    assert main(["job", "remove", job.id]) == 0
    assert store.jobs() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run samle", "did you mean ganima sample?"),
        ("run job list", "a job runs any command but those on jobs"),
        ("run sample tiny.safetensors --out x --count 0", "--count is a whole number"),
        ("show nobody", "there is no job 'nobody'"),
        ("cancel nobody", "there is no job 'nobody'"),
        ("limit 0", "N is a whole number"),
    ],
)
def test_mistakes_are_one_line(words: str, said: str, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["job", *words.split()]) == 2
    shown = capsys.readouterr().err
    assert said in shown and shown.count("\n") == 1
    assert store.jobs() == []


def test_so_many_run_at_once(store: Store) -> None:
    assert main(["job", "limit", "3"]) == 0
    assert store.limit == 3
