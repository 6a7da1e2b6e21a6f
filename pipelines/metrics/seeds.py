"""Several runs of one recipe with other seeds: the mean, its change, and how the runs differ.

Two doubts stand side by side and are not mixed. The interval and p of the change are over
*families*: would these very runs do as well on other items? The spread is over *seeds*: would
another run of the recipe do as well on these items? Not covered: an interval over both at once,
for which a handful of runs is too few.
"""

import statistics as numbers
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from pipelines.errors import UndefinedMetric
from pipelines.metrics.sentences import runs_sentence, runs_words
from pipelines.metrics.specs import MetricSpec, Values
from pipelines.metrics.statistics import LEVEL, TOO_FEW, UNCLEAR, Change


@dataclass(frozen=True)
class Seeds:
    """One metric under several runs of a recipe, beside the one model before."""

    change: Change  # of the mean over runs
    changes: tuple[Change, ...]  # of each run, in the order given
    mean: float  # of the values after
    sd: float | None  # of the values after; undefined for one run
    low: float  # the lowest and the highest value after
    high: float
    words: str  # how the runs differ, for a cell of a table
    sentence: str  # the same, to read aloud

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored and printed."""
        return {
            "runs": len(self.changes),
            "after": [change.after for change in self.changes],
            "mean": self.mean,
            "sd": self.sd,
            "min": self.low,
            "max": self.high,
            "changes": [asdict(change) for change in self.changes],
            "words": self.words,
            "sentence": self.sentence,
        }


def over_seeds(spec: MetricSpec, before: Values, afters: Sequence[Values], seed: int = 0) -> Seeds:
    """Compare one model before with several runs after, on the items that all of them have.

    `change` is of the mean model: each item brings the mean of its numbers over runs, and the
    statistics by family are those of two models. For a metric that is no mean of items, the mean
    of its numbers need not be the mean of its values. A metric that cannot be computed from means
    of items gets `combine` of the runs' changes.

    Raises:
        UndefinedMetric: if there is no run, or the metric is undefined for one of them.
    """
    if not afters:
        raise UndefinedMetric("The metric has no value over runs: there is no run after.")
    changes = tuple(
        _compare(spec, before, after, seed, number) for number, after in enumerate(afters, start=1)
    )
    if len(changes) == 1:
        change = changes[0]
    elif spec.compare_runs is None:
        change = combine(changes)
    else:
        change = spec.compare_runs(before, afters, seed)
    values = [change.after for change in changes]
    mean, sd = numbers.fmean(values), numbers.stdev(values) if len(values) > 1 else None
    said = [say(spec, values, mean, sd) for say in (runs_words, runs_sentence)]
    return Seeds(change, changes, mean, sd, min(values), max(values), *said)


def _compare(spec: MetricSpec, before: Values, after: Values, seed: int, number: int) -> Change:
    try:
        return spec.compare(before, after, seed)
    except UndefinedMetric as error:
        raise UndefinedMetric(f"Run {number}: {error}") from error


def combine(changes: Sequence[Change]) -> Change:
    """Return the mean of the runs' changes, with an interval and p that hold however they depend.

        p = min(1, 2 · mean p_k)

    The ends of the interval are the means of the runs' ends: runs that share their families may be
    wholly correlated. The verdict is that of the runs where they agree, otherwise UNCLEAR.
    Source: Vovk and Wang 2020, https://doi.org/10.1093/biomet/asaa027
    """
    means = {
        name: numbers.fmean(getattr(change, name) for change in changes)
        for name in ("before", "after", "change", "low", "high", "p")
    }
    means["p"] = min(1.0, 2 * means["p"])
    verdicts = {change.verdict for change in changes}
    verdict = verdicts.pop() if len(verdicts) == 1 and means["p"] < LEVEL else UNCLEAR
    if TOO_FEW in {change.verdict for change in changes}:
        verdict = TOO_FEW
    fewest = min(changes, key=lambda change: change.changed_families)
    return replace(fewest, **means, p_holm=None, verdict=verdict)
