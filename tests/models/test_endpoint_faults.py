"""Servers that fail, lie or attack, played by a small real HTTP server."""

import gzip
import json
import socket
import sqlite3
import threading
from itertools import repeat

import pytest

from pipelines.errors import ConfigError, ModelError
from pipelines.models.endpoint import EndpointModel
from pipelines.models.interface import Prompt, Sampling
from pipelines.models.references import parse_reference
from tests.models.faulty import Answer, answering, said, soon


@pytest.fixture(autouse=True)
def no_key_of_the_machine(monkeypatch):
    for name in ("EVENHAND_ENDPOINT_KEY", "OPENAI_API_KEY", "EVENHAND_ENDPOINT_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVENHAND_ENDPOINT_CONCURRENCY", "1")


def ask(reference, count=1):
    """Return the replies to `count` questions, the question's number in each."""
    model = EndpointModel(parse_reference(reference))
    asked = [Prompt([{"role": "user", "content": f"{number}?"}]) for number in range(count)]
    return dict(row for batch in model.generate(asked, Sampling(4)) for row in batch)


def check(reference):
    EndpointModel(parse_reference(reference)).check()


def always(answer):
    return lambda _asked, _number: answer


@pytest.mark.parametrize(
    "failure",
    [
        soon(408),
        soon(409),
        soon(500),
        soon(503),
        Answer({"error": "slow down"}, 429, {"retry-after": "0.01"}),
        Answer({"choices": []}, cut=True),
    ],
)
def test_what_may_pass_is_tried_again(failure):
    with answering(lambda _, number: said("yes") if number else failure) as (reference, asked):
        assert ask(reference) == {0: "yes"}
    assert len(asked) == 2


def test_tries_end_and_the_sentence_says_what_to_do():
    sentence = r"status 429 \(busy\).*EVENHAND_ENDPOINT_CONCURRENCY"
    with (
        answering(always(soon(429))) as (reference, asked),
        pytest.raises(ModelError, match=sentence),
    ):
        ask(reference)
    assert len(asked) == 12


def test_a_pause_of_hours_is_not_waited_for_but_told():
    answer = Answer({"error": {"message": "quota"}}, 429, {"retry-after": "7200"})
    with (
        answering(always(answer)) as (reference, asked),
        pytest.raises(ModelError, match="after: 7200"),
    ):
        ask(reference)
    assert len(asked) == 1


def test_replies_before_an_error_are_handed_over_first():
    broken = Answer({"error": {"message": "no room"}}, 413)
    with answering(lambda _, number: broken if number == 2 else said("yes")) as (reference, _):
        model = EndpointModel(parse_reference(reference))
        batches = model.generate([Prompt([{"role": "user", "content": "?"}])] * 4, Sampling(4))
        got = []
        with pytest.raises(ModelError, match=r"413 \(no room\)"):
            for batch in batches:
                got += batch
    assert got == [(0, "yes"), (1, "yes")]


def test_an_error_does_not_wait_for_the_others_in_flight(monkeypatch):
    """The second request would be answered in 20 s, and then its reply would be handed over."""
    monkeypatch.setenv("EVENHAND_ENDPOINT_CONCURRENCY", "2")
    asked_for, ended = threading.Event(), threading.Event()

    def answer(asked, _number):
        if asked.body["messages"][0]["content"] == "1?":
            asked_for.set()
            ended.wait(20)
            return said("late")
        asked_for.wait(20)
        return Answer({}, 413)

    with answering(answer) as (reference, _):
        model = EndpointModel(parse_reference(reference))
        prompts = [Prompt([{"role": "user", "content": f"{number}?"}]) for number in range(2)]
        got = []
        with pytest.raises(ModelError, match="413"):
            for batch in model.generate(prompts, Sampling(4)):
                got += batch
        ended.set()
    assert got == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(b"<!doctype html><html>A shop</html>"), "doctype html.*ends in /v1"),
        (Answer(b"{"), "something else than the protocol's JSON"),
        (Answer(b"[" * 100_000), "something else than the protocol's JSON"),
        (Answer([1, 2]), "something else than the protocol's JSON"),
        (Answer({"choices": []}), "no choices"),
        (Answer({"choices": 7}), "no choices"),
        (Answer({"error": {"message": "no credit"}}), "no credit"),
        (said({"a": 1}), "content that is no text"),
        (Answer({"error": {"code": ["x"]}}, 400), "status 400"),
        (Answer(b"\xff\xfe", 418), "status 418"),
        (Answer(repeat(b" " * 65536)), "more than 4 MB"),
        (Answer(repeat(b"x" * 65536), 400), "status 400"),
        (Answer(b"junk", 400, {"content-type": "text/plain; charset=zip"}), r"400 \(junk\)"),
        (Answer({}, 302, {"location": "http://[::1"}), "sends requests on"),
    ],
)
def test_nonsense_ends_with_a_sentence(answer, sentence):
    with answering(always(answer)) as (reference, _), pytest.raises(ModelError, match=sentence):
        ask(reference)


def test_a_small_reply_that_would_unpack_to_a_huge_one_is_not_unpacked():
    bomb = Answer(gzip.compress(b" " * 20_000_000), headers={"content-encoding": "gzip"})
    with (
        answering(always(bomb)) as (reference, _),
        pytest.raises(ModelError, match="something else than the protocol's JSON"),
    ):
        ask(reference)


def test_what_cannot_be_stored_is_cleaned_and_the_rest_is_kept():
    with answering(always(said("a\x00b\x1b[31m\ud800c\r\nd\té 👩‍⚖️ <script>"))) as (reference, _):
        text = ask(reference)[0]
    assert text == "ab[31m�c\nd\té 👩‍⚖️ <script>"
    stored = sqlite3.connect(":memory:").execute("select ?", [json.dumps(text)]).fetchone()
    assert json.loads(stored[0]) == text


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (said("It was mor", finish_reason="length"), "It was mor"),
        (said(None, finish_reason="length"), ""),
        (Answer({"choices": [{"message": {"content": None, "refusal": "I can't."}}]}), "I can't."),
        (Answer({"error": {"message": "filtered", "code": "content_filter"}}, 400), ""),
    ],
)
def test_a_reply_that_is_cut_refused_or_filtered_is_a_reply(answer, text):
    with answering(always(answer)) as (reference, _):
        assert ask(reference) == {0: text}


def test_a_model_that_goes_away_is_told_with_five_that_are_there():
    models = {"data": [{"id": f"model-{number}"} for number in range(7)] + ["junk", {"id": 3}]}
    gone = Answer({"error": {"message": "no such model"}}, 404)
    with answering(always(gone), models) as (reference, _):
        with pytest.raises(ModelError, match=r"has no model 'm'.*model-4 and 2 more") as error:
            ask(reference)
        assert "model-5" not in str(error.value)
        with pytest.raises(ModelError, match="model-4 and 2 more"):
            check(reference)


def test_a_server_that_lists_no_models_is_asked_a_word():
    with answering(always(said("hello")), Answer({}, 404)) as (reference, asked):
        check(reference)
    assert len(asked) == 1


def test_a_server_that_is_down_says_so():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ModelError, match=r"does not answer.*Start the server"):
        check(f"endpoint:http://127.0.0.1:{port}/v1#m")


def test_a_reply_that_takes_too_long_says_what_to_set(monkeypatch):
    monkeypatch.setenv("EVENHAND_ENDPOINT_TIMEOUT", "1")
    ended = threading.Event()

    def never(_asked, _number):
        ended.wait(20)
        return said("late")

    with answering(never) as (reference, _):
        with pytest.raises(ModelError, match=r"no reply in 1 s.*EVENHAND_ENDPOINT_TIMEOUT"):
            ask(reference)
        ended.set()


@pytest.mark.parametrize("text", ["0", "-1", "many", "257", "1e3", "²"])
def test_a_limit_that_is_no_number_is_refused(monkeypatch, text):
    monkeypatch.setenv("EVENHAND_ENDPOINT_CONCURRENCY", text)
    with pytest.raises(ConfigError, match="whole number from 1 to 256"):
        ask("endpoint:http://127.0.0.1:9/v1#m")


@pytest.mark.parametrize("host", ["a..b", "[v1.a]"])
def test_a_host_that_cannot_be_is_told_like_one_that_is_not_there(host):
    with pytest.raises(ModelError):
        check(f"endpoint:http://{host}/v1#m")


def test_this_machine_is_never_asked_through_a_proxy(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with answering(always(said("yes"))) as (reference, _):
        assert ask(reference) == {0: "yes"}
