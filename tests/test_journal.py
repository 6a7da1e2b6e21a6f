import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from curation_project import GOOD, fill, state, states
from sqlalchemy import func, select

from pipelines import curation
from pipelines.errors import NothingToDo, StudioError
from pipelines.records import BalancedJudgment, Event, Status
from pipelines.store import Project

ROOT = Path(__file__).parent.parent


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path / "study")
    yield project
    project.close()


@pytest.fixture
def ids(project):
    return fill(project, 3)


def test_undo_takes_back_the_whole_click_and_redo_brings_it_back(project, ids):
    before = states(project, ids)
    done = curation.accept(project, ids, "Ana")
    after = states(project, ids)
    undone = curation.undo(project, "Ana")
    assert (undone.action, undone.ids) == ("undo", tuple(ids))
    assert states(project, ids) == before
    curation.redo(project, "Ana")
    assert states(project, ids) == after
    actions = [(e.action, e.undoes) for e in curation.history(project, ids[0])]
    assert actions == [("accept", None), ("undo", done.batch), ("redo", undone.batch)]


def test_undo_and_redo_walk_a_whole_line_of_decisions_exactly(project, ids):
    seen = [states(project, ids)]
    curation.edit(project, ids[0], GOOD + " Anna.", "Ana")
    seen.append(states(project, ids))
    for decide in (curation.accept, curation.discard, curation.reopen, curation.accept):
        decide(project, ids, "Ana")
        seen.append(states(project, ids))
    for step, line in ((curation.undo, seen[-2::-1]), (curation.redo, seen[1:])) * 2:
        for expected in line:
            step(project, "Ana")
            assert states(project, ids) == expected
        with pytest.raises(NothingToDo, match="nothing of Ana to"):
            step(project, "Ana")


def test_a_new_decision_clears_the_redo_line(project, ids):
    curation.accept(project, ids, "Ana")
    curation.undo(project, "Ana")
    curation.discard(project, ids[:1], "Ana")
    with pytest.raises(NothingToDo, match="redo"):
        curation.redo(project, "Ana")
    curation.undo(project, "Ana")
    assert curation.counts(project)["draft"] == 3


def test_undo_goes_through_the_person_s_own_decisions_only(project, ids):
    curation.accept(project, ids[:1], "Ana")
    curation.discard(project, ids[1:2], "Ben")
    curation.undo(project, "Ana")
    assert [row["status"] for row in states(project, ids)] == ["draft", "discarded", "draft"]
    with pytest.raises(NothingToDo, match="nothing of Cleo"):
        curation.undo(project, "Cleo")


@pytest.mark.parametrize("meddle", [
    lambda project, id: curation.discard(project, [id], "Ben"),
    lambda project, id: curation.edit(project, id, GOOD + " So it is.", "Ben"),
])  # fmt: skip
def test_undo_refuses_where_another_person_has_changed_one_record(project, ids, meddle):
    curation.accept(project, ids, "Ana")
    meddle(project, ids[1])
    before = states(project, ids)
    with pytest.raises(StudioError, match="Ben has changed 1 of 3 of these judgments since"):
        curation.undo(project, "Ana")
    assert states(project, ids) == before
    curation.undo(project, "Ben")
    curation.undo(project, "Ana")
    assert curation.counts(project)["draft"] == 3


def test_undo_of_an_edit_refuses_after_another_person_accepted_it(project, ids):
    curation.edit(project, ids[0], GOOD + " So it is.", "Ana")
    curation.accept(project, ids[:1], "Ben")
    with pytest.raises(StudioError, match="Ben has changed"):
        curation.undo(project, "Ana")


def test_undo_refuses_where_a_stage_wrote_another_text_or_the_record_is_gone(project, ids):
    curation.accept(project, ids, "Ana")
    with project.write() as session:
        session.get_one(BalancedJudgment, ids[0]).text = "Drafted again."
        session.delete(session.get_one(BalancedJudgment, ids[1]))
    with pytest.raises(StudioError, match="Another stage has changed 2 of 3"):
        curation.undo(project, "Ana")
    assert len(curation.history(project, ids[1])) == 1


def test_the_journal_is_only_ever_added_to(project, ids):
    def journal():
        with project.read() as session:
            events = session.scalars(select(Event).order_by(Event.id))
            return [(e.id, e.who, e.action, e.before, e.after, e.batch, e.undoes) for e in events]

    kept = []
    for step in (curation.undo, curation.redo, curation.undo, curation.redo):
        if not kept:
            curation.accept(project, ids, "Ana")
        step(project, "Ana")
        assert journal()[: len(kept)] == kept
        assert len(journal()) > len(kept)
        kept = journal()


WORKER = """
import sys
from pipelines import curation
from pipelines.store import Project
root, who, other = sys.argv[1:4]
ids = [int(id) for id in sys.argv[4:]]
project = Project(root)
print("ready", flush=True)
sys.stdin.readline()
for turn, id in enumerate(ids):
    (curation.accept, curation.discard)[(turn + int(other)) % 2](project, [id], who)
    curation.edit(project, id, f"{who} wrote {turn}.", who)
"""


def test_two_processes_decide_at_once_and_no_decision_is_lost(project):
    ids = fill(project, 15)
    people = ("Ana", "Ben")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(project.root), who, str(number), *map(str, ids)],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for number, who in enumerate(people)
    ]  # fmt: skip
    for worker in started:
        assert worker.stdout.readline() == "ready\n"
    for worker in started:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert [worker.wait(timeout=60) for worker in started] == [0, 0]
    with project.read() as session:
        edits = session.scalar(select(func.count(Event.id)).where(Event.action == "edit"))
    assert edits == 2 * len(ids)
    for id in ids:
        events = curation.history(project, id)
        assert {event.who for event in events} == set(people)
        for earlier, later in pairwise(events):
            assert earlier.after["fingerprint"] == later.before["fingerprint"]
            assert earlier.after["status"] == later.before["status"]
        assert state(project, id)["status"] == events[-1].after["status"] != Status.DRAFT
        assert (
            state(project, id)["text"]
            == [e for e in events if e.action == "edit"][-1].after["text"]
        )
