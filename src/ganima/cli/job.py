"""`ganima job`: commands that run in the background, see `ganima.jobs`."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Annotated, Any

from ganima.cli.command import Command, errors_in_options, request_from
from ganima.cli.words import counted
from ganima.errors import GanimaError
from ganima.fields import Text, Whole
from ganima.reporter import Reporter
from ganima.request import Request
from ganima.verbs import Verb

if TYPE_CHECKING:
    from ganima.jobs import Job, Store


@dataclass(frozen=True)
class OneJob(Request):
    """What is asked about one job."""

    id: Annotated[str, Text("ID")]
    """The job: its id, or how the id ends."""


@dataclass(frozen=True)
class RunJob(Request):
    """Put a command into the queue, to run in the background.

    As in: ganima job run train my-pictures --out runs/mine. It goes on when this terminal is closed.
    """

    command: tuple[Annotated[str, Text("COMMAND")], ...]
    """Any command with its options, without `ganima`."""


@dataclass(frozen=True)
class ListJobs(Request):
    """List your jobs, the oldest first."""


@dataclass(frozen=True)
class ShowJob(OneJob):
    """Show how a job is doing, and what came of it."""

    _: KW_ONLY
    follow: bool = False
    """Tell what it tells until it has ended."""


@dataclass(frozen=True)
class CancelJob(OneJob):
    """Cancel a job; a training is saved first."""


@dataclass(frozen=True)
class JobAgain(OneJob):
    """Put a job that failed or was cancelled into the queue again.

    A training goes on where it was saved.
    """


@dataclass(frozen=True)
class RemoveJob(OneJob):
    """Forget a job that is not at work; what it made stays."""


@dataclass(frozen=True)
class LimitJobs(Request):
    """Set how many jobs run at once; at first it is one."""

    jobs: Annotated[int, Whole(1, 64)]
    """Jobs at once."""


def submit(command: Command, words: Sequence[str]) -> None:
    """Puts a command into the queue, and says how to look at it. Raises GanimaError where its options are wrong."""
    if not isinstance(command.verb, str):
        raise GanimaError("a job runs any command but those on jobs")
    with errors_in_options(command):
        request, _ = request_from(command, f"ganima job run {command.path}", words)
        job = _store().submit(request)
    print(f"{job.id}: {command.path}; look at it with: ganima job show {job.id[-4:]} --follow")


def run_job(request: RunJob, report: Reporter) -> None:
    """What follows `run` is a command, which `main` reads."""
    raise GanimaError("`command` begins with its name, as in: ganima job run sample portrait --out faces")


def list_jobs(request: ListJobs, report: Reporter) -> "list[Job]":
    return _store().jobs()


def show_job(request: ShowJob, report: Reporter) -> "Job":
    """The job; on the way what it tells, where that is asked for."""
    job = _store().job(request.id)
    for event in job.follow() if request.follow else ():
        if event["kind"] == "say":
            report.say(event["words"])
        elif event["kind"] == "progress":
            report.progress(event["stage"], event["done"], event["total"])
        else:
            report.event(event)
        if report.cancelled:
            break
    return job


def cancel_job(request: CancelJob, report: Reporter) -> "Job":
    job = _store().job(request.id)
    job.cancel()
    return job


def again(request: JobAgain, report: Reporter) -> "Job":
    return _store().job(request.id).again()


def remove_job(request: RemoveJob, report: Reporter) -> "Job":
    store = _store()
    job = store.job(request.id)
    store.remove(job)
    return job


def limit_jobs(request: LimitJobs, report: Reporter) -> None:
    _store().limit = request.jobs


def as_data(job: "Job") -> dict[str, Any]:
    """A job for programs."""
    outcome = job.outcome
    said: dict[str, Any] = {"id": job.id, "verb": job.verb, "state": job.state, "folder": str(job.folder)}
    if outcome is not None:
        said |= {"result": outcome.result, "files": [str(path) for path in job.files()]}
        said |= {"error": outcome.error, "field": outcome.field}
    return said


def show_list(request: ListJobs, found: "list[Job]") -> None:
    """A line for each."""
    for job in found:
        print(f"{job.id}  {job.state:9}  {job.verb}")
    if not found:
        print("no jobs; put one into the queue with: ganima job run COMMAND ...")


def show(request: Request, job: "Job") -> None:
    """Its state, and what came of it."""
    print(f"{job.id}: {job.verb}, {job.state}")
    outcome = job.outcome
    if outcome is not None and outcome.error:
        print(outcome.error)
    for path in job.files():
        print(path)


def show_removed(request: RemoveJob, job: "Job") -> None:
    print(f"{job.id} is forgotten")


def show_limit(request: LimitJobs, nothing: None) -> None:
    print(f"{counted(request.jobs, 'job')} at once")


def _store() -> "Store":
    from ganima.jobs import Store

    return Store()


def _verb(name: str, request: type[Request], does: str) -> Verb:
    return Verb(name, f"ganima.cli.job:{request.__name__}", f"ganima.cli.job:{does}")


COMMANDS = (
    Command("job run", _verb("run_job", RunJob, "run_job"), lambda request, nothing: None),
    Command(
        "job list",
        _verb("list_jobs", ListJobs, "list_jobs"),
        show_list,
        lambda request, found: [as_data(job) for job in found],
    ),
    Command("job show", _verb("show_job", ShowJob, "show_job"), show, lambda request, job: as_data(job)),
    Command("job cancel", _verb("cancel_job", CancelJob, "cancel_job"), show),
    Command("job again", _verb("job_again", JobAgain, "again"), show),
    Command("job remove", _verb("remove_job", RemoveJob, "remove_job"), show_removed),
    Command("job limit", _verb("limit_jobs", LimitJobs, "limit_jobs"), show_limit),
)
