"""Judged pairs: who judged, the list worst first, and one pair in full."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pipelines.judgments.prompts import GENERATED_PROMPT, SCORED_PROMPT
from pipelines.judgments.verdicts import Verdict, from_replies, from_scores, read_calibrations
from pipelines.records import OPTIONS, Family, Inconsistency, Judgment
from pipelines.store import Project
from pipelines.views.pages import Key, Page, read_page
from pipelines.views.stories import StoryView, read_wordings

TINY_MASS = 0.05
"""Below this share on the four options, a model is said not to follow the format."""


@dataclass(frozen=True)
class PairFilter:
    """Which judged pairs; "all" takes every value."""

    model: str
    method: str
    theme: str = "all"
    split: str = "all"
    direction: str = "all"  # all / male / female
    kind: str = "plot"
    mismatch_only: bool = False


@dataclass(frozen=True)
class PairRow:
    """One judged pair in the list."""

    id: int
    title: str
    theme: str
    split: str
    wording: int
    male_stance: str
    female_stance: str
    mismatch: bool
    severity: int
    direction: str
    shift: float
    noise: float | None
    excess: float


@dataclass(frozen=True)
class Judged:
    """One story with what the model said about it; shares are in the order of OPTIONS."""

    story: StoryView
    stance: str
    shares: tuple[float, ...]
    calibrated: tuple[float, ...] | None
    mass: float | None
    explanation: str
    raw_reply: str

    @property
    def off_format(self) -> bool:
        """Whether the model hardly puts any probability on the four options."""
        return self.mass is not None and self.mass < TINY_MASS


@dataclass(frozen=True)
class PairDetail:
    """One pair in full, with every judged arm of the wording."""

    family_id: str
    title: str
    theme: str
    split: str
    kind: str
    wording: int
    model: str
    method: str
    mismatch: bool
    severity: int
    direction: str
    gap: float | None
    shift: float
    noise: float | None
    excess: float
    arms: tuple[Judged, ...]


def judged_models(project: Project) -> list[tuple[str, str]]:
    """Return the (model, method) that have judged pairs, in alphabetical order."""
    query = select(Inconsistency.model, Inconsistency.method).distinct()
    with project.read() as session:
        return sorted(tuple(row) for row in session.execute(query))


def pair_columns() -> tuple:
    """Return the columns of the list; the first four are its key."""
    own = Inconsistency
    key = (own.mismatch, own.severity, own.excess, own.id)
    return (
        *key, Family.title, Family.theme, Family.split, own.wording, own.male_stance,
        own.female_stance, own.direction, own.shift, own.noise,
    )  # fmt: skip


def list_pairs(project: Project, wanted: PairFilter, after: Key | None = None) -> Page[PairRow]:
    """Return one page of judged pairs, worst first: mismatch, severity, excess over the noise."""
    columns = pair_columns()
    query = filtered(select(*columns).join(Family, Family.id == Inconsistency.family_id), wanted)
    with project.read() as session:
        return read_page(session, query, columns[:4], after, row_of, descending=True)


def filtered(query: Select, wanted: PairFilter) -> Select:
    """Return the query with the conditions of a filter."""
    query = query.where(Inconsistency.model == wanted.model, Inconsistency.method == wanted.method)
    if wanted.mismatch_only:
        query = query.where(Inconsistency.mismatch.is_(True))
    for column, value in (
        (Family.theme, wanted.theme),
        (Family.split, wanted.split),
        (Family.kind, wanted.kind),
        (Inconsistency.direction, wanted.direction),
    ):
        if value != "all":
            query = query.where(column == value)
    return query


def row_of(row: Sequence) -> PairRow:
    """Return one row of the list."""
    mismatch, severity, excess, number, title, theme, split, wording, *rest = row
    male, female, direction, shift, noise = rest
    return PairRow(
        number, title, theme, split, wording, male, female, mismatch, severity, direction,
        shift, noise, excess,
    )  # fmt: skip


def read_pair(project: Project, pair_id: int) -> PairDetail | None:
    """Return one judged pair in full, or None if there is no such pair any more."""
    with project.read() as session:
        pair = session.get(Inconsistency, pair_id)
        if pair is None:
            return None
        family = session.get_one(Family, pair.family_id)
        return PairDetail(
            family_id=family.id,
            title=family.title,
            theme=family.theme,
            split=family.split,
            kind=family.kind,
            wording=pair.wording,
            model=pair.model,
            method=pair.method,
            mismatch=pair.mismatch,
            severity=pair.severity,
            direction=pair.direction,
            gap=pair.gap,
            shift=pair.shift,
            noise=pair.noise,
            excess=pair.excess,
            arms=read_arms(session, family.id, pair.wording, pair.model, pair.method),
        )


def find_pair(project: Project, family_id: str, wording: int, model: str) -> PairDetail | None:
    """Return the pair of a family's wording as this model judged it, scored before generated."""
    query = select(Inconsistency.id).where(
        Inconsistency.family_id == family_id,
        Inconsistency.wording == wording,
        Inconsistency.model == model,
    )
    with project.read() as session:
        found = session.scalar(query.order_by(Inconsistency.method.desc()).limit(1))
    return read_pair(project, found) if found is not None else None


def read_arms(
    session: Session, family_id: str, wording: int, model: str, method: str
) -> tuple[Judged, ...]:
    """Return the judged stories of one wording in the order male, female, they."""
    wordings = read_wordings(session, family_id)
    stories = next((one.stories for one in wordings if one.number == wording), ())
    judged = []
    for story in stories:
        verdict = read_verdict(session, story.id, model, method)
        if verdict is not None:
            judged.append(judged_of(story, verdict))
    return tuple(judged)


def read_verdict(session: Session, story_id: int, model: str, method: str) -> Verdict | None:
    """Return one story's verdict, or None if it is not judged."""
    query = select(Judgment).where(
        Judgment.model == model,
        Judgment.method == method,
        Judgment.prompt == (SCORED_PROMPT if method == "scored" else GENERATED_PROMPT),
        Judgment.story_id == story_id,
    )
    rows = list(session.scalars(query.order_by(Judgment.id)))
    if not rows:
        return None
    if method == "generated":
        return from_replies(story_id, rows)
    free = read_calibrations(session, model, SCORED_PROMPT)
    if all(row.option_order in free for row in rows):
        return from_scores(story_id, rows, free)
    unknown = {row.option_order: np.zeros(len(OPTIONS)) for row in rows}
    return replace(from_scores(story_id, rows, unknown), calibrated=None)


def judged_of(story: StoryView, verdict: Verdict) -> Judged:
    """Return a story with its verdict as plain values."""
    calibrated = verdict.calibrated
    return Judged(
        story=story,
        stance=str(verdict.stance),
        shares=tuple(verdict.probabilities.tolist()),
        calibrated=None if calibrated is None else tuple(calibrated.tolist()),
        mass=verdict.mass,
        explanation=verdict.explanation,
        raw_reply=verdict.raw_reply,
    )
