"""The queue: real SQLite, and real processes where two of them meet."""

import os
import subprocess
import sys

import pytest
from toy_stages import CountConfig, find_toy, output_of, python

from pipelines import jobs
from pipelines.configs import JudgeConfig, StoriesConfig
from pipelines.errors import ConfigError
from pipelines.processes import is_running, process_started
from pipelines.progress import Progress
from pipelines.records import Job, State
from pipelines.store import Project

ENQUEUE_AND_CLAIM = """
import sys
from pipelines import jobs
from pipelines.records import State
from pipelines.store import Project
from toy_stages import CountConfig, find_toy

project = Project(sys.argv[1])
for item in range(20):
    jobs.enqueue(project, "count", CountConfig(items=item + 1), find_toy)
    jobs.enqueue(project, "count", CountConfig(name=sys.argv[2] + str(item)), find_toy)
    job = jobs.claim(project)
    if job is not None:
        print(job.id)
        jobs.report(project, job.id, None)
"""


@pytest.fixture
def project(tmp_path):
    opened = Project(tmp_path / "study")
    yield opened
    opened.close()


def claimed_by(project: Project, pid: int, started: float | None) -> int:
    """Return a running job whose worker has this number and start time."""
    job_id = jobs.enqueue(project, "stories", StoriesConfig())
    jobs.claim(project)
    with project.write() as session:
        job = session.get(Job, job_id)
        job.pid, job.pid_started = pid, started
    return job_id


def test_a_double_click_gives_one_job(project):
    first = jobs.enqueue(project, "stories", StoriesConfig(families=3))
    assert jobs.enqueue(project, "stories", StoriesConfig(families=3)) == first
    jobs.claim(project)
    assert jobs.enqueue(project, "stories", StoriesConfig(families=3)) == first
    jobs.request_stop(project, first)
    assert jobs.enqueue(project, "stories", StoriesConfig(families=3)) == first
    assert len(jobs.recent(project)) == 1


def test_another_setting_another_stage_or_an_ended_twin_gives_another_job(project):
    first = jobs.enqueue(project, "stories", StoriesConfig())
    assert jobs.enqueue(project, "stories", StoriesConfig(seed=1)) != first
    assert jobs.enqueue(project, "judge", JudgeConfig()) != first
    jobs.request_stop(project, first)
    assert jobs.enqueue(project, "stories", StoriesConfig()) != first


def test_a_job_keeps_its_configuration(project):
    job_id = jobs.enqueue(project, "judge", JudgeConfig(orders=4))
    assert JudgeConfig(**jobs.get(project, job_id).config) == JudgeConfig(orders=4)


def test_an_unknown_stage_and_a_foreign_configuration_are_refused(project):
    with pytest.raises(ConfigError, match="There is no stage 'dance'"):
        jobs.enqueue(project, "dance", StoriesConfig())
    with pytest.raises(ConfigError, match="must be JudgeConfig, got StoriesConfig"):
        jobs.enqueue(project, "judge", StoriesConfig())
    assert jobs.recent(project) == []


def test_an_unknown_job_is_refused(project):
    for question in (jobs.get, jobs.request_stop, jobs.resume, jobs.queue_position):
        with pytest.raises(ConfigError, match="There is no job 7"):
            question(project, 7)


def test_jobs_are_claimed_in_order_and_know_their_place(project):
    ids = [jobs.enqueue(project, "stories", StoriesConfig(seed=seed)) for seed in range(3)]
    assert [jobs.queue_position(project, job_id) for job_id in ids] == [1, 2, 3]
    assert jobs.claim(project).id == ids[0]
    assert [jobs.queue_position(project, job_id) for job_id in ids] == [None, 1, 2]
    assert [job.id for job in jobs.recent(project, limit=2)] == [ids[2], ids[1]]


def test_an_empty_queue_gives_no_job(project):
    assert jobs.claim(project) is None


def test_a_waiting_job_stops_at_once_and_a_running_one_after_its_step(project):
    running = jobs.enqueue(project, "stories", StoriesConfig())
    waiting = jobs.enqueue(project, "judge", JudgeConfig())
    jobs.claim(project)
    assert jobs.request_stop(project, waiting) == State.STOPPED
    assert jobs.request_stop(project, running) == State.STOPPING
    assert jobs.request_stop(project, running) == State.STOPPING
    assert jobs.claim(project) is None


def test_a_stopped_or_failed_job_is_queued_again_in_its_row(project):
    job_id = jobs.enqueue(project, "stories", StoriesConfig())
    for state in (State.STOPPED, State.FAILED):
        jobs.claim(project)
        jobs.report(project, job_id, Progress(3, 9, "third"))
        jobs.finish(project, job_id, state, "ended")
        assert jobs.resume(project, job_id) == job_id
        job = jobs.get(project, job_id)
        assert (job.state, job.done, job.total, job.message) == (State.QUEUED, 3, 9, "")
    assert len(jobs.recent(project)) == 1


def test_resume_of_a_waiting_or_running_job_changes_nothing(project):
    job_id = jobs.enqueue(project, "stories", StoriesConfig())
    assert jobs.resume(project, job_id) == job_id
    jobs.claim(project)
    assert jobs.resume(project, job_id) == job_id
    assert jobs.get(project, job_id).state == State.RUNNING


def test_resume_leads_to_an_identical_job_that_waits_already(project):
    stopped = jobs.enqueue(project, "stories", StoriesConfig())
    jobs.request_stop(project, stopped)
    waiting = jobs.enqueue(project, "stories", StoriesConfig())
    assert jobs.resume(project, stopped) == waiting
    assert jobs.get(project, stopped).state == State.STOPPED


def test_a_finished_or_stopping_job_is_not_resumed(project):
    job_id = jobs.enqueue(project, "stories", StoriesConfig())
    jobs.claim(project)
    jobs.request_stop(project, job_id)
    with pytest.raises(ConfigError, match="still stopping"):
        jobs.resume(project, job_id)
    jobs.finish(project, job_id, State.FINISHED, "done", {"families": 2})
    with pytest.raises(ConfigError, match="has finished"):
        jobs.resume(project, job_id)
    assert jobs.get(project, job_id).result == {"families": 2}


def test_a_job_taken_from_its_worker_is_left_alone(project):
    job_id = jobs.enqueue(project, "stories", StoriesConfig())
    jobs.claim(project)
    jobs.finish(project, job_id, State.STOPPED, "taken")
    assert jobs.report(project, job_id, Progress(5, 9, "late")) == State.STOPPED
    jobs.finish(project, job_id, State.FINISHED, "late")
    job = jobs.get(project, job_id)
    assert (job.state, job.message, job.done) == (State.STOPPED, "taken", 0)


def test_a_job_whose_worker_lives_is_left_running(project):
    job_id = claimed_by(project, os.getpid(), process_started(os.getpid()))
    assert jobs.recover(project) == []
    assert jobs.get(project, job_id).state == State.RUNNING


def test_a_reused_process_number_is_not_taken_for_the_worker(project):
    job_id = claimed_by(project, os.getpid(), process_started(os.getpid()) - 60)
    assert jobs.recover(project) == [job_id]
    job = jobs.get(project, job_id)
    assert (job.state, job.message) == (State.STOPPED, jobs.GONE)


def test_a_stopping_job_of_a_dead_worker_is_stopped_by_a_second_request(project):
    job_id = claimed_by(project, os.getpid(), None)
    assert jobs.request_stop(project, job_id) == State.STOPPED
    assert jobs.get(project, job_id).message == jobs.GONE


def test_a_zombie_does_not_run():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = process_started(child.pid)
    assert is_running(child.pid, started)
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, but nobody has read how
    assert not is_running(child.pid, started)
    child.wait()
    assert not is_running(child.pid, started)


def test_two_processes_share_the_queue_and_no_job_is_claimed_twice(project):
    both = [python(ENQUEUE_AND_CLAIM, str(project.root), name) for name in ("a", "b")]
    claimed = [int(line) for process in both for line in output_of(process).split()]
    assert len(claimed) == len(set(claimed)) == 40
    assert len(jobs.recent(project, limit=100)) == 60  # 20 shared, 20 of each one's own


def test_a_toy_stage_can_be_queued(project):
    assert jobs.enqueue(project, "count", CountConfig(), find_toy) == 1
