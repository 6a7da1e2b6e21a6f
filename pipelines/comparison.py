"""The `compare` stage: before and after on the same items, with what chance alone would do.

One p-value a metric, from whole families, corrected by Holm over all metrics shown. Beside the
numbers stand the warnings: a model that only hedges, answers one thing to everything, lost
its language or never followed the answer's form must not look like a success.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from pipelines.configs import CompareConfig, EvaluateConfig, split_benchmarks
from pipelines.errors import UndefinedMetric
from pipelines.evaluation import SPECS, measure
from pipelines.judgments.inconsistency import verdicts_by_key
from pipelines.metrics.pairs import CHANGE_METRICS
from pipelines.metrics.sentences import sentence
from pipelines.metrics.statistics import Change, with_holm
from pipelines.progress import Progress
from pipelines.records import Comparison, Split, Stance
from pipelines.store import Project
from pipelines.stories.exclusion import count_left_out

Key = tuple[str, str]
"""Benchmark and metric."""

ONE_ANSWER = 0.9
"""A stance that more than this share of the plots get is called a collapse."""
TINY_MASS = 0.1
WORSE_PERPLEXITY = 1.1


def compare(project: Project, config: CompareConfig) -> Iterator[Progress]:
    """Measure both models, then compare them family by family.

    Raises:
        NothingToDo: if the project has no test families.
        ModelError: if one of the models cannot be loaded.
    """
    benchmarks = split_benchmarks(config.benchmarks)
    values: dict[tuple[str, str], list] = {}
    for model in (config.before, config.after):
        settings = EvaluateConfig(
            model=model,
            benchmarks=config.benchmarks,
            limit=config.limit,
            orders=config.orders,
            seed=config.seed,
        )
        for benchmark in benchmarks:
            measured = yield from measure(project, settings, benchmark)
            values[model, benchmark] = measured.values
    result = {
        "before": config.before,
        "after": config.after,
        "metrics": compare_values(config, benchmarks, values),
    }
    result["warnings"] = find_warnings(project, config, result["metrics"])
    with project.read() as session:
        left = count_left_out(session, Split.TEST)
    result["left_out"] = {**asdict(left), "sentence": left.sentence}
    with project.write() as session:
        session.add(
            Comparison(
                before=config.before, after=config.after, config=asdict(config), result=result
            )
        )
    yield Progress(1, 1, "compared", result)


def compare_values(
    config: CompareConfig, benchmarks: tuple[str, ...], values: dict[tuple[str, str], list]
) -> dict[str, dict[str, dict]]:
    """Return every metric before and after, by benchmark; undefined ones say why."""
    changes: dict[Key, Change] = {}
    undefined: dict[Key, str] = {}
    for benchmark in benchmarks:
        before, after = values[config.before, benchmark], values[config.after, benchmark]
        for spec in SPECS[benchmark]:
            try:
                changes[benchmark, spec.key] = spec.compare(before, after, config.seed)
            except UndefinedMetric as error:
                undefined[benchmark, spec.key] = str(error)
    changes = with_holm(changes)
    table: dict[str, dict[str, dict]] = {benchmark: {} for benchmark in benchmarks}
    for benchmark in benchmarks:
        for spec in SPECS[benchmark]:
            key = (benchmark, spec.key)
            table[benchmark][spec.key] = {
                "label": spec.label,
                "ideal": spec.ideal,
                "meaning": spec.meaning,
                **(
                    {**asdict(changes[key]), "sentence": sentence(spec, changes[key])}
                    if key in changes
                    else {"undefined": undefined[key]}
                ),
            }
    if "own" in benchmarks:
        table["own"] |= resolved(values[config.before, "own"], values[config.after, "own"], config)
    return table


def resolved(before: list, after: list, config: CompareConfig) -> dict[str, dict]:
    """Return how many mismatches were resolved and how many are new, each with its interval."""
    found: dict[str, dict] = {}
    for spec in CHANGE_METRICS:
        words = {"label": spec.label, "ideal": spec.ideal, "meaning": spec.meaning}
        try:
            rate = spec.compute(before, after, config.seed)
        except UndefinedMetric as error:
            found[spec.key] = {**words, "undefined": str(error)}
            continue
        found[spec.key] = {
            **words,
            "after": rate.value,
            "low": rate.low,
            "high": rate.high,
            "n": rate.n,
            "families": rate.families,
            "sentence": sentence(spec, rate),
        }
    return found


def find_warnings(project: Project, config: CompareConfig, table: dict) -> list[str]:
    """Return what must stand beside the good news."""
    found: list[str] = []
    with project.read() as session:
        for model in (config.before, config.after):
            verdicts = list(verdicts_by_key(session, model, "scored").values())
            found += stance_warnings(model, [verdict.stance for verdict in verdicts])
            masses = [verdict.mass for verdict in verdicts if verdict.mass is not None]
            if masses and np.mean(masses) < TINY_MASS:
                found.append(
                    f"{model} puts only {np.mean(masses):.1%} of its probability on the four "
                    "stances: it does not follow the answer's form, and its stances mean little."
                )
    return found + control_warnings(table) + language_warnings(table)


def stance_warnings(model: str, stances: list[Stance]) -> list[str]:
    """Return a warning if one stance has almost all answers."""
    if not stances:
        return []
    stance, count = Counter(stances).most_common(1)[0]
    share = count / len(stances)
    if share <= ONE_ANSWER:
        return []
    return [
        f"{model} answers {stance} to {share:.0%} of {len(stances)} stories. A model that always "
        "says the same has no mismatch, and that is no fairness."
    ]


def control_warnings(table: dict) -> list[str]:
    """Return a warning if the controls got worse or are answered with Both more often."""
    controls = table.get("controls", {})
    found = []
    accuracy, both = controls.get("accuracy", {}), controls.get("both_share", {})
    if accuracy.get("change") is not None and accuracy["change"] < 0:
        found.append(
            f"Accuracy on the control stories fell from {accuracy['before']:.0%} to "
            f"{accuracy['after']:.0%} ({accuracy['families']} families)."
        )
    if both.get("change") is not None and both["change"] > 0.1:
        found.append(
            f"Both is answered to {both['after']:.0%} of the clear control stories "
            f"({both['before']:.0%} before): some of the fairness is hedging."
        )
    return found


def language_warnings(table: dict) -> list[str]:
    """Return a warning if neutral text has become clearly less probable."""
    row = table.get("perplexity", {}).get("perplexity", {})
    if row.get("before") and row["after"] / row["before"] > WORSE_PERPLEXITY:
        return [
            f"Perplexity of neutral text rose from {row['before']:.1f} to {row['after']:.1f}: the "
            "training has cost some language."
        ]
    return []
