"""Asking until enough could be read: with a model of strings, so that it can be made to fail."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from pipelines import replies
from pipelines.errors import ModelError
from pipelines.models.interface import Prompt, Sampling
from pipelines.replies import WAITING, Request, ask_until, count
from pipelines.sources import Reply

REQUEST = Request("terms", "bundled", {"theme": "work"}, Sampling(seed=4))


class Echo:
    """Answers with prompt, seed and size of the request, in batches of 3, and breaks where told."""

    def __init__(self):
        self.asked = []
        self.breaks_at = None
        self.meanwhile = None

    def generate(self, prompts, sampling):
        words = [prompt.conversation[0]["content"] for prompt in prompts]
        self.asked.append(words)
        for start in range(0, len(words), 3):
            batch = words[start : start + 3]
            if self.breaks_at in batch:
                raise ModelError("The server is gone. Start it again.")
            if self.meanwhile:
                self.meanwhile()
            yield [
                (start + place, f"{word} drawn with {sampling.seed} of {len(words)}")
                for place, word in enumerate(batch)
            ]


@pytest.fixture
def model(monkeypatch):
    echo = Echo()
    monkeypatch.setattr(replies, "load_model", lambda project, reference: echo)
    return echo


def prompt_for(number):
    return Prompt([{"role": "user", "content": str(number)}])


def read_even(session, number, text):
    """Half of the replies can be used."""
    assert text.startswith(f"{number} ")
    return ("", 1) if number % 2 == 0 else ("it is odd", 0)


def ask(project, wanted, most=100, read=read_even):
    return list(ask_until(project, REQUEST, wanted, most, prompt_for, read))


def rows(project):
    with project.read() as session:
        return session.scalars(select(Reply).order_by(Reply.number)).all()


def told(project):
    return [(row.number, row.raw_reply, row.reason, row.kept) for row in rows(project)]


def test_it_ends_with_the_number_that_is_wanted_and_the_rest_waits(project, model):
    """Numbers 0 to 3 give 2, 4 gives the third; 5 and 6 came with it, 7 was not asked for."""
    events = ask(project, 3)
    assert (events[-1].done, events[-1].total) == (3, 3)
    assert [row.reason for row in rows(project)] == [
        "", "it is odd", "", "it is odd", "", WAITING, WAITING,
    ]  # fmt: skip
    found = count(project, REQUEST)
    assert (found.replies, found.kept, found.waiting, found.reasons) == (7, 3, 2, {"it is odd": 2})


def test_what_waits_is_read_before_the_model_is_asked_again(project, model):
    ask(project, 3)
    ask(project, 4)
    assert len(model.asked) == 2
    assert count(project, REQUEST).kept == 4
    assert [row.reason for row in rows(project)][5:] == ["it is odd", ""]


def test_a_sample_that_goes_on_gives_what_a_whole_run_gives(project, model, tmp_path):
    from pipelines.store import Project

    for wanted in (1, 5, 30):
        ask(project, wanted)
    whole = Project(tmp_path / "whole")
    ask(whole, 30)
    assert told(project) == told(whole)
    assert [len(asked) for asked in model.asked[-5:]] == [4, 4, 8, 16, 32]
    assert len(rows(whole)) == 59
    whole.close()


def test_with_enough_there_the_model_is_not_even_loaded(project, model, monkeypatch):
    ask(project, 2)

    def load(project, reference):
        raise AssertionError("loaded")

    monkeypatch.setattr(replies, "load_model", load)
    assert ask(project, 2) == []


def test_it_ends_at_the_most_replies_that_are_allowed(project, model):
    events = ask(project, 9, most=10, read=lambda session, number, text: ("it is bad", 0))
    assert events[-1].done == 0
    assert [row.number for row in rows(project)] == list(range(10))
    assert count(project, REQUEST).reasons == {"it is bad": 10}
    assert ask(project, 9, most=10) == []


@pytest.mark.parametrize("seed", [10**30, -(10**30), -5])
def test_any_seed_gives_one_that_a_model_takes(project, model, seed):
    import torch  # loads torch

    request = replace(REQUEST, sampling=Sampling(seed=seed))

    def keep_text(session, number, text):
        return text, 0

    list(ask_until(project, request, 9, 10, prompt_for, keep_text))
    drawn = {int(reason.split()[3]) for reason in count(project, request).reasons}
    assert len(drawn) == 3
    for one in drawn:
        torch.Generator().manual_seed(one + 64)


@pytest.mark.parametrize("steps", range(1, 8))
def test_a_stop_after_any_progress_loses_and_doubles_nothing(project, model, steps, tmp_path):
    from pipelines.store import Project

    run = ask_until(project, REQUEST, 9, 100, prompt_for, read_even)
    for _ in range(steps):
        event = next(run)
    run.close()
    assert count(project, REQUEST).kept == event.done
    ask(project, 9)
    whole = Project(tmp_path / "whole")
    ask(whole, 9)
    assert told(project) == told(whole)
    whole.close()


def test_a_model_that_fails_leaves_what_was_read_and_the_next_run_goes_on(project, model):
    model.breaks_at = "7"
    with pytest.raises(ModelError, match="server is gone"):
        ask(project, 9)
    before = told(project)
    assert [number for number, *_ in before] == [0, 1, 2, 3, 4, 5, 6]
    model.breaks_at = None
    ask(project, 9)
    assert told(project)[:7] == before
    assert Counter(row.number for row in rows(project)).most_common(1)[0][1] == 1
    assert told(project)[7][1] == f"7 drawn with {4 * replies.SPREAD + 4} of 4"


def test_what_another_process_wrote_meanwhile_is_left_as_it_is(project, model):
    def write():
        model.meanwhile = None
        ask(project, 2)

    model.meanwhile = write
    ask(project, 2)
    assert [row.number for row in rows(project)] == [0, 1, 2]
    assert count(project, REQUEST).kept == 2


def test_a_reply_and_what_it_gave_are_written_together(project, model):
    def read(session, number, text):
        if number == 5:
            raise ZeroDivisionError
        return read_even(session, number, text)

    with pytest.raises(ZeroDivisionError):
        ask(project, 9, read=read)
    assert [row.number for row in rows(project)] == [0, 1, 2, 3]


def test_the_request_is_named_by_all_that_shapes_the_replies():
    same = Request("terms", "bundled", {"theme": "work"}, Sampling(seed=4))
    assert same.id == REQUEST.id
    others = [
        Request("triples", "bundled", {"theme": "work"}, Sampling(seed=4)),
        Request("terms", "path:x", {"theme": "work"}, Sampling(seed=4)),
        Request("terms", "bundled", {"theme": "home"}, Sampling(seed=4)),
        Request("terms", "bundled", {"theme": "work"}, Sampling(seed=5)),
        Request("terms", "bundled", {"theme": "work"}, Sampling(seed=4, temperature=0.1)),
    ]
    assert len({request.id for request in [REQUEST, *others]}) == 6
