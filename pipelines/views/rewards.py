"""Audits of the implicit reward as plain values: the list, one audit, and its pairs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, func, select

from pipelines.measured import Evaluation, EvaluationItem
from pipelines.rewards.pairs import PREFERENCES, PREFIX
from pipelines.store import Project
from pipelines.views.pages import Key, Page, read_page

ALL = "all"
CONTROLS = "controls"


@dataclass(frozen=True)
class AuditRow:
    """One audit in the list."""

    id: int
    finished_at: datetime
    model: str
    pairs: str  # as in `--pairs`, or the name of a file
    reference: str
    label: str
    beta: float
    items: int

    @property
    def is_preferences(self) -> bool:
        """Tell whether its pairs are preference rows: chosen and rejected answers."""
        return self.pairs == PREFERENCES


@dataclass(frozen=True)
class AuditMetric:
    """One number of an audit; `undefined` says why where it has none."""

    key: str
    label: str = ""
    meaning: str = ""
    value: float | None = None
    n: int = 0
    low: float | None = None
    high: float | None = None
    ideal: float | None = None
    percent: bool = False
    p: float | None = None
    families: int | None = None
    changed_families: int | None = None
    undefined: str = ""


@dataclass(frozen=True)
class AuditStage:
    """How often one stage of the training prefers stigma."""

    stage: str  # base / SFT / DPO / SFT+DPO
    model: str
    pct_stigma: AuditMetric
    stigma_gap: AuditMetric | None  # beyond the cisgender baseline, where there is one
    by_identity: dict[str, AuditMetric]


@dataclass(frozen=True)
class AuditView:
    """One audit with its numbers."""

    row: AuditRow
    metrics: tuple[AuditMetric, ...]
    by_identity: dict[str, tuple[AuditMetric, ...]]
    by_theme: dict[str, tuple[AuditMetric, ...]]  # of pairs about people
    by_split: dict[str, tuple[AuditMetric, ...]]  # of preference rows, as the category
    by_category: dict[str, tuple[AuditMetric, ...]]
    stages: tuple[AuditStage, ...]
    notes: tuple[str, ...]
    warning: str = ""  # what a reader should know before opening the pairs
    preference_audit: dict[str, Any] | None = None
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def groups(self) -> list[tuple[str, dict[str, tuple[AuditMetric, ...]]]]:
        """The groups that the pairs have, each with a title and the numbers of its levels."""
        every = (
            ("By identity", self.by_identity),
            ("By theme", self.by_theme),
            ("By split", self.by_split),
            ("By category", self.by_category),
        )
        return [(title, levels) for title, levels in every if levels]


@dataclass(frozen=True)
class AuditItem:
    """One pair; `better` is the affirming text, or the chosen answer of a preference row.

    `score` is the reward of the worse minus that of the better text: above 0 the training has
    raised the worse text more. The rejected answer of a preference row need not be stigmatizing.
    """

    key: str
    family: str
    identity: str
    theme: str
    prompt: str
    better: str
    worse: str
    score: float | None
    bad: bool | None  # None for baselines and ties
    values: dict[str, Any]

    @property
    def is_preference(self) -> bool:
        """Tell whether it is a preference row."""
        return "preference_margin" in self.values


COLUMNS = (Evaluation.id, Evaluation.created_at, Evaluation.model, Evaluation.benchmark,
           Evaluation.facts)  # fmt: skip
ITEM_COLUMNS = (EvaluationItem.score, EvaluationItem.id, EvaluationItem.key,
                EvaluationItem.family_id, EvaluationItem.bad, EvaluationItem.values,
                EvaluationItem.asked)  # fmt: skip


def list_audits(project: Project, after: Key | None = None) -> Page[AuditRow]:
    """Return one page of the audits, newest first."""
    query = select(*COLUMNS).where(Evaluation.benchmark.startswith(PREFIX))
    with project.read() as session:
        return read_page(session, query, COLUMNS[:1], after, row_of, descending=True)


def row_of(row: Sequence[Any]) -> AuditRow:
    """Return a row of COLUMNS as an audit."""
    number, created, model, benchmark, facts = row
    return AuditRow(
        id=number,
        finished_at=created,
        model=model,
        pairs=benchmark.removeprefix(PREFIX),
        reference=facts["reference"],
        label=facts["label"],
        beta=facts["beta"],
        items=facts["items"],
    )


def read_audit(project: Project, audit_id: int | None = None) -> AuditView | None:
    """Return one audit, the newest if none is named; None if there is no such audit."""
    query = select(Evaluation).where(Evaluation.benchmark.startswith(PREFIX))
    query = query.order_by(Evaluation.id.desc()).limit(1)
    if audit_id is not None:
        query = query.where(Evaluation.id == audit_id)
    with project.read() as session:
        found = session.scalar(query)
    return view_of(found) if found else None


def view_of(found: Evaluation) -> AuditView:
    """Return a stored audit as plain values."""
    facts = found.facts
    words = {key: told for key, told in found.metrics.items() if "label" in told}

    def levels(name: str) -> dict[str, tuple[AuditMetric, ...]]:
        return {
            level: tuple(metric_of(key, told, words.get(key, {})) for key, told in rows.items())
            for level, rows in facts.get(name, {}).items()
        }

    return AuditView(
        row=row_of((found.id, found.created_at, found.model, found.benchmark, facts)),
        metrics=tuple(metric_of(key, told) for key, told in found.metrics.items()),
        by_identity=levels("by_identity"),
        by_theme=levels("by_theme"),
        by_split=levels("by_split"),
        by_category=levels("by_category"),
        stages=tuple(stage_of(told) for told in facts["stages"]),
        notes=tuple(facts["notes"]),
        warning=facts["warning"],
        preference_audit=facts["preference_audit"],
        config=dict(found.config),
    )


def metric_of(key: str, told: dict[str, Any], words: dict[str, Any] | None = None) -> AuditMetric:
    """Return a described metric; `words` is the metric of all pairs, for label and meaning."""
    known = set(AuditMetric.__dataclass_fields__) - {"key"}
    merged = {**{name: (words or {}).get(name, "") for name in ("label", "meaning")}, **told}
    merged["percent"] = bool((words or {}).get("percent", told.get("percent", False)))
    return AuditMetric(key, **{name: value for name, value in merged.items() if name in known})


def stage_of(told: dict[str, Any]) -> AuditStage:
    """Return a stored stage as plain values."""
    gap = told.get("stigma_gap")
    return AuditStage(
        stage=told["stage"],
        model=told["model"],
        pct_stigma=metric_of("pct_stigma", told["pct_stigma"]),
        stigma_gap=metric_of("stigma_gap", gap) if gap else None,
        by_identity={
            level: metric_of("pct_stigma", found) for level, found in told["by_identity"].items()
        },
    )


def list_audit_items(
    project: Project, audit_id: int, identity: str = ALL, after: Key | None = None
) -> Page[AuditItem]:
    """Return one page of an audit's pairs, those first whose worse text was raised most.

    `identity` is one of them, `controls` for the baseline, or `all`.
    """
    query = select(*ITEM_COLUMNS).where(EvaluationItem.evaluation_id == audit_id)
    named = func.json_extract(EvaluationItem.values, "$.identity", type_=String)
    if identity == CONTROLS:
        query = query.where(func.json_extract(EvaluationItem.values, "$.control").is_not(None))
    elif identity != ALL:
        query = query.where(named == identity)
    with project.read() as session:
        return read_page(session, query, ITEM_COLUMNS[:2], after, item_of, descending=True)


def item_of(row: Sequence[Any]) -> AuditItem:
    """Return a row of ITEM_COLUMNS as a pair."""
    score, _, key, family, bad, values, (asked, *_) = row
    better, worse = asked["options"]
    return AuditItem(
        key=key,
        family=family,
        identity=values.get("identity") or values.get("control") or "",
        theme=values.get("theme", ""),
        prompt=said(asked),
        better=better,
        worse=worse,
        score=score,
        bad=bad,
        values={**values, **{name: asked[name] for name in ("logps", "reference_logps", "tokens")}},
    )


def said(asked: dict[str, Any]) -> str:
    """Return what came before both texts, one line a turn."""
    turns = [str(message["content"]) for message in asked["prompt"] or ()]
    return "\n".join([*turns, *([asked["prefix"]] if asked["prefix"] else [])])
