"""Verbs that follow "they": she walks, they walk; has she, have they; and back again.

The verbs of one pronoun are those of its clause: the first one over adverbs, an auxiliary before
it in a question, and those joined by "and", "or", "but" or a comma without a subject of their own.
A name keeps the form of one person, so its verbs are never touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.swap.lexicon import (
    base_of_third_person,
    function_words,
    is_adverb,
    is_plural,
    lemma,
    parts,
    third_person,
    verb_tags,
    words,
)
from pipelines.swap.tokens import Tokens

TO_MANY = {
    "is": "are", "was": "were", "has": "have", "does": "do",
    "isn": "aren", "wasn": "weren", "hasn": "haven", "doesn": "don",
}  # fmt: skip
TO_ONE = {many: one for one, many in TO_MANY.items()}
JOINING = frozenset({"and", "or", "but", "then", ",", "nor", "yet", ";", "&"})
STARTERS = frozenset(
    "how what where when why who whom whose which and but or so nor neither".split()
)
REACH = 60
"""Words after a pronoun within which its verbs are looked for."""


@dataclass(frozen=True)
class VerbEdit:
    """A new spelling of the word at a place; `reason` says why it is open, "" if it is not."""

    place: int
    word: str
    reason: str = ""
    other: str = ""  # the spelling of the other reading


def verbs_to_many(tokens: Tokens, place: int) -> Iterator[VerbEdit]:
    """Yield the verbs to change where the "she" or "he" at a place becomes "they"."""
    if tokens.at(place + 1) == "," and tokens.at(place + 2) == "who":
        aside = _many(tokens, _first_verb(tokens, place + 2), place)
        if aside:
            yield aside
    before = _inverted(tokens, place, TO_MANY)
    if before >= 0:
        yield VerbEdit(before, TO_MANY[tokens.low[before]])
        first = place
    else:
        first = _first_verb(tokens, place)
        if first < 0:
            return
        edit = _many(tokens, first, place)
        if edit:
            yield edit
        if not _is_finite(tokens, first):
            return
    for at in _joined(tokens, first):
        base = TO_MANY.get(tokens.low[at]) or base_of_third_person(tokens.low[at])
        if base:
            yield _joined_verb(tokens, at, base)


def verbs_to_one(tokens: Tokens, place: int) -> Iterator[VerbEdit]:
    """Yield the verbs to change where the "they" at a place becomes a pronoun of one person."""
    before = _inverted(tokens, place, TO_ONE)
    if before >= 0:
        yield VerbEdit(before, TO_ONE[tokens.low[before]])
        return
    first = _first_verb(tokens, place)
    if first < 0:
        return
    edit = _one(tokens, first, place)
    if edit is None:
        yield from _later_auxiliaries(tokens, first)
        return
    yield edit
    if tokens.low[first] in TO_ONE or tokens.low[first][0] == "'":
        yield from _later_auxiliaries(tokens, first)
        return
    if _has_bare_verb(tokens, first):
        return
    for at in _joined(tokens, first):
        word = tokens.low[at]
        if word in TO_ONE:
            yield VerbEdit(at, TO_ONE[word])
        elif _is_bare(word):
            yield VerbEdit(at, third_person(word), _open_bare(tokens, at))


def _later_auxiliaries(tokens: Tokens, first: int) -> Iterator[VerbEdit]:
    for at in _joined(tokens, first):
        if tokens.low[at] in TO_ONE:
            yield VerbEdit(at, TO_ONE[tokens.low[at]])


def _inverted(tokens: Tokens, place: int, table: dict[str, str]) -> int:
    """Return the place of an auxiliary before its subject, -1 if there is none: has she left."""
    before = place - 1
    if tokens.at(before) in ("'t", "’t"):
        before -= 1
    auxiliary = tokens.at(before)
    if auxiliary not in table or tokens.sentence[before] != tokens.sentence[place]:
        return -1
    if auxiliary in ("does", "doesn", "don") or before < place - 1:
        return before
    starts = tokens.opens(before) or not tokens.is_word(before - 1)
    if starts or tokens.at(before - 1) in STARTERS or _has_question_word(tokens, before):
        return before
    follower = _first_verb(tokens, place)
    return before if follower < 0 and auxiliary != "do" else -1


def _has_question_word(tokens: Tokens, place: int) -> bool:
    """Say whether the sentence asks, or begins with what turns it: how long has she, never had."""
    turning = ("never", "rarely", "seldom", "only", "not", "hardly", "here", "there", "than", "as")
    for at in range(place - 1, max(-1, place - 8), -1):
        if not tokens.is_word(at) or tokens.sentence[at] != tokens.sentence[place]:
            return False
        if tokens.low[at] in STARTERS or tokens.low[at] in turning:
            return True
    return False


def _first_verb(tokens: Tokens, place: int) -> int:
    """Return the place of the verb after a subject, over adverbs, asides and "who"; -1 if none."""
    at = place + 1
    for _ in range(8):
        word = tokens.at(at)
        if word in ("who", "that"):
            at += 1
        elif word == "," and _aside_end(tokens, at) > 0:
            at = _aside_end(tokens, at) + 1
        elif word in ("alone", "himself", "herself", "themself", "themselves", "too"):
            at += 1
        elif tokens.is_word(at) and is_adverb(word) and not _is_verb_form(word):
            at += 1
        else:
            break
    if at >= len(tokens) or tokens.sentence[at] != tokens.sentence[place]:
        return -1
    return at if _is_verb_form(tokens.low[at]) else -1


def _aside_end(tokens: Tokens, comma: int) -> int:
    """Return the place of the comma that closes an aside of up to eight words, 0 if none does."""
    for at in range(comma + 2, min(len(tokens), comma + 10)):
        if tokens.low[at] == ",":
            return at
        if not tokens.is_word(at) and tokens.low[at][0] not in "'’":
            return 0
    return 0


def _is_verb_form(word: str) -> bool:
    if word in TO_MANY or word in TO_ONE or word in words("modals"):
        return True
    if word in ("'s", "'re", "'ve", "'d", "'ll"):
        return True
    return word == "like" or (word not in function_words() and bool(verb_tags(word)))


def _is_finite(tokens: Tokens, at: int) -> bool:
    """Say whether verbs joined to a verb can be in the third person too."""
    return tokens.low[at] not in words("modals") and tokens.low[at] not in ("'ll", "'d")


def _many(tokens: Tokens, at: int, place: int) -> VerbEdit | None:
    word = tokens.at(at)
    if word == "'s":
        return _contraction(tokens, at, place)
    many = TO_MANY.get(word) or base_of_third_person(word)
    return VerbEdit(at, many) if many and many != word else None


def _contraction(tokens: Tokens, at: int, place: int) -> VerbEdit:
    """She's walked: they've; she's walking, she's tired: they're."""
    mark = tokens.raw[at][0]
    following = at + 1
    while tokens.is_word(following) and is_adverb(tokens.low[following]):
        following += 1
    word, after = tokens.at(following), tokens.at(following + 1)
    have, be = VerbEdit(at, mark + "ve"), VerbEdit(at, mark + "re")
    if word in ("been", "got", "had") or (word == "gone" and after != "to"):
        return have
    if word in words("adjectival_participles"):
        takes = after in words("determiners") or after in words("possessives")
        return have if takes or after in ("it", "them", "me", "us", "everything") else be
    if "VBN" not in verb_tags(word) or word in function_words():
        return be
    if after == "by":
        return be
    open_end = not tokens.is_word(following + 1) or after in words("prepositions")
    reason = "’s can be “is” or “has” here" if open_end and "ADJ" in parts(word) else ""
    return VerbEdit(at, have.word, reason)


def _one(tokens: Tokens, at: int, place: int) -> VerbEdit | None:
    word = tokens.low[at]
    if word in ("'re", "'ve"):
        return VerbEdit(at, tokens.raw[at][0] + "s")
    if word == "were" or word == "weren":
        unreal = _is_unreal(tokens, place)
        if unreal:
            return VerbEdit(at, word, "after “if” or “wish” both “was” and “were” are English")
        return VerbEdit(at, TO_ONE[word])
    if word in TO_ONE:
        return VerbEdit(at, TO_ONE[word])
    if not _is_bare(word):
        return None
    if _is_mandative(tokens, place):
        return VerbEdit(at, word, "after a demand the verb can stay as it is")
    same = "VBD" in verb_tags(word)
    return VerbEdit(at, third_person(word), "it can be past or present" if same else "")


def _is_unreal(tokens: Tokens, place: int) -> bool:
    before = [tokens.at(place - step) for step in (1, 2, 3)]
    return bool({"if", "wish", "wished", "though", "unless"} & set(before[:2])) or (
        before[0] == "that" and before[1].startswith("wish")
    )


def _is_mandative(tokens: Tokens, place: int) -> bool:
    return any(tokens.at(place - step) in words("mandative") for step in (1, 2))


def _is_bare(word: str) -> bool:
    return word == "like" or (word not in function_words() and "VB" in verb_tags(word))


def _has_bare_verb(tokens: Tokens, first: int) -> bool:
    """Say whether a verb without "they" follows, to which others can be joined: want to go and."""
    for at in range(first + 1, min(len(tokens), first + REACH)):
        if not tokens.is_word(at) or tokens.low[at] in ("and", "or", "but"):
            return False
        if tokens.low[at] == "to" and _is_bare(tokens.at(at + 1)):
            return True
    return lemma(tokens.low[first]) in ("let", "make", "help")


def _joined(tokens: Tokens, first: int) -> Iterator[int]:
    """Yield the places of verbs joined to the one at `first`, up to another subject."""
    number = tokens.sentence[first]
    for at in range(first + 1, min(len(tokens), first + REACH)):
        if tokens.sentence[at] != number or tokens.low[at] in _subjects():
            return
        if tokens.low[at] not in JOINING:
            if tokens.low[at] in words("modals") and tokens.low[at - 1] not in JOINING:
                return
            continue
        verb = at + 1
        while tokens.at(verb) in JOINING or (
            tokens.is_word(verb)
            and is_adverb(tokens.low[verb])
            and not _is_verb_form(tokens.low[verb])
        ):
            verb += 1
        if verb >= len(tokens) or tokens.sentence[verb] != number:
            return
        if _is_verb_form(tokens.low[verb]):
            yield verb
        elif _new_subject(tokens, verb):
            return


def _subjects() -> frozenset[str]:
    return frozenset({"i", "you", "he", "she", "it", "we", "they", "who", "which"})


def _new_subject(tokens: Tokens, place: int) -> bool:
    """Say whether a noun phrase with a verb of its own begins at a place."""
    for at in range(place, min(len(tokens), place + 6)):
        word = tokens.low[at]
        if not tokens.is_word(at) and word[0] not in "'’":
            return False
        if word in TO_MANY or word in TO_ONE or word in words("modals"):
            return True
        if at > place and base_of_third_person(word) and not is_plural(word):
            return True
        if word in words("prepositions") or word in ("and", "or"):
            return False
    return False


def _joined_verb(tokens: Tokens, at: int, base: str) -> VerbEdit:
    """Return the edit of a verb after "and"; a plural after a noun stays and is open."""
    word = tokens.low[at]
    if word in TO_MANY or not is_plural(word):
        return VerbEdit(at, base)
    before, after = at - 1, tokens.at(at + 1)
    while before > 0 and tokens.low[before] in JOINING:
        before -= 1
    object_follows = after in words("determiners") | words("possessives") | words("pronouns")
    if "NOUN" not in parts(tokens.low[before]) or object_follows or after in ("her", "his"):
        return VerbEdit(at, base)
    own = tokens.at(before - 1) in words("determiners") | words("possessives")
    if own and not is_plural(tokens.low[before]):
        return VerbEdit(at, base)
    return VerbEdit(at, word, "it can be a verb or a plural; it was left", base)


def _open_bare(tokens: Tokens, at: int) -> str:
    word = tokens.low[at]
    if "NOUN" in parts(word) or "ADJ" in parts(word):
        return "it can be a verb or a thing"
    return ""
