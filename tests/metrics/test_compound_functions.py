"""Every formula that the project measures by, on random families: its interval holds its value."""

from functools import partial

import numpy as np
import pytest

from pipelines.benchmarks.catalog import MODULES, find_benchmark
from pipelines.benchmarks.winobias_f1 import from_shares
from pipelines.errors import UndefinedMetric
from pipelines.metrics.perplexity import PERPLEXITY
from pipelines.metrics.specs import Formula
from pipelines.metrics.statistics import compare_sums, estimate_sums
from pipelines.rewards.measures import CONTROL_METRICS, stigma_metrics


def formulas():
    """Key, number of ratios, whether they may be shares, and function; each function once."""
    specs = [spec for name in MODULES for spec in find_benchmark(name).metrics]
    specs += [*CONTROL_METRICS, *stigma_metrics(0.0), PERPLEXITY]
    # F1 of two occupations has too many ratios for what unseen families may bring to its change
    found = {
        "f1": (6, False, partial(from_shares, 1)),
        "f1_gap": (12, False, partial(from_shares, 2)),
    }
    for spec in specs:
        formula = getattr(spec.compute, "args", [None])[0]
        if isinstance(formula, Formula):
            row = (len(formula.reads), formula.by != "mean", formula.function)
            if row not in found.values():
                found[spec.key] = row
    return found


FORMULAS = formulas()


def random_families(rng, ratios):
    """Before and after, (families, 2, J, 2): often all alike, all 0 or 1, or without an item."""
    families, chance = rng.integers(2, 30), rng.choice([0.0, 0.1, 0.5, 1.0], (1, 2, ratios))
    items = rng.integers(1, 3, (families, 2, ratios)) * (rng.random((families, 2, ratios)) < 0.9)
    return np.stack([rng.binomial(items, chance), items], axis=-1).astype(float)


def test_the_formulas_are_those_that_are_no_plain_means():
    assert {"icat", "s_amb", "s_dis", "stigma_gap", "f1", "perplexity"} <= set(FORMULAS)
    assert all(FORMULAS[key][1] for key in ("icat", "stigma_gap", "s_amb"))


@pytest.mark.parametrize("key", FORMULAS)
def test_an_interval_holds_its_value(key):
    ratios, share, function = FORMULAS[key]
    rng, told = np.random.default_rng(3), 0
    for _ in range(40):
        both = random_families(rng, ratios)
        try:
            one = estimate_sums(both[:, 0], 1, 0, share, function)
            change = compare_sums(both, 0.0, 0, share, function)
        except UndefinedMetric:
            continue
        told += 1
        assert one.low <= one.value <= one.high
        assert change.low <= change.change <= change.high
        if share:
            assert one.low < one.high
            assert change.low < change.high
    assert told >= 5
