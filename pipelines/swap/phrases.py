"""What a gendered noun says of whom: owned by somebody, said of a subject, or beside a name."""

from dataclasses import dataclass

from pipelines.swap.lexicon import is_adverb, is_nominal, words
from pipelines.swap.tokens import Tokens

FARTHEST = 6


@dataclass(frozen=True)
class Phrase:
    """The noun phrase that ends in a noun.

    `start` is the place of its first word, `determiner` that word if it is an article, a
    possessive or "'s", `copula` the place of the verb that says it of a subject, -1 without one.
    """

    start: int
    determiner: str
    possessed: bool
    copula: int


def noun_phrase(tokens: Tokens, noun: int) -> Phrase:
    """Return the phrase around a noun, looking to the left."""
    start = noun
    while start > 0 and noun - start < FARTHEST and _goes_on(tokens, start - 1):
        start -= 1
    determiner = ""
    before = tokens.at(start - 1)
    if before in words("determiners") or before in words("possessives") or before in HIS:
        start, determiner = start - 1, before
    elif before == "'s" or (before in ("'", "’") and tokens.at(start - 2).endswith("s")):
        start, determiner = start - 1, "'s"
    possessed = determiner == "'s" or determiner in words("possessives") or determiner in HIS
    copula = _copula(tokens, start)
    if possessed and tokens.at(copula) in ("as", "like"):
        copula = -1
    return Phrase(start, determiner, possessed, copula)


HIS = frozenset({"his", "her", "their"})


def _goes_on(tokens: Tokens, place: int) -> bool:
    if not tokens.is_word(place):
        return False
    word = tokens.low[place]
    if word in words("copulas") or word in HIS:
        return False
    return is_nominal(word) or (is_adverb(word) and word not in words("prepositions"))


def _copula(tokens: Tokens, start: int) -> int:
    """Return the place of the copula before a phrase, over adverbs and "kind of"."""
    before = start - 1
    if tokens.at(before) == "of" and tokens.at(before - 1) in ("kind", "sort", "type", "one"):
        before -= 2
        if tokens.at(before) in words("determiners"):
            before -= 1
    while is_adverb(tokens.at(before)) and tokens.is_word(before):
        before -= 1
    return before if tokens.at(before) in words("copulas") else -1
