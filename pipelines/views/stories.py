"""Families and their stories, as the Stories tab lists and shows them."""

from dataclasses import dataclass

from sqlalchemy import Integer, func, select
from sqlalchemy.orm import Session

from pipelines.records import Arm, Family, Story
from pipelines.store import Project
from pipelines.views.pages import Key, Page, read_page

ARM_ORDER = {arm: place for place, arm in enumerate(Arm)}


@dataclass(frozen=True)
class FamilyFilter:
    """Which families; "all" takes every value."""

    theme: str = "all"
    split: str = "all"
    kind: str = "all"


@dataclass(frozen=True)
class FamilyRow:
    """One family in the list."""

    id: str
    theme: str
    title: str
    kind: str
    split: str
    wordings: int = 0
    stories: int = 0
    excluded: int = 0


@dataclass(frozen=True)
class StoryView:
    """One story, as it is read."""

    id: int
    arm: str
    name: str
    text: str
    excluded: bool


@dataclass(frozen=True)
class FamilyDetail:
    """One family with its wordings, each a tuple of its arms in the order male, female, they."""

    id: str
    theme: str
    title: str
    kind: str
    split: str
    source: str
    stance: str | None
    moral_reason: str
    immoral_reason: str
    wordings: tuple[tuple[StoryView, ...], ...]

    @property
    def excluded(self) -> bool:
        """Whether no story of the family is judged."""
        return all(story.excluded for wording in self.wordings for story in wording)


def list_themes(project: Project) -> list[str]:
    """Return the themes of the project's families, in alphabetical order."""
    with project.read() as session:
        return list(session.scalars(select(Family.theme).distinct().order_by(Family.theme)))


def list_families(
    project: Project, wanted: FamilyFilter, after: Key | None = None
) -> Page[FamilyRow]:
    """Return one page of the families that the filter lets through, by id."""
    query = select(Family.id, Family.theme, Family.title, Family.kind, Family.split)
    for column, value in (
        (Family.theme, wanted.theme),
        (Family.split, wanted.split),
        (Family.kind, wanted.kind),
    ):
        if value != "all":
            query = query.where(column == value)
    with project.read() as session:
        page = read_page(session, query, [Family.id], after, lambda row: FamilyRow(*row))
        counts = count_stories(session, [row.id for row in page.rows])
    rows = tuple(FamilyRow(*key_of(row), *counts.get(row.id, (0, 0, 0))) for row in page.rows)
    return Page(rows, page.total, page.following)


def key_of(row: FamilyRow) -> tuple[str, str, str, str, str]:
    """Return the columns of the family table that a row shows."""
    return row.id, row.theme, row.title, row.kind, row.split


def count_stories(session: Session, families: list[str]) -> dict[str, tuple[int, int, int]]:
    """Return wordings, stories and excluded stories of each family."""
    query = (
        select(
            Story.family_id,
            func.max(Story.wording),
            func.count(Story.id),
            func.sum(Story.excluded.cast(Integer)),
        )
        .where(Story.family_id.in_(families))
        .group_by(Story.family_id)
    )
    return {family: tuple(counts) for family, *counts in session.execute(query)}


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
        )


def read_wordings(session: Session, family_id: str) -> tuple[tuple[StoryView, ...], ...]:
    """Return the stories of a family by wording and arm."""
    stories = session.scalars(select(Story).where(Story.family_id == family_id))
    found: dict[int, list[StoryView]] = {}
    for story in sorted(stories, key=lambda one: (one.wording, ARM_ORDER.get(one.arm, 9))):
        view = StoryView(story.id, story.arm, story.name, story.text, story.excluded)
        found.setdefault(story.wording, []).append(view)
    return tuple(tuple(arms) for arms in found.values())
