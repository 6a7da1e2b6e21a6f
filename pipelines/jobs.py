"""The queue of long work: jobs in the project's database, claimed in order by one worker.

A job's way: queued → running → finished or failed; `request_stop` takes it to stopping and then
stopped; a stopped or failed job is queued again by `resume`, in the same row, and goes on where
it ended, because its stage does. Every change is one short write transaction that first looks at
the state it finds, so a double click, a second page and a worker never undo each other.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines import stages
from pipelines.errors import ConfigError
from pipelines.processes import is_running, process_started
from pipelines.progress import Progress
from pipelines.records import Job, State, now
from pipelines.store import Project

SAVED = "Everything done so far is saved; resume continues from there."
GONE = f"The worker ended unexpectedly. {SAVED}"
AT_WORK = (State.RUNNING, State.STOPPING)
ACTIVE = (State.QUEUED, *AT_WORK)


def enqueue(
    project: Project,
    kind: str,
    config: Any,
    find_stage: Callable[[str], stages.Stage] = stages.find_stage,
) -> int:
    """Put a stage with its configuration into the queue and return the job's id.

    An identical job that is queued, running or stopping is returned instead of a second one, so
    a double click is safe.

    Raises:
        ConfigError: if there is no stage called `kind`, or `config` is another stage's.
    """
    expected = find_stage(kind).config
    if not isinstance(config, expected):
        raise ConfigError(
            f"`config` of the stage {kind!r} must be {expected.__name__}, "
            f"got {type(config).__name__}."
        )
    values = json.loads(json.dumps(asdict(config)))
    with project.write() as session:
        job = active_twin(session, kind, values)
        if job is None:
            job = Job(kind=kind, config=values)
            session.add(job)
            session.flush()
        return job.id


def request_stop(project: Project, job_id: int) -> State:
    """Ask a job to stop and return its state: at once if it waits, after its step if it runs.

    A job that has ended already stays as it is.

    Raises:
        ConfigError: if there is no such job.
    """
    with project.write() as session:
        job = load(session, job_id)
        if job.state == State.QUEUED:
            end(job, State.STOPPED, f"Stopped before it started. {SAVED}")
        elif job.state in AT_WORK and not is_running(job.pid, job.pid_started):
            end(job, State.STOPPED, GONE)
        elif job.state == State.RUNNING:
            job.state = State.STOPPING
        return State(job.state)


def resume(project: Project, job_id: int) -> int:
    """Queue a stopped or failed job again and return the id of the job that does its work.

    That is the same job, or an identical one that is in the queue already. A job that waits or
    runs stays as it is.

    Raises:
        ConfigError: if there is no such job, it has finished, or it is still stopping.
    """
    with project.write() as session:
        job = load(session, job_id)
        if job.state == State.FINISHED:
            raise ConfigError(f"Job {job_id} has finished. Start it anew to do more.")
        if job.state == State.STOPPING:
            raise ConfigError(f"Job {job_id} is still stopping. Resume it when it has stopped.")
        twin = active_twin(session, job.kind, job.config)
        if twin is not None:
            return twin.id
        job.state = State.QUEUED
        job.message = ""
        job.result = job.pid = job.pid_started = job.finished_at = None
        return job.id


def get(project: Project, job_id: int) -> Job:
    """Return one job as it stands.

    Raises:
        ConfigError: if there is no such job.
    """
    with project.read() as session:
        return load(session, job_id)


def recent(project: Project, limit: int = 25) -> list[Job]:
    """Return the newest jobs, newest first; an empty project has none."""
    with project.read() as session:
        return list(session.scalars(select(Job).order_by(Job.id.desc()).limit(limit)))


def queue_position(project: Project, job_id: int) -> int | None:
    """Return a waiting job's place in the queue (1 is next), or None if it does not wait.

    Raises:
        ConfigError: if there is no such job.
    """
    with project.read() as session:
        if load(session, job_id).state != State.QUEUED:
            return None
        before = select(func.count()).where(Job.state == State.QUEUED, Job.id <= job_id)
        return session.scalar(before)


def recover(project: Project) -> list[int]:
    """Mark the jobs whose worker is gone as stopped, so that they can be resumed; return their ids.

    A worker is gone when no process has its number and its start time.
    """
    at_work = select(Job).where(Job.state.in_(AT_WORK))
    with project.read() as session:
        if all(is_running(job.pid, job.pid_started) for job in session.scalars(at_work)):
            return []
    with project.write() as session:
        dead = [j for j in session.scalars(at_work) if not is_running(j.pid, j.pid_started)]
        for job in dead:
            end(job, State.STOPPED, GONE)
        return [job.id for job in dead]


def waiting(project: Project) -> bool:
    """Tell whether a job waits to be claimed."""
    with project.read() as session:
        return session.scalar(select(Job.id).where(Job.state == State.QUEUED).limit(1)) is not None


def claim(project: Project) -> Job | None:
    """Take the first waiting job for this process and return it, or None if none waits."""
    if not waiting(project):
        return None
    pid, started = os.getpid(), process_started(os.getpid())
    with project.write() as session:
        queue = select(Job).where(Job.state == State.QUEUED).order_by(Job.id).limit(1)
        job = session.scalar(queue)
        if job is not None:
            job.state = State.RUNNING
            job.pid, job.pid_started = pid, started
            job.started_at = job.heartbeat = now()
        return job


def report(project: Project, job_id: int, progress: Progress | None) -> State:
    """Write a running job's heartbeat and progress, and return the state it is wanted in.

    A job that was taken from its worker meanwhile is left alone: its state says so.
    """
    with project.write() as session:
        job = load(session, job_id)
        if job.state in AT_WORK:
            job.heartbeat = now()
            if progress is not None:
                job.done, job.total, job.message = progress.done, progress.total, progress.message
        return State(job.state)


def finish(
    project: Project, job_id: int, state: State, message: str, result: dict | None = None
) -> None:
    """Write how a running job ended; a job taken from its worker meanwhile is left alone."""
    with project.write() as session:
        job = load(session, job_id)
        if job.state in AT_WORK:
            job.result = result
            end(job, state, message)


def end(job: Job, state: State, message: str) -> None:
    """Set the fields that every ended job has."""
    job.state, job.message, job.finished_at = state, message, now()


def load(session: Session, job_id: int) -> Job:
    """Return one job of an open session.

    Raises:
        ConfigError: if there is no such job.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise ConfigError(f"There is no job {job_id} in this project. Choose one from its list.")
    return job


def active_twin(session: Session, kind: str, values: dict[str, Any]) -> Job | None:
    """Return the job with the same kind and configuration that waits or runs, or None."""
    active = select(Job).where(Job.kind == kind, Job.state.in_(ACTIVE)).order_by(Job.id)
    return next((job for job in session.scalars(active) if job.config == values), None)
