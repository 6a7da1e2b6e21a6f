"""All evaluations of a project: which models were measured on what, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from pipelines.benchmarks.catalog import MODULES, find_benchmark
from pipelines.measured import Evaluation
from pipelines.metrics.specs import MetricSpec
from pipelines.store import Project
from pipelines.views.units import in_percent


@dataclass(frozen=True)
class EvaluationRow:
    """One model on one benchmark."""

    id: int
    model: str
    benchmark: str
    finished_at: datetime | None
    metrics: dict[str, dict[str, Any]]  # key -> value, n, low, high, ideal, or undefined
    config: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def label(self, key: str) -> str:
        """Return what one of its metrics is called; an older measuring is called by the catalog."""
        found, spec = self.metrics[key], self.spec(key)
        if found.get("label") or spec is None:
            return str(found.get("label") or key)
        return f"{spec.label}, {found['group']}" if found.get("group") else spec.label

    def percent(self, key: str) -> bool:
        """Tell whether one of its metrics is a share."""
        found, spec = self.metrics[key], self.spec(key)
        if found.get("percent") is None and spec is not None:
            return spec.percent
        return in_percent(key, found)

    def spec(self, key: str) -> MetricSpec | None:
        """Return the metric of the catalog that a key means, that of all items for a group's."""
        if self.benchmark not in MODULES:
            return None
        of_group = bool(self.metrics[key].get("group"))
        fitting = [
            spec
            for spec in find_benchmark(self.benchmark).metrics
            if key == spec.key or (of_group and key.startswith(f"{spec.key}_"))
        ]
        return max(fitting, key=lambda spec: len(spec.key), default=None)

    @property
    def settings(self) -> str:
        """What of the settings makes its numbers others, in words; "" for the usual ones."""
        usual = {"limit": 0, "orders": 2, "method": "scored", "form": "plain", "shots": 0,
                 "samples": 1, "scorer": "vader"}  # fmt: skip
        found = [
            f"{name} {self.config[name]}"
            for name, value in usual.items()
            if self.config.get(name, value) != value
        ]
        return ", ".join(found)


def list_evaluations(project: Project, benchmark: str = "") -> list[EvaluationRow]:
    """Return every evaluation, of one benchmark if it is named, the newest of each model first."""
    query = select(Evaluation).order_by(Evaluation.created_at.desc(), Evaluation.id.desc())
    if benchmark:
        query = query.where(Evaluation.benchmark == benchmark)
    with project.read() as session:
        return [
            EvaluationRow(
                row.id, row.model, row.benchmark, row.created_at, row.metrics, row.config, row.facts
            )
            for row in session.scalars(query)
        ]


def measured_benchmarks(project: Project) -> list[str]:
    """Return the benchmarks that any model was measured on, in the catalog's order."""
    with project.read() as session:
        found = set(session.scalars(select(Evaluation.benchmark).distinct()))
    known = [name for name in MODULES if name in found]
    return [*known, *sorted(found - set(known))]


def newest(rows: Iterable[EvaluationRow]) -> list[EvaluationRow]:
    """Return the newest evaluation of each model with each settings, in the order given."""
    seen: dict[tuple[str, str, str], EvaluationRow] = {}
    for row in rows:
        seen.setdefault((row.model, row.benchmark, row.settings), row)
    return list(seen.values())
