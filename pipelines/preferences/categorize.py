"""The `preferences categorize` stage: propose a category for every row; people's choices stay.

The rule of `categories.py` goes first. Where it finds nothing, a model may be asked; what it says
is kept with `category_source` "model", and an answer that names no category, or several, leaves the
rule's "none". What a person or a file says is never replaced.

Not covered: a model's answer is not checked against anything. The counts by source tell how much
of a set rests on it.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from pipelines.configs import CategorizeConfig, split_rows
from pipelines.errors import DataError, NothingToDo
from pipelines.models.load import load_model
from pipelines.preferences.categories import propose
from pipelines.preferences.category_question import ask
from pipelines.progress import Progress
from pipelines.records import Category, Event, Family, Inconsistency, PreferenceRow
from pipelines.store import Project, in_parts

OWN = ("balanced", "control")
DECIDED = ("person", "file")
"""Sources of a category that no stage replaces."""
CHUNK = 100
"""Rows that are read by the rule in one transaction, about a tenth of a second."""
ASKED_TOGETHER = 32


def categorize(project: Project, config: CategorizeConfig) -> Iterator[Progress]:
    """Propose a category for every row that no person and no file has given one.

    Raises:
        NothingToDo: if there are no such rows to look at.
        ModelError: if the model that is to be asked cannot be loaded.
    """
    with project.read() as session:
        ids = list(session.scalars(select(PreferenceRow.id).where(chosen(config))))
    if not ids:
        raise NothingToDo(
            f"The project has no preference rows of this kind ({config.rows}). Build the set with "
            "`preferences export`, or bring rows with `preferences import`."
        )
    changed = 0
    for progress, more in read_by_rule(project, ids):
        changed += more
        yield progress
    if config.ask_model:
        for progress, named in ask_about_rest(project, config):
            changed += named
            yield progress
    result = {**summarize(project, config), "changed": changed}
    yield Progress(len(ids), len(ids), "categories are proposed", result)


def propose_missing(project: Project) -> Iterator[Progress]:
    """Propose a category by rule for every row that has none, as rows have that just came in."""
    with project.read() as session:
        ids = list(session.scalars(select(PreferenceRow.id).where(PreferenceRow.category == "")))
    for progress, _ in read_by_rule(project, ids):
        yield progress


def read_by_rule(project: Project, ids: list[int]) -> Iterator[tuple[Progress, int]]:
    """Read rows by the rule, some a transaction; yield how far it is and how many changed."""
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        with project.write() as session:
            rows = session.scalars(select(PreferenceRow).where(PreferenceRow.id.in_(part))).all()
            changed = fill_categories(session, rows)
        yield Progress(start + len(part), len(ids), "rows read by the rule"), changed


def fill_categories(session: Session, rows: Iterable[PreferenceRow]) -> int:
    """Propose by rule for the rows without a person's, a file's or a model's category.

    Returns how many got another category than they had. A model's category stays where the rule
    finds nothing.
    """
    waiting = [row for row in rows if row.category_source not in DECIDED]
    themes = themes_of(session, {row.family_id for row in waiting})
    agreeing = agreeing_pairs(session, {row.model for row in waiting if row.source == "balanced"})
    changed = 0
    for row in waiting:
        mismatch = (row.model, row.family_id, row.wording) not in agreeing
        found = propose(row, themes.get(row.family_id, ""), mismatch).category
        if found == Category.NONE and row.category_source == "model":
            continue
        changed += row.category != found
        row.category, row.category_source = found.value, "rule"
    return changed


def set_category(project: Project, row_id: int, category: str, who: str) -> None:
    """Give a row the category that a person chose; no stage replaces it.

    Raises:
        DataError: for an unknown row or category; then nothing is changed.
    """
    known = [each.value for each in Category]
    if category not in known:
        raise DataError(f"There is no category {category!r}. Use one of: {', '.join(known)}.")
    with project.write() as session:
        row = session.get(PreferenceRow, row_id)
        if row is None:
            raise DataError("This row is not in the set any more. Choose it again from the list.")
        before = {"category": row.category, "category_source": row.category_source}
        after = {"category": category, "category_source": "person"}
        if before == after:
            return
        row.category, row.category_source = category, "person"
        session.add(
            Event(
                who=who.strip() or "someone",
                action="category",
                subject=PreferenceRow.__tablename__,
                subject_id=str(row_id),
                before=before,
                after=after,
                batch=uuid4().hex,
            )
        )


def count_categories(project: Project, model: str) -> dict[str, dict[str, Any]]:
    """Count the rows of `model` and those of no model by category.

    Returns for every Category, and for "" where rows have none yet, {"rows": n, "sources":
    {row source: n}, "splits": {split: n}, "decided_by": {rule / model / person / file: n}}.
    """
    own = PreferenceRow
    query = (
        select(own.category, own.source, own.split, own.category_source, func.count())
        .where(own.model.in_([model, ""]))
        .group_by(own.category, own.source, own.split, own.category_source)
    )
    counts = {each.value: empty_count() for each in Category}
    with project.read() as session:
        for category, source, split, decider, number in session.execute(query).tuples():
            entry = counts.setdefault(category, empty_count())
            entry["rows"] += number
            places = (("sources", source), ("splits", split), ("decided_by", decider))
            for kind, name in places:
                if name:
                    entry[kind][name] = entry[kind].get(name, 0) + number
    return counts


def empty_count() -> dict[str, Any]:
    """Return the counts of a category without rows."""
    return {"rows": 0, "sources": {}, "splits": {}, "decided_by": {}}


def chosen(config: CategorizeConfig) -> ColumnElement[bool]:
    """Return the condition that a row is among those the config asks for."""
    rows = split_rows(config.rows)
    own = and_(PreferenceRow.source.in_(OWN), PreferenceRow.model == config.model)
    others = PreferenceRow.source.in_([name for name in rows if name != "own"])
    return or_(own, others) if "own" in rows else others


def in_chunks(ids: list[int], size: int) -> Iterator[list[int]]:
    """Yield the ids, `size` at a time."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def themes_of(session: Session, families: set[str]) -> dict[str, str]:
    """Return the themes of these families."""
    themes: dict[str, str] = {}
    for part in in_parts(families):
        query = select(Family.id, Family.theme).where(Family.id.in_(part))
        themes |= dict(session.execute(query).tuples().all())
    return themes


def agreeing_pairs(session: Session, models: set[str]) -> set[tuple[str, str, int]]:
    """Return (model, family, wording) of the pairs that no method judged differently."""
    own = Inconsistency
    query = (
        select(own.model, own.family_id, own.wording)
        .where(own.model.in_(models))
        .group_by(own.model, own.family_id, own.wording)
        .having(func.max(own.mismatch) == 0)
    )
    return set(session.execute(query).tuples()) if models else set()


def ask_about_rest(project: Project, config: CategorizeConfig) -> Iterator[tuple[Progress, int]]:
    """Ask the model about the rows in which the rule found nothing; yield how many it named."""
    nothing = and_(
        chosen(config),
        PreferenceRow.category == Category.NONE,
        PreferenceRow.category_source == "rule",
        PreferenceRow.source.not_in(OWN),  # their category follows from how they were made
    )
    with project.read() as session:
        ids = list(session.scalars(select(PreferenceRow.id).where(nothing)))
    if not ids:
        return
    yield Progress(0, len(ids), f"loading {config.model}"), 0
    model = load_model(project, config.model)
    done = 0
    for part in in_chunks(ids, ASKED_TOGETHER):
        with project.read() as session:
            rows = session.scalars(select(PreferenceRow).where(PreferenceRow.id.in_(part))).all()
        named = ask(model, rows)
        with project.write() as session:
            changed = sum(store_answer(session, id, category) for id, category in named.items())
        done += len(part)
        yield Progress(done, len(ids), "rows put to the model"), changed


def store_answer(session: Session, row_id: int, category: Category) -> bool:
    """Write a model's category unless somebody decided meanwhile; tell whether it is another."""
    statement = (
        update(PreferenceRow)
        .where(PreferenceRow.id == row_id, PreferenceRow.category_source == "rule")
        .values(category=category.value, category_source="model")
    )
    return bool(session.execute(statement).rowcount) and category != Category.NONE


def summarize(project: Project, config: CategorizeConfig) -> dict[str, dict[str, int]]:
    """Count the rows that the config asks for by category and by who decided it."""
    counts = {}
    with project.read() as session:
        for name, column in (
            ("categories", PreferenceRow.category),
            ("by_source", PreferenceRow.category_source),
        ):
            query = select(column, func.count()).where(chosen(config)).group_by(column)
            counts[name] = dict(session.execute(query).tuples().all())
    every = {each.value: counts["categories"].get(each.value, 0) for each in Category}
    deciders = ("rule", "model", "person", "file")
    return {
        "categories": every,
        "by_source": {name: counts["by_source"].get(name, 0) for name in deciders},
    }
