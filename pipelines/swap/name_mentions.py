"""Where a text says a first name; words that can be something else count only where they must be.

A name in no table is taken for one where a verb in the third person follows it, or "named" comes
before it. Surnames belong to the first name before them.
"""

from pipelines.swap.lexicon import (
    base_of_third_person,
    function_words,
    in_lexicon,
    is_adverb,
    parts,
    verb_tags,
    words,
)
from pipelines.swap.names import name_arm
from pipelines.swap.tokens import Tokens
from pipelines.swap.words import ARMS, titles

NAMING = ("named", "called")
LETTERS_OF_A_NAME = 20


def is_title(tokens: Tokens, place: int) -> bool:
    """Say whether a title of a gender stands at a place, with a name after it."""
    word = tokens.low[place]
    if not tokens.capitalized(place) or not any(word in titles(arm) for arm in ARMS):
        return False
    after = place + 2 if tokens.at(place + 1) == "." else place + 1
    return tokens.capitalized(after) and tokens.low[after] not in function_words()


def is_first_name(tokens: Tokens, place: int) -> bool:
    """Say whether the word at a place is used as a first name."""
    word = tokens.low[place]
    if not tokens.capitalized(place) or len(word) > LETTERS_OF_A_NAME:
        return False
    known = bool(name_arm(word))
    before, after = tokens.at(place - 1), tokens.at(place + 1)
    if _is_elsewhere(word, before, after):
        return False
    if not known:
        return _is_unknown_name(tokens, place, before)
    if not _is_ordinary(word):
        return True
    if not tokens.opens(place) and not tokens.raw[place].isupper():
        return True
    return _acts(tokens, place)


def surname_end(tokens: Tokens, place: int) -> int:
    """Return the place after a name's last word: Mary Ann Smith."""
    end = place + 1
    if len(tokens.raw[place]) > 1 and tokens.raw[place].isupper():
        return end
    while (
        end < len(tokens)
        and end - place < 4
        and tokens.touching(end - 1)
        and tokens.capitalized(end)
        and tokens.low[end] not in function_words()
        and not is_title(tokens, end)
    ):
        end += 1
    return end


def _is_elsewhere(word: str, before: str, after: str) -> bool:
    """Say whether a word is a place or a month here: in Jordan, last April, Austin Street."""
    if before in ("san", "santa", "los", "st", "saint") or after in words("after_place"):
        return True
    if word in words("places") and before in ("in", "from", "near", "to", "around", "of", "at"):
        return True
    times = ("in", "since", "until", "during", "last", "next", "this", "of", "by", "early", "late")
    return word in words("months") and before in times


def _is_ordinary(word: str) -> bool:
    """Say whether a name is a word of the language too: Will, Grace, Mark."""
    return word in function_words() or in_lexicon(word)


def _acts(tokens: Tokens, place: int) -> bool:
    """Say whether what follows needs a person: a verb in the third person, "'s", "and" a name."""
    follower = place + 1
    while tokens.is_word(follower) and is_adverb(tokens.low[follower]):
        follower += 1
    after = tokens.at(follower)
    if after == "'s" or after in words("auxiliaries"):
        return tokens.low[place] not in function_words() or after not in ("be", "have", "do")
    if after == "," and tokens.at(follower + 1) in ("a", "an", "who", "whose"):
        return True
    if after in ("and", ","):
        return bool(name_arm(tokens.at(follower + 1))) and tokens.capitalized(follower + 1)
    if base_of_third_person(after):
        return True
    return "VBD" in verb_tags(after) and "NOUN" not in parts(after)


def _is_unknown_name(tokens: Tokens, place: int, before: str) -> bool:
    word = tokens.low[place]
    if word in function_words() or in_lexicon(word) or not word.isalpha():
        return False
    if before in NAMING:
        return True
    proper = tokens.raw[place][1:].islower() and before not in ("the", "a", "an", "in")
    return proper and len(word) > 1 and _acts(tokens, place)
