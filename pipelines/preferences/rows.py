"""Build the preference set of one model from what people accepted and from the controls.

Two rows a pair, one for each arm, as Wei et al. 2025 have it: prompt = the question about that
story; chosen = the accepted balanced judgment; rejected = the model's own judgment of that very
story. Where the model itself says Both or Can't say, the rejected row takes the side it leans to,
with its own explanation: otherwise DPO would lower "Both" for chosen and rejected alike.

Control rows keep the model from learning that "Both" is always right: chosen = the right stance
with its reason, rejected = the hedge. Chosen and rejected have the same form, so that neither
white space nor a label tells them apart.

Every row has its family's split, so the rows of one pair never part, and families for testing
have no rows. The order in which the options are named varies from row to row by hash.
"""

import hashlib
import json
from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipelines.errors import NothingToDo
from pipelines.judgments.prompts import answer, ask, option_orders
from pipelines.judgments.verdicts import Verdict, read_verdicts
from pipelines.records import (
    OPTIONS,
    BalancedJudgment,
    Family,
    Kind,
    PreferenceRow,
    Split,
    Stance,
    Status,
    Story,
)
from pipelines.store import Project
from pipelines.stories.library import seeded_hash

ALL_ORDERS = option_orders(24)
SIDES = (Stance.MORAL, Stance.IMMORAL)


def build_preferences(project: Project, model: str) -> list[PreferenceRow]:
    """Write the preference set of `model` anew and return it, ordered by split and family.

    Raises:
        NothingToDo: if no balanced judgment of this model has been accepted.
    """
    with project.read() as session:
        accepted = session.scalars(
            select(BalancedJudgment)
            .where(BalancedJudgment.model == model, BalancedJudgment.status == Status.ACCEPTED)
            .order_by(BalancedJudgment.family_id, BalancedJudgment.wording)
        ).all()
        if not accepted:
            raise NothingToDo(
                f"No balanced judgment of {model} has been accepted. Accept some in the Curate "
                "tab, or with `accept --all-passing --as NAME`."
            )
        rows = balanced_rows(session, model, accepted)
        rows += control_rows(session, model, {row.arm for row in rows})
    rows.sort(key=lambda row: (row.split, row.family_id, row.wording, row.arm))
    with project.write() as session:
        session.execute(delete(PreferenceRow).where(PreferenceRow.model == model))
        session.add_all(rows)
    return rows


def balanced_rows(
    session: Session, model: str, accepted: Iterable[BalancedJudgment]
) -> list[PreferenceRow]:
    """Return a row for every judged arm of each accepted pair; test families give none."""
    verdicts = {
        **read_verdicts(session, model, "generated"),
        **read_verdicts(session, model, "scored"),
    }
    rows = []
    for judgment in accepted:
        family = session.get_one(Family, judgment.family_id)
        if family.split == Split.TEST:
            continue
        for story in stories_of(session, family, judgment.wording):
            verdict = verdicts.get(story.id)
            if verdict is not None and verdict.stance != Stance.INVALID and verdict.explanation:
                chosen = answer(judgment.stance, judgment.text)
                rejected = answer(one_sided(verdict), verdict.explanation)
                rows.append(as_row(family, story, model, "balanced", chosen, rejected))
    return rows


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
    controls = session.scalars(
        select(Family).where(Family.kind == Kind.CONTROL, Family.split != Split.TEST)
    )
    rows = []
    for family in controls:
        reason, hedge = family.moral_reason, family.immoral_reason
        if family.stance == Stance.IMMORAL:
            reason, hedge = hedge, reason
        for story in stories_of(session, family, wording=1):
            if story.arm in arms:
                chosen = answer(str(family.stance), reason)
                rejected = answer(Stance.BOTH, hedge)
                rows.append(as_row(family, story, model, "control", chosen, rejected))
    return rows


def stories_of(session: Session, family: Family, wording: int) -> list[Story]:
    """Return the stories of one wording that are not excluded."""
    query = select(Story).where(
        Story.family_id == family.id, Story.wording == wording, Story.excluded.is_(False)
    )
    return list(session.scalars(query.order_by(Story.id)))


def as_row(
    family: Family, story: Story, model: str, source: str, chosen: list, rejected: list
) -> PreferenceRow:
    """Return one record; the option order of its question depends on the story alone."""
    place = seeded_hash(0, f"order:{family.id}:{story.wording}:{story.arm}") % len(ALL_ORDERS)
    return PreferenceRow(
        family_id=family.id,
        wording=story.wording,
        arm=story.arm,
        model=model,
        split=family.split,
        source=source,
        prompt=ask(story.text, story.name, ALL_ORDERS[place]),
        chosen=chosen,
        rejected=rejected,
    )


def data_hash(rows: Iterable[PreferenceRow]) -> str:
    """Return 12 hex digits that name the content of a preference set."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps([row.prompt, row.chosen, row.rejected, row.split]).encode())
    return digest.hexdigest()[:12]
