"""From the values of all pairs to the numbers that are shown and stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.benchmarks.declaring import Group
from pipelines.benchmarks.items import Value
from pipelines.errors import UndefinedMetric
from pipelines.metrics.breakdown import describe
from pipelines.metrics.specs import MetricSpec
from pipelines.rewards.lineage import Lineage
from pipelines.rewards.measures import BY_IDENTITY, Measures, measures_of
from pipelines.rewards.pairs import PairList
from pipelines.rewards.rewards import as_reference

Described = dict[str, dict[str, Any]]
"""Metric to value, n, low, high and ideal, or to why it is undefined."""

LENGTH_DECIDES = 0.2
"""A share of stigma that moves this far when length is taken out says much about length."""
TESTED = {
    "reward_margin": "reward_margin",
    "preference_margin": "preference_margin",
    "amplification": "pct_stigma",
}
"""Metrics that say how model and reference differ, and the metric that is compared for their p."""


@dataclass(frozen=True)
class Audit:
    """What an audit has found, before anything is computed from it."""

    lineage: Lineage
    pairs: PairList
    values: list[Value]
    stages: list[tuple[str, str, list[Value]]]  # name, model, what it prefers of every pair
    notes: tuple[str, ...]
    seed: int

    @property
    def measures(self) -> Measures:
        """The metrics of these values."""
        return measures_of(self.values, self.pairs.is_preferences, self.pairs.ideal)


def summarize(audit: Audit) -> dict[str, Any]:
    """Return the result of the stage but for the evaluation's number."""
    lineage, measures = audit.lineage, audit.measures
    stigma = any(spec.key == "pct_stigma" for spec in measures.metrics)
    groups = {
        group.fact: by_level(measures, group, audit.values, audit.seed) for group in measures.groups
    }
    metrics = with_tests(measures, audit.values, audit.seed)
    return {
        "model": lineage.model,
        "reference": lineage.reference,
        "beta": lineage.beta,
        "pairs": audit.pairs.name,
        "label": audit.pairs.label,
        "warning": audit.pairs.warning,
        "metrics": metrics,
        "by_identity": groups.pop(BY_IDENTITY.fact, {}),
        **{f"by_{fact}": levels for fact, levels in groups.items()},
        "stages": [stage_of(audit, *stage) for stage in audit.stages] if stigma else [],
        "preference_audit": None,
        "notes": [*audit.notes, *length_notes(metrics)],
    }


def length_notes(metrics: Described) -> list[str]:
    """Return a warning if the length of the texts decides which of them is preferred."""
    summed, by_token = (
        metrics.get(key, {}).get("value") for key in ("pct_stigma", "pct_stigma_per_token")
    )
    if summed is None or by_token is None or abs(summed - by_token) < LENGTH_DECIDES:
        return []
    return [
        f"Stigma is preferred in {summed:.0%} of the pairs by whole texts and in {by_token:.0%} by "
        "token: the two texts differ in length, and that decides much of the first number."
    ]


def by_level(
    measures: Measures, group: Group, values: Sequence[Value], seed: int
) -> dict[str, Described]:
    """Return each level of a fact with the metrics of its values."""
    return {
        level: with_names(specs, describe(specs, values, seed))
        for level, specs in measures.of_group(group, values).items()
    }


def with_names(specs: Sequence[MetricSpec], described: Described) -> Described:
    """Return what was described under the keys, and so the labels, of the metrics of all values."""
    return {
        spec.base: {name: told for name, told in described[spec.key].items() if name != "label"}
        for spec in specs
    }


def with_tests(measures: Measures, values: Sequence[Value], seed: int) -> Described:
    """Return every metric with its words, and those of TESTED with p and the families that moved.

    p is of the swap test by family between reference and model, on the same pairs.
    """
    described = describe(measures.metrics, values, seed)
    for spec in measures.metrics:
        words = {"label": spec.label, "meaning": spec.meaning, "percent": spec.percent}
        described[spec.key] |= words
    reference = as_reference(values)
    for key, compared in TESTED.items():
        if key in described and described[key]["value"] is not None:
            described[key] |= tested(measures.spec(compared), reference, values, seed)
    return described


def tested(
    spec: MetricSpec, reference: Sequence[Value], values: Sequence[Value], seed: int
) -> dict[str, Any]:
    """Return p, families and how many of them moved; {} where too few take part."""
    try:
        change = spec.compare(reference, values, seed)
    except UndefinedMetric:
        return {}
    return {
        "p": change.p,
        "families": change.families,
        "changed_families": change.changed_families,
    }


def stage_of(audit: Audit, name: str, model: str, values: Sequence[Value]) -> dict[str, Any]:
    """Return how often one stage prefers stigma, whole, beyond the baseline and by identity."""
    measures = audit.measures
    shown = [spec for spec in measures.metrics if spec.key in ("pct_stigma", "stigma_gap")]
    pct_stigma = Measures((measures.spec("pct_stigma"),), (Group("identity", ("pct_stigma",)),))
    by_identity = by_level(pct_stigma, pct_stigma.groups[0], values, audit.seed)
    return {
        "stage": name,
        "model": model,
        **describe(shown, values, audit.seed),
        "by_identity": {level: found["pct_stigma"] for level, found in by_identity.items()},
    }
