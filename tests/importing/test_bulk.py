"""What is inserted in bulk is what a session would have stored."""

from pipelines.importing.bulk import insert_values, place_of, values_of
from pipelines.records import BalancedJudgment, Family, Judgment, Stance, Story


def family(id):
    return Family(
        id=id, theme="work", title="“é”", kind="plot", source="import", split="train",
        provenance={"row": 1, "file": "é.json"},
    )  # fmt: skip


def story(family_id):
    return Story(
        family_id=family_id, wording=1, arm="male", name="Tom", pronouns="he", text="Tom’s.",
        checks={"left_open": ["“her”: open."]},
    )  # fmt: skip


def judgment(story_id):
    return Judgment(
        story_id=story_id, model="imported", method="generated", prompt="p", option_order="0123",
        stance=Stance.CANT_SAY,
    )  # fmt: skip


def balanced(family_id):
    return BalancedJudgment(
        family_id=family_id, wording=1, model="imported", stance=Stance.BOTH, text="t",
        drafted_text="t", source="import", checks={"length": {"ok": True, "reason": ""}},
    )  # fmt: skip


def stored(project, kind):
    """The two stored rows of a table, without the columns in which they differ on purpose."""
    with project.read() as session:
        rows = session.connection().exec_driver_sql(f"SELECT * FROM {kind.__tablename__}")
        first, second = ({**row._mapping} for row in rows)
    for column in ("id", "family_id", "story_id", "created_at", "updated_at"):
        first.pop(column, None)
        second.pop(column, None)
    return first, second


def test_both_ways_of_writing_store_the_same(project):
    with project.write() as session:
        session.add(family("a"))
        session.flush()
        told = story("a")
        session.add_all([told, balanced("a")])
        session.flush()
        session.add(judgment(told.id))
    with project.write() as session:
        insert_values(session, Family, [values_of(family("b"))])
        insert_values(session, Story, [values_of(story("b"))])
        insert_values(session, BalancedJudgment, [values_of(balanced("b"))])
        insert_values(session, Judgment, [values_of(judgment(told.id + 1))])
        insert_values(session, Judgment, [])
    for kind in (Family, Story, BalancedJudgment, Judgment):
        first, second = stored(project, kind)
        assert first == second
        assert first
    with project.read() as session:
        assert session.get(Family, "b").created_at >= session.get(Family, "a").created_at


def test_a_column_is_found_by_its_name():
    values = values_of(family("a"))
    assert values[place_of(Family, "split")] == "train"
    assert values[place_of(Family, "id")] == "a"
