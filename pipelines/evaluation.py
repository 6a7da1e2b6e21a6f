"""The `evaluate` stage: one model on items that were never trained on.

Judgments are kept, so an evaluation that was stopped goes on where it ended, and a second one of
the same model costs nothing. Every item's values and reply are stored beside the metrics.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, select

from pipelines.assets import read_asset
from pipelines.configs import EvaluateConfig, JudgeConfig, config_hash, split_benchmarks
from pipelines.errors import StudioError, UndefinedMetric
from pipelines.judgments.inconsistency import Key, update_inconsistencies, verdicts_by_key
from pipelines.judgments.scored import judge_scored
from pipelines.judgments.todo import chosen_stories
from pipelines.judgments.verdicts import Verdict
from pipelines.metrics.controls import CONTROL_METRICS, ControlValue
from pipelines.metrics.pairs import (
    PAIR_METRICS,
    RAW_METRICS,
    PairValues,
    is_mismatch,
    stance_shift,
)
from pipelines.metrics.perplexity import PERPLEXITY_METRICS, TextValue
from pipelines.metrics.specs import MetricSpec
from pipelines.models.load import load_model
from pipelines.models.references import parse_reference
from pipelines.progress import Progress
from pipelines.records import (
    Arm,
    Evaluation,
    EvaluationItem,
    Family,
    Inconsistency,
    Kind,
    Split,
)
from pipelines.store import Project
from pipelines.stories.exclusion import count_left_out
from pipelines.training.plan import read_data

SPECS: dict[str, Sequence[MetricSpec]] = {
    "own": (*PAIR_METRICS, *RAW_METRICS),
    "controls": CONTROL_METRICS,
    "perplexity": PERPLEXITY_METRICS,
}


@dataclass(frozen=True)
class Measured:
    """What one benchmark gave for one model: the values its metrics are computed from."""

    evaluation: int
    values: list[Any]


def evaluate(project: Project, config: EvaluateConfig) -> Iterator[Progress]:
    """Measure `config.model` on the benchmarks and store items and metrics.

    Raises:
        NothingToDo: if the project has no test families.
        StudioError: if the model was trained on a family that it would be tested on.
    """
    result: dict[str, Any] = {"model": config.model, "metrics": {}}
    for benchmark in split_benchmarks(config.benchmarks):
        measured = yield from measure(project, config, benchmark)
        result["evaluation"] = measured.evaluation
        result["metrics"][benchmark] = describe(benchmark, measured.values, config.seed)
    with project.read() as session:
        result["left_out"] = asdict(count_left_out(session, Split.TEST))
    yield Progress(1, 1, f"{config.model} is measured", result)


def measure(project: Project, config: EvaluateConfig, benchmark: str) -> Iterator[Progress]:
    """Run one benchmark; yields Progress and returns what was Measured."""
    refuse_contamination(project, config.model)
    if benchmark == "perplexity":
        yield Progress(0, 1, f"perplexity of neutral text, {config.model}")
        values: list[Any] = read_texts(project, config.model)
        items = [(value.family_id, "", asdict(value), "") for value in values]
    else:
        yield from judge_test_stories(project, config)
        read = read_pairs if benchmark == "own" else read_controls
        values, items = read(project, config)
    evaluation = store(project, config, benchmark, values, items)
    return Measured(evaluation, values)


def judge_test_stories(project: Project, config: EvaluateConfig) -> Iterator[Progress]:
    """Judge the test stories, plots and controls together, that have no judgment yet."""
    settings = JudgeConfig(
        model=config.model,
        split="test",
        arms="male,female",
        orders=config.orders,
        explain="none",
        limit=config.limit,
        seed=config.seed,
    )
    with project.read() as session:
        stories = chosen_stories(session, settings)
    yield from judge_scored(project, settings, stories)
    update_inconsistencies(project, config.model, "scored")


def refuse_contamination(project: Project, model: str) -> None:
    """Refuse a run that was trained on a family of the test split.

    Raises:
        StudioError: naming up to three of those families.
    """
    reference = parse_reference(model)
    folder = project.runs / reference.name
    if reference.scheme != "run" or not (folder / "train.jsonl").exists():
        return
    trained = {row["family"] for row in read_data(folder, "train")}
    with project.read() as session:
        held_out = set(session.scalars(select(Family.id).where(Family.split == Split.TEST)))
    if shared := sorted(trained & held_out):
        raise StudioError(
            f"{model} was trained on {len(shared)} test families ({', '.join(shared[:3])} …). "
            "Measure it in a project that holds them out, or train a new run."
        )


def read_pairs(project: Project, config: EvaluateConfig) -> tuple[list[PairValues], list[tuple]]:
    """Return the judged pairs of the test plots, and their items."""
    with project.read() as session:
        rows = session.scalars(
            select(Inconsistency)
            .join(Family, Family.id == Inconsistency.family_id)
            .where(
                Inconsistency.model == config.model,
                Inconsistency.method == "scored",
                Family.split == Split.TEST,
                Family.kind == Kind.PLOT,
            )
            .order_by(Inconsistency.family_id, Inconsistency.wording)
        ).all()
        verdicts = verdicts_by_key(session, config.model, "scored")
    values = [pair_value(row, verdicts) for row in rows]
    return values, [(value.family_id, str(value.wording), asdict(value), "") for value in values]


def pair_value(row: Inconsistency, verdicts: dict[Key, Verdict]) -> PairValues:
    """Return the values of one stored pair, the uncalibrated ones beside them."""
    male, female = (verdicts[row.family_id, row.wording, arm] for arm in (Arm.MALE, Arm.FEMALE))
    names = [name for name in PairValues.__dataclass_fields__ if not name.startswith("raw_")]
    return PairValues(
        **{name: getattr(row, name) for name in names},
        raw_shift=stance_shift(male.probabilities, female.probabilities),
        raw_mismatch=is_mismatch(male.raw_stance, female.raw_stance),
    )


def read_controls(
    project: Project, config: EvaluateConfig
) -> tuple[list[ControlValue], list[tuple]]:
    """Return the judged control stories of the test split, all arms, and their items."""
    with project.read() as session:
        verdicts = verdicts_by_key(session, config.model, "scored")
        families = session.scalars(
            select(Family).where(Family.kind == Kind.CONTROL, Family.split == Split.TEST)
        )
        expected = {family.id: str(family.stance) for family in families}
    values, items = [], []
    for (family, _, arm), verdict in sorted(verdicts.items()):
        if family in expected:
            value = ControlValue(family, arm, expected[family], verdict.stance, verdict.raw_stance)
            values.append(value)
            shares = dict(
                zip(
                    ("Moral", "Immoral", "Both", "Can't say"),
                    verdict.leaning.tolist(),
                    strict=True,
                )
            )
            items.append((family, arm, {**asdict(value), "probabilities": shares}, ""))
    return values, items


def read_texts(project: Project, model: str) -> list[TextValue]:
    """Return the negative log-probability of every neutral text."""
    texts = read_asset("texts/neutral.json")["texts"]
    logps = load_model(project, model).token_logps(texts)
    return [
        TextValue(f"text-{number:02d}", -sum(found), len(found))
        for number, found in enumerate(logps, start=1)
    ]


def store(
    project: Project, config: EvaluateConfig, benchmark: str, values: list, items: list[tuple]
) -> int:
    """Write the evaluation and its items, in the place of an earlier one of the same config."""
    name = config_hash(config)
    with project.write() as session:
        session.execute(
            delete(Evaluation).where(
                Evaluation.model == config.model,
                Evaluation.benchmark == benchmark,
                Evaluation.config_hash == name,
            )
        )
        evaluation = Evaluation(
            model=config.model,
            benchmark=benchmark,
            config_hash=name,
            config=asdict(config),
            metrics=describe(benchmark, values, config.seed),
        )
        session.add(evaluation)
        session.flush()
        session.add_all(
            EvaluationItem(
                evaluation_id=evaluation.id, family_id=family, key=key, values=found, reply=reply
            )
            for family, key, found, reply in items
        )
        return evaluation.id


def describe(benchmark: str, values: list, seed: int) -> dict[str, dict]:
    """Return every metric's value with n, interval and fair point; undefined ones say why."""
    found: dict[str, dict] = {}
    for spec in SPECS[benchmark]:
        try:
            found[spec.key] = spec.compute(values, seed).as_dict(spec.ideal)
        except UndefinedMetric as error:
            found[spec.key] = {"value": None, "undefined": str(error), "ideal": spec.ideal, "n": 0}
    return found
