"""A number as it may be shown: with its sample, its interval and its fair point, or undefined."""

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.errors import UndefinedMetric
from pipelines.metrics.statistics import Estimate


@dataclass(frozen=True)
class Figure:
    """One measured number; `value` is None where it is undefined, and `reason` says why."""

    key: str
    label: str
    meaning: str
    ideal: float | None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    families: int = 0
    reason: str = ""


def measure(
    key: str, label: str, meaning: str, ideal: float | None, compute: Callable[[], Estimate]
) -> Figure:
    """Return what `compute` measures as a figure; an undefined metric keeps its reason."""
    try:
        found = compute()
    except UndefinedMetric as error:
        return Figure(key, label, meaning, ideal, reason=str(error))
    return Figure(
        key, label, meaning, ideal, found.value, found.low, found.high, found.n, found.families
    )
