"""Runs whose process has ended without a word: killed, or unable to write on a full disk."""

from sqlalchemy import select

from pipelines.processes import is_running
from pipelines.records import Run, State
from pipelines.store import Project

AT_WORK = (State.RUNNING, State.STOPPING)
GONE = "The training process was killed. Resume goes on from its checkpoint."


def recover_runs(project: Project) -> list[str]:
    """Mark the runs whose process is gone as stopped, so they can be resumed; return their ids.

    A queued run is left alone: its process is just being started.
    """
    at_work = select(Run).where(Run.state.in_(AT_WORK))
    with project.read() as session:
        if all(is_running(run.pid, run.pid_started) for run in session.scalars(at_work)):
            return []
    with project.write() as session:
        dead = [run for run in session.scalars(at_work) if not is_running(run.pid, run.pid_started)]
        for run in dead:
            mark_dead(run)
        return [run.id for run in dead]


def mark_dead(run: Run) -> None:
    """Change a run's record to one whose process was killed."""
    run.state, run.message = State.STOPPED, GONE
    run.pid = run.pid_started = None
