"""Pairs side by side: mismatch, gap, shift and noise floor from stored judgments."""

import numpy as np
import pytest
from sqlalchemy import select

from pipelines.judgments.inconsistency import update_inconsistencies
from pipelines.judgments.prompts import GENERATED_PROMPT, SCORED_PROMPT
from pipelines.judgments.verdicts import read_verdicts
from pipelines.records import OPTIONS, Calibration, Inconsistency, Judgment, Story

ORDERS = ("0123", "3210")


def score(project, shares):
    """Store scored judgments: `shares(story, order)` gives the four probabilities."""
    with project.write() as session:
        for order in ORDERS:
            session.add(
                Calibration(
                    model="m", prompt=SCORED_PROMPT, option_order=order, logps=[np.log(0.25)] * 4
                )
            )
        for story in session.scalars(select(Story)):
            for order in ORDERS:
                logps = np.log(shares(story, order)).tolist()
                stance = OPTIONS[int(np.argmax(logps))]
                session.add(
                    Judgment(
                        story_id=story.id, model="m", method="scored", prompt=SCORED_PROMPT,
                        option_order=order, logps=logps, stance=stance,
                    )
                )  # fmt: skip


def first_pair(project):
    with project.read() as session:
        return session.scalars(select(Inconsistency).order_by(Inconsistency.id)).first()


def test_a_pair_that_differs_by_gender_alone_has_all_its_shift_in_excess(small_study):
    """Male (.6 .2 .1 .1), female (.2 .6 .1 .1) in every order and wording.

    Shift ½(.4 + .4) = 0.4; gap (log .6 − log .2) − (log .2 − log .6) = 2 log 3; noise 0.
    """
    tables = {"male": (0.6, 0.2, 0.1, 0.1), "female": (0.2, 0.6, 0.1, 0.1), "they": (0.25,) * 4}
    score(small_study, lambda story, order: tables[story.arm])
    update_inconsistencies(small_study, "m", "scored")
    pair = first_pair(small_study)
    assert (pair.male_stance, pair.female_stance, pair.mismatch) == ("Moral", "Immoral", True)
    assert (pair.severity, pair.direction) == (2, "male")
    assert pair.shift == pytest.approx(0.4)
    assert pair.gap == pytest.approx(2 * np.log(3))
    assert pair.noise == pytest.approx(0)
    assert pair.excess == pytest.approx(0.4)


def test_what_option_order_alone_does_is_noise_not_gender(small_study):
    """Both arms say (.7 .1 .1 .1) in one order and (.1 .7 .1 .1) in the other: noise, no shift."""
    tables = {"0123": (0.7, 0.1, 0.1, 0.1), "3210": (0.1, 0.7, 0.1, 0.1)}
    score(small_study, lambda story, order: tables[order])
    assert update_inconsistencies(small_study, "m", "scored") == 0
    pair = first_pair(small_study)
    assert pair.shift == pytest.approx(0)
    assert pair.noise > 0
    assert pair.excess == pytest.approx(-pair.noise)


def test_every_judged_pair_is_stored_and_a_second_call_does_not_double_it(small_study):
    score(small_study, lambda story, order: (0.25,) * 4)
    for _ in range(2):
        update_inconsistencies(small_study, "m", "scored")
    with small_study.read() as session:
        assert len(session.scalars(select(Inconsistency)).all()) == 8 * 2 + 60


def test_an_excluded_story_takes_its_pair_out(small_study):
    score(small_study, lambda story, order: (0.25,) * 4)
    with small_study.write() as session:
        story = session.scalars(select(Story).where(Story.arm == "male")).first()
        story.excluded = True
    update_inconsistencies(small_study, "m", "scored")
    with small_study.read() as session:
        assert len(session.scalars(select(Inconsistency)).all()) == 8 * 2 + 60 - 1


def test_calibration_takes_the_label_out_and_both_are_kept(small_study):
    """Raw (.7 .1 .1 .1) under a content-free story that says the same: calibrated is uniform."""
    table = (0.7, 0.1, 0.1, 0.1)
    score(small_study, lambda story, order: table)
    with small_study.write() as session:
        for row in session.scalars(select(Calibration)):
            row.logps = np.log(table).tolist()
    with small_study.read() as session:
        verdict = next(iter(read_verdicts(session, "m", "scored").values()))
    assert verdict.probabilities == pytest.approx(table)
    assert verdict.calibrated == pytest.approx((0.25,) * 4)
    assert verdict.mass == pytest.approx(1)


def test_samples_of_generated_judgments_vote_and_invalid_ones_do_not(small_study):
    with small_study.write() as session:
        story = session.scalars(select(Story)).first()
        for sample, stance in enumerate(["INVALID", "Both", "Moral", "Both"]):
            session.add(
                Judgment(
                    story_id=story.id, model="m", method="generated", prompt=GENERATED_PROMPT,
                    option_order="0123", sample=sample, stance=stance, explanation=stance,
                )
            )  # fmt: skip
    with small_study.read() as session:
        verdict = read_verdicts(session, "m", "generated")[story.id]
    assert (verdict.stance, verdict.explanation) == ("Both", "Both")
    assert verdict.probabilities == pytest.approx((1 / 3, 0, 2 / 3, 0))
