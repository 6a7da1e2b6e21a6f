"""A job whose server fails is stopped with what it has, and goes on when the server is back."""

import pytest
from sqlalchemy import func, select

from pipelines import jobs
from pipelines.configs import JudgeConfig
from pipelines.records import Judgment, State
from pipelines.worker import run_worker
from tests.models.faulty import Answer, answering, said, soon

GOOD = "STANCE: Both\nEXPLANATION: It can be seen either way."
HTML = Answer(b"<html>It works!</html>", 200, {"content-type": "text/html"})
WRONG_KEY = Answer({"error": {"message": "no"}}, 401)


def judged(project):
    with project.read() as session:
        return session.scalar(select(func.count(Judgment.id)))


def run(project, reference):
    """Let a worker judge six stories; return the job as it ended."""
    config = JudgeConfig(model=reference, method="generated", limit=1, arms="male,female")
    job = jobs.enqueue(project, "judge", config)
    run_worker(project, idle_exit_s=0)
    return jobs.get(project, job)


@pytest.mark.parametrize("failing", [soon(429), soon(503), HTML], ids=["429", "503", "HTML"])
def test_a_failing_server_stops_the_job_and_it_goes_on_later(small_study, monkeypatch, failing):
    monkeypatch.setenv("EVENHAND_ENDPOINT_CONCURRENCY", "1")
    well = {"yes": False}

    def answer(_asked, number):
        return said(GOOD) if well["yes"] or number < 2 else failing

    with answering(answer) as (reference, _):
        stopped = run(small_study, reference)
        assert stopped.state == State.STOPPED
        assert reference in stopped.message
        assert judged(small_study) == 2
        well["yes"] = True
        jobs.resume(small_study, stopped.id)
        run_worker(small_study, idle_exit_s=0)
        assert jobs.get(small_study, stopped.id).state == State.FINISHED
    assert judged(small_study) == 2 * 2 + 2


def test_a_wrong_key_fails_the_job_because_waiting_does_not_help(small_study):
    with answering(lambda _asked, _number: WRONG_KEY) as (reference, _):
        failed = run(small_study, reference)
    assert failed.state == State.FAILED
    assert "EVENHAND_ENDPOINT_KEY" in failed.message
