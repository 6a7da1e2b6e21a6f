"""Models behind a server: a real `transformers serve` on the bundled model."""

import os
import threading

import pytest
from sqlalchemy import select

from pipelines.configs import JudgeConfig, PrepareConfig, TrainConfig
from pipelines.errors import ModelError
from pipelines.models.endpoint import EndpointModel
from pipelines.models.interface import Prompt, Sampling
from pipelines.models.load import load_model
from pipelines.models.references import parse_reference
from pipelines.records import Judgment
from tests.models.server import serving


@pytest.fixture(scope="module")
def served():
    """The reference of a bundled model that is served."""
    with serving() as reference:
        yield reference


@pytest.fixture
def model(served):
    return EndpointModel(parse_reference(served))


def prompts(*texts, prefix=""):
    return [Prompt([{"role": "user", "content": text}], prefix) for text in texts]


def replies(model, asked, sampling):
    return dict(row for batch in model.generate(asked, sampling) for row in batch)


def test_every_prompt_gets_a_reply_and_greedy_ones_repeat(model):
    asked = prompts("Name a color.", "Name an animal.", "Name a town.")
    first = replies(model, asked, Sampling(6))
    assert sorted(first) == [0, 1, 2]
    assert all(first.values())
    assert replies(model, asked, Sampling(6)) == first


def test_a_reply_comes_without_the_beginning_that_was_asked_for(model):
    """The bundled model does begin as it is asked to here."""
    found = replies(model, prompts("Name a color.", prefix="It is"), Sampling(8))
    assert found[0]
    assert not found[0].lower().startswith("it is")


def test_a_closed_generator_leaves_no_thread_and_no_socket(model):
    def held():
        return threading.active_count(), len(os.listdir("/proc/self/fd"))

    replies(model, prompts("Hello."), Sampling(1))
    before = held()
    batches = model.generate(prompts(*["Tell me a story."] * 6), Sampling(24))
    assert next(batches)
    assert held() > before
    batches.close()
    assert held() == before


def test_the_server_is_asked_whether_it_has_the_model(model, served):
    model.check()
    with pytest.raises(ModelError, match=r"has no model .*-other'.*pinned to"):
        EndpointModel(parse_reference(f"{served}-other")).check()


def test_prepare_gives_the_address_and_does_not_claim_to_know_the_size(project, run_stage, served):
    result = run_stage(project, "models prepare", PrepareConfig(model=served))
    url = served.removeprefix("endpoint:").partition("#")[0]
    assert result == {"model": served, "path": url, "parameters": None}


def test_generated_judgments_are_stored_under_the_reference(small_study, run_stage, served):
    config = JudgeConfig(
        model=served, method="generated", limit=1, arms="male,female", max_new_tokens=8
    )
    result = run_stage(small_study, "judge", config)
    with small_study.read() as session:
        stored = session.scalars(select(Judgment)).all()
        assert {judgment.model for judgment in stored} == {served}
        assert len({judgment.story_id for judgment in stored}) == result["judged"] > 0
        assert all(judgment.raw_reply for judgment in stored)


def test_scores_are_refused_with_what_to_use_instead(model):
    assert not model.gives_logps
    with pytest.raises(ModelError, match="--method generated"):
        model.score(prompts("Was it good?"), [" yes", " no"])
    with pytest.raises(ModelError, match="--method generated"):
        model.token_logps(["A sentence."])


def test_training_on_a_server_is_refused_with_what_to_name_instead(project, run_stage, served):
    with pytest.raises(ModelError, match=r"its weights are not here.*bundled, hub:org/name"):
        run_stage(project, "train", TrainConfig(model=served))


@pytest.fixture
def space(monkeypatch):
    monkeypatch.setenv("SPACE_ID", "someone/evenhand")


def test_a_public_space_calls_no_address_that_a_visitor_typed(project, served, space):
    with pytest.raises(ModelError, match="EVENHAND_ALLOW_ENDPOINTS=1"):
        load_model(project, served)


def test_the_owner_of_a_space_can_allow_endpoints(project, served, space, monkeypatch):
    monkeypatch.setenv("EVENHAND_ALLOW_ENDPOINTS", "1")
    assert load_model(project, served).reference == served
