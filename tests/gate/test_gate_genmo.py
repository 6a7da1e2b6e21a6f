"""Real pairs that others wrote: most hold, and next to none is thrown out."""

import json
from collections import Counter

from pipelines.configs import CheckConfig
from pipelines.gate.checks import Told
from pipelines.gate.wording import check_wording
from tests.benchmark_files import benchmarks


def test_most_genmo_pairs_are_green_and_almost_none_is_red():
    pairs = json.loads(benchmarks("genmo", "GenMO_dataset.json").read_text())
    verdicts = [
        check_wording(
            [Told("male", "", pair["male_story"]), Told("female", "", pair["female_story"])],
            CheckConfig(),
        )
        for pair in pairs
    ]
    lights = Counter(str(verdict.light) for verdict in verdicts)
    assert sum(lights.values()) == 454
    windows = Counter(verdict.window for verdict in verdicts)
    assert windows == {"inside": 228, "above": 180, "below": 46}
    assert lights["green"] > 0.55 * 454
    assert lights["red"] < 0.02 * 454
