"""What the header shows: how far the study is, and what the worker does."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.records import (
    BalancedJudgment,
    Family,
    Inconsistency,
    Job,
    Kind,
    PreferenceRow,
    Run,
    Split,
    State,
)
from pipelines.store import Project
from pipelines.worker_start import worker_alive

WAITING = (State.RUNNING, State.STOPPING, State.QUEUED)


@dataclass(frozen=True)
class JobView:
    """One job as the page shows it."""

    id: int
    kind: str
    state: str
    done: int
    total: int
    message: str
    model: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def fraction(self) -> float | None:
        """Share that is done, or None while the total is not known."""
        return self.done / self.total if self.total else None


@dataclass(frozen=True)
class Overview:
    """How far a project is; `active` is in the order of the queue, `latest` ended last."""

    families: dict[str, int]  # by split
    rows: int  # preference rows, as last built and imported
    pairs: int  # judged, over all models
    decided: int
    runs: int
    active: tuple[JobView, ...]
    latest: JobView | None
    worker: bool

    @property
    def fingerprint(self) -> tuple:
        """A value that differs when a list of the page may be out of date."""
        last = self.latest
        ended = (last.id, last.state, str(last.finished_at)) if last else ()
        return (tuple(self.families.values()), self.pairs, self.rows, self.runs, ended)


def read_overview(project: Project) -> Overview:
    """Return how far the project is."""
    with project.read() as session:
        stories = Family.kind != Kind.PREFERENCE
        counted = session.execute(
            select(Family.split, func.count()).where(stories).group_by(Family.split)
        )
        splits = dict(counted.tuples().all())
        jobs = session.scalars(select(Job).where(Job.state.in_(WAITING)).order_by(Job.id))
        ended = select(Job).where(Job.state.not_in(WAITING)).order_by(Job.finished_at.desc())
        latest = session.scalar(ended.limit(1))
        return Overview(
            families={split: splits.get(split, 0) for split in Split},
            rows=count(session, PreferenceRow.id),
            pairs=count(session, Inconsistency.id),
            decided=count(session, BalancedJudgment.id, BalancedJudgment.status != "draft"),
            runs=count(session, Run.id),
            active=tuple(view_job(job) for job in jobs),
            latest=view_job(latest) if latest else None,
            worker=worker_alive(project),
        )


def count(session: Session, column: object, *conditions: object) -> int:
    """Return how many rows there are."""
    return session.scalar(select(func.count(column)).where(*conditions)) or 0


def view_job(job: Job) -> JobView:
    """Return a job as the page shows it."""
    return JobView(
        id=job.id,
        kind=job.kind,
        state=str(job.state),
        done=job.done,
        total=job.total,
        message=job.message,
        model=model_of(job),
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def model_of(job: Job) -> str:
    """Return the model that a job works with; "" where none works."""
    if job.kind == "stories" and job.config.get("source") != "model":
        return ""
    return str(job.config.get("model") or job.config.get("after") or "")
