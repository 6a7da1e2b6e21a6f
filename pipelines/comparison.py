"""The `compare` stage: before and after on the same items, with what chance alone would do.

One p-value a metric, from whole families. Holm's correction is over all metrics that stand for
whole benchmarks; the metrics of groups (one identity, one theme) are corrected among themselves,
benchmark by benchmark and metric by metric. Beside the numbers stand the guards (`guards`).

Several models after, by commas, are runs of one recipe with other seeds: their mean is compared,
and their spread is told beside it (`metrics.seeds`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pipelines.benchmarks.catalog import split_names
from pipelines.benchmarks.results import Both, Measured
from pipelines.configs import CompareConfig, benchmarks_folder
from pipelines.errors import UndefinedMetric
from pipelines.evaluation import check_model, measure, notes
from pipelines.guards import find_guards
from pipelines.measured import Comparison
from pipelines.metrics.breakdown import all_metrics
from pipelines.metrics.correction import holm_by
from pipelines.metrics.seeds import over_seeds
from pipelines.metrics.sentences import sentence
from pipelines.metrics.specs import MetricSpec, matched
from pipelines.metrics.statistics import Change
from pipelines.progress import Progress
from pipelines.provenance import provenance
from pipelines.records import Split
from pipelines.store import Project
from pipelines.stories.exclusion import count_left_out
from pipelines.verdict import overall_verdict

Key = tuple[str, str]
"""Benchmark and metric."""


@dataclass
class Table:
    """The metrics of all benchmarks while they are put together."""

    specs: dict[Key, MetricSpec] = field(default_factory=dict)
    changes: dict[Key, Change] = field(default_factory=dict)
    seeds: dict[Key, dict[str, Any]] = field(default_factory=dict)
    undefined: dict[Key, str] = field(default_factory=dict)


def compare(project: Project, config: CompareConfig) -> Iterator[Progress]:
    """Measure the models, then compare them family by family.

    Raises:
        NothingToDo: if the project has no test families.
        DataError: if a benchmark's file is missing or has another form.
        ModelError: if one of the models cannot be loaded.
    """
    names = split_names(config.benchmarks, benchmarks_folder(config.benchmarks_dir))
    models = (config.before, *config.models_after)
    for model in models:
        check_model(config.of(model), names)
    measured: dict[tuple[str, str], Measured] = {}
    for model in models:  # a model at a time: it is loaded once
        for name in names:
            measured[model, name] = yield from measure(project, config.of(model), name)
    found = {
        name: Both(
            measured[config.before, name],
            tuple(measured[model, name] for model in config.models_after),
        )
        for name in names
    }
    result = put_together(project, config, found)
    with project.write() as session:
        row = Comparison(
            before=config.before, after=config.after, config=asdict(config), result=result
        )
        session.add(row)
        session.flush()
        number = row.id
    yield Progress(1, 1, "compared", {**result, "comparison": number})


def put_together(
    project: Project, config: CompareConfig, found: Mapping[str, Both]
) -> dict[str, Any]:
    """Return the comparison as it is stored and printed."""
    metrics = compare_values(found, config.seed)
    guards = find_guards(found, metrics)
    with project.read() as session:
        left = count_left_out(session, Split.TEST)
    return {
        "before": config.before,
        "after": config.after,
        "metrics": metrics,
        "warnings": [guard.sentence for guard in guards],
        "guards": [asdict(guard) for guard in guards],
        "verdict": asdict(overall_verdict(found, metrics, guards)),
        "notes": list(
            dict.fromkeys(
                f"{both.benchmark.label}: {note}"
                for both in found.values()
                for one in (both.before, *both.afters)
                for note in notes(one)
            )
        ),
        "benchmarks": {name: about(config, both) for name, both in found.items()},
        "left_out": {**asdict(left), "sentence": left.sentence},
        "provenance": provenance(),
    }


def about(config: CompareConfig, both: Both) -> dict[str, Any]:
    """Return what a reader has to know of one benchmark, and where its items are."""
    benchmark = both.benchmark
    models = zip((config.before, *config.models_after), (both.before, *both.afters), strict=True)
    told = ("label", "meaning", "source", "license", "headline", "score", "warning")
    return {name: getattr(benchmark, name) for name in told} | {
        "aim": str(benchmark.aim),
        "evaluations": {model: one.evaluation for model, one in models},
        "facts": both.before.facts,
    }


def compare_values(found: Mapping[str, Both], seed: int) -> dict[str, dict[str, dict]]:
    """Return every metric before and after, by benchmark; undefined ones say why."""
    table = Table()
    for name, both in found.items():
        for spec in all_metrics(both.benchmark, both.before.values):
            table.specs[name, spec.key] = spec
            compare_metric(table, (name, spec.key), both, seed)
    corrected = holm_by(table.changes, lambda key: holm_family(key, table.specs[key]))
    rows: dict[str, dict[str, dict]] = {name: {} for name in found}
    for (name, key), spec in table.specs.items():
        rows[name][key] = described(spec) | (
            {"undefined": table.undefined[name, key]}
            if (name, key) in table.undefined
            else {
                **asdict(corrected[name, key]),
                **around(spec, found[name], seed),
                **table.seeds.get((name, key), {}),
                "sentence": sentence(spec, corrected[name, key]),
            }
        )
    for name, both in found.items():
        rows[name] |= resolved(both, seed)
    return rows


def compare_metric(table: Table, key: Key, both: Both, seed: int) -> None:
    """Put the change of one metric into the table, or why it is undefined."""
    spec = table.specs[key]
    try:
        if len(both.afters) == 1:
            table.changes[key] = spec.compare(both.before.values, both.afters[0].values, seed)
            return
        seeds = over_seeds(spec, both.before.values, [one.values for one in both.afters], seed)
        table.changes[key] = seeds.change
        table.seeds[key] = {"seeds": seeds.as_dict()}
    except UndefinedMetric as error:
        table.undefined[key] = str(error)


def holm_family(key: Key, spec: MetricSpec) -> tuple[str, ...]:
    """Return which tests are corrected together: all whole metrics, or the groups of one metric."""
    if not spec.group:
        return ("whole",)
    return (key[0], spec.base)


def described(spec: MetricSpec) -> dict[str, Any]:
    """Return what a metric says of itself."""
    told = {"label": spec.label, "ideal": spec.ideal, "meaning": spec.meaning}
    told["percent"] = spec.percent
    return told | ({"group": spec.group, "of": spec.base} if spec.group else {})


def around(spec: MetricSpec, both: Both, seed: int) -> dict[str, Any]:
    """Return the intervals of before and after by themselves, of the items that all sides have."""
    told: dict[str, Any] = {}
    shared = matched(both.before.values, *(one.values for one in both.afters))
    before, *afters = zip(*shared, strict=True)
    sides = {"before": before}
    if len(afters) == 1:  # the mean of several runs has no interval of its own
        sides["after"] = afters[0]
    for side, values in sides.items():
        try:
            alone = spec.compute(values, seed)
        except UndefinedMetric:
            continue  # one side alone can be too small where the pairs are not
        told |= {f"{side}_low": alone.low, f"{side}_high": alone.high, "n": alone.n}
    return told


def resolved(both: Both, seed: int) -> dict[str, dict]:
    """Return the metrics that need both sides at once, each with its interval.

    A stance has no mean over runs, so of several runs it is the first one's, which the label says.
    """
    found: dict[str, dict] = {}
    many = len(both.afters)
    for one in both.benchmark.resolution:
        spec = replace(one, label=f"{one.label}, run 1 of {many}") if many > 1 else one
        words = described(spec)
        try:
            rate = spec.compute(both.before.values, both.afters[0].values, seed)
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
