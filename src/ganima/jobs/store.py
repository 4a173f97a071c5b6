"""Jobs in a folder.

    limit.json                    how many run at once
    20261129-230512-123456-ab12/  one job, named after when it was submitted
        request.json              the verb, its fields, and the folder that paths start from
        started.json              there once its process has begun
        events.jsonl, log.txt     what it told, and what its process wrote
        cancel.json               there once somebody cancelled it
        outcome.json              how it ended
        .lock                     held by its process while that lives

Every file is whole or not there, so whatever is killed, the files say what is true: a job that has begun, has not
ended, and whose lock nobody holds has failed. No server and no data base are needed, and machines that share the folder
share the queue.
"""

import json
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

from ganima import verbs
from ganima.errors import GanimaError
from ganima.files import atomic
from ganima.jobs import queue
from ganima.jobs.job import Job
from ganima.request import Request, make

ID = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{4}")
VARIABLE = "GANIMA_JOBS"


class Store:
    """The jobs in one folder."""

    def __init__(self, folder: Path | None = None) -> None:
        """The user's own folder unless given: that of the environment variable GANIMA_JOBS, or the usual place."""
        usual = os.environ.get(VARIABLE) or platformdirs.user_data_path("ganima") / "jobs"
        self.folder = Path(folder or usual).absolute()

    @property
    def limit(self) -> int:
        """How many jobs run at once."""
        return queue.limit(self.folder)

    @limit.setter
    def limit(self, limit: int) -> None:
        if limit < 1:
            raise GanimaError(f"`limit` is a whole number above 0, not {limit}", "limit")
        atomic.write_text(self.folder / "limit.json", json.dumps({"limit": limit}))
        queue.tend(self.folder)

    def submit(self, request: Request | str, fields: Mapping[str, Any] | None = None) -> Job:
        """Puts a request into the queue: a value, or a verb's name and the request's fields as a page sends them.

        Raises GanimaError where the request is wrong, or where the disk is full.
        """
        if isinstance(request, str):
            verb = verbs.find_verb(request)
            request = make(verb.request, fields or {})
        else:
            verb = verbs.verb_of(request)
        asked = json.loads(verbs.dumps(verb, request)) | {"cwd": os.getcwd()}
        job = Job(self.folder / _new_id())
        beside = job.folder.with_name(f".{job.id}.part")
        try:
            atomic.write_text(beside / "request.json", json.dumps(asked, ensure_ascii=False))
            beside.rename(job.folder)
        except OSError as error:
            raise GanimaError(f"cannot write {job.folder}: {error.strerror or error}") from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        queue.tend(self.folder)
        return job

    def jobs(self) -> list[Job]:
        """All jobs, the oldest first."""
        if not self.folder.is_dir():
            return []
        return [Job(path) for path in sorted(self.folder.iterdir()) if ID.fullmatch(path.name) and path.is_dir()]

    def job(self, id: str) -> Job:
        """The job of that id, or the only one whose id ends so. Raises GanimaError where there is none."""
        found = [job for job in self.jobs() if job.id == id or (len(id) >= 4 and job.id.endswith(id))]
        if len(found) != 1:
            raise GanimaError(f"there is no job {id!r}" if not found else f"{id} is the end of several jobs' ids")
        return found[0]

    def remove(self, job: Job) -> None:
        """Forgets a job that is not at work; what it made stays. Raises GanimaError where it is at work."""
        gone = job.folder.with_name(f".{job.id}.part")
        with job.alone():
            job.folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def submit(request: Request) -> Job:
    """Puts a request into the user's own queue, see `Store.submit`."""
    return Store().submit(request)


def _new_id() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
