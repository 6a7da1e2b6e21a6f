"""What happened to every single item of a comparison: fixed, broken, or unchanged."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from pipelines.measured import EvaluationItem
from pipelines.records import Family
from pipelines.store import Project
from pipelines.views.comparisons import ComparisonView
from pipelines.views.item_sources import evaluation_id
from pipelines.views.pages import Key, Page, read_page

FATES = ("fixed", "broken", "still bad", "unchanged", "takes no side")
"""What can happen to an item: "bad" is a mismatch, a stereotype preferred, a wrong answer.

An item that takes no side under one of the models (a tie, a reply that cannot be read, no pronoun)
is neither fixed nor broken: on that side nobody knows whether it is bad.
"""
SHOWN = 120
TEN = 10


@dataclass(frozen=True)
class ItemRow:
    """One item of a benchmark under both models; scores are None where it has none."""

    family_id: str
    key: str
    title: str
    theme: str
    fate: str
    before: dict[str, Any]
    after: dict[str, Any]
    score_before: float | None = None
    score_after: float | None = None


@dataclass(frozen=True)
class ItemSide:
    """One item as one model answered it."""

    model: str
    values: dict[str, Any]
    asked: list[dict[str, Any]] = field(default_factory=list)
    score: float | None = None
    bad: bool | None = None
    when: str = ""  # Before, After, or which run after


@dataclass(frozen=True)
class ItemDetail:
    """One item in full, under every model of a comparison that has answered it."""

    benchmark: str
    family_id: str
    key: str
    title: str
    sides: tuple[ItemSide, ...]


def list_items(
    project: Project, comparison: ComparisonView, benchmark: str, fate: str = "all",
    after: Key | None = None,
) -> Page[ItemRow]:  # fmt: skip
    """Return one page of the items of a benchmark that both models answered, fixed ones first.

    Of several runs after, the items here and in the other lists are of the first.
    """
    old, new = aliased(EvaluationItem), aliased(EvaluationItem)
    rank = rank_of(old, new)
    with project.read() as session:
        query = both_sides(session, comparison, benchmark, old, new)
        if query is None:
            return Page((), 0, None)
        if fate in FATES:
            query = query.where(rank == FATES.index(fate))
        return read_page(session, query, (rank, old.id), after, item_of)


def both_sides(
    session: Session, comparison: ComparisonView, benchmark: str, old: Any, new: Any
) -> Select | None:
    """Return the query of an item under both models: rank, id, family, key, names, both sides."""
    ids = [
        evaluation_id(session, comparison, model, benchmark)
        for model in (comparison.before, comparison.models_after[0])
    ]
    if None in ids:
        return None
    same = and_(new.family_id == old.family_id, new.key == old.key)
    columns = (rank_of(old, new), old.id, old.family_id, old.key, Family.title, Family.theme)
    return (
        select(
            *columns, old.values, new.values, old.score, new.score,
            func.json_extract(old.asked, "$[0]"),
        )
        .join(new, same)
        .outerjoin(Family, Family.id == old.family_id)
        .where(old.evaluation_id == ids[0], new.evaluation_id == ids[1])
    )  # fmt: skip


def rank_of(old: Any, new: Any) -> Any:
    """Return the SQL of an item's fate, as its place in FATES."""
    return case(
        (or_(old.bad.is_(None), new.bad.is_(None)), 4),
        (and_(old.bad, ~new.bad), 0),
        (and_(~old.bad, new.bad), 1),
        (and_(old.bad, new.bad), 2),
        else_=3,
    )


def item_of(row: Sequence) -> ItemRow:
    """Return one row of the items."""
    rank, _, family, key, title, theme, old, new, before, after, asked = row
    return ItemRow(
        family, key, title or first_words(asked) or key, theme or "", FATES[rank], old, new,
        before, after,
    )  # fmt: skip


def first_words(asked: object) -> str:
    """Return the beginning of an item's first prompt, or of its first option where it has none.

    `asked` is JSON text, as SQLite hands it out.
    """

    found = json.loads(asked) if isinstance(asked, str) else asked
    if not isinstance(found, dict):
        return ""
    prompt = found.get("prompt") or ""
    said = prompt if isinstance(prompt, str) else " ".join(str(m["content"]) for m in prompt)
    text = " ".join((said + found.get("prefix", "")).split())
    text = text or " ".join(str((found.get("options") or [""])[0]).split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def read_item(
    project: Project, comparison: ComparisonView, benchmark: str, family: str, key: str
) -> ItemDetail:
    """Return one item in full; sides are missing where a model has no answer any more."""
    sides = []
    with project.read() as session:
        plot = session.get(Family, family)
        for model in (comparison.before, *comparison.models_after):
            found = session.scalar(
                select(EvaluationItem).where(
                    EvaluationItem.evaluation_id
                    == evaluation_id(session, comparison, model, benchmark),
                    EvaluationItem.family_id == family,
                    EvaluationItem.key == key,
                )
            )
            if found:
                sides.append(
                    ItemSide(
                        model, found.values, found.asked, found.score, found.bad,
                        comparison.when(model),
                    )
                )  # fmt: skip
    title = (
        plot.title if plot else first_words(sides[0].asked[0] if sides and sides[0].asked else None)
    )
    return ItemDetail(benchmark, family, key, title, tuple(sides))


def list_scores(
    project: Project, comparison: ComparisonView, benchmark: str
) -> list[tuple[str, float, float, str]]:
    """Return (key, score before, score after, fate) of every item that has both scores."""
    old, new = aliased(EvaluationItem), aliased(EvaluationItem)
    with project.read() as session:
        query = both_sides(session, comparison, benchmark, old, new)
        if query is None:
            return []
        rows = session.execute(query.where(old.score.is_not(None), new.score.is_not(None)))
        return [(row[3], row[8], row[9], FATES[row[0]]) for row in rows]


def list_values(
    project: Project, comparison: ComparisonView, benchmark: str, model: str
) -> list[dict[str, Any]]:
    """Return the stored values of every item of one model, for example gaps and noise floors."""
    with project.read() as session:
        wanted = evaluation_id(session, comparison, model, benchmark)
        query = select(EvaluationItem.values).where(EvaluationItem.evaluation_id == wanted)
        return list(session.scalars(query))


def list_extremes(
    project: Project, comparison: ComparisonView, benchmark: str
) -> tuple[list[ItemRow], list[ItemRow]]:
    """Return the ten items that changed most for the better, and the ten for the worse.

    An item is better where it was bad and is not any more, worse where it is bad and was not; in
    both lists the larger move of the score comes first. Items that only moved are in neither.
    """
    old, new = aliased(EvaluationItem), aliased(EvaluationItem)
    rank = rank_of(old, new)
    moved = func.abs(func.coalesce(new.score - old.score, 0.0))
    with project.read() as session:
        query = both_sides(session, comparison, benchmark, old, new)
        if query is None:
            return [], []
        lists = [
            session.execute(query.where(rank == fate).order_by(moved.desc(), old.id).limit(TEN))
            for fate in (0, 1)
        ]
        return [item_of(row) for row in lists[0]], [item_of(row) for row in lists[1]]
