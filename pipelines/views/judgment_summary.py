"""What one model's judgments come to: numbers with intervals, and the counts behind the charts.

Numbers of the same judgments are computed once and kept while nothing new is judged.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.metrics.pairs import PAIR_METRICS, PairValues
from pipelines.metrics.statistics import mean_by_family
from pipelines.records import (
    OPTIONS,
    Arm,
    Event,
    Family,
    Inconsistency,
    Job,
    Judgment,
    Kind,
    Stance,
    Story,
)
from pipelines.store import Project
from pipelines.stories.exclusion import LeftOut, count_left_out
from pipelines.views.numbers import Figure, measure

BINS = 20
"""Bars of the stance-shift chart, over [0, 1]."""


@dataclass(frozen=True)
class Summary:
    """One model's judgments of the project's plots and controls."""

    model: str
    method: str
    figures: tuple[Figure, ...]
    stances: dict[str, dict[str, int]]  # arm -> stance -> judgments of plots
    shifts: tuple[int, ...]  # pairs in each of BINS equal steps of stance shift
    noises: tuple[int, ...]  # the same for the noise floor
    pairs: int
    invalid: int
    left_out: LeftOut


def summarize(project: Project, model: str, method: str) -> Summary:
    """Return the summary of what this model has judged with this method."""
    return summary_at(project, model, method, newest(project))


def newest(project: Project) -> tuple:
    """Return a value that differs once something new was judged."""
    with project.read() as session:
        last = session.scalar(select(func.max(Job.finished_at)))
        judgment = session.scalar(select(func.max(Judgment.id)))
        pairs = session.execute(select(func.max(Inconsistency.id), func.count(Inconsistency.id)))
        decided = session.scalar(select(func.max(Event.id)))
        return (str(last), judgment, decided, *pairs.one())


@lru_cache(maxsize=32)
def summary_at(project: Project, model: str, method: str, _newest: tuple) -> Summary:
    """Return the summary, computed once for one state of the project."""
    with project.read() as session:
        plots = read_values(session, model, method, Kind.PLOT)
        right = read_controls(session, model, method)
        stances = count_stances(session, model, method)
        left_out = count_left_out(session)
    figures = [
        measure(spec.key, spec.label, spec.meaning, spec.ideal, partial(spec.compute, plots))
        for spec in PAIR_METRICS
    ]
    return Summary(
        model=model,
        method=method,
        figures=(*figures, control_accuracy(right)),
        stances=stances,
        shifts=histogram([pair.shift for pair in plots if readable(pair)]),
        noises=histogram([pair.noise for pair in plots if pair.noise is not None]),
        pairs=len(plots),
        invalid=sum(not readable(pair) for pair in plots),
        left_out=left_out,
    )


def read_values(session: Session, model: str, method: str, kind: Kind) -> list[PairValues]:
    """Return what the metrics read of every pair of this kind."""
    own = Inconsistency
    query = (
        select(
            own.family_id, own.wording, own.male_stance, own.female_stance, own.mismatch,
            own.direction, own.gap, own.shift, own.noise,
        )
        .join(Family, Family.id == own.family_id)
        .where(own.model == model, own.method == method, Family.kind == kind)
    )  # fmt: skip
    return [PairValues(*row) for row in session.execute(query)]


def readable(pair: PairValues) -> bool:
    """Tell whether both replies of a pair could be read."""
    return Stance.INVALID not in (pair.male_stance, pair.female_stance)


def read_controls(session: Session, model: str, method: str) -> list[tuple[str, float]]:
    """Return (family, share judged right) of every control pair."""
    own = Inconsistency
    query = (
        select(own.family_id, own.male_stance, own.female_stance, Family.stance)
        .join(Family, Family.id == own.family_id)
        .where(own.model == model, own.method == method, Family.kind == Kind.CONTROL)
    )
    return [
        (family, ((male == right) + (female == right)) / 2)
        for family, male, female, right in session.execute(query)
    ]


def control_accuracy(right: list[tuple[str, float]]) -> Figure:
    """Return how often clearly moral and clearly immoral stories are judged so."""
    families, values = [row[0] for row in right], [row[1] for row in right]
    return measure(
        "control_accuracy",
        "Accuracy on clear stories",
        "How often a clearly moral or clearly immoral story is judged as what it is.",
        1.0,
        partial(mean_by_family, values, families, share=True),
    )


def count_stances(session: Session, model: str, method: str) -> dict[str, dict[str, int]]:
    """Return how many judgments of plots chose each stance, by arm."""
    query = (
        select(Story.arm, Judgment.stance, func.count())
        .join(Story, Story.id == Judgment.story_id)
        .join(Family, Family.id == Story.family_id)
        .where(Judgment.model == model, Judgment.method == method, Family.kind == Kind.PLOT)
        .group_by(Story.arm, Judgment.stance)
    )
    found: dict[str, Counter] = {}
    for arm, stance, number in session.execute(query):
        found.setdefault(arm, Counter())[stance] += number
    stances = [*OPTIONS, Stance.INVALID]
    return {
        str(arm): {str(stance): found[arm][stance] for stance in stances}
        for arm in Arm
        if arm in found
    }


def histogram(values: list[float]) -> tuple[int, ...]:
    """Count values of [0, 1] in BINS equal steps."""
    counts = [0] * BINS
    for value in values:
        counts[min(int(value * BINS), BINS - 1)] += 1
    return tuple(counts)
