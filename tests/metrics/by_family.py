"""Comparisons of bare numbers by family, without the items and metrics of the project."""

import numpy as np

from pipelines.metrics.resampling import family_sums, swap_p
from pipelines.metrics.statistics import collapse, compare_sums


def compare_by_family(before, after, families, ideal, denominators=None, share=False):
    """Compare means of family means, or with `denominators` (before, after) ratios of sums."""
    if denominators is None:
        sums = np.column_stack([collapse(before, families), collapse(after, families)])
        sums = np.insert(sums, [1, 2], 1.0, axis=1)
    else:
        sums = family_sums(families, before, denominators[0], after, denominators[1])
    return compare_sums(sums.reshape(len(sums), 2, 1, 2), ideal, share=share)


def sign_flip_p(differences):
    """The p of one difference a family: of two models, one of which has only zeros."""
    sums = np.array([(0.0, 1.0, difference, 1.0) for difference in differences])
    return swap_p(sums.reshape(-1, 2, 1, 2), 0)
