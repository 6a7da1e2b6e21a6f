"""A project with everything the tabs show."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import study as made_up


@pytest.fixture
def study(project):
    """A project with stories, judgments, drafts, a run and a comparison."""
    made_up.fill(project)
    return project
