import importlib.util

import pytest

from benchmarks.harness_equality import CHECKS, TOLERANCE, Line, main
from pipelines.benchmarks.catalog import MODULES
from tests.benchmark_files import benchmarks

HARNESS = importlib.util.find_spec("lm_eval") is not None


def test_a_difference_above_the_tolerance_counts_and_an_undefined_figure_too():
    assert Line("mc1", 3, 0.5, 0.5 + TOLERANCE * 0.9).equal
    assert not Line("mc1", 3, 0.5, 0.5 + TOLERANCE * 1.1).equal
    assert not Line("mc1", 3, 0.5, float("nan")).equal
    assert not Line("mc1", 3, None, 0.0).equal
    assert "DIFFERS" in str(Line("mc1", 3, None, 0.0))


def test_what_is_not_compared_never_counts_and_says_so():
    line = Line("s_dis", 3, -1.0, 0.0, compared=False)
    assert line.equal
    assert str(line).endswith("not compared")


def test_every_check_is_of_a_benchmark_of_ours():
    assert set(CHECKS) <= set(MODULES)


@pytest.mark.skipif(HARNESS, reason="lm_eval is installed here")
def test_without_the_package_a_sentence_says_what_to_install(capsys):
    assert main(["--folder", "somewhere"]) == 2
    assert "pip install lm_eval==0.4.13" in capsys.readouterr().out


@pytest.mark.skipif(not HARNESS, reason="needs lm_eval 0.4.13: pip install lm_eval==0.4.13")
@pytest.mark.parametrize("name", CHECKS)
def test_a_few_items_of_each_benchmark_are_equal(name, capsys):
    """A family of BBQ asks hundreds of questions; of one family others have no interval."""
    folder = benchmarks(name.partition(":")[0]).parent
    limit = "1" if name == "bbq" else "3"
    assert main(["--folder", str(folder), "--benchmarks", name, "--limit", limit]) == 0
    assert "DIFFERS" not in capsys.readouterr().out
