"""Finished comparisons of two models, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from pipelines.measured import Comparison
from pipelines.store import Project
from pipelines.views.units import in_percent


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
    before_low: float | None = None
    before_high: float | None = None
    after_low: float | None = None
    after_high: float | None = None
    change: float | None = None
    low: float | None = None  # of the change
    high: float | None = None
    p: float | None = None
    p_holm: float | None = None
    n: int | None = None
    families: int | None = None
    changed_families: int | None = None
    verdict: str = ""
    sentence: str = ""
    undefined: str = ""
    percent: bool = False  # are its numbers shares?
    group: str = ""  # of a metric of one group of items
    of: str = ""  # of such a metric: the key of the metric of all items
    seeds: dict[str, Any] = field(default_factory=dict)  # of several runs: mean and spread


@dataclass(frozen=True)
class Guard:
    """One warning beside the good news."""

    level: str  # red / amber
    name: str
    sentence: str
    about: str = ""


@dataclass(frozen=True)
class Measure:
    """One benchmark of a comparison: what a reader has to know of it."""

    name: str
    label: str
    aim: str = "bias"
    meaning: str = ""
    source: str = ""
    license: str = ""
    headline: str = ""
    score: str = ""
    warning: str = ""
    evaluations: dict[str, int] = field(default_factory=dict)  # model -> evaluation
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ComparisonView:
    """One comparison of a model before with one or more after."""

    id: int
    before: str
    after: str
    finished_at: datetime | None
    changes: tuple[MetricChange, ...]
    warnings: tuple[str, ...]
    left_out: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    level: str = ""  # red / amber / green
    verdict: str = ""
    guards: tuple[Guard, ...] = ()
    notes: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def benchmarks(self) -> list[str]:
        """The benchmarks it has, in their order."""
        return list(dict.fromkeys(change.benchmark for change in self.changes))

    @property
    def headlines(self) -> list[MetricChange]:
        """The metric that stands for each benchmark, in their order."""
        found = {(change.benchmark, change.key): change for change in self.changes}
        keys = [(measure.name, measure.headline) for measure in self.measures]
        return [found[key] for key in keys if key in found]

    def measure(self, benchmark: str) -> Measure:
        """Return what is known of a benchmark."""
        known = (measure for measure in self.measures if measure.name == benchmark)
        return next(known, Measure(benchmark, benchmark))

    def of(self, benchmark: str, groups: bool = False) -> list[MetricChange]:
        """Return a benchmark's metrics, those of its groups or those of all its items."""
        return [
            change
            for change in self.changes
            if change.benchmark == benchmark and bool(change.group) == groups
        ]

    @property
    def models_after(self) -> list[str]:
        """The models after, each by itself."""
        return [name.strip() for name in self.after.split(",") if name.strip()]

    @property
    def first_run(self) -> str:
        """What stands before words about single items, which are of the first of several runs."""
        return "Run 1: " if len(self.models_after) > 1 else ""

    def when(self, model: str) -> str:
        """Return what a model is to the comparison: Before, After, or which run after."""
        if model == self.before:
            return "Before"
        runs = self.models_after
        return f"After, run {runs.index(model) + 1}" if len(runs) > 1 else "After"


def list_comparisons(project: Project, limit: int = 25) -> list[ComparisonView]:
    """Return the newest finished comparisons, newest first."""
    query = select(Comparison).order_by(Comparison.id.desc()).limit(limit)
    with project.read() as session:
        return [view_of(row) for row in session.scalars(query)]


def read_comparison(project: Project, comparison_id: int | None) -> ComparisonView | None:
    """Return one comparison, the newest if `comparison_id` names none; None if there is none."""
    newest = select(Comparison).order_by(Comparison.id.desc()).limit(1)
    with project.read() as session:
        named = session.get(Comparison, comparison_id) if comparison_id else None
        row = named or session.scalar(newest)
        return view_of(row) if row else None


def view_of(row: Comparison) -> ComparisonView:
    """Return a stored comparison as plain values; older ones lack what came later."""
    result = row.result
    verdict = result.get("verdict", {})
    return ComparisonView(
        id=row.id,
        before=row.before,
        after=row.after,
        finished_at=row.created_at,
        changes=tuple(
            change_of(benchmark, key, found, row.after)
            for benchmark, rows in result.get("metrics", {}).items()
            for key, found in rows.items()
        ),
        warnings=tuple(map(str, result.get("warnings", ()))),
        left_out=str(result.get("left_out", {}).get("sentence", "")),
        config=dict(row.config),
        level=verdict.get("level", ""),
        verdict=verdict.get("sentence", ""),
        guards=tuple(taken(Guard, found) for found in result.get("guards", ())),
        notes=tuple(map(str, result.get("notes", ()))),
        measures=tuple(
            taken(Measure, found, name=name) for name, found in result.get("benchmarks", {}).items()
        ),
        provenance=dict(result.get("provenance", {})),
    )


def change_of(benchmark: str, key: str, found: dict[str, Any], after: str) -> MetricChange:
    """Return one stored metric; what has no before is of the first run, where there are several."""
    label = found.get("label", key)
    if "," in after and found.get("after") is not None and found.get("change") is None:
        label += ", run 1"
    given = {"benchmark": benchmark, "key": key, "label": label, "percent": in_percent(key, found)}
    return taken(MetricChange, found, **given)


def taken(kind: type, found: dict[str, Any], **given: Any) -> Any:
    """Return a record of `kind` from the fields that it knows, and `given` over them."""
    known = {name: found[name] for name in kind.__dataclass_fields__ if found.get(name) is not None}
    return kind(**{**known, **given})
