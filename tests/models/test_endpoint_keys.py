"""The key of an endpoint: where it comes from, where it goes and where it must not be found."""

import traceback

import pytest

from pipelines.errors import ModelError
from pipelines.models.endpoint import EndpointModel
from pipelines.models.endpoint_limits import find_key
from pipelines.models.interface import Prompt, Sampling
from pipelines.models.references import parse_reference
from tests.models.faulty import Answer, answering, said

SECRET = "sk-very-secret-0123456789"


@pytest.fixture(autouse=True)
def no_key_of_the_machine(monkeypatch):
    for name in ("EVENHAND_ENDPOINT_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def ask(reference):
    """Return the reply to a question."""
    model = EndpointModel(parse_reference(reference))
    question = Prompt([{"role": "user", "content": "?"}])
    return dict(row for batch in model.generate([question], Sampling(4)) for row in batch)


def always(answer):
    return lambda _asked, _number: answer


def test_the_key_is_sent_but_never_said(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    monkeypatch.setenv("EVENHAND_ENDPOINT_KEY", f" {SECRET}\n")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "admin")
    words = f"bad request by {SECRET} or {SECRET[:9]}\x00{SECRET[9:]}"
    echo = Answer({"error": {"message": words}}, 400)
    with answering(always(echo)) as (reference, asked), pytest.raises(ModelError) as error:
        ask(reference)
    headers = asked[0].headers
    assert headers["authorization"] == f"Bearer {SECRET}"
    assert not {"openai-organization", "openai-project"} & set(headers)
    assert "admin" not in str(headers)
    assert headers["accept-encoding"] == "identity"
    assert "bad request by … or …)" in str(error.value)
    assert SECRET not in "".join(traceback.format_exception(error.value))
    assert SECRET not in repr(vars(EndpointModel(parse_reference(reference))))


def test_a_reply_does_not_carry_the_key_into_the_database(monkeypatch):
    monkeypatch.setenv("EVENHAND_ENDPOINT_KEY", SECRET)
    with answering(lambda asked, _: said(asked.headers["authorization"])) as (reference, _):
        assert ask(reference) == {0: "Bearer …"}


def test_openai_s_key_goes_to_openai_alone(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    with answering(always(said("yes"))) as (reference, asked):
        ask(reference)
    assert asked[0].headers["authorization"] == "Bearer none"
    assert find_key("https://api.openai.com/v1") == (SECRET, "OPENAI_API_KEY")
    for other in (
        "https://api.openai.com.evil.org/v1",
        "http://api.openai.com/v1",
        "https://x.org",
    ):
        assert find_key(other) == ("", "")


def test_a_wrong_key_names_the_variable_and_quotes_nothing(monkeypatch):
    monkeypatch.setenv("EVENHAND_ENDPOINT_KEY", SECRET)
    wrong = Answer({"error": {"message": "Incorrect key sk-v****6789"}}, 401)
    with answering(always(wrong), wrong) as (reference, _):
        with pytest.raises(ModelError, match="refuses the key in EVENHAND_ENDPOINT_KEY") as error:
            EndpointModel(parse_reference(reference)).check()
        assert "6789" not in str(error.value)
        monkeypatch.delenv("EVENHAND_ENDPOINT_KEY")
        with pytest.raises(ModelError, match=r"wants a key.*EVENHAND_ENDPOINT_KEY"):
            ask(reference)


def test_a_key_that_cannot_be_sent_is_refused_without_saying_it(monkeypatch):
    monkeypatch.setenv("EVENHAND_ENDPOINT_KEY", "sk-ключ")
    with pytest.raises(ModelError, match="EVENHAND_ENDPOINT_KEY holds characters") as error:
        ask("endpoint:http://127.0.0.1:9/v1#m")
    assert "ключ" not in str(error.value)


def test_a_redirect_is_told_and_not_followed(monkeypatch):
    monkeypatch.setenv("EVENHAND_ENDPOINT_KEY", SECRET)
    with answering(always(said("caught"))) as (other, caught):
        url = other.removeprefix("endpoint:").partition("#")[0]
        moved = Answer({}, 307, {"location": f"{url}/chat/completions"})
        with (
            answering(always(moved)) as (reference, _),
            pytest.raises(ModelError, match=f"on to {url}"),
        ):
            ask(reference)
    assert caught == []
