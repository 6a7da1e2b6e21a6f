"""What all tests share: a place of their own, one unpacked model, a small filled project."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from pipelines.configs import StoriesConfig
from pipelines.stages import find_stage
from pipelines.store import Project


def finish(project, name, config):
    """Run a stage to its end and return its result."""
    result = None
    for progress in find_stage(name).load()(project, config):
        result = progress.result or result
    return result


@pytest.fixture
def run_stage():
    """The function that runs a stage to its end."""
    return finish


@pytest.fixture
def project(tmp_path):
    """An empty project."""
    found = Project(tmp_path / "study")
    yield found
    found.close()


@pytest.fixture
def small_study(project):
    """A project with 8 plots and all controls, none judged."""
    finish(project, "stories", StoriesConfig(families=8))
    return project


@pytest.fixture(scope="session")
def root():
    """The checkout."""
    return Path(__file__).parent.parent
