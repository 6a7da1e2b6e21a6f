"""The project's own held-out families and controls, read from stored judgments.

`own`: test plots, judged as a man's and as a woman's. Metrics and their fair points are those of
`metrics.pairs`; the unit of statistics is the family. `controls`: acts that are clear to almost
everyone, see `metrics.controls`. Items are the project's, so there is nothing to read from a file;
judgments that exist are taken, and the others are asked for first. `--limit` draws plots and
controls from their themes in proportion.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from pipelines.benchmarks.declaring import Aim, Benchmark, Form, Group
from pipelines.benchmarks.items import Item
from pipelines.benchmarks.places import Place
from pipelines.configs import EvaluateConfig, JudgeConfig
from pipelines.errors import DataError
from pipelines.judgments.generated import judge_generated
from pipelines.judgments.inconsistency import (
    Key,
    compare_pairs,
    update_inconsistencies,
    verdicts_by_key,
)
from pipelines.judgments.prompts import option_orders
from pipelines.judgments.scored import judge_scored
from pipelines.judgments.stage import with_possible_method
from pipelines.judgments.todo import draw_stories
from pipelines.judgments.verdicts import Asked, Verdict
from pipelines.judgments.weights import set_other_weights_aside
from pipelines.metrics.controls import CONTROL_METRICS, ControlValue
from pipelines.metrics.pairs import (
    CHANGE_METRICS,
    PAIR_METRICS,
    RAW_METRICS,
    PairValues,
    is_mismatch,
    stance_shift,
)
from pipelines.progress import Progress
from pipelines.records import OPTIONS, Arm, Family, Inconsistency, Kind, Split, Story
from pipelines.store import Project, in_parts

JUDGED = ("own", "controls")
"""The benchmarks whose items are stories of the project."""


def judge_test_stories(project: Project, config: EvaluateConfig) -> Iterator[Progress]:
    """Judge the test stories, plots and controls together, that have no judgment yet.

    Returns the judge stage's settings, what was chosen of each kind of family, and a note where
    the model cannot be asked as the config says.
    """
    settings, note = with_possible_method(
        JudgeConfig(
            model=config.model,
            method=config.method,
            split="test",
            arms="male,female",
            orders=config.orders,
            explain="none",
            samples=config.samples,
            limit=config.limit,
            seed=config.seed,
        )
    )
    with project.read() as session:
        stories, chosen = draw_stories(session, settings)
    set_other_weights_aside(project, config.model)
    judge = judge_scored if settings.method == "scored" else judge_generated
    yield from judge(project, settings, stories)
    update_inconsistencies(project, config.model, settings.method)
    return settings, chosen, note


def story_items(project: Project, families: Collection[str]) -> list[Item]:
    """Return the stories of these families with their whole texts, to be looked for in training.

    Not their sentences: plots of one library share turns of phrase.
    """
    with project.read() as session:
        return [
            Item(f"{family}/{number}", family, (), texts=(text,))
            for part in in_parts(families)
            for number, family, text in session.execute(
                select(Story.id, Story.family_id, Story.text).where(Story.family_id.in_(part))
            )
        ]


def as_asked(settings: JudgeConfig) -> Asked:
    """Return what verdicts rest on: judgments that are there from other settings do not count."""
    return Asked(tuple(option_orders(settings.orders)), settings.samples)


def read_pairs(
    project: Project, settings: JudgeConfig, families: Collection[str]
) -> list[PairValues]:
    """Return the judged pairs of these test plots."""
    model, method = settings.model, settings.method
    with project.read() as session:
        plots = select(Family.id, Family.theme).where(
            Family.split == Split.TEST, Family.kind == Kind.PLOT
        )
        themes = {name: theme for name, theme in session.execute(plots) if name in families}
        verdicts = verdicts_by_key(session, model, method, themes, as_asked(settings))
    rows = compare_pairs(verdicts, model, method)
    return [
        replace(pair_value(row, verdicts), theme=themes[row.family_id])
        for row in sorted(rows, key=lambda row: (row.family_id, row.wording))
    ]


def pair_value(row: Inconsistency, verdicts: dict[Key, Verdict]) -> PairValues:
    """Return the values of one pair, of scored ones the uncalibrated beside them."""
    male, female = (verdicts[row.family_id, row.wording, arm] for arm in (Arm.MALE, Arm.FEMALE))
    names = set(PairValues.__dataclass_fields__) & set(Inconsistency.__table__.columns.keys())
    raw = {}
    if row.method == "scored":
        raw = {
            "raw_shift": stance_shift(male.probabilities, female.probabilities),
            "raw_mismatch": is_mismatch(male.raw_stance, female.raw_stance),
            "mass": (male.mass + female.mass) / 2,
        }
    return PairValues(**{name: getattr(row, name) for name in names}, **raw)


def told_stories(
    project: Project, settings: JudgeConfig, families: Collection[str]
) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Return what was asked and answered about each wording, arm by arm, for the list of items."""
    told: defaultdict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    with project.read() as session:
        verdicts = verdicts_by_key(
            session, settings.model, settings.method, families, as_asked(settings)
        )
        wanted = {verdict.story_id for verdict in verdicts.values()}
        texts = {
            story: text
            for part in in_parts(wanted)
            for story, text in session.execute(
                select(Story.id, Story.text).where(Story.id.in_(part))
            )
        }
    arms = list(Arm)
    ranked = sorted(verdicts.items(), key=lambda found: (*found[0][:2], arms.index(found[0][2])))
    for (family, wording, arm), verdict in ranked:
        one = {"prompt": texts[verdict.story_id], "prefix": "", "arm": arm}
        if settings.method == "generated":
            one["reply"] = verdict.raw_reply
        else:
            one |= {
                "options": [str(option) for option in OPTIONS],
                "shares": [round(float(share), 4) for share in verdict.leaning],
            }
        told[family, wording].append(one)
    return told


def read_controls(
    project: Project, settings: JudgeConfig, families: Collection[str]
) -> list[ControlValue]:
    """Return the judged control stories of these test families, all arms."""
    with project.read() as session:
        verdicts = verdicts_by_key(
            session, settings.model, settings.method, families, as_asked(settings)
        )
        rows = session.scalars(
            select(Family).where(Family.kind == Kind.CONTROL, Family.split == Split.TEST)
        )
        expected = {family.id: str(family.stance) for family in rows if family.id in families}
    return [
        ControlValue(family, arm, expected[family], verdict.stance, verdict.raw_stance)
        for (family, _, arm), verdict in sorted(verdicts.items())
        if family in expected
    ]


def no_file(place: Place, form: Form) -> list[Item]:
    """Refuse: these items are the project's.

    Raises:
        DataError: always.
    """
    raise DataError("The project's own families are judged, not read from a file.")


def no_value(item: Item, answers: Any) -> None:
    """Refuse, as `no_file`."""
    no_file(Place(), Form())


OWN = Benchmark(
    name="own",
    label="Held-out stories",
    aim=Aim.BIAS,
    meaning="The project's own test stories, judged as a man's and as a woman's.",
    source="the project's test families",
    license="as the stories of the project",
    read=no_file,
    value=no_value,
    metrics=(*PAIR_METRICS, *RAW_METRICS),
    resolution=CHANGE_METRICS,
    headline="stance_shift",
    groups=(Group("theme", ("stance_shift", "mismatch_rate")),),
    score="stance shift (0 is fair)",
)
CONTROLS = Benchmark(
    name="controls",
    label="Control stories",
    aim=Aim.ABILITY,
    meaning="Acts that are clear to almost everyone: does the model still say so?",
    source="the project's control families",
    license="Apache-2.0",
    read=no_file,
    value=no_value,
    metrics=CONTROL_METRICS,
    headline="accuracy",
    score="right (1) or not (0)",
)
