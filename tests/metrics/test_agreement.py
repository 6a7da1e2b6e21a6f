"""Where families agree, or nearly, the interval keeps the doubt of their number."""

import numpy as np
import pytest

from pipelines.metrics.agreement import are_shares, doubt, nearly_agree, wilson
from pipelines.metrics.resampling import only
from pipelines.metrics.specs import compound, metric
from pipelines.metrics.statistics import estimate_sums, mean_by_family, proportion
from tests.metrics.by_family import compare_by_family
from tests.metrics.gaps import difference, gap, study

RIGHT = metric("right", "Right", 1.0, "share", lambda value: value["right"], "Right.")
UNSEEN = wilson(0, 20)[1]
"""0.1611: as many of 20 families may be of a kind that none of them was."""


def sums(*shares, families=20):
    return np.array([[(share, 1.0) for share in shares]] * families)


def ones(number, families):
    """Sums of as many families of 1 among others of 0."""
    return np.repeat([[[1.0, 1.0]], [[0.0, 1.0]]], [number, families - number], axis=0)


def share_of(number, families):
    values = np.repeat([1.0, 0.0], [number, families - number])
    return mean_by_family(values, [f"f{k:02}" for k in range(families)], share=True)


def test_shares_are_told_from_other_numbers():
    assert are_shares(sums(1.0, 0.0))
    assert not are_shares(sums(-0.1))
    assert not are_shares(sums(1.1))


def test_fewer_than_five_families_unlike_the_others_nearly_agree():
    assert [nearly_agree(ones(k, 23), only) for k in (0, 4, 5, 18, 19, 23)] == [
        True, True, False, False, True, True,
    ]  # fmt: skip
    assert not nearly_agree(ones(4, 8), only)


def test_shares_that_differ_in_every_family_do_not_agree_however_small_they_are():
    assert not nearly_agree(np.array([[(0.01 + k / 1e4, 1.0)] for k in range(20)]), only)


def test_families_that_lack_a_ratio_agree_with_the_others():
    lacking = np.array([[(1.0, 1.0), (0.0, 0.0)], *[[(2.0, 2.0), (1.0, 3.0)]] * 3])
    assert nearly_agree(lacking, difference)


def test_families_of_two_kinds_agree_on_a_gap_that_both_have():
    """Half of the families are right on both sides, half on neither: the gap is 0 in all."""
    assert nearly_agree(np.concatenate([sums(1.0, 1.0), sums(0.0, 0.0)]), difference)
    assert not nearly_agree(np.concatenate([sums(1.0, 0.0), sums(0.0, 1.0)]), difference)


def test_a_kink_at_the_value_does_not_hide_that_families_differ():
    even = np.concatenate([sums(1.0), sums(0.0)])
    assert not nearly_agree(even, lambda r: np.minimum(r[..., 0], 1 - r[..., 0]))


def test_a_gap_of_two_certain_shares_is_as_uncertain_as_they_are():
    """1 and 0 in 20 families: each up to 0.1611 off, so the gap is 1 − 0.3222 to 1."""
    assert pytest.approx(0.1611, abs=1e-4) == UNSEEN
    assert doubt(sums(1.0, 0.0), difference) == pytest.approx((1 - 2 * UNSEEN, 1.0))
    found = gap().compute(study(20, 0), 0)
    assert (found.value, found.low, found.high) == pytest.approx((1, 1 - 2 * UNSEEN, 1))


def test_a_gap_that_no_family_moves_is_not_certain_to_be_none():
    """10 of 20 families right on both sides: 0 in each, up to 0.1611 of others may be ±1."""
    found = gap("share").compute(study(10, 10), 0)
    assert (found.value, found.low, found.high) == pytest.approx((0, -UNSEEN, UNSEEN))
    assert gap("mean").compute(study(10, 10), 0).high == 0


def test_an_estimate_at_the_peak_of_its_function_lies_in_its_interval():
    """4 r(1 − r) is 1 at ½, where the families' mean is; every resample has less."""
    numbers = np.random.default_rng(0).random(40)
    around_half = np.concatenate([numbers, 1 - numbers])
    whole = np.stack([around_half, np.ones(80)], axis=-1)[:, None]
    found = estimate_sums(whole, 80, function=peak)
    assert found.value == pytest.approx(1)
    assert found.low < found.value <= found.high
    assert doubt(sums(0.5), peak)[1] == 1


def peak(ratios):
    return 4 * ratios[..., 0] * (1 - ratios[..., 0])


def test_a_share_that_is_never_asked_for_may_be_anything():
    """Never wrong in 20 families: nobody knows which way an error would lean, (1 − r)(2b − 1)."""
    never = np.array([[(1.0, 1.0), (0.0, 0.0)]] * 20)
    found = doubt(never, lambda ratios: (1 - ratios[..., 0]) * (2 * ratios[..., 1] - 1))
    assert found == pytest.approx((-UNSEEN, UNSEEN))


def test_a_change_that_is_alike_in_all_families_is_not_certain():
    """None of 20 changed: up to u = 0.1611 may be of another kind; all fell: −1 to −1 + 2u."""
    same = RIGHT.compare(study(20, 20), study(20, 20), 0)
    assert (same.low, same.high) == pytest.approx((-UNSEEN, UNSEEN))
    assert (same.p, same.verdict) == (1, "too few families to tell")
    fell = RIGHT.compare(study(20, 20), study(0, 0), 0)
    assert (fell.change, fell.low, fell.high) == pytest.approx((-1, -1, 2 * UNSEEN - 1))
    assert fell.verdict == "worse"


def test_a_change_of_a_gap_that_is_alike_in_all_families_is_not_certain():
    """Each of the four shares may be 0.1611 off: the gap ±2u on either side."""
    same = gap().compare(study(20, 0), study(20, 0), 0)
    assert (same.low, same.high) == pytest.approx((-2 * UNSEEN, 2 * UNSEEN))


def test_one_family_that_changed_among_many_takes_no_doubt_away():
    """23 families: with none changed ±u, u = 0.1431; with one up, (1 − u) / 23 ± u at least."""
    none, one = (compare_by_family([0] * 23, [0] * (23 - up) + [1] * up, NAMES, 0, share=True)
                 for up in (0, 1))  # fmt: skip
    unseen = wilson(0, 23)[1]
    assert (none.low, none.high) == pytest.approx((-unseen, unseen))
    middle = (1 - unseen) / 23
    assert (one.low, one.high) == pytest.approx((middle - unseen, middle + unseen))


NAMES = [f"f{number:02}" for number in range(23)]


def test_numbers_that_are_no_shares_are_not_given_the_bounds_of_shares():
    double = metric("double", "Double", 0.0, "ratio", lambda value: 2 * value["right"], "Twice.")
    found = double.compute(study(20, 20), 0)
    assert (found.value, found.low, found.high) == (2, 2, 2)


def test_many_ratios_are_resampled_without_trying_all_kinds_of_families():
    reads = [lambda value: value["right"]] * 20
    mean = compound("mean", "Mean", 1.0, "ratio", reads, lambda r: r.mean(axis=-1), "Mean.")
    found = mean.compute(study(20, 20), 0)
    assert (found.low, found.high) == (1, 1)


def test_more_families_of_the_rare_kind_never_lower_the_interval():
    """0 of 23 is 0 to .143, so 1 of 23 must reach farther: Wilson's .008 to .210, from 0 on."""
    found = [share_of(k, 23) for k in range(24)]
    for end in ("low", "high"):
        ends = [getattr(one, end) for one in found]
        assert ends == sorted(ends)
    assert (found[0].high, found[1].high) == pytest.approx((0.1431, 0.2099), abs=1e-4)
    assert found[1].low == 0


@pytest.mark.parametrize("families", [12, 23, 40, 60])
@pytest.mark.parametrize("share", [0.03, 0.08, 0.15, 0.4])
def test_the_interval_of_a_share_covers_it_by_enumeration(families, share):
    """All numbers of families with a 1, with their binomial chance; the bootstrap alone had 86 %
    at 23 families and a share of 0.145, and 87 % at 40 and 0.08."""
    from scipy.stats import binom

    chances = binom.pmf(np.arange(families + 1), families, share)
    likely = np.flatnonzero(chances > 1e-5)
    held = [one.low <= share <= one.high for one in (share_of(k, families) for k in likely)]
    assert chances[likely][held].sum() >= 0.93


@pytest.mark.parametrize("share", [0.08, 0.15])
def test_the_interval_of_a_rare_share_of_correlated_items_covers_it(share):
    """300 studies of 23 families of four items, intraclass correlation ½; the bootstrap alone had
    89 % and 92 %, and two standard errors are 2.5 %."""
    rng = np.random.default_rng(5)
    held = []
    for _ in range(300):
        hits = rng.binomial(4, rng.beta(share, 1 - share, 23))
        items = np.repeat([[1.0], [0.0]], 4, axis=1)  # of a hit, of none
        values = np.concatenate([np.r_[items[0][:k], items[1][k:]] for k in hits])
        found = mean_by_family(values, np.repeat(NAMES, 4), share=True)
        held.append(found.low <= share <= found.high)
    assert np.mean(held) >= 0.935


def test_a_sparse_share_is_as_wide_as_wilson_or_wider():
    for k in range(5):
        found, expected = share_of(k, 40), proportion(k, 40)
        assert found.low <= expected.low + 1e-12
        assert found.high >= expected.high - 1e-12
