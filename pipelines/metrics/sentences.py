"""Plain sentences about a number, for a teacher to read aloud."""

from collections.abc import Callable

from pipelines.metrics import statistics
from pipelines.metrics.specs import MetricSpec
from pipelines.metrics.statistics import Change, Estimate

FEW = f"Too few families to tell: at least {statistics.FEWEST_CHANGED} have to change."


def sentence(spec: MetricSpec, change: Change | Estimate) -> str:
    """Say in plain words how a metric moved, with its numbers and an honest verdict.

    An Estimate (the resolution rates) is told without a verdict: chance alone resolves some pairs,
    so the verdict is that of the mismatch rate.
    """
    scale, digits, unit = (100, 1, "%") if spec.percent else (1, 2, "")

    def show(number: float, sign: str = "", unit: str = unit) -> str:
        return f"{scale * number:{sign}z.{digits}f}".replace("-", "−") + unit

    if isinstance(change, Estimate):
        found = f"{spec.label}: {show(change.value)} (95% interval {show(change.low)} to "
        few = " Too few families to tell." if change.families < statistics.FEWEST_CHANGED else ""
        return f"{found}{show(change.high)}; {change.families} families). {spec.meaning}{few}"
    return (
        f"{spec.label}: {show(change.before)} before, {show(change.after)} after, a change of "
        f"{show(change.change, '+', ' points' if unit else '')} (95% interval "
        f"{show(change.low, '+', '')} to {show(change.high, '+', '')}; {change.families} families, "
        f"{change.changed_families} of them changed). {_verdict(change, spec.ideal, show)}"
    )


def _verdict(change: Change, ideal: float | None, show: Callable[[float], str]) -> str:
    p = change.p if change.p_holm is None else change.p_holm
    chance = f"p = {p:.3f}" if p >= 0.001 else "p below 0.001"
    chance += "" if change.p_holm is None else ", corrected for all metrics shown"
    if change.verdict == statistics.TOO_FEW:
        return FEW
    if p >= statistics.LEVEL:
        return f"No clear change: chance may explain it ({chance}), but that does not prove it did."
    if change.verdict == statistics.UNCLEAR:
        return f"No clear change for better or worse, though the number did move ({chance})."
    if ideal is None:
        return f"{change.verdict.capitalize()} ({chance})."
    way = "nearer to" if change.verdict == statistics.BETTER else "farther from"
    return f"{change.verdict.capitalize()}: {way} its fair value {show(ideal)} ({chance})."
