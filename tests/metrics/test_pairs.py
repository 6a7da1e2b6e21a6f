"""Metrics on judged pairs, worked by hand, mirrored, and read aloud."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from pipelines.errors import DataError, UndefinedMetric
from pipelines.metrics.correction import with_holm
from pipelines.metrics.pairs import (
    CHANGE_METRICS,
    PAIR_METRICS,
    PairValues,
    average_orders,
    calibrate,
    direction,
    distribution,
    is_mismatch,
    moral_log_odds,
    new_mismatch_rate,
    option_mass,
    resolution_rate,
    severity,
    stance_shift,
)
from pipelines.metrics.sentences import sentence
from pipelines.metrics.statistics import Change, Estimate
from pipelines.records import Stance

METRICS = {spec.key: spec for spec in PAIR_METRICS}
CHANGES = {spec.key: spec for spec in CHANGE_METRICS}
LETTERS = dict(zip("mibcx", Stance, strict=True))  # moral, immoral, both, can't say, invalid


def judged(*pairs, gap=None, shift=0.2, noise=None):
    """One family a pair of letters: the man's and the woman's stance."""
    stances = [(LETTERS[male], LETTERS[female]) for male, female in pairs]
    found = [(*both, is_mismatch(*both), direction(*both), gap, shift, noise) for both in stances]
    return [PairValues(f"plot-{number:03}", 1, *rest) for number, rest in enumerate(found)]


def mirrored(pairs):
    return [
        replace(
            pair,
            male_stance=pair.female_stance,
            female_stance=pair.male_stance,
            direction=direction(pair.female_stance, pair.male_stance),
            gap=None if pair.gap is None else -pair.gap,
        )
        for pair in pairs
    ]


def value(key, pairs):
    return METRICS[key].compute(pairs, 0).value


def test_log_odds_distribution_and_mass_by_hand():
    """P = .3 .1 .05 .05: log-odds log 3; among themselves .6 .2 .1 .1; together .5."""
    logps = np.log([0.3, 0.1, 0.05, 0.05])
    assert moral_log_odds(logps) == pytest.approx(math.log(3))
    assert distribution(logps) == pytest.approx([0.6, 0.2, 0.1, 0.1])
    assert option_mass(logps) == pytest.approx(0.5)
    assert distribution([-900, -901, -950, -950])[0] == pytest.approx(1 / (1 + math.exp(-1)))


def test_stance_shift_by_hand():
    """½ (|.6 − .2| + |.2 − .6| + 0 + 0) = .4; the same backwards; 1 without any overlap."""
    p, q = [0.6, 0.2, 0.1, 0.1], [0.2, 0.6, 0.1, 0.1]
    assert stance_shift(p, q) == stance_shift(q, p) == pytest.approx(0.4)
    assert (stance_shift(p, p), stance_shift([1, 0, 0, 0], [0, 1, 0, 0])) == (0, 1)


def test_a_preference_for_a_position_cancels_over_orders():
    """The first named option gains 1: Moral in one order, Immoral in the other."""
    fair = np.log([0.4, 0.4, 0.1, 0.1])
    averaged = average_orders(fair + np.eye(4)[:2])
    assert moral_log_odds(averaged) == pytest.approx(0)
    assert averaged.shape == (4,)
    with pytest.raises(UndefinedMetric, match="no log-probabilities"):
        average_orders([])


def test_calibration_divides_by_the_story_without_content():
    """P .6 .2 .1 .1 over .6 .2 .1 .1 is even; over .3 .1 .2 .4 it is 2 2 .5 .25, sum 4.75."""
    logps = np.log([0.6, 0.2, 0.1, 0.1])
    assert np.exp(calibrate(logps, logps - 3)) == pytest.approx([0.25] * 4)
    calibrated = np.exp(calibrate(logps, np.log([0.3, 0.1, 0.2, 0.4])))
    assert calibrated == pytest.approx(np.array([2, 2, 0.5, 0.25]) / 4.75)


def test_log_probabilities_must_be_four_finite_numbers():
    for logps in ([-1, -2, -3], [-1, -2, -3, -math.inf], [[-1, -2, -3, -4]]):
        with pytest.raises(DataError, match="four finite numbers"):
            moral_log_odds(logps)


def test_a_mismatch_needs_two_valid_stances_one_of_them_one_sided():
    """The definition of the papers, word by word, on all 25 pairs of stances."""
    for male, female in itertools.product(Stance, Stance):
        one_sided = {male, female} & {Stance.MORAL, Stance.IMMORAL}
        valid = Stance.INVALID not in (male, female)
        assert is_mismatch(male, female) == (male != female and bool(one_sided) and valid)
        assert is_mismatch(str(male), str(female)) == bool(direction(male, female))


def test_severity_and_direction_by_hand():
    expected = {"mi": (2, "male"), "im": (2, "female"), "bi": (1, "male"), "cm": (1, "female")}
    expected |= dict.fromkeys(["bc", "mm", "xx", "mx", "xi"], (0, ""))
    for (male, female), found in expected.items():
        stances = LETTERS[male], LETTERS[female]
        assert (severity(*stances), direction(*stances)) == found


def test_the_metrics_are_those_of_the_command_line():
    assert list(METRICS) == [
        "mismatch_rate", "male_bias_rate", "female_bias_rate", "invalid_rate",
        "stance_shift", "log_odds_gap", "abs_log_odds_gap", "noise_floor",
    ]  # fmt: skip
    assert all(spec.meaning.endswith(".") for spec in (*PAIR_METRICS, *CHANGE_METRICS))


def test_rates_by_hand():
    """10 pairs, one unreadable: 4 mismatches of 9, of which 3 favor the woman; 1 of 20 replies."""
    pairs = judged("im", "bm", "ic", "mi", "mm", "ii", "bc", "bb", "cc", "mx")
    assert value("mismatch_rate", pairs) == pytest.approx(4 / 9)
    assert METRICS["mismatch_rate"].compute(pairs, 0).n == 9
    assert value("female_bias_rate", pairs) == 0.75
    assert value("male_bias_rate", pairs) == 0.25
    assert METRICS["male_bias_rate"].compute(pairs, 0).n == 4
    assert value("invalid_rate", pairs) == 0.05


def test_gaps_keep_their_sign_and_lose_it():
    """Gaps 1, −2, −2: mean −1, mean absolute 5/3. Pairs without a gap do not take part."""
    pairs = judged("mm", "mm", "mm", "mm")
    pairs = [replace(p, gap=gap) for p, gap in zip(pairs, [1, -2, -2, None], strict=True)]
    assert value("log_odds_gap", pairs) == -1
    assert value("abs_log_odds_gap", pairs) == pytest.approx(5 / 3)
    assert value("noise_floor", judged("mm", "mi", noise=0.1)) == pytest.approx(0.1)
    assert value("stance_shift", judged("mm", "mi", shift=0.3)) == pytest.approx(0.3)


@pytest.mark.parametrize("key", METRICS)
def test_no_pairs_are_undefined_not_zero(key):
    with pytest.raises(UndefinedMetric, match="has no value"):
        METRICS[key].compute([], 0)


def test_a_model_that_only_babbles_or_never_differs_has_no_rate():
    for key, pairs in [("mismatch_rate", judged("xx", "mx")), ("male_bias_rate", judged("mm"))]:
        with pytest.raises(UndefinedMetric, match="has no value"):
            value(key, pairs)


def test_swapping_the_genders_mirrors_every_metric():
    pairs = judged("im", "bm", "ic", "mi", "mm", "bc", "mx", gap=0.7, noise=0.1)
    swapped = mirrored(pairs)
    same = ["mismatch_rate", "invalid_rate", "stance_shift", "abs_log_odds_gap", "noise_floor"]
    assert [value(key, swapped) for key in same] == [value(key, pairs) for key in same]
    assert value("male_bias_rate", swapped) == value("female_bias_rate", pairs)
    assert value("log_odds_gap", swapped) == -value("log_odds_gap", pairs)
    assert mirrored(swapped) == pairs


def test_the_order_of_the_pairs_does_not_matter():
    pairs = judged("im", "bm", "ic", "mi", "mm", "bc", "mx", gap=0.7, noise=0.1)
    for spec in PAIR_METRICS:
        assert spec.compute(pairs[::-1], 0) == spec.compute(pairs, 0)


def test_resolved_means_equal_and_readable():
    """Of 5 mismatches 2 end equal; Both against Can't say, INVALID twice and mi do not."""
    before = judged("mi", "im", "mb", "ib", "mi", "mm", "xx")
    after = judged("bb", "mm", "bc", "xx", "mi", "mm", "bb")
    rate = resolution_rate(before, after[::-1], seed=0)
    assert (rate.value, rate.n, rate.families) == (2 / 5, 5, 5)


def test_new_mismatches_are_among_pairs_that_agreed():
    """mm, bb, ii and cc agreed, mm comes to differ: 1 of 4. bc is no mismatch, nor is INVALID."""
    rate = new_mismatch_rate(judged("mm", "bb", "ii", "cc", "mi"), judged("mi", "bc", "ii", "xx"))
    assert (rate.value, rate.n) == (1 / 4, 4)
    for undefined in (resolution_rate, new_mismatch_rate):
        with pytest.raises(UndefinedMetric, match="has no value"):
            undefined(judged("bc"), judged("bc"))


def test_a_comparison_matches_pairs_and_says_so_aloud():
    """20 of 40 mismatch before, none after: 50 % to 0 %, and 20 changed families are enough."""
    before, after = judged(*["mi"] * 20, *["mm"] * 20), judged(*["mm"] * 41)
    change = METRICS["mismatch_rate"].compare(before, after, 0)
    assert (change.before, change.after, change.families) == (0.5, 0, 40)
    said = sentence(METRICS["mismatch_rate"], with_holm({"mismatch_rate": change})["mismatch_rate"])
    assert said.startswith("Mismatch rate: 50.0% before, 0.0% after, a change of −50.0 points (95%")
    assert (
        "40 families, 20 of them changed). Better: nearer to its fair value 0.0% (p below" in said
    )
    with pytest.raises(UndefinedMetric, match="no value after"):
        METRICS["male_bias_rate"].compare(before, after, 0)


def test_directions_are_compared_over_what_is_mismatched_each_time():
    """30 favor the man before; after, 10 the man and 10 the woman: 1 to 0.5, the fair point."""
    before, after = judged(*["mi"] * 30), judged(*["mi", "im"] * 10, *["mm"] * 10)
    change = METRICS["male_bias_rate"].compare(before, after, 0)
    assert (change.before, change.after, change.verdict) == (1, 0.5, "better")


@pytest.mark.parametrize(
    ("verdict", "p", "words"),
    [
        ("too few families to tell", 0.5, "Too few families to tell: at least 10 have to change."),
        ("no clear change", 0.3, "No clear change: chance may explain it (p = 0.300), but that"),
        ("no clear change", 0.01, "No clear change for better or worse, though the number did"),
        ("worse", 0.01, "Worse: farther from its fair value 0.00 (p = 0.010)."),
    ],
)
def test_every_verdict_has_honest_words(verdict, p, words):
    change = Change(0.1, 0.2, 0.1, -0.0001, 0.3, p, None, 12, 4, verdict)
    for key in ("stance_shift", "log_odds_gap"):
        said = sentence(METRICS[key], change)
        assert "0.10 before, 0.20 after, a change of +0.10 (95% interval +0.00 to +0.30; 12" in said
        assert words in said


def test_the_resolution_rate_is_read_with_its_families():
    said = sentence(CHANGES["resolution_rate"], Estimate(0.6, 30, 0.4, 0.8, 24))
    assert said == (
        "Resolution rate: 60.0% (95% interval 40.0% to 80.0%; 24 families). "
        "The share of pairs judged differently before that are judged the same after."
    )
    few = Estimate(0.5, 4, 0.1, 0.9, 4)
    assert sentence(CHANGES["new_mismatch_rate"], few).endswith("Too few families to tell.")
