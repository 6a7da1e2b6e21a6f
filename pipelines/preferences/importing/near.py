r"""Find texts that are nearly the same among 100,000 without comparing all of them.

MinHash with banding (Broder 1997; Leskovec, Rajaraman and Ullman 2020, chapter 3; the `rensa`
package): a text is the set of its pairs of neighbouring words; PERMUTATIONS hash functions keep
the least value each, in BANDS bands of ROWS_A_BAND values. Two texts whose sets have the Jaccard
similarity s share a band with the probability 1 - (1 - s^4)^32: 0.87 at s = 0.5, 0.998 at
s = 0.66, 10^-5 at 0.02, as two unrelated texts have. Whoever asks measures the similarity of such
candidates on the texts.

Not found: texts whose words nearly all differ by a letter, and scripts without spaces between
words, save where they are the same. At most COMPARISONS candidates a text are looked at.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

BANDS, ROWS_A_BAND = 32, 4
PERMUTATIONS = BANDS * ROWS_A_BAND
NEIGHBOURS = 3  # candidates before a text in each band
COMPARISONS = 40

WORD = re.compile(r"\w+")
APOSTROPHES = re.compile("['’ʼ`]")

SEED = 20_240_613  # any seed does
MIXERS = np.random.default_rng(SEED).integers(1, 2**32, ROWS_A_BAND, dtype=np.uint32) | np.uint32(1)


def words_of(text: str) -> list[str]:
    """Return a text's words in lower case, without punctuation: "Don't go!" is dont, go."""
    return WORD.findall(APOSTROPHES.sub("", text.casefold()))


class Sketches:
    """The bands of many texts, 128 bytes a text."""

    def __init__(self) -> None:
        self.data = bytearray()

    def add(self, words: list[str]) -> None:
        """Take in the next text by its words."""
        self.data += bands_of(words).tobytes()

    def table(self) -> np.ndarray:
        """Return the bands, (texts, BANDS)."""
        return np.frombuffer(bytes(self.data), dtype=np.uint32).reshape(-1, BANDS)


def bands_of(words: list[str]) -> np.ndarray:
    """Return the hash of each band of one text, (BANDS,)."""
    from rensa import RMinHash  # noqa: PLC0415  (only when rows are imported)

    marked = ["^", *words, "$"]
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    sketch.update([f"{one} {other}" for one, other in pairwise(marked)])
    least = np.array(sketch.digest(), dtype=np.uint32)
    return (least.reshape(BANDS, ROWS_A_BAND) * MIXERS).sum(axis=1, dtype=np.uint32)


def candidates(table: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield (earlier, later) for texts that share a band; a pair may come more than once.

    Of texts with the same band each is paired with the NEIGHBOURS before it.
    """
    for band in table.T:
        order = np.argsort(band, kind="stable")
        found = band[order]
        for step in range(1, NEIGHBOURS + 1):
            same = np.flatnonzero(found[step:] == found[:-step])
            yield from zip(order[same].tolist(), order[same + step].tolist(), strict=True)


def near_pairs(
    table: np.ndarray,
    first: int,
    similarity: Callable[[int, int], float],
    threshold: float,
    every: bool = False,
) -> Iterator[tuple[int, int, float]]:
    """Yield (earlier, later, similarity) for texts from `first` on that are nearly the same.

    A text comes with one earlier text, or with each that was found if `every` is set.
    """
    compared: defaultdict[int, set[int]] = defaultdict(set)
    found: set[int] = set()
    for earlier, later in candidates(table):
        if later < first or (later in found and not every):
            continue
        seen = compared[later]
        if earlier in seen or len(seen) >= COMPARISONS:
            continue
        seen.add(earlier)
        alike = similarity(earlier, later)
        if alike >= threshold:
            found.add(later)
            yield earlier, later, alike
