"""Build the preference set of one model, and say which stored rows are trained on.

Two rows a pair, one for each arm, as Wei et al. 2025 have it: prompt = the question about that
story; chosen = the accepted balanced judgment; rejected = the model's own judgment of that very
story. Where the model itself says Both or Can't say, the rejected row takes the side it leans to,
with its own explanation: otherwise DPO would lower "Both" for chosen and rejected alike.

Control rows keep the model from learning that "Both" is always right: chosen = the right stance
with its reason, rejected = the hedge. Chosen and rejected have the same form, so that neither
white space nor a label tells them apart.

Every row has its family's split, so the rows of one pair never part. Families for testing have no
rows of the study, and rows from elsewhere that are held out for testing are never trained on. The
order in which the options are named varies from row to row by hash.
"""

import hashlib
import json
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.errors import NothingToDo
from pipelines.judgments.prompts import answer, ask, option_orders
from pipelines.judgments.verdicts import Verdict
from pipelines.preferences.accepted import accepted_stories, has_accepted
from pipelines.preferences.categorize import fill_categories
from pipelines.preferences.deciding import decisions_kept, give_back, keep_decisions
from pipelines.records import (
    OPTIONS,
    Family,
    Kind,
    PreferenceRow,
    Split,
    Stance,
    Story,
)
from pipelines.store import Project
from pipelines.stories.exclusion import in_judging
from pipelines.stories.library import seeded_hash

ALL_ORDERS = option_orders(24)
SIDES = (Stance.MORAL, Stance.IMMORAL)
OWN_SOURCES = ("balanced", "control")
"""The sources of the rows that belong to a model; all others have the model ""."""
NO_ROWS = (
    "The accepted judgments of {model} give no rows: their families are held out for testing, "
    "their stories are out of judging, or the model has explained none of them. Accept others."
)
MISSING = {
    "own": "No balanced judgment of {model} has been accepted. Accept some in the Curate tab, or "
    "with `accept --all-passing --as NAME`.",
    "imported": "The project has no imported rows. Bring some with `preferences import --file F`.",
    "synthetic": "The project has no synthetic rows. Let a model write some with `synthesize`.",
}


def rows_for(project: Project, model: str, rows: tuple[str, ...]) -> list[PreferenceRow]:
    """Return what is trained on: of these ROWS those not excluded and not held out for testing.

    Raises:
        NothingToDo: if there is none, with what has to come first.
    """
    found = collect_rows(project, model, rows)
    kept = [row for row in found if row.split != Split.TEST and not row.excluded]
    if not kept:
        raise NothingToDo(
            f"All {len(found)} rows ({', '.join(rows)}) are excluded or held out for testing. "
            "Put some back, or import more."
        )
    return kept


def collect_rows(project: Project, model: str, rows: tuple[str, ...]) -> list[PreferenceRow]:
    """Return all rows of these ROWS, also excluded ones and those held out for testing.

    Those of the study are built anew; where several are asked for, one may have none.

    Raises:
        NothingToDo: if there is none at all.
    """
    accepted = "own" in rows and has_accepted(project, model)
    found = build_preferences(project, model) if accepted else []
    others = [name for name in rows if name != "own"]  # each is the source of its rows
    with project.read() as session:
        query = select(PreferenceRow).where(
            PreferenceRow.model == "", PreferenceRow.source.in_(others)
        )
        found += session.scalars(query).all()
    if not found:
        missing = MISSING | ({"own": NO_ROWS} if accepted else {})
        raise NothingToDo(" ".join(missing[name].format(model=model) for name in rows))
    return sorted(found, key=place)


def place(row: PreferenceRow) -> tuple:
    """Return what rows are ordered by."""
    return (row.split, row.family_id, row.wording, row.arm, row.source)


def build_preferences(project: Project, model: str) -> list[PreferenceRow]:
    """Bring the preference set of `model` up to date and return it, ordered by split and family.

    Raises:
        NothingToDo: if no balanced judgment of this model has been accepted.
    """
    if not has_accepted(project, model):
        raise NothingToDo(MISSING["own"].format(model=model))
    with project.read() as session:
        rows = balanced_rows(session, model)
        rows += control_rows(session, model, {row.arm for row in rows})
    with project.write() as session:
        return store_rows(session, model, sorted(rows, key=place))


def store_rows(session: Session, model: str, rows: list[PreferenceRow]) -> list[PreferenceRow]:
    """Make these the stored rows of `model`; a row that was there keeps its id and its decisions.

    Where its texts have changed, only what a person set on it stays: the category and whether it is
    excluded. What was noticed in the old texts goes. A row that goes and comes back has both again.
    """
    kept = decisions_kept(session)
    query = select(PreferenceRow).where(PreferenceRow.model == model)
    stored = {key_of(row): row for row in session.scalars(query)}
    current = []
    for row in rows:
        old = stored.pop(key_of(row), None)
        if old is None:
            give_back(row, kept)
            session.add(row)
        elif content_of(old) != content_of(row):
            old.prompt, old.chosen, old.rejected = row.prompt, row.chosen, row.rejected
            old.split, old.flags = row.split, []
            if old.category_source != "person":
                old.category = old.category_source = ""
        current.append(old or row)
    for row in stored.values():
        keep_decisions(session, row, kept)
        session.delete(row)
    session.flush()
    fill_categories(session, current)
    return current


def key_of(row: PreferenceRow) -> tuple:
    """Return what names a row within its model's set."""
    return (row.family_id, row.wording, row.arm, row.source)


def content_of(row: PreferenceRow) -> list:
    """Return what is trained on in a row, and its split."""
    return [row.prompt, row.chosen, row.rejected, row.split]


def balanced_rows(session: Session, model: str) -> list[PreferenceRow]:
    """Return a row for every explained arm of each accepted pair; test families give none."""
    return [
        as_row(
            family,
            story,
            model,
            "balanced",
            chosen=answer(judgment.stance, judgment.text),
            rejected=answer(one_sided(verdict), verdict.explanation),
        )
        for family, story, judgment, verdict in accepted_stories(session, model)
    ]


def one_sided(verdict: Verdict) -> Stance:
    """Return Moral or Immoral: the verdict's stance, or the side that it leans to.

    A generated verdict whose samples lean to neither keeps its stance.
    """
    moral, immoral = (verdict.leaning[OPTIONS.index(side)] for side in SIDES)
    if verdict.stance in SIDES or moral == immoral:
        return verdict.stance
    return Stance.MORAL if moral > immoral else Stance.IMMORAL


def control_rows(session: Session, model: str, arms: set[str]) -> list[PreferenceRow]:
    """Return a row for each of these arms of every control that is not held out for testing."""
    query = (
        select(Family, Story)
        .join(Story, Story.family_id == Family.id)
        .where(Family.kind == Kind.CONTROL, Family.split != Split.TEST)
        .where(Story.wording == 1, Story.arm.in_(arms), in_judging())
    )
    rows = []
    for family, story in session.execute(query).tuples():
        reason, hedge = family.moral_reason, family.immoral_reason
        if family.stance == Stance.IMMORAL:
            reason, hedge = hedge, reason
        chosen = answer(str(family.stance), reason)
        rejected = answer(Stance.BOTH, hedge)
        rows.append(as_row(family, story, model, "control", chosen, rejected))
    return rows


def as_row(
    family: Family, story: Story, model: str, source: str, chosen: list, rejected: list
) -> PreferenceRow:
    """Return one record; the option order of its question depends on the story alone."""
    order = seeded_hash(0, f"order:{family.id}:{story.wording}:{story.arm}") % len(ALL_ORDERS)
    return PreferenceRow(
        family_id=family.id,
        wording=story.wording,
        arm=story.arm,
        model=model,
        split=family.split,
        source=source,
        prompt=ask(story.text, story.name, ALL_ORDERS[order]),
        chosen=chosen,
        rejected=rejected,
    )


def data_hash(rows: Iterable[PreferenceRow]) -> str:
    """Return 12 hex digits that name the content of a preference set."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(content_of(row)).encode())
    return digest.hexdigest()[:12]
