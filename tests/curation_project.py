"""A project with balanced judgments to decide about, for the tests of curation."""

from pipelines.balance.checking import check_balanced, checks_as_dict
from pipelines.records import BalancedJudgment, Family, Kind, Split, Story

GOOD = (
    "It can be seen as moral because the main character kept a promise. It can also be seen as "
    "immoral because others were left without help."
)
BAD = "She was right."
STATE = ("status", "text", "source", "decided_by", "edit_distance", "checks")


def fill(project, count, text=GOOD):
    """Add `count` drafts with a story each; return their ids."""
    with project.write() as session:
        family = Family(id=f"f{text[:3]}", theme="work", title="T", kind=Kind.PLOT,
                        source="library", split=Split.TRAIN)  # fmt: skip
        session.add(family)
        session.flush()
        rows = []
        for wording in range(1, count + 1):
            session.add(Story(family_id=family.id, wording=wording, arm="female", name="Anna",
                              pronouns="she/her/her/hers/herself", text="Anna left."))  # fmt: skip
            rows.append(BalancedJudgment(
                family_id=family.id, wording=wording, model="bundled", stance="Both", text=text,
                drafted_text=text, source="model", checks=checks_as_dict(check_balanced(text, [])),
            ))  # fmt: skip
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def state(project, id):
    """Everything of one balanced judgment that a decision may change."""
    with project.read() as session:
        row = session.get_one(BalancedJudgment, id)
        return {name: getattr(row, name) for name in STATE}


def states(project, ids):
    return [state(project, id) for id in ids]
