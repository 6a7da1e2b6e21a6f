"""What is sent to a server for one prompt, and how many prompts at a time."""

import threading

import pytest

from pipelines.errors import ModelError
from pipelines.models.endpoint import EndpointModel
from pipelines.models.endpoint_requests import without_prefix
from pipelines.models.interface import Prompt, Sampling
from pipelines.models.load import forget_models, load_model
from pipelines.models.references import parse_reference
from tests.models.faulty import Answer, answering, said

ASKED = Prompt([{"role": "user", "content": "Was it good?"}], "It was")


def own(name):
    """The list of models of a server that names itself."""
    return {"data": [{"id": "m", "owned_by": name}]}


def answers(reference, prompts, sampling=Sampling(4)):  # noqa: B008  (it is frozen)
    model = EndpointModel(parse_reference(reference))
    model.check()
    return dict(row for batch in model.generate(prompts, sampling) for row in batch)


def refusing(words, unless):
    """Refuse with these words each request of which `unless` does not hold."""

    def answer(asked, _number):
        if unless(asked.body):
            return said("good")
        return Answer({"error": {"message": words}}, 400)

    return answer


@pytest.mark.parametrize("server", ["vllm", "sglang", "llamacpp"])
def test_a_server_that_continues_answers_gets_the_beginning_of_one(server):
    with answering(lambda *_: said(" good."), own(server)) as (reference, asked):
        assert answers(reference, [ASKED]) == {0: "good."}
    assert asked[0].body["messages"] == [
        {"role": "user", "content": "Was it good?"},
        {"role": "assistant", "content": "It was"},
    ]
    assert asked[0].body["continue_final_message"] is True
    assert asked[0].body["add_generation_prompt"] is False


def test_any_other_server_is_asked_in_words():
    with answering(lambda *_: said("It was good."), own("somebody")) as (reference, asked):
        assert answers(reference, [ASKED]) == {0: "good."}
    (message,) = asked[0].body["messages"]
    assert message["content"].startswith("Was it good?\n\nBegin your answer with exactly")
    assert message["content"].endswith(": It was")
    assert "continue_final_message" not in asked[0].body


def test_a_server_that_will_not_continue_after_all_is_asked_in_words():
    plain = refusing("incompatible with thinking", lambda body: len(body["messages"]) == 1)
    with answering(plain, own("llamacpp")) as (reference, asked):
        assert answers(reference, [ASKED, ASKED]) == {0: "good", 1: "good"}
    assert [len(request.body["messages"]) for request in asked].count(1) == 2


def test_another_refusal_does_not_change_how_the_rest_is_asked():
    long = refusing("maximum context length is 8 tokens", lambda _: False)
    with answering(long, own("vllm")) as (reference, asked):
        model = EndpointModel(parse_reference(reference))
        model.check()
        for _ in range(2):
            with pytest.raises(ModelError, match="maximum context length"):
                list(model.generate([ASKED], Sampling(4)))
    assert [len(request.body["messages"]) for request in asked] == [2, 2]


@pytest.mark.parametrize(
    ("reply", "rest"),
    [
        ("The cook's act was moral.", "moral."),
        ("**the  COOK’s act\nwas** moral.", "** moral."),
        ("“The cook's act was moral.", "moral."),
        ("I think the cook's act was moral.", "I think the cook's act was moral."),
        ("The cook's act wasn't moral.", "The cook's act wasn't moral."),
        ("", ""),
    ],
)
def test_the_beginning_is_taken_off_where_it_is_there(reply, rest):
    assert without_prefix(reply, "The cook's act was") == rest


def test_a_beginning_may_end_with_a_sign():
    assert without_prefix("STANCE:Moral", "STANCE:") == "Moral"


def test_greedy_requests_say_so_and_sampled_ones_draw_with_a_seed_each():
    with answering(lambda *_: said("x")) as (reference, asked):
        answers(reference, [ASKED, ASKED])
        answers(reference, [ASKED, ASKED], Sampling(9, 0.7, 0.9, 2**31 - 1))
    greedy, sampled = asked[0].body, [request.body for request in asked[2:]]
    assert greedy["temperature"] == 0
    assert not {"seed", "top_p"} & set(greedy)
    assert {(body["temperature"], body["top_p"], body["max_tokens"]) for body in sampled} == {
        (0.7, 0.9, 9)
    }
    assert sorted(body["seed"] for body in sampled) == [0, 2**31 - 1]


def test_what_only_names_a_limit_or_a_seed_otherwise_is_left_out():
    newer = refusing(
        "Use 'max_completion_tokens' instead.", lambda body: "max_completion_tokens" in body
    )
    with answering(newer) as (reference, asked):
        assert answers(reference, [ASKED] * 3) == dict.fromkeys(range(3), "good")
    assert asked[-1].body["max_completion_tokens"] == 4
    assert "max_tokens" not in asked[-1].body
    seedless = refusing('[{"loc": ["body", "seed"]}]', lambda body: "seed" not in body)
    with answering(seedless) as (reference, _):
        assert answers(reference, [ASKED], Sampling(4, 0.7)) == {0: "good"}


def test_a_temperature_is_never_given_up():
    fixed = refusing("temperature does not support 0.0", lambda body: "temperature" not in body)
    with (
        answering(fixed) as (reference, asked),
        pytest.raises(ModelError, match="temperature does not support"),
    ):
        answers(reference, [ASKED])
    assert len(asked) == 1


@pytest.mark.parametrize("most", [1, 5])
def test_as_many_requests_are_in_flight_as_are_allowed(monkeypatch, most):
    """The server answers only when `most` requests wait, and counts whether there are ever more."""
    monkeypatch.setenv("EVENHAND_ENDPOINT_CONCURRENCY", str(most))
    together = threading.Barrier(most)
    waiting, peak, lock = 0, 0, threading.Lock()

    def answer(_asked, _number):
        nonlocal waiting, peak
        with lock:
            waiting += 1
            peak = max(peak, waiting)
        together.wait(10)
        with lock:
            waiting -= 1
        return said("yes")

    with answering(answer) as (reference, _):
        assert len(answers(reference, [ASKED] * (2 * most))) == 2 * most
    assert peak == most


def test_a_warm_model_is_not_checked_again_until_it_is_forgotten(project):
    with answering(lambda *_: said("hello"), {"data": []}) as (reference, asked):
        assert load_model(project, reference) is load_model(project, reference)
        assert len(asked) == 1
        forget_models()
        load_model(project, reference)
        assert len(asked) == 2
    forget_models()
