"""The word lists of the category rule as patterns.

The lists lie in `assets/words/categories.json`, each with the reason why it is there. Texts are
searched in small letters.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from pipelines.assets import read_asset

MOST_WORDS = 5
"""Words of a proposal that are shown."""


def lists() -> Any:
    """Return the asset."""
    return read_asset("words/categories.json")


@cache
def masculine_pairs() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Return for each masculine word its pattern and that of the neutral words."""
    pairs = lists()["generic_masculine"]["pairs"]
    return tuple((compiled((one,)), compiled((*neutral,))) for one, neutral in pairs.items())


@cache
def group_pattern() -> re.Pattern[str]:
    """Return the pattern for a gender as a whole."""
    groups = lists()["groups"]
    return compiled((*groups["female"], *groups["male"], *groups["either"]))


@cache
def claim_pattern() -> re.Pattern[str]:
    """Return the pattern for a gender with a claiming word right before or right after it.

    "a woman" alone is one person; it stands for all only before "should", "must" and the like.
    """
    named, claims = lists()["groups"], lists()["claims"]
    groups = (*named["female"], *named["male"])
    plural = alternatives(word for word in groups if word not in ("female", "male"))
    generic = alternatives(named["one_for_all"])
    after, before, duty = (
        alternatives(claims[side]) for side in ("after", "before", "after_one_for_all")
    )
    return re.compile(
        rf"(?<!\w)(?:(?:{plural}) (?:really |just |simply |also )?(?:{after})(?!\w)"
        rf"|(?:{before}) (?:the |these |those |so many )?(?:{plural})(?= \w)"
        rf"|(?:{generic}) (?:{duty})(?!\w))"
    )


@cache
def body_pattern() -> re.Pattern[str]:
    """Return the pattern for a body or underwear spoken of as somebody's."""
    body = alternatives(lists()["body"]["words"])
    owner = r"(?:her|(?!(?:what|that|it|he|let|there|here|who|where)'s)\w+'s)"
    intimate = r"bra|panties|lingerie|thong|breasts?|boobs?|tits|cleavage"
    return re.compile(
        rf"(?<!\w)(?:(?:women|woman|girl|lady|female|men|man)(?:'s|s'|') (?:\w+ ){{0,2}}(?:{body})"
        rf"|{owner} (?:\w+ ){{0,3}}(?:{intimate}))(?!\w)"
    )


@cache
def gendered_job_pattern() -> re.Pattern[str]:
    """Return the pattern for a job named by the gender of who does it."""
    jobs = alternatives(lists()["institutions"]["jobs"])
    return re.compile(rf"(?<!\w)(?:female|male|woman|women|lady) (?:\w+ )?(?:{jobs})(?!\w)")


@cache
def pattern(part: str, name: str) -> re.Pattern[str]:
    """Return the pattern of one list of the asset."""
    return compiled(tuple(lists()[part][name]))


@cache
def compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that finds each of the words as a whole word."""
    return re.compile(rf"(?<!\w)(?:{alternatives(words)})(?!\w)")


def alternatives(words: Iterable[str]) -> str:
    """Return regular alternatives, longest first; `*` is further letters, a space also a hyphen."""
    longest_first = sorted(words, key=len, reverse=True)
    escaped = (re.escape(word.lower()) for word in longest_first)
    return "|".join(one.replace(r"\*", r"\w{0,12}").replace(r"\ ", r"[\s/-]") for one in escaped)


def found(wanted: re.Pattern[str], text: str) -> tuple[str, ...]:
    """Return the first MOST_WORDS different places that a pattern finds, in order."""
    places = (" ".join(one.group().split()) for one in wanted.finditer(text))
    return tuple(dict.fromkeys(places))[:MOST_WORDS]
