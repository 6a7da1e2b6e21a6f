"""Holm's correction: by hand, equal to statsmodels, and within families of tests."""

import numpy as np
import pytest

from pipelines.metrics.correction import holm, holm_by, with_holm
from pipelines.metrics.statistics import TOO_FEW, Change


def test_holm_by_hand():
    """Sorted .01 .02 .03 .04 times 4 3 2 1: .04 .06 .06 .04, and never falling: .04 .06 .06 .06."""
    adjusted = holm({"d": 0.04, "a": 0.01, "c": 0.03, "b": 0.02})
    assert adjusted == pytest.approx({"d": 0.06, "a": 0.04, "c": 0.06, "b": 0.06})


def test_holm_takes_back_what_is_clear_only_alone():
    alone = Change(0.5, 0.3, -0.2, -0.3, -0.1, 0.03, None, 40, 20, "better")
    few = Change(0.5, 0.3, -0.2, -0.3, -0.1, 0.03, None, 4, 2, TOO_FEW)
    strong = Change(0.5, 0.3, -0.2, -0.3, -0.1, 0.001, None, 40, 20, "worse")
    corrected = with_holm({"alone": alone, "few": few, "strong": strong})
    assert [c.verdict for c in corrected.values()] == ["no clear change", TOO_FEW, "worse"]
    assert [change.p_holm for change in corrected.values()] == pytest.approx([0.06, 0.06, 0.003])
    assert with_holm({"alone": alone})["alone"].verdict == "better"


def test_holm_by_families_corrects_each_among_its_own():
    """a: .01 and .03 give .02 and .03; b alone stays .03; the order is kept."""
    changes = {
        ("b", 1): Change(0.5, 0.3, -0.2, -0.3, -0.1, 0.03, None, 40, 20, "better"),
        ("a", 1): Change(0.5, 0.3, -0.2, -0.3, -0.1, 0.01, None, 40, 20, "better"),
        ("a", 2): Change(0.5, 0.3, -0.2, -0.3, -0.1, 0.03, None, 40, 20, "better"),
    }
    corrected = holm_by(changes, lambda key: key[0])
    assert list(corrected) == list(changes)
    assert [change.p_holm for change in corrected.values()] == pytest.approx([0.03, 0.02, 0.03])
    together = holm_by(changes, lambda key: "all")
    assert together == with_holm(changes)
    assert [change.verdict for change in together.values()].count("better") == 1
    assert holm_by({}, str) == {}


def test_holm_equals_statsmodels_for_many():
    from statsmodels.stats.multitest import multipletests

    p_values = dict(enumerate(np.random.default_rng(0).random(30) ** 3))
    expected = multipletests(list(p_values.values()), method="holm")[1]
    assert list(holm(p_values).values()) == pytest.approx(expected.tolist())
