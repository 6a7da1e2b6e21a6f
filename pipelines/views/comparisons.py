"""Finished comparisons of two models, and what happened to every single item."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, case, func, select
from sqlalchemy.orm import aliased

from pipelines.configs import CompareConfig, EvaluateConfig, config_hash
from pipelines.records import Comparison, Evaluation, EvaluationItem, Family
from pipelines.store import Project
from pipelines.views.pages import Key, Page, read_page

FATES = ("fixed", "broken", "still different", "unchanged")
"""What can happen to an item between before and after."""


@dataclass(frozen=True)
class MetricChange:
    """One metric before and after; numbers that the comparison does not have are None."""

    benchmark: str
    key: str
    label: str
    meaning: str = ""
    ideal: float | None = None
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_holm: float | None = None
    families: int | None = None
    verdict: str = ""
    sentence: str = ""
    undefined: str = ""


@dataclass(frozen=True)
class ComparisonView:
    """One comparison of two models."""

    id: int
    before: str
    after: str
    finished_at: datetime | None
    changes: tuple[MetricChange, ...]
    warnings: tuple[str, ...]
    left_out: str = ""
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def benchmarks(self) -> list[str]:
        """The benchmarks it has, in their order."""
        return list(dict.fromkeys(change.benchmark for change in self.changes))


@dataclass(frozen=True)
class ItemRow:
    """One item of a benchmark under both models."""

    family_id: str
    key: str
    title: str
    theme: str
    fate: str
    before: dict[str, Any]
    after: dict[str, Any]


def list_comparisons(project: Project, limit: int = 25) -> list[ComparisonView]:
    """Return the newest finished comparisons, newest first."""
    query = select(Comparison).order_by(Comparison.id.desc()).limit(limit)
    with project.read() as session:
        return [view_of(row) for row in session.scalars(query)]


def read_comparison(project: Project, comparison_id: int | None) -> ComparisonView | None:
    """Return one comparison, the newest if `comparison_id` names none; None if there is none."""
    found = list_comparisons(project)
    return next((one for one in found if one.id == comparison_id), found[0] if found else None)


def view_of(row: Comparison) -> ComparisonView:
    """Return a stored comparison as plain values."""
    result = row.result
    known = set(MetricChange.__dataclass_fields__) - {"benchmark", "key", "label"}
    changes = [
        MetricChange(
            benchmark,
            key,
            found.get("label") or key,
            **{name: value for name, value in found.items() if name in known and value is not None},
        )
        for benchmark, rows in result.get("metrics", {}).items()
        for key, found in rows.items()
    ]
    return ComparisonView(
        row.id, row.before, row.after, row.created_at,
        tuple(changes), tuple(map(str, result.get("warnings", ()))),
        str(result.get("left_out", {}).get("sentence", "")), dict(row.config),
    )  # fmt: skip


def list_items(
    project: Project, comparison: ComparisonView, benchmark: str, fate: str = "all",
    after: Key | None = None,
) -> Page[ItemRow]:  # fmt: skip
    """Return one page of the items of a benchmark that both models answered, fixed ones first."""
    old, new = aliased(EvaluationItem), aliased(EvaluationItem)
    first, second = bad(old, benchmark), bad(new, benchmark)
    rank = case(
        (and_(first == 1, second == 0), 0),
        (and_(first == 0, second == 1), 1),
        (and_(first == 1, second == 1), 2),
        else_=3,
    )
    same = and_(new.family_id == old.family_id, new.key == old.key)
    columns = (rank, old.id, old.family_id, old.key, Family.title, Family.theme)
    with project.read() as session:
        ids = [
            evaluation_id(session, comparison, model, benchmark)
            for model in (comparison.before, comparison.after)
        ]
        query = (
            select(*columns, old.values, new.values)
            .join(new, same)
            .join(Family, Family.id == old.family_id)
            .where(old.evaluation_id == ids[0], new.evaluation_id == ids[1])
        )
        if fate in FATES:
            query = query.where(rank == FATES.index(fate))
        return read_page(session, query, columns[:2], after, item_of)


def bad(item: Any, benchmark: str) -> Any:
    """Return the SQL that is 1 where an item is a mismatch, or a control judged wrongly."""
    if benchmark == "controls":
        stance, right = (
            func.json_extract(item.values, path, type_=String)
            for path in ("$.stance", "$.expected")
        )
        return case((stance == right, 0), else_=1)
    return func.coalesce(func.json_extract(item.values, "$.mismatch"), 0)


def evaluation_id(
    session: Any, comparison: ComparisonView, model: str, benchmark: str
) -> int | None:
    """Return the evaluation that a comparison made of one model, or None."""
    names = set(EvaluateConfig.__dataclass_fields__) & set(CompareConfig.__dataclass_fields__)
    settings = {name: comparison.config[name] for name in names if name in comparison.config}
    wanted = config_hash(EvaluateConfig(model=model, **settings))
    query = select(Evaluation.id).where(
        Evaluation.model == model, Evaluation.benchmark == benchmark
    )
    exact = session.scalar(query.where(Evaluation.config_hash == wanted))
    return exact or session.scalar(query.order_by(Evaluation.id.desc()).limit(1))


def item_of(row: Sequence) -> ItemRow:
    """Return one row of the items."""
    rank, _, family, key, title, theme, old, new = row
    return ItemRow(family, key, title, theme, FATES[rank], old, new)
