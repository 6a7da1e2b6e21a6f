"""Families and their stories, as the Stories tab lists and shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Integer, Select, case, func, select
from sqlalchemy.orm import Session

from pipelines.records import Arm, Event, Family, Kind, Light, Story
from pipelines.store import Project
from pipelines.views.pages import Key, Page, read_page

ARM_ORDER = {arm: place for place, arm in enumerate(Arm)}
RANK = (Light.UNCHECKED, Light.GREEN, Light.AMBER, Light.RED)
"""Lights from the least to the most in need of a look; a family has its worst wording's."""


@dataclass(frozen=True)
class FamilyFilter:
    """Which families; "all" takes every value."""

    theme: str = "all"
    split: str = "all"
    kind: str = "all"
    source: str = "all"
    light: str = "all"


@dataclass(frozen=True)
class FamilyRow:
    """One family in the list."""

    id: str
    theme: str
    title: str
    kind: str
    split: str
    source: str
    wordings: int = 0
    stories: int = 0
    excluded: int = 0
    light: str = Light.UNCHECKED


@dataclass(frozen=True)
class StoryView:
    """One story, as it is read."""

    id: int
    arm: str
    name: str
    text: str
    excluded: bool
    edited: bool = False


@dataclass(frozen=True)
class Reason:
    """Why a wording is not green."""

    check: str
    light: str
    said: str


@dataclass(frozen=True)
class WordingView:
    """One wording: its arms in the order male, female, they, and what the gate says of it."""

    number: int
    stories: tuple[StoryView, ...]
    light: str = Light.UNCHECKED
    allowed: bool = False
    reasons: tuple[Reason, ...] = ()
    rouge1: float | None = None


@dataclass(frozen=True)
class FamilyDetail:
    """One family with its wordings."""

    id: str
    theme: str
    title: str
    kind: str
    split: str
    source: str
    stance: str | None
    moral_reason: str
    immoral_reason: str
    wordings: tuple[WordingView, ...]
    provenance: tuple[tuple[str, str], ...] = ()

    @property
    def excluded(self) -> bool:
        """Whether a person took out every story of the family."""
        return all(story.excluded for wording in self.wordings for story in wording.stories)


def list_themes(project: Project) -> list[str]:
    """Return the themes of the project's families with stories, in alphabetical order."""
    with project.read() as session:
        themes = select(Family.theme).where(Family.kind != Kind.PREFERENCE).distinct()
        return list(session.scalars(themes.order_by(Family.theme)))


def list_families(
    project: Project, wanted: FamilyFilter, after: Key | None = None
) -> Page[FamilyRow]:
    """Return one page of the families that the filter lets through, by id."""
    query = filtered(
        select(
            Family.id, Family.theme, Family.title, Family.kind, Family.split, Family.source
        ).where(Family.kind != Kind.PREFERENCE),
        wanted,
    )
    with project.read() as session:
        page = read_page(session, query, [Family.id], after, tuple)
        counts = count_stories(session, [row[0] for row in page.rows])
    rows = tuple(FamilyRow(*row, *counts.get(row[0], ())) for row in page.rows)
    return Page(rows, page.total, page.following)


def filtered(query: Select, wanted: FamilyFilter) -> Select:
    """Return the query with the filter's conditions; a light is that of any wording."""
    for column, value in (
        (Family.theme, wanted.theme),
        (Family.split, wanted.split),
        (Family.kind, wanted.kind),
        (Family.source, wanted.source),
    ):
        if value != "all":
            query = query.where(column == value)
    if wanted.light != "all":
        of_light = select(Story.family_id).where(Story.light == wanted.light)
        query = query.where(Family.id.in_(of_light))
    return query


def count_stories(session: Session, families: list[str]) -> dict[str, tuple]:
    """Return wordings, stories, excluded stories and the worst light of each family."""
    rank = case({light: place for place, light in enumerate(RANK)}, value=Story.light, else_=0)
    query = (
        select(
            Story.family_id,
            func.count(Story.wording.distinct()),
            func.count(Story.id),
            func.sum(Story.excluded.cast(Integer)),
            func.max(rank),
        )
        .where(Story.family_id.in_(families))
        .group_by(Story.family_id)
    )
    return {
        family: (*counts, str(RANK[worst])) for family, *counts, worst in session.execute(query)
    }


def read_family(project: Project, family_id: str) -> FamilyDetail | None:
    """Return one family with its stories, or None if the project has no such family."""
    with project.read() as session:
        family = session.get(Family, family_id)
        if family is None:
            return None
        return FamilyDetail(
            id=family.id,
            theme=family.theme,
            title=family.title,
            kind=family.kind,
            split=family.split,
            source=family.source,
            stance=family.stance,
            moral_reason=family.moral_reason,
            immoral_reason=family.immoral_reason,
            wordings=read_wordings(session, family_id),
            provenance=tuple((key, str(value)) for key, value in family.provenance.items()),
        )


def read_wordings(session: Session, family_id: str) -> tuple[WordingView, ...]:
    """Return the wordings of a family, in their order."""
    stories = session.scalars(select(Story).where(Story.family_id == family_id)).all()
    edited = edited_stories(session, [story.id for story in stories])
    found: dict[int, list[Story]] = {}
    for story in sorted(stories, key=lambda one: (one.wording, ARM_ORDER.get(one.arm, 9))):
        found.setdefault(story.wording, []).append(story)
    return tuple(wording_view(number, arms, edited) for number, arms in found.items())


def edited_stories(session: Session, ids: list[int]) -> set[str]:
    """Return which stories were ever rewritten by a person, as the journal names them."""
    names = [str(id) for id in ids]
    query = select(Event.subject_id).where(
        Event.subject == "story", Event.action == "edit", Event.subject_id.in_(names)
    )
    return set(session.scalars(query))


def wording_view(number: int, arms: list[Story], edited: set[str]) -> WordingView:
    """Return one wording; what the gate says is the same on all its arms, but for their own."""
    return WordingView(
        number=number,
        stories=tuple(
            StoryView(one.id, one.arm, one.name, one.text, one.excluded, str(one.id) in edited)
            for one in arms
        ),
        light=max((one.light for one in arms), key=RANK.index),
        allowed=any(one.allowed for one in arms),
        reasons=reasons_of(arms),
        rouge1=next((one.checks["rouge1"] for one in arms if "rouge1" in one.checks), None),
    )


def reasons_of(arms: Iterable[Story]) -> tuple[Reason, ...]:
    """Return what the gate said, each sentence once, the gravest first."""
    said = {
        Reason(reason["check"], reason["light"], reason["said"]): None
        for story in arms
        for reason in story.checks.get("reasons", ())
    }
    return tuple(sorted(said, key=lambda one: -RANK.index(one.light)))
