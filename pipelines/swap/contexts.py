"""What stands beside a pronoun: the next word, the verb before, whether a noun comes."""

from dataclasses import dataclass

from pipelines.swap.lexicon import is_adverb, is_nominal, lemma, parts, verb_tags, words
from pipelines.swap.names import name_arm
from pipelines.swap.tokens import Tokens
from pipelines.swap.words import gendered

OPEN_QUOTES = "\"“‘'(["
FARTHEST = 8
"""Words in which the noun has to come that a pronoun owns."""
OBJECT, POSSESSIVE, INDEPENDENT = "object", "possessive", "independent"


@dataclass(frozen=True)
class Form:
    """The form of a pronoun at a place; `reason` says why it is open, "" if it is not."""

    form: str
    reason: str = ""


def following_word(tokens: Tokens, place: int) -> int | None:
    """Return the next word's place; an opening quote does not count, any other sign ends it."""
    after = place + 1
    if tokens.at(after) and tokens.raw[after] in OPEN_QUOTES and tokens.touching(place):
        while tokens.at(after) and tokens.raw[after] in OPEN_QUOTES:
            if tokens.touching(after):
                return None
            after += 1
    if not tokens.is_word(after) or tokens.sentence[after] != tokens.sentence[place]:
        return None
    return after


def skip_adverbs(tokens: Tokens, place: int) -> int:
    """Return the place of the first word from a place on that is no adverb."""
    while tokens.is_word(place) and is_adverb(tokens.low[place]):
        place += 1
    return place


def is_name(tokens: Tokens, place: int) -> bool:
    """Say whether a first name that the tables know stands at a place."""
    return tokens.capitalized(place) and bool(name_arm(tokens.low[place]))


def goes_on_as_noun(tokens: Tokens, place: int) -> bool:
    """Say whether a noun stands at a place, or an adjective with a noun after it."""
    for at in range(place, place + FARTHEST):
        if not tokens.is_word(at):
            if tokens.at(at) == "," and at > place:
                continue
            return False
        word = tokens.low[at]
        if is_adverb(word) or (word in ("and", "or", "but") and at > place):
            continue
        if word in words("before_noun") or word in words("numbers"):
            continue
        if not is_nominal(word):
            return False
        if is_thing(word) or tokens.raw[at][0].isupper():
            return True
    return False


def is_last_will(tokens: Tokens, place: int) -> bool:
    """Say whether "will" is a thing: signed her will, the will to live; but: her will say."""
    after = skip_adverbs(tokens, place + 1)
    if tokens.low[place] != "will" or tokens.at(after) in ("be", "have", "not"):
        return False
    return not tokens.is_word(after) or "VB" not in verb_tags(tokens.low[after])


def is_thing(word: str) -> bool:
    """Say whether a word is more likely a noun than an adjective."""
    found = parts(word) if word[:1].isalnum() else frozenset()
    return "NOUN" in found and ("ADJ" not in found or word.endswith(("ian", "ist", "er")))


def is_person(word: str) -> bool:
    """Say whether a noun is a person (or a pet): somebody to tell, not something to give."""
    return word in words("person_nouns") or bool(gendered(word))


def governor(tokens: Tokens, place: int) -> tuple[str, str]:
    """Return the base form and the spelling of the verb before a place, ("", "") if none."""
    before = place - 1
    while before >= 0 and is_adverb(tokens.low[before]) and tokens.is_word(before):
        before -= 1
    if before < 0 or not tokens.is_word(before):
        return "", ""
    word = tokens.low[before]
    if word == "like" and tokens.at(before - 1) in words("before_verb_like"):
        return word, word
    if word in words("prepositions") or word in words("conjunctions"):
        return "", word
    return (lemma(word), word) if "VERB" in parts(word) else ("", word)
