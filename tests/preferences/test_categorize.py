"""The stage that proposes categories: what people chose stays, and the model is asked last."""

import pytest
from sqlalchemy import select

from pipelines.configs import CategorizeConfig
from pipelines.errors import DataError, NothingToDo
from pipelines.preferences import categorize as stage
from pipelines.preferences.categorize import count_categories, fill_categories, set_category
from pipelines.records import Category, Event, Family, Inconsistency, Kind, PreferenceRow

TEXTS = (
    ("Why are women so emotional?", "It is their nature."),
    ("Who should we hire?", "Hire men."),
    ("How do I bake bread?", "Use flour."),
    ("How do I boil eggs?", "In water."),
)


def say(role, text):
    return [{"role": role, "content": text}]


def add_row(session, number, prompt, rejected, source="imported", model="", theme="imported"):
    family = f"pref-{number:012x}"
    session.add(
        Family(
            id=family, theme=theme, title=prompt, kind=Kind.PREFERENCE, source="import",
            split="train",
        )
    )  # fmt: skip
    session.flush()
    row = PreferenceRow(
        family_id=family, wording=1, arm="", model=model, split="train", source=source,
        prompt=say("user", prompt), chosen=say("assistant", "All people differ."),
        rejected=say("assistant", rejected),
    )  # fmt: skip
    session.add(row)
    return row


@pytest.fixture
def imported(project):
    """Four imported rows: two with a bias in words, two without."""
    with project.write() as session:
        for number, texts in enumerate(TEXTS):
            add_row(session, number, *texts)
    return project


def rows_of(project):
    with project.read() as session:
        return session.scalars(select(PreferenceRow).order_by(PreferenceRow.family_id)).all()


def test_every_row_gets_a_category_from_the_rule(imported, run_stage):
    result = run_stage(imported, "preferences categorize", CategorizeConfig())
    assert [row.category for row in rows_of(imported)] == [
        Category.STEREOTYPES, Category.INSTITUTIONS, Category.NONE, Category.NONE,
    ]  # fmt: skip
    assert result["by_source"] == {"rule": 4, "model": 0, "person": 0, "file": 0}
    assert result["categories"][Category.NONE] == 2
    assert result["changed"] == 4
    again = run_stage(imported, "preferences categorize", CategorizeConfig())
    assert again == {**result, "changed": 0}


def test_what_a_person_and_a_file_say_stays(imported, run_stage):
    first, second, *_ = rows_of(imported)
    set_category(imported, first.id, Category.LANGUAGE, "Ada")
    with imported.write() as session:
        row = session.get(PreferenceRow, second.id)
        row.category, row.category_source = Category.STEREOTYPES.value, "file"
    result = run_stage(imported, "preferences categorize", CategorizeConfig())
    first, second, *_ = rows_of(imported)
    assert (first.category, first.category_source) == (Category.LANGUAGE, "person")
    assert (second.category, second.category_source) == (Category.STEREOTYPES, "file")
    assert result["by_source"] == {"rule": 2, "model": 0, "person": 1, "file": 1}


def test_a_persons_choice_is_in_the_journal_once(imported):
    row = rows_of(imported)[0]
    set_category(imported, row.id, "none", " Ada ")
    set_category(imported, row.id, "none", "Ada")
    with imported.read() as session:
        event = session.scalars(select(Event)).one()
    assert (event.who, event.action, event.subject) == ("Ada", "category", "preference_row")
    assert event.subject_id == str(row.id)
    assert event.before == {"category": "", "category_source": ""}
    assert event.after == {"category": "none", "category_source": "person"}


def test_an_unknown_category_or_row_is_told_and_changes_nothing(imported):
    row = rows_of(imported)[0]
    with pytest.raises(DataError, match=r"no category 'sexism'\. Use one of: stereotypes, "):
        set_category(imported, row.id, "sexism", "Ada")
    with pytest.raises(DataError, match="not in the set any more"):
        set_category(imported, 999, "none", "Ada")
    assert {row.category for row in rows_of(imported)} == {""}


class Scripted:
    """A model that says what it was told to, and remembers what it was asked."""

    def __init__(self, *replies):
        self.replies, self.asked = replies, []

    def generate(self, prompts, sampling):
        self.asked += [prompt.conversation[0]["content"] for prompt in prompts]
        yield list(enumerate(self.replies[: len(prompts)]))


def test_the_model_is_asked_where_the_rule_finds_nothing(imported, run_stage, monkeypatch):
    model = Scripted("Discriminatory language", "I cannot tell")
    monkeypatch.setattr(stage, "load_model", lambda project, reference: model)
    result = run_stage(imported, "preferences categorize", CategorizeConfig(ask_model=True))
    assert [("bread" in one, "eggs" in one) for one in model.asked] == [
        (True, False),
        (False, True),
    ]
    named, unnamed = rows_of(imported)[2:]
    assert (named.category, named.category_source) == (Category.LANGUAGE, "model")
    assert (unnamed.category, unnamed.category_source) == (Category.NONE, "rule")
    assert result["by_source"] == {"rule": 3, "model": 1, "person": 0, "file": 0}
    run_stage(imported, "preferences categorize", CategorizeConfig())
    assert rows_of(imported)[2].category_source == "model"


def test_a_closed_run_goes_on_where_it_ended(imported, run_stage, monkeypatch):
    monkeypatch.setattr(stage, "CHUNK", 1)
    steps = stage.categorize(imported, CategorizeConfig())
    next(steps)
    steps.close()
    assert [bool(row.category) for row in rows_of(imported)] == [True, False, False, False]
    assert run_stage(imported, "preferences categorize", CategorizeConfig())["changed"] == 3


def test_only_the_rows_asked_for_are_looked_at(imported, run_stage):
    with imported.write() as session:
        add_row(session, 9, "My aunt is ___.", "weak", source="synthetic", theme="gender")
        add_row(session, 10, "Was it moral?", "No.", "balanced", model="path:other")
    result = run_stage(imported, "preferences categorize", CategorizeConfig(rows="synthetic"))
    assert result["categories"][Category.STEREOTYPES] == 1
    assert sum(result["by_source"].values()) == 1
    assert [row.category for row in rows_of(imported)] == ["", "", "", "", "stereotypes", ""]


def test_a_pair_that_no_method_judged_differently_has_no_bias(project):
    with project.write() as session:
        rows = [
            add_row(session, number, "Was it moral?", "No.", "balanced", "bundled", theme)
            for number, theme in enumerate(["family", "work", "family"])
        ]
        for number, mismatch in enumerate([True, True, False]):
            session.add(
                Inconsistency(
                    family_id=f"pref-{number:012x}", wording=1, model="bundled", method="scored",
                    male_stance="Moral", female_stance="Moral", mismatch=mismatch, severity=0,
                    direction="", gap=None, shift=0.0, noise=None, excess=0.0,
                )
            )  # fmt: skip
        session.flush()
        assert fill_categories(session, rows) == 3
        found = [row.category for row in rows]
    assert found == [Category.STEREOTYPES, Category.INSTITUTIONS, Category.NONE]


def test_counts_are_by_category_source_split_and_decider(imported, run_stage):
    run_stage(imported, "preferences categorize", CategorizeConfig())
    set_category(imported, rows_of(imported)[0].id, "none", "Ada")
    with imported.write() as session:
        add_row(session, 10, "Was it moral?", "No.", "balanced", model="path:other")
        add_row(session, 11, "New.", "No.")
    counts = count_categories(imported, "bundled")
    assert counts["none"] == {
        "rows": 3,
        "sources": {"imported": 3},
        "splits": {"train": 3},
        "decided_by": {"person": 1, "rule": 2},
    }
    assert counts[Category.STEREOTYPES]["rows"] == 0
    assert counts[""]["rows"] == 1
    assert count_categories(imported, "path:other")[""]["rows"] == 2


def test_a_project_without_rows_is_told_what_comes_first(project, run_stage):
    with pytest.raises(NothingToDo, match="preferences import"):
        run_stage(project, "preferences categorize", CategorizeConfig())
