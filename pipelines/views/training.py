"""Training runs: the list, and what a run has logged, read from where it was read last."""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipelines.records import Run
from pipelines.store import Project
from pipelines.views.pages import Key, Page, read_page

RUN_ID = re.compile(r"[0-9a-z]{6,32}")
LOG_TAIL = 6_000
"""Bytes of a run's log that are shown."""
MOST_AT_ONCE = 4_000_000
"""Bytes of metrics.jsonl that are read in one go."""


@dataclass(frozen=True)
class RunView:
    """One training run."""

    id: str
    name: str
    method: str
    base_model: str
    state: str
    step: int
    total_steps: int
    phase: str
    message: str
    created_at: datetime

    @property
    def reference(self) -> str:
        """The model reference of what the run trained."""
        return f"run:{self.id}"


@dataclass(frozen=True)
class Tail:
    """Lines that were logged since `offset` of the last Tail; the next read starts at `offset`."""

    points: tuple[dict, ...]
    offset: int


COLUMNS = (
    Run.created_at, Run.id, Run.name, Run.method, Run.base_model, Run.state, Run.step,
    Run.total_steps, Run.phase, Run.message,
)  # fmt: skip


def list_runs(project: Project, after: Key | None = None) -> Page[RunView]:
    """Return one page of the runs, newest first."""
    with project.read() as session:
        return read_page(session, select(*COLUMNS), COLUMNS[:2], after, view_of, descending=True)


def view_of(row: Iterable) -> RunView:
    """Return a row of COLUMNS as a run."""
    created, *rest = row
    return RunView(*rest, created_at=created)


def read_run(project: Project, run_id: str) -> RunView | None:
    """Return one run, or None if there is no such run."""
    if not RUN_ID.fullmatch(run_id):
        return None
    with project.read() as session:
        row = session.execute(select(*COLUMNS).where(Run.id == run_id)).one_or_none()
    return view_of(row) if row else None


def read_metrics(project: Project, run_id: str, offset: int = 0) -> Tail:
    """Return what the run logged after `offset`; a missing file has nothing yet.

    A last line without its end is still being written, and is left for the next read. A line that
    is not a JSON object is left out.
    """
    path = project.runs / run_id / "metrics.jsonl"
    if not RUN_ID.fullmatch(run_id) or not path.is_file():
        return Tail((), 0)
    with path.open("rb") as file:
        file.seek(offset)
        read = file.read(MOST_AT_ONCE)
    whole = read[: read.rfind(b"\n") + 1]
    points = (parse(line) for line in whole.splitlines())
    return Tail(tuple(point for point in points if point), offset + len(whole))


def parse(line: bytes) -> dict:
    """Return the finite numbers and words of one line; an unreadable one is empty."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        key: value
        for key, value in found.items()
        if not isinstance(value, float) or math.isfinite(value)
    }


def read_log(project: Project, run_id: str) -> str:
    """Return the end of a run's log; a missing log is empty."""
    path = project.runs / run_id / "log.txt"
    if not RUN_ID.fullmatch(run_id) or not path.is_file():
        return ""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - LOG_TAIL))
        return file.read().decode("utf-8", "replace").replace("\r", "\n")
