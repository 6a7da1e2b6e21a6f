"""Tasks of lm-evaluation-harness on any model of ours: `--benchmarks lm_eval:TASK`.

The harness is an optional extra (https://github.com/EleutherAI/lm-evaluation-harness, MIT). It
builds the prompts, reads the answers and computes its metrics; the model is ours, loaded and asked
as for every benchmark. A task is built once to see what it asks, the answers come from the cache or
the model, and then the harness runs on answers that are there already. So progress is true, and a
run that was stopped at item 900 of 1,000 goes on there.

Metrics have the harness's names, see `harness_metrics`; the unit of statistics is one document.
`--limit` draws documents by seed (the harness would take the first). Documents are named by a hash
of their content. `--form chat` puts prompts into the model's chat template, `--shots` replaces a
task's own number of worked examples, except 0. Datasets come from the Hub, or as `harness_own`
says from files of one's own.

Not covered: groups of tasks, tasks with pictures or with code that a model writes, a system prompt,
`loglikelihood_rolling` of a text longer than the model reads (the harness cuts it in windows), and
replies that begin with space: they come here without it, and a stop in it does not count.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pipelines.benchmarks.answering import Answers, answer
from pipelines.benchmarks.declaring import Benchmark
from pipelines.benchmarks.harness_asks import Asked
from pipelines.benchmarks.harness_metrics import (
    Found,
    Sample,
    aim_of,
    bad_of,
    found_metrics,
    headline_of,
    key_of,
    plain,
    specs_of,
)
from pipelines.benchmarks.harness_run import Run, check_model, items_of, load_run
from pipelines.benchmarks.harness_tasks import OTHER_SEED, quiet
from pipelines.benchmarks.items import Item, Value, content_hash
from pipelines.benchmarks.results import Measured, item_row, shown, store
from pipelines.configs import EvaluateConfig
from pipelines.errors import DataError
from pipelines.models.fingerprint import fingerprint
from pipelines.progress import Progress
from pipelines.store import Project

if TYPE_CHECKING:
    from lm_eval.api.task import Task


def measure_task(project: Project, config: EvaluateConfig, name: str) -> Iterator[Progress]:
    """Measure a model on one task of the harness; yields Progress and returns what was Measured.

    Raises:
        ConfigError: if the harness is not installed or not allowed here, or has no such task.
        DataError: if the task's data cannot be had or its code fails.
        ModelError: if the model is a server and the task needs log-probabilities.
    """
    start = time.monotonic()
    yield Progress(0, 1, f"loading {name}")
    run = load_run(project, config, name)
    check_model(config, run)
    weights = fingerprint(project, config.model)
    asked = Asked(name, config.seed, run.task.OUTPUT_TYPE == "loglikelihood")
    items = items_of(run, asked)
    answers = yield from named(name, answer(project, config.model, weights, items))
    if asked.greedy and (unclear := asked.unclear(answers)):
        written = [Item("written", "written", tuple(unclear))]
        answers |= yield from named(name, answer(project, config.model, weights, written))
    yield Progress(len(items), len(items), f"{name}: the harness reads the answers")
    found, values = read_results(run, asked, answers)
    benchmark = describe(run, found, values)
    rows = [
        item_row(value, [shown(ask, answers[content_hash(ask)]) for ask in item.asks])
        for value, item in zip(values, items, strict=True)
    ]
    facts = facts_of(run, len(items)) | {"seconds": round(time.monotonic() - start, 1)}
    evaluation = store(project, config, benchmark, weights, values, rows, facts)
    return Measured(evaluation, benchmark, values, facts)


def named(name: str, steps: Iterator[Progress]) -> Iterator[Progress]:
    """Say of each step which task it is; returns what the steps return."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return end.value
        yield replace(step, message=f"{name}: {step.message}")


def read_results(run: Run, asked: Asked, answers: Answers) -> tuple[list[Found], list[Value]]:
    """Let the harness read the answers; return its metrics and one value a document, in order."""
    from lm_eval.evaluator import evaluate  # noqa: PLC0415  (an optional extra)

    from pipelines.benchmarks.harness_model import Answered  # noqa: PLC0415  (with it)

    task, label = run.task, run.task.task_name
    by_code = callable(task.get_config("process_results")) or type(task) is not task_class()
    with quiet(run.label, run.own):
        task.set_fewshot_seed(OTHER_SEED)
        results = evaluate(
            lm=Answered(asked, answers, strict=by_code),
            task_dict={"tasks": {label: task}},
            samples={label: run.places} if run.places else None,
            bootstrap_iters=0,
            apply_chat_template=run.chat,
            fewshot_as_multiturn=True,
        )
        samples = results["samples"][label]
        found = found_metrics(task, samples, results["results"][label])
    if not found:
        raise DataError(f"{run.name}: the harness gives no metric for it. Choose another task.")
    return found, values_of(run, samples, found)


def task_class() -> type:
    """Return the class of tasks that are nothing but a YAML file."""
    from lm_eval.api.task import ConfigurableTask  # noqa: PLC0415  (an optional extra)

    return ConfigurableTask


def values_of(run: Run, samples: Sequence[Sample], found: Sequence[Found]) -> list[Value]:
    """Return one value a document from what the harness logged, in the order of the data."""
    filters = list(dict.fromkeys(sample["filter"] for sample in samples))
    facts: dict[int, dict[str, Any]] = {place: {} for place in sorted(run.keys)}
    for sample in samples:
        read = {key_of(name, sample["filter"], filters): sample[name] for name in sample["metrics"]}
        mine = facts[sample["doc_id"]]
        mine |= {one.key: plain(read[one.key]) for one in found if one.key in read}
        mine |= chosen_option(run.task, sample)
    headline = headline_of(found)
    return [
        Value(
            run.keys[place],
            run.keys[place],
            mine,
            number if isinstance(number := mine.get(headline), float) else None,
            bad_of(mine, found),
        )
        for place, mine in facts.items()
    ]


def chosen_option(task: "Task", sample: Sample) -> dict[str, int]:
    """Return the places of the right and of the most likely option, where there are options.

    For `acc_mutual_info` the harness asks each option a second time, after nothing.
    """
    if task.OUTPUT_TYPE != "multiple_choice" or type(sample["target"]) is not int:
        return {}
    logps = [logp for logp, _ in sample["filtered_resps"]]
    named = {one["metric"] for one in task.get_config("metric_list") or ()}
    if "acc_mutual_info" in named:
        logps = logps[: len(logps) // 2]
    return {"gold": sample["target"], "picked": logps.index(max(logps))}


def describe(run: Run, found: Sequence[Found], values: Sequence[Value]) -> Benchmark:
    """Return the task as a benchmark."""
    headline = headline_of(found)
    return Benchmark(
        name=run.name,
        label=f"{run.label} (lm-evaluation-harness)",
        aim=aim_of(found, headline),
        meaning=f"The task {run.label} of lm-evaluation-harness, with its prompts and formulas.",
        source=f"lm-evaluation-harness {version('lm_eval')}, task {run.label}",
        license="MIT; the data as their source says",
        read=not_read,
        value=not_read,
        metrics=tuple(specs_of(found, values, run.label)),
        headline=headline,
        score=headline,
        writes=run.task.OUTPUT_TYPE == "generate_until",
    )


def not_read(*_: Any) -> Any:
    """Refuse: the harness reads its items and answers.

    Raises:
        DataError: always.
    """
    raise DataError("A task of lm-evaluation-harness is read by the harness, not from a file.")


def facts_of(run: Run, items: int) -> dict[str, Any]:
    """Return what has to be known beside the numbers."""
    return {
        "items": items,
        "families": items,
        "all_items": run.chosen.all_items,
        "files": run.files,
        "harness": version("lm_eval"),
        "task_version": str(run.task.VERSION),
        "shots": run.task.get_config("num_fewshot"),
        "notes": [note for note in (run.chosen.sentence, run.spoiled.sentence) if note],
    }
