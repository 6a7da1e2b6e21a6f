"""What a model says about a story once its single judgments are put together.

Scored: log-probabilities are averaged over the option orders and renormalised over the four
options. The *raw* distribution is what the model would say. The *calibrated* one has the options'
log-probabilities under content-free stories subtracted first, order by order, because a small
model's preference for a label says more about the label than about the story; stance, shift and
noise are read from it. Both are kept and shown.
Generated: the most frequent stance of the samples (the first sample on a tie).
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.judgments.prompts import GENERATED_PROMPT, SCORED_PROMPT
from pipelines.metrics.pairs import average_orders, calibrate, distribution, option_mass
from pipelines.records import OPTIONS, Calibration, Judgment, Stance
from pipelines.store import in_parts


@dataclass(frozen=True)
class Verdict:
    """One story's stance with what it rests on; probabilities are in the order of OPTIONS."""

    story_id: int
    stance: Stance
    probabilities: np.ndarray  # (4,)
    calibrated: np.ndarray | None  # (4,); None for generated judgments
    logps: np.ndarray | None  # (4,) averaged over orders; None for generated judgments
    by_order: dict[str, np.ndarray]  # order or sample -> (4,) leaning of that judgment alone
    mass: float | None  # probability on the four options together, mean over the orders
    explanation: str
    raw_reply: str

    @property
    def raw_stance(self) -> Stance:
        """The stance without calibration: what the model would say."""
        return OPTIONS[int(np.argmax(self.probabilities))]

    @property
    def leaning(self) -> np.ndarray:
        """The distribution that stance and shift are read from, (4,)."""
        return self.probabilities if self.calibrated is None else self.calibrated


@dataclass(frozen=True)
class Asked:
    """How often a story was asked about: in which option orders, or for how many samples."""

    orders: tuple[str, ...]
    samples: int = 1


def read_verdicts(
    session: Session,
    model: str,
    method: str,
    stories: Collection[int] | None = None,
    asked: Asked | None = None,
) -> dict[int, Verdict]:
    """Return the verdict of every story that this model has judged, by story id.

    With `stories` only of these. With `asked` a verdict rests on these orders or samples and on no
    others that happen to be there: more samples lean less, so two models that were asked unequally
    often would differ by that alone.
    """
    prompt = SCORED_PROMPT if method == "scored" else GENERATED_PROMPT
    query = select(Judgment).where(
        Judgment.model == model, Judgment.method == method, Judgment.prompt == prompt
    )
    if asked and method == "generated":
        query = query.where(Judgment.sample < asked.samples)
    elif asked:
        query = query.where(Judgment.option_order.in_(asked.orders))
    rows: dict[int, list[Judgment]] = defaultdict(list)
    for part in [None] if stories is None else in_parts(stories):
        some = query if part is None else query.where(Judgment.story_id.in_(part))
        for judgment in session.scalars(some.order_by(Judgment.id)):
            rows[judgment.story_id].append(judgment)
    if method == "generated":
        return {story: from_replies(story, found) for story, found in rows.items()}
    free = read_calibrations(session, model, prompt)
    return {story: from_scores(story, found, free) for story, found in rows.items()}


def read_calibrations(session: Session, model: str, prompt: str) -> dict[str, np.ndarray]:
    """Return the content-free log-probabilities of each option order."""
    query = select(Calibration).where(Calibration.model == model, Calibration.prompt == prompt)
    return {row.option_order: np.array(row.logps) for row in session.scalars(query)}


def from_scores(story: int, rows: list[Judgment], free: dict[str, np.ndarray]) -> Verdict:
    """Return the verdict of one story's scored judgments."""
    logps = np.array([row.logps for row in rows])  # (orders, 4)
    by_order = {row.option_order: calibrate(row.logps, free[row.option_order]) for row in rows}
    averaged = average_orders(logps)
    calibrated = distribution(average_orders(np.array(list(by_order.values()))))
    explained = next((row for row in rows if row.explanation), rows[0])
    return Verdict(
        story_id=story,
        stance=OPTIONS[int(np.argmax(calibrated))],
        probabilities=distribution(averaged),
        calibrated=calibrated,
        logps=averaged,
        by_order={order: distribution(found) for order, found in by_order.items()},
        mass=float(np.mean([option_mass(row) for row in logps])),
        explanation=explained.explanation,
        raw_reply=explained.raw_reply,
    )


def from_replies(story: int, rows: list[Judgment]) -> Verdict:
    """Return the verdict of one story's generated judgments; all INVALID gives INVALID."""
    counts = Counter(row.stance for row in rows if row.stance != Stance.INVALID)
    stance = Stance(counts.most_common(1)[0][0]) if counts else Stance.INVALID
    total = sum(counts.values())
    shares = [counts[option] / total if total else 0.0 for option in OPTIONS]
    spoken = next((row for row in rows if row.stance == stance), rows[0])
    return Verdict(
        story_id=story,
        stance=stance,
        probabilities=np.array(shares),
        calibrated=None,
        logps=None,
        by_order={
            f"{row.option_order}/{row.sample}": np.array([row.stance == o for o in OPTIONS], float)
            for row in rows
            if row.stance != Stance.INVALID
        },
        mass=None,
        explanation=spoken.explanation,
        raw_reply=spoken.raw_reply,
    )
