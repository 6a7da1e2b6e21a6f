"""The worker: real processes, killed and stopped in the middle."""

import os
import signal
import subprocess
import time

import pytest
from toy_stages import (
    RUN_WORKER,
    CountConfig,
    counted,
    find_toy,
    output_of,
    popen,
    wait_until,
)

from pipelines import jobs
from pipelines.errors import ProjectError
from pipelines.progress import Progress
from pipelines.records import Job, State
from pipelines.store import Project
from pipelines.worker import Reporter, run_worker, worker_alive
from pipelines.worker_start import pid_file, read_pid, start_lock

SLOW = CountConfig(items=40, pause_s=0.05)


@pytest.fixture
def project(tmp_path):
    opened = Project(tmp_path / "study")
    yield opened
    opened.close()


@pytest.fixture
def start_worker(project):
    started = []

    def start(idle_exit_s: float = 0.0) -> subprocess.Popen:
        started.append(popen([*RUN_WORKER, str(idle_exit_s), str(project.root)]))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def queue(project: Project, kind: str = "count", config: CountConfig | None = None) -> int:
    return jobs.enqueue(project, kind, config or CountConfig(), find_toy)


def work(project: Project) -> int:
    """Run all that is queued, in this process."""
    return run_worker(project, idle_exit_s=0, find_stage=find_toy)


def in_the_middle(project: Project, job_id: int) -> bool:
    return 3 <= jobs.get(project, job_id).done < SLOW.items


def assert_all_counted_once(project: Project, config: CountConfig) -> None:
    assert counted(project, config.name) == {str(item): 1 for item in range(config.items)}


def test_a_job_is_run_to_its_result(project):
    job_id = queue(project)
    assert work(project) == 1
    job = jobs.get(project, job_id)
    assert (job.state, job.done, job.total) == (State.FINISHED, 5, 5)
    assert (job.message, job.result) == ("counted 4", {"counted": 5})
    assert job.created_at <= job.started_at <= job.heartbeat <= job.finished_at


def test_a_stop_keeps_what_is_done_and_resume_goes_on_there(project, start_worker):
    job_id = queue(project, config=SLOW)
    start_worker(idle_exit_s=10)
    wait_until(lambda: in_the_middle(project, job_id))
    jobs.request_stop(project, job_id)
    wait_until(lambda: jobs.get(project, job_id).state == State.STOPPED)
    job = jobs.get(project, job_id)
    assert job.done == counted(project).total() < SLOW.items
    assert job.message == f"Stopped at {job.done} of 40. {jobs.SAVED}"
    jobs.resume(project, job_id)
    wait_until(lambda: jobs.get(project, job_id).state == State.FINISHED)
    assert_all_counted_once(project, SLOW)


def test_after_a_kill_the_job_is_shown_as_stopped_and_resume_completes_it(project, start_worker):
    job_id = queue(project, config=SLOW)
    killed = start_worker()
    wait_until(lambda: in_the_middle(project, job_id))
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert jobs.get(project, job_id).state == State.RUNNING
    assert not worker_alive(project)

    assert output_of(start_worker()) == ""
    job = jobs.get(project, job_id)
    assert (job.state, job.message) == (State.STOPPED, jobs.GONE)
    assert 3 <= counted(project).total() < SLOW.items
    jobs.resume(project, job_id)
    work(project)
    assert jobs.get(project, job_id).state == State.FINISHED
    assert_all_counted_once(project, SLOW)


def test_sigterm_finishes_the_step_stops_the_job_and_ends_the_worker(project, start_worker):
    job_id = queue(project, config=SLOW)
    worker = start_worker(idle_exit_s=60)
    wait_until(lambda: in_the_middle(project, job_id))
    worker.terminate()
    output_of(worker)
    job = jobs.get(project, job_id)
    assert job.state == State.STOPPED
    assert job.message == f"The worker was ended at {job.done} of 40. {jobs.SAVED}"
    assert job.done == counted(project).total()


def test_an_error_to_mend_is_shown_as_its_sentence(project):
    job_id = queue(project, "lacks input")
    work(project)
    job = jobs.get(project, job_id)
    assert (job.state, job.done) == (State.FAILED, 1)
    assert job.message == "There is nothing to count. Run `stories` first."


def test_a_bug_is_shown_and_logged_and_the_worker_goes_on(project):
    broken, sound = queue(project, "bug"), queue(project)
    assert work(project) == 2
    job = jobs.get(project, broken)
    assert job.state == State.FAILED
    assert job.message.startswith("Unexpected error: ZeroDivisionError: division by zero")
    assert "in has_bug" in (project.root / "worker.log").read_text()
    assert jobs.get(project, sound).state == State.FINISHED


def test_a_result_that_cannot_be_stored_is_a_bug_of_the_stage_only(project):
    job_id = queue(project, "odd")
    work(project)
    assert jobs.get(project, job_id).message.startswith("Unexpected error: TypeError")


def test_a_full_disk_is_named(project):
    job_id = queue(project, "full")
    work(project)
    assert jobs.get(project, job_id).message.startswith("The disk is full (weights.bin). Free")


def test_settings_of_another_version_are_named(project):
    job_id = queue(project)
    with project.write() as session:
        session.get(Job, job_id).config = {"gone": 1}
    work(project)
    assert "has settings of another version" in jobs.get(project, job_id).message


def test_a_slow_step_keeps_its_heartbeat_and_the_last_progress_is_written(project):
    job_id = queue(project)
    jobs.claim(project)
    with Reporter(project, job_id, beat_s=0.05) as reporter:
        reporter.say(Progress(1, 3, "one"))
        reporter.say(Progress(2, 3, "two"))  # too soon to be written by itself
        before = jobs.get(project, job_id).heartbeat
        wait_until(lambda: jobs.get(project, job_id).done == 2)
        assert jobs.get(project, job_id).heartbeat > before
        reporter.say(Progress(3, 3, "three"))
    assert jobs.get(project, job_id).message == "three"


def test_a_second_worker_exits_at_once_and_says_so(project, start_worker):
    start_worker(idle_exit_s=60)
    wait_until(lambda: worker_alive(project))
    with pytest.raises(ProjectError, match="A worker is running for "):
        work(project)
    assert read_pid(project)[0] != os.getpid()


def test_an_idle_worker_takes_what_is_queued_later_then_leaves(project, start_worker):
    worker = start_worker(idle_exit_s=1)
    wait_until(lambda: worker_alive(project))
    job_id = queue(project)
    output_of(worker)
    assert jobs.get(project, job_id).state == State.FINISHED
    assert not worker_alive(project)


def test_a_worker_leaves_when_its_project_is_deleted(project, start_worker):
    worker = start_worker(idle_exit_s=60)
    wait_until(lambda: worker_alive(project))
    for path in (project.database, pid_file(project)):
        path.unlink()
    output_of(worker)


def test_a_job_queued_while_the_worker_leaves_is_not_forgotten(project, start_worker):
    """It comes after the last look at the queue, while the worker still counts as alive."""
    worker = start_worker(idle_exit_s=0.5)
    wait_until(lambda: worker_alive(project))
    with start_lock(project):  # the worker needs it to take its name away
        time.sleep(2)
        job_id = queue(project)
        assert worker_alive(project)
    output_of(worker)
    assert jobs.get(project, job_id).state == State.FINISHED
