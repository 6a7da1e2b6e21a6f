"""Runs whose process died: seen as stopped, and never mistaken for a new process."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from pipelines.configs import TrainConfig
from pipelines.processes import process_started
from pipelines.records import Run, State
from pipelines.training import stage
from pipelines.training.process import explain
from pipelines.training.recovery import recover_runs
from tests.stored_rows import add_rows


def add_run(project, pid, started, state=State.RUNNING):
    with project.write() as session:
        session.add(
            Run(id="r", name="r", method="sft", base_model="bundled", config={}, state=state,
                pid=pid, pid_started=started, total_steps=4)
        )  # fmt: skip


def the_run(project):
    with project.read() as session:
        return session.get_one(Run, "r")


def test_a_run_whose_process_is_gone_is_stopped_and_says_so(project):
    """Its number is in use by another process: only the start time tells them apart."""
    add_run(project, os.getpid(), process_started(os.getpid()) - 3600)
    assert recover_runs(project) == ["r"]
    assert (the_run(project).state, the_run(project).pid) == (State.STOPPED, None)
    assert recover_runs(project) == []


@pytest.mark.parametrize("state", [State.RUNNING, State.STOPPING])
def test_a_run_at_work_is_left_alone(project, state):
    add_run(project, os.getpid(), process_started(os.getpid()), state)
    assert recover_runs(project) == []
    assert the_run(project).state == state


def test_a_resumed_run_is_followed_by_its_new_process_not_by_the_dead_one(project, monkeypatch):
    """The run still has a dead process' number, as when a full disk kept it from saying so."""
    add_run(project, 999_999, 1.0)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        monkeypatch.setattr(stage, "launch", lambda *_: (child.pid, process_started(child.pid)))
        stage.attach(project, "r")
        assert the_run(project).pid == child.pid
        following = stage.follow(project, "r")
        assert next(following).total == 4
        child.communicate(b"\n")
    assert list(following) == []
    assert the_run(project).state == State.STOPPED


def test_two_that_start_the_same_run_at_once_start_one_process(project, monkeypatch):
    """The page and a worker; the process of the first is not written down at once."""
    add_rows(project, "imported", ["train"])
    launched = []

    def launch(project, run_id, config):
        launched.append(run_id)
        time.sleep(0.3)
        return os.getpid(), process_started(os.getpid())

    monkeypatch.setattr(stage, "launch", launch)
    with ThreadPoolExecutor(2) as pool:
        runs = [stage.train(project, TrainConfig(rows="imported", method="sft")) for _ in "ab"]
        list(pool.map(next, runs))
    with project.read() as session:
        assert session.scalars(select(Run.id)).all() == launched
    assert len(launched) == 1


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (RuntimeError("I/O error: No space left on device (os error 28)"), "The disk is full"),
        (OSError(28, "No space left on device"), "The disk is full"),
        (RuntimeError("CUDA out of memory. Tried to allocate"), "The device ran out of memory"),
        (ValueError("something else"), "Unexpected error (ValueError: something else"),
    ],
)
def test_what_went_wrong_inside_training_is_a_sentence_with_advice(error, part):
    assert explain(error).startswith(part)
