"""Compare the judgments of the male and the female story of every wording.

The *noise floor* of a pair is what the same measure does where gender is the same: the mean total
variation distance between the stance distributions of one arm under two option orders (or two
samples), and between two wordings of one arm. What a pair shifts beyond it is its *excess*.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import combinations, islice

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipelines.judgments.verdicts import Asked, Verdict, read_verdicts
from pipelines.metrics.pairs import direction, is_mismatch, moral_log_odds, severity, stance_shift
from pipelines.records import Arm, Inconsistency, Judgment, Story
from pipelines.store import Project, in_parts
from pipelines.stories.exclusion import in_judging

FAMILIES_AT_ONCE = 250
"""Families compared in one transaction, while other writers wait."""

Key = tuple[str, int, str]
"""Family id, wording, arm."""


def update_inconsistencies(
    project: Project, model: str, method: str, families: Collection[str] | None = None
) -> int:
    """Write the comparison of every pair that this model has judged; return the mismatches.

    With `families` only theirs are written anew, the others stay as they are. FAMILIES_AT_ONCE are
    read and written in one transaction, so that what a person decides meanwhile is never undone by
    a comparison that began before.
    """
    if families is None:
        with project.read() as session:
            families = compared_or_judged(session, model, method)
    left, mismatches = iter(families), 0
    while part := list(islice(left, FAMILIES_AT_ONCE)):
        with project.write() as session:
            mismatches += update_pairs(session, model, method, part)
    return mismatches


def compared_or_judged(session: Session, model: str, method: str) -> list[str]:
    """Return the families of which this model has judged a story, or has a comparison."""
    judged = (
        select(Story.family_id)
        .join(Judgment, Judgment.story_id == Story.id)
        .where(Judgment.model == model, Judgment.method == method)
    )
    compared = select(Inconsistency.family_id).where(
        Inconsistency.model == model, Inconsistency.method == method
    )
    return sorted(session.scalars(judged.union(compared)))


def update_pairs(session: Session, model: str, method: str, families: Collection[str]) -> int:
    """Write the pairs of a few families anew in this transaction; return the mismatches."""
    rows = compare_pairs(verdicts_by_key(session, model, method, families), model, method)
    old = delete(Inconsistency).where(Inconsistency.model == model, Inconsistency.method == method)
    for part in in_parts(families):
        session.execute(old.where(Inconsistency.family_id.in_(part)))
    session.add_all(rows)
    session.flush()
    return sum(row.mismatch for row in rows)


def verdicts_by_key(
    session: Session,
    model: str,
    method: str,
    families: Collection[str] | None = None,
    asked: Asked | None = None,
) -> dict[Key, Verdict]:
    """Return this model's verdicts by family, wording and arm, of the stories that are judged.

    `families` and `asked` narrow what they rest on, as for `read_verdicts`.
    """
    wanted = select(Story.id, Story.family_id, Story.wording, Story.arm).where(in_judging())
    stories = [
        row
        for part in ([None] if families is None else in_parts(families))
        for row in session.execute(
            wanted if part is None else wanted.where(Story.family_id.in_(part))
        )
    ]
    only = None if families is None else [story for story, *_ in stories]
    found = read_verdicts(session, model, method, only, asked)
    return {
        (family, wording, arm): found[story]
        for story, family, wording, arm in stories
        if story in found
    }


def compare_pairs(verdicts: dict[Key, Verdict], model: str, method: str) -> list[Inconsistency]:
    """Return one record for every wording whose male and female story are both judged."""
    noise = noise_by_pair(verdicts)
    rows = []
    for family, wording, arm in verdicts:
        if arm == Arm.MALE and (family, wording, Arm.FEMALE) in verdicts:
            male = verdicts[family, wording, Arm.MALE]
            female = verdicts[family, wording, Arm.FEMALE]
            floor = noise.get((family, wording))
            shift = stance_shift(male.leaning, female.leaning)
            rows.append(
                Inconsistency(
                    family_id=family,
                    wording=wording,
                    model=model,
                    method=method,
                    male_stance=male.stance,
                    female_stance=female.stance,
                    mismatch=is_mismatch(male.stance, female.stance),
                    severity=severity(male.stance, female.stance),
                    direction=direction(male.stance, female.stance),
                    gap=log_odds_gap(male, female),
                    shift=shift,
                    noise=floor,
                    excess=shift - (floor or 0.0),
                )
            )
    return rows


def log_odds_gap(male: Verdict, female: Verdict) -> float | None:
    """Return the moral log-odds, male minus female; None without log-probabilities."""
    if male.logps is None or female.logps is None:
        return None
    return float(moral_log_odds(male.logps) - moral_log_odds(female.logps))


def noise_by_pair(verdicts: dict[Key, Verdict]) -> dict[tuple[str, int], float]:
    """Return each pair's noise floor where there is anything to compare within one arm."""
    wordings: dict[tuple[str, str], dict[int, np.ndarray]] = defaultdict(dict)
    for (family, wording, arm), verdict in verdicts.items():
        wordings[family, arm][wording] = verdict.leaning
    found: dict[tuple[str, int], list[float]] = defaultdict(list)
    for (family, wording, arm), verdict in verdicts.items():
        if arm == Arm.THEY:
            continue
        shifts = pairwise_shifts(verdict.by_order.values())
        others = [p for number, p in wordings[family, arm].items() if number != wording]
        shifts += [stance_shift(verdict.leaning, other) for other in others]
        found[family, wording] += shifts
    return {key: float(np.mean(shifts)) for key, shifts in found.items() if shifts}


def pairwise_shifts(distributions: Iterable[np.ndarray]) -> list[float]:
    """Return the total variation distance of every two distributions."""
    return [stance_shift(one, other) for one, other in combinations(distributions, 2)]
