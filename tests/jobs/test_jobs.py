"""Jobs: how they end, and that whatever is killed meanwhile, the store says what is true."""

import json
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from toys import Toy

from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.jobs import Job, Store, events, queue
from ganima.jobs.events import Writer

LONG = 60.0
"""Seconds after which a test gives up."""


def told(job: Job, kind: str) -> dict[str, object]:
    """Waits for the first event of a kind."""
    return next(event for event in job.follow() if event["kind"] == kind)


def pid(job: Job) -> int:
    """The process of a job that has begun."""
    return int(json.loads((job.folder / "started.json").read_text())["pid"])


def test_a_job_writes_its_files_and_tells_how_it_went(store: Store, tmp_path: Path) -> None:
    job = store.submit(Toy(tmp_path / "a.txt"))
    kinds = [event["kind"] for event in job.follow()]
    assert kinds == ["begin", "say", "preview", "result"]
    assert (job.verb, job.state, job.asked()[1]) == ("toy", "done", Toy(tmp_path / "a.txt"))
    assert job.outcome and job.outcome.result == [str(tmp_path / "a.txt")]
    assert job.files() == [tmp_path / "a.txt"] and job.files()[0].read_text() == "write"
    assert all(event["at"] > 1e9 for event in job.events())


def test_paths_start_from_where_the_job_was_asked_for(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    job = store.submit("toy", {"out": "here.txt"})
    monkeypatch.chdir("/")
    assert job.wait(LONG).state == "done"
    assert job.files() == [tmp_path / "here.txt"]


def test_an_error_keeps_its_field(store: Store, tmp_path: Path) -> None:
    job = store.submit(Toy(tmp_path / "a", "fail"))
    outcome = job.wait(LONG)
    assert (outcome.state, outcome.error, outcome.field) == ("failed", "`out` does not please", "out")
    assert job.events()[-1] | {"at": 0} == {
        "at": 0, "kind": "error", "error": "`out` does not please", "field": "out"
    }  # fmt: skip


def test_a_bug_is_one_line_and_its_traceback_in_the_log(store: Store, tmp_path: Path) -> None:
    job = store.submit(Toy(tmp_path / "a", "break"))
    outcome = job.wait(LONG)
    assert outcome.state == "failed" and outcome.error is not None
    assert "ZeroDivisionError: by zero" in outcome.error and "\n" not in outcome.error
    assert "Traceback" in (job.folder / "log.txt").read_text()


@pytest.mark.parametrize("fields", [{}, {"out": 5}, {"out": "a", "more": 1}])
def test_a_wrong_request_is_refused_at_once(store: Store, fields: dict[str, object]) -> None:
    with pytest.raises(GanimaError):
        store.submit("toy", fields)
    assert store.jobs() == []


def test_a_cancelled_job_stops_by_itself(store: Store, tmp_path: Path) -> None:
    job = store.submit(Toy(tmp_path / "a", "wait"))
    told(job, "progress")
    assert job.state == "running"
    Job(job.folder).cancel()
    assert job.wait(LONG).state == "cancelled"
    assert job.events()[-1]["kind"] == "cancelled"
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("does", ["ignore", "stop"])
def test_a_job_that_takes_no_notice_is_interrupted_then_killed(store: Store, tmp_path: Path, does: str) -> None:
    job = store.submit(Toy(tmp_path / "a", does))
    told(job, "say")
    job.cancel(grace=0)
    assert job.wait(LONG).state == "cancelled"


def test_a_queued_job_that_is_cancelled_never_begins(store: Store, tmp_path: Path) -> None:
    first = store.submit(Toy(tmp_path / "a", "wait"))
    told(first, "begin")
    second, third = store.submit(Toy(tmp_path / "b")), store.submit(Toy(tmp_path / "c"))
    second.cancel()
    assert (second.state, third.state) == ("cancelled", "queued")
    first.cancel()
    assert third.wait(LONG).state == "done"
    assert not (tmp_path / "b").exists() and second.events() == []
    assert second.again().wait(LONG).state == "done"


def test_a_killed_job_has_failed_and_the_next_one_begins(store: Store, tmp_path: Path) -> None:
    first, second = store.submit(Toy(tmp_path / "a", "die")), store.submit(Toy(tmp_path / "b"))
    outcome = first.wait(LONG)
    assert outcome.state == "failed" and "SIGKILL" in str(outcome.error)
    assert second.wait(LONG).state == "done"


def test_a_job_outlives_whoever_asked_for_it(store: Store, tmp_path: Path) -> None:
    words = (
        "import os, signal, sys; from pathlib import Path; from ganima.jobs import Store; from toys import Toy\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for name in 'ab': store.submit(Toy(Path(sys.argv[2]) / name))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    asking = subprocess.run([sys.executable, "-c", words, str(store.folder), str(tmp_path)])
    assert asking.returncode == -signal.SIGKILL
    assert [job.wait(LONG).state for job in store.jobs()] == ["done", "done"]


def test_when_runner_and_job_are_killed_the_job_has_failed_and_the_queue_goes_on(store: Store, tmp_path: Path) -> None:
    first = store.submit(Toy(tmp_path / "a", "wait"))
    told(first, "begin")
    second = store.submit(Toy(tmp_path / "b"))
    runner = int(subprocess.run(["ps", "-o", "ppid=", str(pid(first))], capture_output=True, text=True).stdout)
    os.kill(runner, signal.SIGKILL)
    os.kill(pid(first), signal.SIGKILL)
    assert "is gone" in str(first.wait(LONG).error)
    assert second.wait(LONG).state == "done"


def test_when_the_runner_is_killed_its_job_goes_on_and_still_counts(store: Store, tmp_path: Path) -> None:
    first = store.submit(Toy(tmp_path / "a", "wait"))
    told(first, "begin")
    runner = int(subprocess.run(["ps", "-o", "ppid=", str(pid(first))], capture_output=True, text=True).stdout)
    os.kill(runner, signal.SIGKILL)
    second = store.submit(Toy(tmp_path / "b"))
    # Its new runner has taken it, and its process waits for the place.
    with pytest.raises(TimeoutError):
        second.wait(timeout=1.0)
    assert (first.state, second.state) == ("running", "queued")
    first.cancel()
    assert second.wait(LONG).state == "done"
    assert first.wait(LONG).state == "cancelled"


def test_only_so_many_at_once_and_in_order(store: Store, tmp_path: Path) -> None:
    # A toy that finds another one at work fails.
    jobs = [store.submit(Toy(tmp_path / f"{number:02d}", "count")) for number in range(5)]
    assert [job.wait(LONG).state for job in jobs] == ["done"] * 5
    order = [json.loads(line) for line in (tmp_path / "order.txt").read_text().splitlines()]
    assert order == [f"{number:02d}" for number in range(5)]
    assert [job.id for job in store.jobs()] == [job.id for job in jobs]


def test_a_higher_limit_begins_more(store: Store, tmp_path: Path) -> None:
    jobs = [store.submit(Toy(tmp_path / name, "wait")) for name in "abc"]
    told(jobs[0], "begin")
    store.limit = 2
    told(jobs[1], "begin")
    assert [job.state for job in jobs] == ["running", "running", "queued"]
    with pytest.raises(GanimaError):
        store.limit = 0


def test_many_submissions_start_few_processes(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store.submit(Toy(tmp_path / "first", "wait"))
    jobs = [store.submit(Toy(tmp_path / str(number))) for number in range(50)]
    for job in jobs[1:]:
        job.cancel()
    first.cancel()
    assert jobs[0].wait(LONG).state == "done"
    assert {job.state for job in jobs[1:]} == {"cancelled"}
    assert len({job.id for job in store.jobs()}) == 51
    assert (store.folder / ".runners.log").read_text() == ""


def test_a_job_that_works_or_waits_or_is_done_does_not_run_again(store: Store, tmp_path: Path) -> None:
    first, second = store.submit(Toy(tmp_path / "a", "wait")), store.submit(Toy(tmp_path / "b"))
    told(first, "begin")
    for job in (first, second):
        with pytest.raises(GanimaError):
            job.again()
    first.cancel()
    second.wait(LONG)
    with pytest.raises(GanimaError, match="is done"):
        second.again()
    first.again()
    assert [event["kind"] for event in first.events()].count("cancelled") == 1
    first.cancel()
    first.wait(LONG)


def test_a_job_is_removed_once_it_has_ended(store: Store, tmp_path: Path) -> None:
    first, second = store.submit(Toy(tmp_path / "a", "wait")), store.submit(Toy(tmp_path / "b"))
    told(first, "begin")
    with pytest.raises(GanimaError, match="at work"):
        store.remove(first)
    store.remove(second)
    first.cancel()
    first.wait(LONG)
    store.remove(first)
    assert store.jobs() == [] and not first.folder.exists()
    with pytest.raises(GanimaError):
        store.job(first.id)


@pytest.mark.parametrize("id", ["", "..", "../../etc", "/etc", ".runner-0.lock", "20261129-230512-123456-ab12", "a\0b"])
def test_ids_that_are_none(store: Store, tmp_path: Path, id: str) -> None:
    store.submit(Toy(tmp_path / "a")).wait(LONG)
    (store.folder / "not-a-job").mkdir()
    with pytest.raises(GanimaError, match="no job"):
        store.job(id)
    (job,) = store.jobs()
    assert store.job(job.id) == store.job(job.id[-4:]) == job


def test_a_damaged_job_is_one_line(store: Store, tmp_path: Path) -> None:
    job = store.submit(Toy(tmp_path / "a"))
    job.wait(LONG)
    for text in ("", "[]", "{", '{"state": "odd", "more": 1}'):
        (job.folder / "outcome.json").write_text(text)
        assert job.state == "failed"
    (job.folder / "request.json").write_text("\0")
    with pytest.raises(GanimaError, match="damaged"):
        job.asked()


def test_events_are_read_while_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert events.read(path) == ([], 0)
    path.write_bytes(b'{"kind": "say", "words": "one"}\n\0\0\n[1]\n{"kind": "say", "wor')
    told, place = events.read(path)
    assert [event["words"] for event in told] == ["one"]
    # What a killed process left is taken away; nothing is read twice.
    Writer(path).write({"kind": "say", "words": "two", "share": float("nan"), "path": tmp_path})
    (event,), _ = events.read(path, place)
    assert (event["words"], event["share"], event["path"]) == ("two", None, str(tmp_path))


def test_progress_is_told_in_measure(store: Store, tmp_path: Path) -> None:
    job = store.submit(Toy(tmp_path / "a", "count"))
    job.wait(LONG)
    told = [event for event in job.events() if event["kind"] == "progress"]
    assert told[-1]["done"] == 100 and len(told) <= 100
    assert all(before["done"] < after["done"] for before, after in pairwise(told))


def test_a_full_disk_is_one_clear_error(store: Store, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(small)], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        full = Store(small / "jobs")
        job = full.submit(Toy(tmp_path / "a", "long"))
        outcome = job.wait(LONG)
        assert outcome.state == "failed" and "No space left" in str(outcome.error)
        (small / "rest").write_bytes(bytes(os.statvfs(small).f_bavail * os.statvfs(small).f_frsize))
        with pytest.raises(GanimaError, match="No space left"):
            full.submit(Toy(tmp_path / "b"))
        assert full.jobs() == [job]
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def test_a_submission_that_is_cut_off_leaves_no_job(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(path: Path, text: str) -> None:
        raise GanimaError("cannot write")

    monkeypatch.setattr(atomic, "write_text", cut_off)
    with pytest.raises(GanimaError):
        store.submit(Toy(tmp_path / "a"))
    assert store.jobs() == [] and queue.waiting(store.folder) == []
