"""The `evaluate` stage: one model on items that were never trained on.

Answers and judgments are kept, so an evaluation that was stopped goes on where it ended, and a
second one of the same model costs nothing. Every item is stored beside the metrics: what was asked,
what was answered, and the values that were read from it.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from pipelines.benchmarks.answering import Answers, answer
from pipelines.benchmarks.catalog import HARNESS, find_benchmark, split_names
from pipelines.benchmarks.declaring import Benchmark, Form
from pipelines.benchmarks.items import Item, content_hash
from pipelines.benchmarks.own import (
    JUDGED,
    judge_test_stories,
    read_controls,
    read_pairs,
    story_items,
    told_stories,
)
from pipelines.benchmarks.places import Place
from pipelines.benchmarks.results import Measured, item_row, shown, store
from pipelines.benchmarks.spoiled import (
    Spoiled,
    find_spoiled,
    refuse_trained_families,
    trained_rows,
)
from pipelines.choosing import choose
from pipelines.configs import EvaluateConfig, benchmarks_folder
from pipelines.errors import DataError, ModelError
from pipelines.metrics.breakdown import all_metrics, describe
from pipelines.metrics.controls import ControlValue
from pipelines.metrics.pairs import PairValues
from pipelines.models.fingerprint import fingerprint
from pipelines.models.references import parse_reference
from pipelines.progress import Progress
from pipelines.records import Kind, Split
from pipelines.store import Project
from pipelines.stories.exclusion import count_left_out


def evaluate(project: Project, config: EvaluateConfig) -> Iterator[Progress]:
    """Measure `config.model` on the benchmarks and store items and metrics.

    Raises:
        NothingToDo: if the project has no test families.
        DataError: if a benchmark's file is missing or has another form.
        ModelError: if the model cannot be loaded, or gives no log-probabilities where a benchmark
            needs them.
        StudioError: if the model was trained on a family that it would be tested on.
    """
    folder = benchmarks_folder(config.benchmarks_dir)
    names = split_names(config.benchmarks, folder)
    check_model(config, names)
    result: dict[str, Any] = {"model": config.model, "metrics": {}, "notes": []}
    for name in names:
        measured = yield from measure(project, config, name)
        result["evaluation"] = measured.evaluation
        result["metrics"][name] = described(measured, config.seed)
        result["notes"] += [f"{measured.benchmark.label}: {note}" for note in notes(measured)]
    with project.read() as session:
        result["left_out"] = asdict(count_left_out(session, Split.TEST))
    yield Progress(1, 1, f"{config.model} is measured", result)


def check_model(config: EvaluateConfig, names: Sequence[str]) -> None:
    """Refuse a server for benchmarks that need log-probabilities, before anything is asked.

    Of a task of the harness only the task itself says whether it does: see `harness_run`.

    Raises:
        ModelError: with the benchmarks that can be asked.
    """
    if parse_reference(config.model).scheme != "endpoint":
        return
    ours = [name for name in names if not name.startswith(HARNESS)]
    if scored := [name for name in ours if needs_logps(config, name)]:
        raise ModelError(
            f"{config.model} is a server, which gives no log-probabilities of given words, and "
            f"{', '.join(scored)} {'is' if len(scored) == 1 else 'are'} read from them. Choose "
            "benchmarks in which the model writes (own, controls, tango, pronouns, bold, "
            "winobias:asked, and genmo where `method` is generated), or load the model here."
        )


def needs_logps(config: EvaluateConfig, name: str) -> bool:
    """Tell whether a benchmark is read from log-probabilities; own stories can do without."""
    if name in JUDGED:
        return False
    benchmark = find_benchmark(name, benchmarks_folder(config.benchmarks_dir))
    return not (benchmark.writes or (benchmark.writes_in_words and config.method == "generated"))


def measure(project: Project, config: EvaluateConfig, name: str) -> Iterator[Progress]:
    """Run one benchmark; yields Progress and returns what was Measured."""
    refuse_trained_families(project, config.model)
    if name.startswith(HARNESS):
        from pipelines.benchmarks.harness import measure_task  # noqa: PLC0415  (an optional extra)

        return (yield from measure_task(project, config, name))
    benchmark = find_benchmark(name, benchmarks_folder(config.benchmarks_dir))
    if name in JUDGED:
        return (yield from measure_judged(project, config, benchmark))
    return (yield from measure_asked(project, config, benchmark))


def measure_judged(
    project: Project, config: EvaluateConfig, benchmark: Benchmark
) -> Iterator[Progress]:
    """Measure the project's own stories; returns what was Measured."""
    settings, drawn, note = yield from judge_test_stories(project, config)
    own = benchmark.name == "own"
    chosen = drawn[Kind.PLOT if own else Kind.CONTROL]
    families = {item.family for item in chosen.items}
    spoiled = find_spoiled(trained_rows(project, config.model), story_items(project, families))
    families -= spoiled.families
    if spoiled.families and not families:
        raise nothing_left(benchmark, config, spoiled)
    values = (read_pairs if own else read_controls)(project, settings, families)
    facts = {
        "method": settings.method,
        "items": len(values),
        "families": len({value.family_id for value in values}),
        "all_items": chosen.all_items,
        "notes": [told for told in (note, chosen.sentence, spoiled.sentence) if told],
    }
    told = told_stories(project, settings, families)
    rows = [item_row(value, asked_about(value, told)) for value in values]
    weights = fingerprint(project, config.model)
    evaluation = store(project, config, benchmark, weights, values, rows, facts)
    return Measured(evaluation, benchmark, values, facts)


def asked_about(value: PairValues | ControlValue, told: dict) -> list[dict[str, Any]]:
    """Return what was asked about a pair, or about one control story."""
    if isinstance(value, ControlValue):
        return [one for one in told[value.family_id, 1] if one["arm"] == value.wording]
    return told[value.family_id, value.wording]


def measure_asked(
    project: Project, config: EvaluateConfig, benchmark: Benchmark
) -> Iterator[Progress]:
    """Measure items that are read from a file; returns what was Measured."""
    start = time.monotonic()
    place = Place(benchmarks_folder(config.benchmarks_dir))
    yield Progress(0, 1, f"reading {benchmark.label}")
    chosen = choose(benchmark.read(place, form_of(config)), config.limit, config.seed)
    if not chosen.items:
        raise DataError(f"{benchmark.label}: its file holds no item. Put the whole file there.")
    spoiled = find_spoiled(trained_rows(project, config.model), chosen.items)
    items = [item for item in chosen.items if item.family not in spoiled.families]
    if not items:
        raise nothing_left(benchmark, config, spoiled)
    weights = fingerprint(project, config.model)
    answers = yield from labelled(benchmark, answer(project, config.model, weights, items))
    values, rows = read_values(benchmark, items, answers)
    facts = {
        "items": len(values),
        "families": len({item.family for item in items}),
        "all_items": chosen.all_items,
        "files": place.opened,
        "notes": [note for note in (chosen.sentence, spoiled.sentence) if note],
        "seconds": round(time.monotonic() - start, 1),
    }
    evaluation = store(project, config, benchmark, weights, values, rows, facts)
    return Measured(evaluation, benchmark, values, facts)


def nothing_left(benchmark: Benchmark, config: EvaluateConfig, spoiled: Spoiled) -> DataError:
    """Return the error of a benchmark whose every item was trained on."""
    return DataError(
        f"{benchmark.label}: no item is left to measure {config.model} on. {spoiled.sentence} "
        "Measure a larger part of it, or another benchmark."
    )


def labelled(benchmark: Benchmark, steps: Iterator[Progress]) -> Iterator[Progress]:
    """Say of each step which benchmark it is; returns what the steps return."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return end.value
        yield Progress(step.done, step.total, f"{benchmark.label}: {step.message}")


def form_of(config: EvaluateConfig) -> Form:
    """Return how items are put to the model."""
    return Form(
        chat=config.form == "chat",
        method=config.method,
        shots=config.shots,
        samples=config.samples,
        seed=config.seed,
        orders=config.orders,
        scorer=config.scorer,
    )


def read_values(
    benchmark: Benchmark, items: Sequence[Item], answers: Answers
) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return the values of the items that take part, and their rows for the database."""
    values, rows = [], []
    for item in items:
        given = [answers[content_hash(ask)] for ask in (*item.asks, *item.shared)]
        value = benchmark.value(item, given)
        if value is None:
            continue
        values.append(value)
        asked = [shown(ask, one) for ask, one in zip(item.asks, given, strict=False)]
        rows.append(item_row(value, asked))
    return values, rows


def described(measured: Measured, seed: int) -> dict[str, dict]:
    """Return every metric's value with n, interval and fair point; undefined ones say why."""
    return describe(all_metrics(measured.benchmark, measured.values), measured.values, seed)


def notes(measured: Measured) -> list[str]:
    """Return what has to be said beside the numbers."""
    return list(measured.facts.get("notes", ()))
