"""What shares may hide where nearly all families agree: Wilson's interval, and unseen families.

A bootstrap of families that are all alike gives an interval without width, and one of families of
which a few differ gives one that is too narrow: both claim more than their number can. All
functions read sums by family as `metrics.resampling` does. Covered are shares only, numbers in
[0, 1]; of other numbers nothing bounds what an unseen family may bring.
"""

import itertools
import math

import numpy as np

from pipelines.metrics.resampling import Function, value_of

Z = 1.959963984540054  # the normal quantile of a 95 % interval
MOST_RATIOS = 8  # of a function for which all kinds of families are tried: 2 to the power of it
FEW_UNLIKE = 5  # families unlike the others, from which on the bootstrap keeps its coverage
TINY = 1e-12
STEP = 1e-3  # of a share, to tell how much the metric follows it
STEPS = 5  # on the way to unseen families, as a function may rise and then fall


def wilson(k: float, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of the share k / n of independent items, in [0, 1].

        (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)

    Source: Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953
    """
    p, center, scale = k / n, k / n + Z**2 / (2 * n), 1 + Z**2 / n
    half = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    low, high = max(0.0, (center - half) / scale), min(1.0, (center + half) / scale)
    return min(p, low), max(p, high)


def are_shares(sums: np.ndarray) -> bool:
    """Tell whether all 0 ≤ numerator ≤ denominator; sums (..., 2)."""
    return bool(((sums[..., 0] >= -TINY) & (sums[..., 0] <= sums[..., 1] + TINY)).all())


def nearly_agree(sums: np.ndarray, function: Function) -> bool:
    """Tell whether most families bring the metric the same, and fewer than FEW_UNLIKE do not.

        family f brings   Σ_j (r_fj − r_j) · ∂function/∂r_j      (0 of a ratio that it lacks)

    `sums` is (families, J, 2). Of one share of 0 and 1 these are the families on its rarer side.
    """
    part = sums[..., 1] > 0
    ratios, number = _totals(sums)[0], sums.shape[1]
    own = np.divide(sums[..., 0], sums[..., 1], out=np.zeros(part.shape), where=part)
    steps = np.where(ratios < 0.5, STEP, -STEP)  # stays in [0, 1], and on one side of a kink
    values = _of(np.vstack([ratios, ratios + np.diag(steps)]), function)
    slopes = (values[1:] - values[0]) / steps
    brought = np.where(part, own - ratios, 0) @ slopes.reshape(number)
    _, counts = np.unique(np.round(brought, 9), return_counts=True)
    unlike = len(sums) - counts.max()
    return bool(unlike < FEW_UNLIKE and 2 * unlike < len(sums))


def doubt(sums: np.ndarray, function: Function) -> tuple[float, float]:
    """Return how low and how high a function of shares may be, for all that the families tell.

    Of one share: its values at the share and at the ends of Wilson's interval over families. Of
    several, (families, J, 2): its values at (1 − t) · r_j + t · e_j, each e_j 0 or 1, t from 0 to
    the upper end of Wilson's interval of 0 families in all that have the share; a part t of the
    families may be of any other kind. A share that no family has may be anything from 0 to 1.
    """
    ratios, numbers = _totals(sums)
    if len(ratios) == 1 and numbers[0]:
        share, families = float(ratios[0]), int(numbers[0])
        tried = np.array([share, *wilson(share * families, families)])[:, None]
    else:
        unseen = np.array([wilson(0, n)[1] if n else 1.0 for n in numbers.tolist()])
        part = np.linspace(0, 1, STEPS)[:, None, None] * unseen
        kinds = np.array(list(itertools.product((0.0, 1.0), repeat=len(ratios))))
        tried = (1 - part) * ratios + part * kinds
    values = _of(tried, function)
    return float(np.nanmin(values)), float(np.nanmax(values))


def _totals(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each ratio over all families, 0 where none has it, and how many have it: (J), (J)."""
    total = sums.sum(axis=0)
    ratios = total[:, 0] / np.where(total[:, 1] > 0, total[:, 1], 1)
    return ratios, (sums[..., 1] > 0).sum(axis=0)


def _of(ratios: np.ndarray, function: Function) -> np.ndarray:
    return value_of(np.stack([ratios, np.ones_like(ratios)], axis=-1), function)
