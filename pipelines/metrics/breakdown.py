"""A benchmark's metrics and the same metrics told apart by groups, such as identity or theme."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pipelines.benchmarks.declaring import Benchmark
from pipelines.benchmarks.items import Value
from pipelines.errors import UndefinedMetric
from pipelines.metrics.specs import MetricSpec, Values
from pipelines.metrics.statistics import Change, Estimate

Compare = Callable[..., Change]


MOST_LEVELS = 200
"""A fact with more values than this names items and not groups; it is not told apart."""


def all_metrics(benchmark: Benchmark, values: Values) -> list[MetricSpec]:
    """Return the metrics of a benchmark, then those of each group that the values have.

    Groups whose names make one key ("non-binary" and "Non binary") are told apart by a number.
    """
    found = {spec.key: spec for spec in benchmark.metrics}
    for group in benchmark.groups:
        levels = sorted({str(level) for v in values if (level := fact(v, group.fact))})
        if len(levels) > MOST_LEVELS:
            continue
        for spec in map(benchmark.spec, group.metrics):
            for level in levels:
                one = within(spec, group.fact, level)
                key, number = one.key, 2
                while key in found:
                    key, number = f"{one.key}_{number}", number + 1
                found[key] = replace(one, key=key)
    return list(found.values())


def within(spec: MetricSpec, name: str, level: str) -> MetricSpec:
    """Return a metric of the values whose fact `name` is `level`, keyed like accuracy_female."""
    return replace(
        spec,
        key=f"{spec.key}_{slug(level)}",
        label=f"{spec.label}, {level}",
        group=level,
        base=spec.key,
        compute=partial(_compute, spec, name, level),
        compare=spec.compare and partial(_compare, spec.compare, name, level),
        compare_runs=spec.compare_runs and partial(_compare_runs, spec.compare_runs, name, level),
    )


def _compute(spec: MetricSpec, name: str, level: str, values: Values, seed: int = 0) -> Estimate:
    return spec.compute(of_group(values, name, level), seed)


def _compare(
    compare: Compare, name: str, level: str, before: Values, after: Values, seed: int = 0
) -> Change:
    return compare(of_group(before, name, level), of_group(after, name, level), seed)


def _compare_runs(
    compare: Compare, name: str, level: str, before: Values, afters: Sequence[Values], seed: int = 0
) -> Change:
    runs = [of_group(after, name, level) for after in afters]
    return compare(of_group(before, name, level), runs, seed)


def of_group(values: Values, name: str, level: str) -> list[Any]:
    """Return the values whose fact `name` is `level`."""
    return [value for value in values if str(fact(value, name)) == level]


def fact(value: Any, name: str) -> Any:
    """Return a fact of a value, or None where it has none."""
    return value[name] if isinstance(value, Value) else getattr(value, name, None)


def slug(text: str) -> str:
    """Return a group's name as it stands in a metric's key: lower case, words joined by _."""
    return re.sub(r"\W+", "_", text.lower()).strip("_") or "unnamed"


def describe(specs: Sequence[MetricSpec], values: Values, seed: int) -> dict[str, dict]:
    """Return every metric's value with n, interval, fair point, label and unit; else why not.

    An undefined metric has no n: items may well take part, too few of them, or of one family.
    """
    found: dict[str, dict] = {}
    for spec in specs:
        try:
            found[spec.key] = spec.compute(values, seed).as_dict(spec.ideal)
        except UndefinedMetric as error:
            found[spec.key] = {"value": None, "undefined": str(error), "ideal": spec.ideal}
        found[spec.key] |= {"label": spec.label, "percent": spec.percent}
        if spec.group:
            found[spec.key]["group"] = spec.group
    return found
