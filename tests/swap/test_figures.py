"""The shares that `python -m benchmarks.swap` prints, where the public files are at hand."""

import pytest

from benchmarks.swap import genmo, winobias
from tests.benchmark_files import benchmarks


def test_bracketed_pronouns_of_winobias_become_those_of_the_opposite_line():
    benchmarks("winobias")
    counts = winobias()
    for arm in ("male", "female"):
        assert counts[f"{arm}: right"] / counts[f"{arm}: pronouns"] >= 0.99
    assert counts["lines that are no mirrors"] <= 4


@pytest.mark.parametrize("arm", ["male", "female"])
def test_the_protagonists_pronouns_of_genmo_become_those_that_people_wrote(arm):
    benchmarks("genmo")
    counts = genmo(arm)
    kind = "protagonist's pronouns"
    assert counts[f"{kind}: as people wrote"] / counts[kind] >= 0.97
