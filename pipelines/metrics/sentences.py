"""Plain sentences about a number, for a teacher to read aloud."""

from collections.abc import Sequence

from pipelines.metrics import statistics
from pipelines.metrics.specs import MetricSpec
from pipelines.metrics.statistics import Change, Estimate

FEW = f"Too few families to tell: at least {statistics.FEWEST_CHANGED} have to change."


def sentence(spec: MetricSpec, change: Change | Estimate) -> str:
    """Say in plain words how a metric moved, with its numbers and an honest verdict.

    An Estimate (the resolution rates) is told without a verdict: chance alone resolves some pairs,
    so the verdict is that of the mismatch rate.
    """
    if isinstance(change, Estimate):
        few = " Too few families to tell." if change.families < statistics.FEWEST_CHANGED else ""
        return (
            f"{spec.label}: {shown(spec, change.value)} (95% interval {shown(spec, change.low)} to "
            f"{shown(spec, change.high)}; {change.families} families). {spec.meaning}{few}"
        )
    return (
        f"{spec.label}: {shown(spec, change.before)} before, {shown(spec, change.after)} after, "
        f"a change of {shown(spec, change.change, '+', ' points')} (95% interval "
        f"{shown(spec, change.low, '+', '')} to {shown(spec, change.high, '+', '')}; "
        f"{change.families} families, {change.changed_families} of them changed). "
        f"{_verdict(spec, change)}"
    )


def runs_words(spec: MetricSpec, values: Sequence[float], mean: float, sd: float | None) -> str:
    """Say in a few words how several runs differ, in the unit of the metric."""
    if sd is None:
        return f"one run, {shown(spec, mean)}"
    return (
        f"mean of {len(values)} runs, {shown(spec, mean)}; {shown(spec, min(values))} to "
        f"{shown(spec, max(values))}, standard deviation {shown(spec, sd, '', ' points')}"
    )


def runs_sentence(spec: MetricSpec, values: Sequence[float], mean: float, sd: float | None) -> str:
    """Say how several runs of one recipe differ, and what that does not cover."""
    if sd is None:
        return (
            f"{spec.label}, one run: {shown(spec, mean)} after. "
            "How other seeds would do is not known from one run."
        )
    return (
        f"{spec.label}, {len(values)} runs with other seeds: {shown(spec, mean)} after on average, "
        f"from {shown(spec, min(values))} to {shown(spec, max(values))} (standard deviation "
        f"{shown(spec, sd, '', ' points')}). This is how runs differ on the same items; the "
        "interval and p of the change tell of other items with the same runs."
    )


def shown(spec: MetricSpec, number: float, sign: str = "", percent: str = "%") -> str:
    """Return a number of a metric as it is read: shares in percent, with `percent` behind them."""
    scale, digits, unit = (100, 1, percent) if spec.percent else (1, 2, "")
    return f"{scale * number:{sign}z.{digits}f}".replace("-", "−") + unit


def _verdict(spec: MetricSpec, change: Change) -> str:
    p = change.p if change.p_holm is None else change.p_holm
    chance = f"p = {p:.3f}" if p >= 0.001 else "p below 0.001"
    together = "all groups of this metric" if spec.group else "all metrics shown"
    chance += "" if change.p_holm is None else f", corrected for {together}"
    if change.verdict == statistics.TOO_FEW:
        return FEW
    if p >= statistics.LEVEL:
        return f"No clear change: chance may explain it ({chance}), but that does not prove it did."
    if spec.ideal is None:
        return _without_fair_point(change, chance)
    if change.verdict == statistics.UNCLEAR:
        return f"No clear change for better or worse, though the number did move ({chance})."
    way = "nearer to" if change.verdict == statistics.BETTER else "farther from"
    fair = shown(spec, spec.ideal)
    return f"{change.verdict.capitalize()}: {way} its fair value {fair} ({chance})."


def _without_fair_point(change: Change, chance: str) -> str:
    """Return the verdict of a metric such as perplexity, or of one that is only described."""
    way = "rose" if change.change > 0 else "fell"
    if change.verdict == statistics.UNCLEAR:
        return (
            f"It {way} more than chance explains ({chance}); it has no fair value, "
            "so that is neither better nor worse."
        )
    return f"{change.verdict.capitalize()}: it {way} more than chance explains ({chance})."
