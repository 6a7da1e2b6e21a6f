"""Starting a worker: one, in a session of its own, and no zombie."""

import os
import signal
import sys
import time

import psutil
import pytest
from toy_stages import (
    RUN_WORKER,
    TESTS,
    CountConfig,
    find_toy,
    output_of,
    python,
    wait_until,
)

from pipelines import jobs
from pipelines.processes import process_started
from pipelines.records import State
from pipelines.store import Project
from pipelines.worker import ensure_worker, worker_alive
from pipelines.worker_start import pid_file, read_pid

ENSURE = """
import sys, time
from pipelines.store import Project
from pipelines.worker import ensure_worker

project = Project(sys.argv[1])
while time.time() < float(sys.argv[2]):
    pass
ensure_worker(project, sys.argv[3:])
ensure_worker(project, sys.argv[3:])
"""


@pytest.fixture
def project(tmp_path):
    opened = Project(tmp_path / "study")
    yield opened
    pid = read_pid(opened)[0]
    if worker_alive(opened) and pid != os.getpid():
        os.kill(pid, signal.SIGKILL)
    opened.close()


def test_a_worker_with_a_reused_number_is_not_alive(project):
    started = process_started(os.getpid())
    pid_file(project).write_text(f'{{"pid": {os.getpid()}, "started": {started}}}')
    assert worker_alive(project)
    pid_file(project).write_text(f'{{"pid": {os.getpid()}, "started": {started - 60}}}')
    assert not worker_alive(project)


def test_two_processes_that_ensure_a_worker_start_one_that_outlives_them(project):
    job_id = jobs.enqueue(project, "count", CountConfig(items=40, pause_s=0.05), find_toy)
    at = str(time.time() + 1.0)
    command = (*RUN_WORKER, "60")
    both = [python(ENSURE, str(project.root), at, *with_toys(command)) for _ in range(2)]
    for process in both:
        output_of(process)
    pid = read_pid(project)[0]
    assert worker_alive(project)
    wait_until(lambda: jobs.get(project, job_id).done >= 3)
    at_work = [p.pid for p in psutil.process_iter() if str(project.root) in command_line(p)]
    assert at_work == [pid]
    assert (project.root / "worker.log").read_text() == ""
    assert os.getsid(pid) == pid


def with_toys(command: tuple[str, ...]) -> tuple[str, ...]:
    """Let a worker that was started without this folder on its path find the toy stages."""
    program, flag, code, *arguments = command
    return (program, flag, f"import sys; sys.path.append({str(TESTS)!r}); {code}", *arguments)


def command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_an_ended_worker_leaves_no_zombie_and_is_started_anew(project):
    ensure_worker(project, (sys.executable, "-c", "print('not today')"))
    first = read_pid(project)[0]
    wait_until(lambda: not psutil.pid_exists(first))
    assert "not today" in (project.root / "worker.log").read_text()
    assert not worker_alive(project)

    job_id = jobs.enqueue(project, "count", CountConfig(), find_toy)
    ensure_worker(project, with_toys((*RUN_WORKER, "60")))
    second = read_pid(project)[0]
    wait_until(lambda: jobs.get(project, job_id).state == State.FINISHED)
    ensure_worker(project, with_toys((*RUN_WORKER, "60")))
    assert read_pid(project)[0] == second
    os.kill(second, signal.SIGTERM)
    wait_until(lambda: not psutil.pid_exists(second))
