import pytest
from curation_project import BAD, GOOD, fill, state, states

from pipelines import curation
from pipelines.balance.checking import passes
from pipelines.configs import AcceptConfig
from pipelines.errors import ConfigError, DataError, NothingToDo
from pipelines.records import BalancedJudgment
from pipelines.store import Project


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path / "study")
    yield project
    project.close()


@pytest.fixture
def ids(project):
    return fill(project, 3)


def test_a_decision_is_stored_with_who_and_what_was_before(project, ids):
    decision = curation.accept(project, ids[:2], " Ana ")
    assert decision.ids == tuple(ids[:2])
    assert [row["status"] for row in states(project, ids)] == ["accepted", "accepted", "draft"]
    assert state(project, ids[0])["decided_by"] == "Ana"
    (event,) = curation.history(project, ids[0])
    assert (event.who, event.action, event.batch) == ("Ana", "accept", decision.batch)
    assert (event.before["status"], event.after["status"]) == ("draft", "accepted")
    assert event.after["decided_by"] == "Ana"


def test_counts_know_every_status_and_the_flagged_drafts(project, ids):
    failing = fill(project, 2, BAD)
    curation.accept(project, ids[:1], "Ana")
    curation.discard(project, [ids[1], failing[0]], "Ana")
    assert curation.counts(project) == {"draft": 2, "accepted": 1, "discarded": 2, "flagged": 1}


def test_counts_of_an_empty_project_are_zero(project):
    assert curation.counts(project) == dict.fromkeys(
        ("draft", "accepted", "discarded", "flagged"), 0
    )


@pytest.mark.parametrize(
    "checks", [{}, {"a": {"ok": True}}, {"a": {"ok": True}, "b": {"ok": False}}, {"a": {}}]
)
def test_the_database_and_the_checks_agree_on_what_is_flagged(project, ids, checks):
    with project.write() as session:
        session.get_one(BalancedJudgment, ids[0]).checks = checks
    assert curation.counts(project)["flagged"] == (not passes(checks))


def test_reopen_makes_a_draft_that_nobody_decided(project, ids):
    before = state(project, ids[0])
    curation.discard(project, ids[:1], "Ana")
    curation.reopen(project, ids[:1], "Ben")
    assert state(project, ids[0]) == before
    assert [event.action for event in curation.history(project, ids[0])] == ["discard", "reopen"]


def test_deciding_the_same_again_or_about_nothing_adds_no_event(project, ids):
    curation.accept(project, ids, "Ana")
    for decision in (curation.accept(project, ids, "Ben"), curation.accept(project, [], "Ben")):
        assert (decision.ids, decision.batch) == ((), "")
    assert len(curation.history(project, ids[0])) == 1
    assert state(project, ids[0])["decided_by"] == "Ana"


def test_an_id_named_twice_is_decided_once(project, ids):
    assert curation.accept(project, [ids[0], ids[0]], "Ana").ids == (ids[0],)
    assert len(curation.history(project, ids[0])) == 1


def test_one_unknown_id_changes_nothing(project, ids):
    with pytest.raises(DataError, match="balanced judgment 999: there is none"):
        curation.accept(project, [*ids, 999], "Ana")
    assert curation.counts(project)["draft"] == 3
    for ask in (curation.history, lambda p, i: curation.edit(p, i, GOOD, "Ana")):
        with pytest.raises(DataError, match="balanced judgment 999"):
            ask(project, 999)


def test_an_edit_is_checked_again_and_measured_from_the_draft(project, ids):
    curation.edit(project, ids[0], f" {GOOD} Anna.\n", "Ana")
    row = state(project, ids[0])
    assert (row["text"], row["source"], row["edit_distance"]) == (f"{GOOD} Anna.", "person", 6)
    assert not row["checks"]["no_names"]["ok"]
    assert curation.counts(project)["flagged"] == 1
    curation.edit(project, ids[0], GOOD + "!", "Ana")
    assert state(project, ids[0])["edit_distance"] == 1
    assert (state(project, ids[0])["status"], state(project, ids[0])["decided_by"]) == ("draft", "")


def test_who_edits_an_accepted_judgment_answers_for_it(project, ids):
    curation.accept(project, ids[:1], "Ana")
    curation.edit(project, ids[0], GOOD + " So it is.", "Ben")
    row = state(project, ids[0])
    assert (row["status"], row["decided_by"]) == ("accepted", "Ben")


def test_an_edit_to_the_same_text_changes_nothing(project, ids):
    assert curation.edit(project, ids[0], f" {GOOD} ", "Ana").ids == ()
    assert state(project, ids[0])["source"] == "model"
    assert curation.history(project, ids[0]) == []


@pytest.mark.parametrize(
    ("text", "said"), [("", "empty"), (" \n", "empty"), ("a" * 5001, "5,001"), ("\ud800", "half")]
)
def test_a_text_that_cannot_be_kept_is_refused(project, ids, text, said):
    with pytest.raises(ConfigError, match=said):
        curation.edit(project, ids[0], text, "Ana")
    assert curation.history(project, ids[0]) == []


def test_a_decision_by_nobody_is_refused(project, ids):
    for decide in (curation.accept, curation.discard, curation.reopen):
        with pytest.raises(ConfigError, match="`who`"):
            decide(project, ids, " ")
    for step in (curation.undo, curation.redo):
        with pytest.raises(ConfigError, match="`who`"):
            step(project, "")


def test_the_accept_stage_accepts_what_passes_and_says_what_is_left(project, ids):
    failing = fill(project, 2, BAD)
    curation.discard(project, ids[:1], "Ana")
    *_, last = curation.accept_passing(project, AcceptConfig(all_passing=True, as_="Ana"))
    assert last.result == {"accepted": 2, "left": 2}
    expected = ["discarded", "accepted", "accepted", "draft", "draft"]
    assert [row["status"] for row in states(project, ids + failing)] == expected
    curation.undo(project, "Ana")
    assert curation.counts(project)["accepted"] == 0


def test_the_accept_stage_run_twice_accepts_nothing_more(project, ids):
    config = AcceptConfig(all_passing=True, as_="Ana")
    results = [list(curation.accept_passing(project, config))[-1].result for _ in range(2)]
    assert results == [{"accepted": 3, "left": 0}, {"accepted": 0, "left": 0}]


def test_the_accept_stage_names_the_stage_that_has_to_come_first(project):
    with pytest.raises(NothingToDo, match="Run the `balance` stage first"):
        list(curation.accept_passing(project, AcceptConfig(all_passing=True, as_="Ana")))
