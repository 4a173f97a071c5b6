"""Jobs: a request as JSON, a process of its own, events that anybody may read, and an end: done, failed or cancelled.

    job = ganima.jobs.submit(SamplePictures("portrait", "out/faces"))
    for event in job.follow():
        print(event)
    job.files()

A job does not need whoever asked for it: it goes on when that program ends, and any process may look at it or cancel
it. Only so many run at once, the others wait in order. Everything lies in a folder, see `store`.
"""

from ganima.jobs.job import Job, JobOutcome, State
from ganima.jobs.store import Store, submit

__all__ = ["Job", "JobOutcome", "State", "Store", "submit"]
