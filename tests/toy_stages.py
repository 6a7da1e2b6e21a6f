"""Small stages without a model, for the tests of queue and worker, and how to start them.

Each counts by adding one Event an item, in a transaction of its own. Nothing in the table forbids
an item twice, so a test sees it.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from pipelines.errors import NothingToDo
from pipelines.progress import Progress
from pipelines.records import Event
from pipelines.stages import Stage
from pipelines.store import Project

TESTS = Path(__file__).parent
RUN_WORKER = (
    sys.executable,
    "-c",
    "import sys; from pipelines.store import Project; from pipelines.worker import run_worker; "
    "from toy_stages import find_toy; "
    "run_worker(Project(sys.argv[2]), idle_exit_s=float(sys.argv[1]), find_stage=find_toy)",
)


@dataclass(frozen=True)
class CountConfig:
    """Count to `items`, with a pause before each; `name` tells jobs apart."""

    items: int = 5
    pause_s: float = 0.0
    name: str = ""


def count(project: Project, config: CountConfig) -> Iterator[Progress]:
    """Store every item that is not stored yet."""
    found = counted(project, config.name)
    for item in range(config.items):
        if str(item) in found:
            continue
        time.sleep(config.pause_s)
        add(project, config.name, item)
        result = {"counted": config.items} if item == config.items - 1 else None
        yield Progress(item + 1, config.items, f"counted {item}", result)


def lacks_input(project: Project, config: CountConfig) -> Iterator[Progress]:
    """Store one item, then find that nothing is there to go on with."""
    add(project, config.name, 0)
    yield Progress(1, config.items, "counted 0")
    raise NothingToDo("There is nothing to count. Run `stories` first.")


def has_bug(project: Project, config: CountConfig) -> Iterator[Progress]:
    """Do what no stage should."""
    yield Progress(0, config.items, "about to divide")
    raise ZeroDivisionError("division by zero")


def fills_disk(project: Project, config: CountConfig) -> Iterator[Progress]:
    """Meet a full disk."""
    yield Progress(0, config.items, "about to write")
    raise OSError(28, "No space left on device", "weights.bin")


def returns_odd_result(project: Project, config: CountConfig) -> Iterator[Progress]:
    """Give a result that is no JSON."""
    yield Progress(1, 1, "done", {"odd": object()})


TOYS = {
    stage.name: stage
    for stage in (
        Stage("count", CountConfig, "toy_stages:count"),
        Stage("lacks input", CountConfig, "toy_stages:lacks_input"),
        Stage("bug", CountConfig, "toy_stages:has_bug"),
        Stage("full", CountConfig, "toy_stages:fills_disk"),
        Stage("odd", CountConfig, "toy_stages:returns_odd_result"),
    )
}


def find_toy(name: str) -> Stage:
    """Return the toy stage called `name`."""
    return TOYS[name]


def add(project: Project, name: str, item: int) -> None:
    """Store one item."""
    with project.write() as session:
        session.add(Event(who=name, action="count", subject="toy", subject_id=str(item)))


def counted(project: Project, name: str = "") -> Counter[str]:
    """Return how often each item of `name` is stored."""
    with project.read() as session:
        return Counter(session.scalars(select(Event.subject_id).where(Event.who == name)))


def python(code: str, *arguments: str) -> subprocess.Popen:
    """Start another Python that can import `pipelines` and this module."""
    return popen([sys.executable, "-c", code, *arguments])


def popen(command: list[str]) -> subprocess.Popen:
    """Start a process that can import `pipelines` and this module."""
    path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    return subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output_of(process: subprocess.Popen) -> str:
    """Wait for a process to end well and return what it printed."""
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return output


def wait_until(holds: Callable[[], bool], timeout_s: float = 40.0) -> None:
    """Wait until the condition holds.

    Raises:
        TimeoutError: if it does not in time.
    """
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError("the condition did not come true")
        time.sleep(0.02)
