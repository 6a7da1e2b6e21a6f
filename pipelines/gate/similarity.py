"""ROUGE-1 between the male and the female story, and the window that Wei et al. 2025 keep.

ROUGE-1 F is the harmonic mean of precision and recall of single words (Lin 2004), here with
Porter's stemmer, the male story as reference and the female one as candidate, computed by the
`rouge-score` package. Wei et al. keep a pair from 0.80 to 0.95. The upper bound drops the pairs
that differ in the fewest words, so without "exclude" it is only said.
Source: Wei et al. 2025, https://arxiv.org/abs/2505.17217
"""

import re
from functools import cache, lru_cache
from typing import Any

from pipelines.configs import CheckConfig
from pipelines.gate.findings import Finding
from pipelines.records import Light

LATIN = re.compile(r"[a-zA-Z0-9]")
LONGEST_STEMMED = 40
"""Longer words are taken as they are: the stemmer recurses over every letter y."""


class CachedStemmer:
    """Porter's stemmer, each word once; stories share most of their words."""

    def __init__(self) -> None:
        """Load the stemmer of rouge-score's default tokenizer."""
        from nltk.stem.porter import PorterStemmer  # noqa: PLC0415  (loads nltk)

        self.stem = lru_cache(maxsize=200_000)(self.stem_short)
        self.porter = PorterStemmer()

    def stem_short(self, word: str) -> str:
        """Return the stem of one word."""
        return self.porter.stem(word) if len(word) <= LONGEST_STEMMED else word


class CachedTokenizer:
    """The default tokenizer of rouge-score with a stemmer that remembers."""

    def __init__(self) -> None:
        """Take rouge-score's own tokenization."""
        from rouge_score.tokenize import tokenize  # noqa: PLC0415  (loads absl)

        self.split = tokenize
        self.stemmer = CachedStemmer()

    def tokenize(self, text: str) -> list[str]:
        """Return the stemmed words of a text; only a-z and 0-9 count."""
        return self.split(text, self.stemmer)


@cache
def scorer() -> Any:
    """Return rouge-score's scorer of ROUGE-1."""
    from rouge_score.rouge_scorer import RougeScorer  # noqa: PLC0415  (loads nltk)

    return RougeScorer(["rouge1"], tokenizer=CachedTokenizer())


def rouge1(male: str, female: str) -> float | None:
    """Return the ROUGE-1 F of two stories in [0, 1]; None if one has no Latin letter or digit."""
    if not (LATIN.search(male) and LATIN.search(female)):
        return None
    return float(scorer().score(male, female)["rouge1"].fmeasure)


def window_of(rouge: float | None, config: CheckConfig) -> str | None:
    """Return "below", "inside" or "above" the window; its bounds are inside."""
    if rouge is None:
        return None
    if rouge < config.rouge_low:
        return "below"
    return "above" if rouge > config.rouge_high else "inside"


def check_rouge(rouge: float | None, config: CheckConfig) -> list[Finding]:
    """Judge a pair by the window: `note` or `exclude`, as the config says."""
    place = window_of(rouge, config)
    if place is None or place == "inside":
        return []
    said = f"ROUGE-1 is {rouge:.3f}, {place} the window {config.rouge_low:g}–{config.rouge_high:g}"
    if config.window == "exclude":
        return [Finding("rouge", Light.RED, f"{said}. The window excludes it.")]
    if place == "below":
        return [Finding("rouge", Light.AMBER, f"{said}: the two stories share too few words.")]
    return [
        Finding(
            "rouge",
            Light.GREEN,
            f"{said}. The paper would drop it; pairs above the window are those that differ in "
            "the fewest words.",
        )
    ]
