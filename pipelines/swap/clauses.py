"""The verbs of one subject pronoun: the first one, an auxiliary before it, and those joined to it.

Found by closed classes and by what a word can be, not by a parse; what can be another person's verb
is told as such.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.swap.lexicon import (
    base_of_third_person,
    function_words,
    is_adverb,
    is_plural,
    parts,
    verb_tags,
    words,
)
from pipelines.swap.tokens import Tokens

TO_MANY = {
    "is": "are", "was": "were", "has": "have", "does": "do",
    "isn": "aren", "wasn": "weren", "hasn": "haven", "doesn": "don",
}  # fmt: skip
TO_ONE = {many: one for one, many in TO_MANY.items()}
CONTRACTED = frozenset({"'s", "'re", "'ve", "'d", "'ll"})
JOINING = frozenset({"and", "or", "but", "then", ",", "nor", "yet", ";", "&"})
SUBJECTS = frozenset({"i", "he", "she", "we", "they", "who", "which"})
TURNING = frozenset(
    {"never", "rarely", "seldom", "only", "not", "hardly", "here", "there", "than", "as"}
)
AFTER_SUBJECT = frozenset(
    {"alone", "either", "neither", "himself", "herself", "themself", "themselves", "too"}
)
REACH = 60
"""Words after a pronoun within which its verbs are looked for."""


@dataclass(frozen=True)
class Joined:
    """The place of a verb joined to another; `own` is False where somebody else can do it."""

    place: int
    own: bool


def is_verb_form(word: str) -> bool:
    """Say whether a word after a subject can be its verb."""
    if word in TO_MANY or word in TO_ONE or word in CONTRACTED or word in words("modals"):
        return True
    if word in ("like", "dares"):
        return True
    return word not in function_words() and bool(verb_tags(word))


def is_bare(word: str) -> bool:
    """Say whether a word can be a verb without ending."""
    return word == "like" or (word not in function_words() and "VB" in verb_tags(word))


def after_modal(tokens: Tokens, place: int) -> bool:
    """Say whether the verb of a subject has no ending: did they see, won't they come."""
    negated = tokens.at(place - 1) == "'t"
    auxiliary = tokens.at(place - 2 if negated else place - 1)
    return auxiliary in words("modals") or (negated and auxiliary == "won")


def inverted_auxiliary(tokens: Tokens, place: int, table: dict[str, str]) -> int:
    """Return the place of an auxiliary before its subject (has she left), -1 if there is none."""
    before = place - 2 if tokens.at(place - 1) == "'t" else place - 1
    auxiliary = tokens.at(before)
    if auxiliary not in table or tokens.sentence[before] != tokens.sentence[place]:
        return -1
    if auxiliary in ("does", "doesn", "don") or before < place - 1:
        return before
    starts = tokens.opens(before) or not tokens.is_word(before - 1)
    return before if starts or _is_turned(tokens, before) else -1


def _is_turned(tokens: Tokens, place: int) -> bool:
    """Say whether a question word or "never" comes before: how long has she, never had she."""
    for at in range(place - 1, max(-1, place - 8), -1):
        if not tokens.is_word(at) or tokens.sentence[at] != tokens.sentence[place]:
            return False
        if tokens.low[at] in words("clause_starters") or tokens.low[at] in TURNING:
            return at == place - 1 or tokens.opens(at) or not tokens.is_word(at - 1)
    return False


def first_verb(tokens: Tokens, place: int) -> int:
    """Return the place of the verb after a subject, over adverbs, asides and "who"; -1 if none."""
    at = place + 1
    for _ in range(8):
        if tokens.at(at) == "," and is_adverb(tokens.at(at - 1)) and is_adverb(tokens.at(at + 1)):
            at += 1
        elif tokens.at(at) == "," and _aside_end(tokens, at) > 0:
            at = _aside_end(tokens, at) + 1
        elif tokens.at(at) == "no" and tokens.at(at + 1) == "longer":
            at += 2
        elif _is_between(tokens, at):
            at += 1
        else:
            break
    if at >= len(tokens) or tokens.sentence[at] != tokens.sentence[place]:
        return -1
    return at if is_verb_form(tokens.low[at]) else -1


def _is_between(tokens: Tokens, at: int) -> bool:
    """Say whether a word can stand between a subject and its verb."""
    word = tokens.at(at)
    if word in ("who", "that") or word in AFTER_SUBJECT:
        return True
    if word == "better":
        return is_verb_form(tokens.at(at + 1))
    return tokens.is_word(at) and is_adverb(word) and not is_verb_form(word)


def _aside_end(tokens: Tokens, comma: int) -> int:
    """Return the place of the comma that closes an aside of up to eight words, 0 if none does."""
    for at in range(comma + 2, min(len(tokens), comma + 10)):
        if tokens.low[at] == ",":
            return at
        if not tokens.is_word(at) and tokens.low[at][0] not in "'’":
            return 0
    return 0


def joined_verbs(tokens: Tokens, first: int) -> Iterator[Joined]:
    """Yield the verbs joined to the one at `first` by "and" and the like, in its sentence."""
    number, own = tokens.sentence[first], True
    for at in range(first + 1, min(len(tokens), first + REACH)):
        if tokens.sentence[at] != number or _is_subject(tokens, at):
            return
        if tokens.low[at] not in JOINING:
            own = own and not _is_foreign_verb(tokens, at)
            continue
        verb = _after_joining(tokens, at)
        if verb >= len(tokens) or tokens.sentence[verb] != number:
            return
        if is_verb_form(tokens.low[verb]):
            yield Joined(verb, own)
        elif _begins_clause(tokens, verb):
            return


def _after_joining(tokens: Tokens, at: int) -> int:
    """Return the place after joining words and adverbs."""
    for verb in range(at + 1, min(len(tokens), at + REACH)):
        word = tokens.low[verb]
        if word not in JOINING and not (is_adverb(word) and not is_verb_form(word)):
            return verb
    return len(tokens)


def _is_subject(tokens: Tokens, at: int) -> bool:
    """Say whether another subject pronoun stands at a place; it and you can be objects."""
    word = tokens.low[at]
    if word in ("it", "you"):
        after = tokens.at(at + 1)
        if after in TO_MANY or after in words("modals"):
            return True
        finite = "VBD" in verb_tags(after) or bool(base_of_third_person(after))
        return finite and after not in function_words()
    return word in SUBJECTS


def _is_foreign_verb(tokens: Tokens, at: int) -> bool:
    """Say whether a verb in the third person has a noun or a name of its own before it."""
    word, before = tokens.low[at], tokens.at(at - 1)
    if word in words("modals") or not (word in TO_MANY or base_of_third_person(word)):
        return False
    if before in function_words() or not tokens.is_word(at - 1):
        return False
    return tokens.capitalized(at - 1) or (not is_plural(word) and "NOUN" in parts(before))


def _begins_clause(tokens: Tokens, place: int) -> bool:
    """Say whether a noun phrase with a verb of its own begins at a place."""
    at = place - 1
    for _ in range(6):
        at += 1
        if tokens.at(at) == "," and at > place:
            at = _aside_end(tokens, at) + 1  # her boss, Tom, sends
        word = tokens.at(at)
        if at == 0 or (not tokens.is_word(at) and word[:1] not in ("'", "’")):
            return False
        if word in TO_MANY or word in TO_ONE or word in words("modals"):
            return True
        if at > place and base_of_third_person(word) and not is_plural(word):
            return True
        if word in words("prepositions") or word in ("and", "or"):
            return False
    return False
