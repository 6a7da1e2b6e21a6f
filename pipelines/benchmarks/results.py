"""What benchmarks gave: values in memory for the statistics, and every item in the database."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import delete, select

from pipelines.benchmarks.declaring import Benchmark
from pipelines.benchmarks.items import Ask, Value, Writing
from pipelines.configs import EvaluateConfig, config_hash
from pipelines.measured import Evaluation, EvaluationItem
from pipelines.metrics.breakdown import all_metrics, describe
from pipelines.provenance import provenance
from pipelines.records import now
from pipelines.store import Project


@dataclass(frozen=True)
class Measured:
    """What one benchmark gave for one model: the values its metrics are computed from."""

    evaluation: int
    benchmark: Benchmark
    values: list[Any]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Both:
    """One benchmark under the model before and under every model after."""

    before: Measured
    afters: tuple[Measured, ...]

    @property
    def benchmark(self) -> Benchmark:
        """What was measured."""
        return self.before.benchmark


def shown(ask: Ask, given: Any) -> dict[str, Any]:
    """Return one ask with its answer, as the list of items keeps it."""
    prompt = ask.prompt.conversation or ""
    told: dict[str, Any] = {"prompt": prompt, "prefix": ask.prompt.prefix}
    if isinstance(ask, Writing):
        return told | {"reply": given.reply}
    return told | {
        "options": list(ask.options),
        "logps": [round(one.total, 4) for one in given],
        "tokens": [len(one.logps) for one in given],
    }


def item_row(value: Any, asked: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return one item for the database."""
    facts = value.facts if isinstance(value, Value) else asdict(value)
    replies = [one["reply"] for one in asked if "reply" in one]
    return {
        "family_id": value.family_id,
        "key": str(value.wording),
        "values": facts,
        "reply": replies[0] if replies else "",
        "score": value.score,
        "bad": value.bad,
        "asked": list(asked),
    }


def store(
    project: Project,
    config: EvaluateConfig,
    benchmark: Benchmark,
    weights: str,
    values: list,
    rows: list[dict[str, Any]],
    facts: dict[str, Any],
) -> int:
    """Write the evaluation and its items, over those of an earlier one of the same config."""
    name = config_hash(config)
    metrics = describe(all_metrics(benchmark, values), values, config.seed)
    with project.write() as session:
        evaluation = session.scalar(
            select(Evaluation).where(
                Evaluation.model == config.model,
                Evaluation.benchmark == benchmark.name,
                Evaluation.config_hash == name,
            )
        )
        if evaluation is None:
            evaluation = Evaluation(
                model=config.model,
                benchmark=benchmark.name,
                config_hash=name,
                config=asdict(config),
            )
            session.add(evaluation)
        else:
            session.execute(
                delete(EvaluationItem).where(EvaluationItem.evaluation_id == evaluation.id)
            )
        evaluation.metrics, evaluation.fingerprint = metrics, weights
        evaluation.facts = {**facts, **provenance()}
        evaluation.created_at = now()
        session.flush()
        session.add_all(EvaluationItem(evaluation_id=evaluation.id, **row) for row in rows)
        return evaluation.id
