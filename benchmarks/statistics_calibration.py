"""How often a comparison raises a false alarm, and how often it finds a true effect.

Usage: python -m benchmarks.statistics_calibration [--studies N] [--processes N]
Each study is two models on the same made-up items, compared as `compare` does: the metric's own
`compare`, then Holm over what is shown together, here one metric. Families have 2, 3, 4, 5 or 6
wordings. Each model has its own liking for each family, so that items of a family are correlated
(intraclass correlation 0.25 or 0.5) within a model. Between models they are not, which is the worst
case for a paired test, as nothing of the families' noise cancels; where it says "kept", the second
model has the likings of the first for that share of the families.

    mismatch   items of 0 and 1, 30 % ones, beta-binomial by family
    shift      continuous items, normal, standard deviation 0.2 if not said otherwise
    gap        share of 1 on one half of the items minus that on the other, a function of two ratios

Alarms: p below 0.05 without any difference, with Wilson's interval. Misses: the 95 % interval does
not hold 0. Beside them stands what other tests would have said of the same studies: the t test of
the families' means, whose level is known for normal numbers, so that its alarms show what luck the
drawing had; and two that take items for independent, the item bootstrap (its interval without 0)
and McNemar's exact test. Power: the studies with a true effect of 0.1 in which the verdict is
right; 60 families, and as many as it takes where 60 are too few.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from pipelines.benchmarks.gender_diverse import difference
from pipelines.benchmarks.items import Value
from pipelines.metrics.correction import with_holm
from pipelines.metrics.specs import MetricSpec, compound, metric
from pipelines.metrics.statistics import BETTER, LEVEL, TOO_FEW, WORSE, collapse, proportion

WORDINGS = (2, 3, 4, 5, 6)  # of one family after the other
ITEM_SEED = 0  # of the contrast only: its random weights are made once


def level(value: Value) -> float:
    """Return an item's number."""
    return value["number"]


def of_side(side: int) -> Callable[[Value], float | None]:
    """Return the read of the items of one side."""
    return lambda value: value["number"] if value["side"] == side else None


METRICS: dict[str, MetricSpec] = {
    "mismatch": metric("mismatch", "Mismatch rate", 0.0, "share", level, "Made up."),
    "shift": metric("shift", "Shift", 0.0, "mean", level, "Made up.", percent=False),
    "gap": compound("gap", "Gap", 0.0, "ratio", (of_side(0), of_side(1)), difference, "Made up."),
}


@dataclass(frozen=True)
class Case:
    """What is simulated."""

    kind: str
    families: int
    correlation: float
    effect: float = 0.0  # how much the metric falls
    noise: float = 0.2  # standard deviation of a continuous item
    kept: float = 0.0  # share of families for which both models have one liking

    def __str__(self) -> str:
        """Name it in a table."""
        noise = f", noise {self.noise}" if self.kind == "shift" else ""
        kept = f", {self.kept:.0%} kept" if self.kept else ""
        return f"{self.kind}, {self.families} families, correlation {self.correlation}{noise}{kept}"

    @property
    def means(self) -> np.ndarray:
        """The mean of each side's items before, (2,)."""
        return np.array([0.6, 0.4] if self.kind == "gap" else [0.3, 0.3])


@dataclass(frozen=True)
class Told:
    """What one study said."""

    alarm: bool
    verdict: str
    missed: bool  # the interval does not hold the true change
    others: dict[str, bool]  # alarms of other tests


def draw(case: Case, seed: int) -> tuple[list[Value], list[Value]]:
    """Return the items of one study, before and after."""
    rng = np.random.default_rng([seed, *str(case).encode()])
    sizes = np.resize(WORDINGS, case.families)
    family = np.repeat(np.arange(case.families), sizes)
    side = (np.arange(len(family)) - np.repeat(np.cumsum(sizes) - sizes, sizes)) % 2
    effects = np.array([case.effect, 0.0 if case.kind == "gap" else case.effect])
    before, after = (likings(case, rng, case.means - effect) for effect in (0 * effects, effects))
    kept = rng.random(case.families) < case.kept
    moved = before - effects if case.kind == "shift" else before * (1 - effects / case.means)
    after = np.where(kept[:, None], moved, after)
    return tuple(
        [
            Value(f"f{f:03}", str(place), {"side": int(s), "number": float(number)})
            for place, (f, s, number) in enumerate(zip(family, side, numbers, strict=True))
        ]
        for numbers in (
            answers(case, rng, before[family, side]),
            answers(case, rng, after[family, side]),
        )
    )


def likings(case: Case, rng: np.random.Generator, means: np.ndarray) -> np.ndarray:
    """Return one model's mean number of each family and side, (families, 2)."""
    if case.kind == "shift":
        shared = rng.normal(size=(case.families, 1))
        return means + case.noise * case.correlation**0.5 * shared
    scale = 1 / case.correlation - 1
    found = rng.beta(means * scale, (1 - means) * scale, (case.families, 2))
    return found if case.kind == "gap" else found[:, [0, 0]]


def answers(case: Case, rng: np.random.Generator, liking: np.ndarray) -> np.ndarray:
    """Return the number of each item from its family's liking."""
    if case.kind == "shift":
        own = rng.normal(size=len(liking))
        return liking + case.noise * (1 - case.correlation) ** 0.5 * own
    return (rng.random(len(liking)) < liking).astype(float)


def study(case: Case, seed: int) -> Told:
    """Compare one study's models by family, and as if items were independent."""
    spec = METRICS[case.kind]
    before, after = draw(case, seed)
    change = with_holm({spec.key: spec.compare(before, after, seed)})[spec.key]
    missed = not change.low <= -case.effect <= change.high
    others = {} if case.effect else other_tests(spec, before, after)
    return Told(change.p_holm < LEVEL, change.verdict, missed, others)


def other_tests(spec: MetricSpec, before: list[Value], after: list[Value]) -> dict[str, bool]:
    """Return the alarms of other tests, by family and by item."""
    from scipy.stats import ttest_rel  # noqa: PLC0415  (slow to load)

    alarms = {}
    numbers = [[level(value) for value in side] for side in (before, after)]
    if spec.key != "gap":
        families = [value.family_id for value in before]
        means = [collapse(side, families) for side in numbers]
        alarms["t test by family"] = bool(ttest_rel(*means).pvalue < LEVEL)
    alone = [
        [replace(value, family_id=value.wording) for value in side] for side in (before, after)
    ]
    change = spec.compare(*alone, ITEM_SEED)
    alarms["bootstrap by item"] = not change.low <= 0 <= change.high
    if spec.key == "mismatch":
        alarms["McNemar by item"] = mcnemar_p(*numbers) < LEVEL
    return alarms


def mcnemar_p(before: list[float], after: list[float]) -> float:
    """Return the exact p of McNemar's test on items of 0 and 1, 1 if none changed."""
    from scipy.stats import binomtest  # noqa: PLC0415  (slow to load)

    rose, fell = (int(np.sum(np.subtract(after, before) == way)) for way in (1, -1))
    return float(binomtest(rose, rose + fell).pvalue) if rose + fell else 1.0


def studies(case: Case, count: int, pool: ProcessPoolExecutor | None) -> list[Told]:
    """Return what all studies of a case said."""
    walk = map if pool is None else partial(pool.map, chunksize=50)
    return list(walk(partial(study, case), range(count)))


def rate(flags: list[bool]) -> str:
    """Return a rate with Wilson's interval, in percent."""
    found = proportion(sum(flags), len(flags))
    return f"{found.value:6.1%} ({found.low:.1%} to {found.high:.1%})"


def null_cases() -> Iterator[Case]:
    """Yield the cases without any difference."""
    for kind in METRICS:
        for families in (12, 60):
            for correlation in (0.25, 0.5):
                yield Case(kind, families, correlation)


def effect_cases() -> Iterator[Case]:
    """Yield the cases with a true effect of 0.1."""
    for correlation in (0.25, 0.5):
        for noise in (0.1, 0.2, 0.3):
            yield Case("shift", 60, correlation, 0.1, noise)
        for families in (60, 200):
            yield Case("mismatch", families, correlation, 0.1)
        yield Case("mismatch", 60, correlation, 0.1, kept=0.9)
        for families in (60, 600):
            yield Case("gap", families, correlation, 0.1)


def print_null(case: Case, told: list[Told]) -> None:
    """Print what is said where nothing changed."""
    clear = rate([one.verdict in (BETTER, WORSE) for one in told])
    few = sum(one.verdict == TOO_FEW for one in told) / len(told)
    print(f"{case}\n  {'alarms':18} {rate([one.alarm for one in told])}")
    print(f"  {'better or worse':18} {clear}; too few families to tell: {few:.1%}")
    print(f"  {'interval misses':18} {rate([one.missed for one in told])}")
    for name in told[0].others:
        print(f"  {name:18} {rate([one.others[name] for one in told])}", flush=True)


def print_power(case: Case, told: list[Told]) -> None:
    """Print how often the effect was found."""
    print(
        f"{case!s:50} {rate([one.verdict == BETTER for one in told])} found; the wrong way "
        f"{sum(one.verdict == WORSE for one in told) / len(told):.1%}; "
        f"interval misses {rate([one.missed for one in told])}",
        flush=True,
    )


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    start = time.perf_counter()
    pool = ProcessPoolExecutor(chosen.processes) if chosen.processes > 1 else None
    print(f"Without any difference, {chosen.studies:,} studies a case:")
    alarms = []
    for case in null_cases():
        told = studies(case, chosen.studies, pool)
        print_null(case, told)
        alarms += [one.alarm for one in told]
    print(f"All {len(alarms):,} studies together: {rate(alarms)} alarms")
    print(f"\nWith a true effect of 0.1, {chosen.studies:,} studies a case:")
    for case in effect_cases():
        print_power(case, studies(case, chosen.studies, pool))
    print(f"\n{time.perf_counter() - start:.0f} s, {chosen.processes} processes", end="")
    print(f"; load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
