"""Holm's correction: several tests that are shown together raise as few false alarms as one.

Not covered: which tests belong together; who shows them says so (`holm_by`).
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace

import numpy as np

from pipelines.metrics.statistics import LEVEL, TOO_FEW, UNCLEAR, Change


def holm(p_values: Mapping[Hashable, float]) -> dict[Hashable, float]:
    """Return Holm's adjusted p of each of m tests, in [p, 1].

        adjusted p_(k) = min(1, max over j ≤ k of (m − j + 1) · p_(j)),   p_(1) ≤ … ≤ p_(m)

    Equals statsmodels' `multipletests(method="holm")`, which takes longer to load than all else.
    Source: Holm 1979, jstor 4615733
    """
    p = np.array(list(p_values.values()), dtype=float)
    order = np.argsort(p, kind="stable")
    p[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    return dict(zip(p_values, p.tolist(), strict=True))


def with_holm(changes: Mapping[Hashable, Change]) -> dict[Hashable, Change]:
    """Set p_holm over all changes shown together; what is clear only before Holm is UNCLEAR."""
    corrected = {}
    for key, p in holm({key: change.p for key, change in changes.items()}).items():
        kept = changes[key].verdict if p < LEVEL or changes[key].verdict == TOO_FEW else UNCLEAR
        corrected[key] = replace(changes[key], p_holm=p, verdict=kept)
    return corrected


def holm_by(
    changes: Mapping[Hashable, Change], family_of_key: Callable[[Hashable], Hashable]
) -> dict[Hashable, Change]:
    """Return `with_holm` within each family of tests, in the order of `changes`.

    `family_of_key` names the family of a key: tests that answer one question belong together, such
    as the groups of one metric on one benchmark.
    """
    families: dict[Hashable, dict[Hashable, Change]] = defaultdict(dict)
    for key, change in changes.items():
        families[family_of_key(key)][key] = change
    corrected = {}
    for tests in families.values():
        corrected |= with_holm(tests)
    return {key: corrected[key] for key in changes}
