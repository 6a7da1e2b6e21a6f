"""What the `evaluate` stage refuses, and when: before a server is asked, and in true sentences."""

import json
from dataclasses import replace

import pytest
import toy_benchmark as toy

import pipelines.evaluation as evaluation
from pipelines.benchmarks.genmo import FILE
from pipelines.benchmarks.spoiled import Spoiled
from pipelines.configs import EvaluateConfig
from pipelines.errors import DataError, ModelError

NOBODY = "endpoint:http://127.0.0.1:9/v1#m"
"""A server at an address where none answers."""


@pytest.fixture
def genmo(tmp_path):
    """The settings that measure GenMO with one pair of our own."""
    (tmp_path / "genmo").mkdir()
    pair = {
        "male_story": "Tom found a coin. He kept it.",
        "female_story": "Ann found a coin. She kept it.",
        "environment": "Work",
        "source": "written",
    }
    (tmp_path / "genmo" / FILE).write_text(json.dumps([pair]), encoding="utf-8")
    return {"benchmarks": "genmo", "benchmarks_dir": str(tmp_path), "model": NOBODY}


def test_a_server_is_refused_where_log_probabilities_are_read(project, run_stage, genmo):
    told = "m is a server, which gives no log-probabilities of given words, and genmo is read from"
    with pytest.raises(ModelError, match=told):
        run_stage(project, "evaluate", EvaluateConfig(**genmo))
    both = EvaluateConfig(**genmo | {"benchmarks": "own,crows_pairs,genmo,tango"})
    with pytest.raises(ModelError, match=r"and crows_pairs, genmo are read from them\."):
        run_stage(project, "evaluate", both)


def test_a_server_is_asked_where_genmo_is_answered_in_words(project, run_stage, genmo):
    """Nobody is there to answer, which is how it shows that somebody was asked."""
    with pytest.raises(ModelError) as raised:
        run_stage(project, "evaluate", EvaluateConfig(**genmo, method="generated"))
    assert "log-probabilities" not in str(raised.value)
    assert "127.0.0.1:9" in str(raised.value)


def measured(project, benchmark):
    """Measure to the end."""
    return list(evaluation.measure_asked(project, EvaluateConfig(), benchmark))


def test_a_benchmark_without_items_says_nothing_of_training(project):
    empty = replace(toy.TOY, read=lambda place, form: [])
    with pytest.raises(DataError) as raised:
        measured(project, empty)
    assert str(raised.value) == "Toy: its file holds no item. Put the whole file there."


def test_a_benchmark_that_was_trained_on_says_so(project, monkeypatch):
    every = frozenset(item.family for item in toy.read(None, None))
    found = Spoiled(every, ("This is the long text",))
    monkeypatch.setattr(evaluation, "find_spoiled", lambda rows, items: found)
    with pytest.raises(DataError, match=r"Toy: no item is left to measure bundled on\. 4 families"):
        measured(project, toy.TOY)
