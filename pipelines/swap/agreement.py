"""Verbs that follow "they": she walks, they walk; has she, have they; and back again.

The verbs of one pronoun are those that `clauses` finds. A name keeps the form of one person, so its
verbs are never touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.swap.clauses import (
    JOINING,
    REACH,
    TO_MANY,
    TO_ONE,
    Joined,
    after_modal,
    first_verb,
    inverted_auxiliary,
    is_bare,
    joined_verbs,
)
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

NO_ENDING = "the verb has no -s, so the way back can add one"
OR_PLURAL = "it can be a verb or a plural"
OF_OTHERS = "it can be somebody else's verb; it was left"


@dataclass(frozen=True)
class VerbEdit:
    """A new spelling of the word at a place; `reason` says why it is open, "" if it is not."""

    place: int
    word: str
    reason: str = ""
    other: str = ""  # the spelling of the other reading


def verbs_to_many(tokens: Tokens, place: int) -> Iterator[VerbEdit]:
    """Yield the verbs to change where the "she" or "he" at a place becomes "they"."""
    before = inverted_auxiliary(tokens, place, TO_MANY)
    if before >= 0:
        yield VerbEdit(before, TO_MANY[tokens.low[before]])
        first = place
    else:
        yield from _many(tokens, _aside_verb(tokens, place), place)
        first = first_verb(tokens, place)
        yield from _many(tokens, first, place)
        if first < 0 or tokens.low[first] in words("modals") | {"'ll", "'d"}:
            return
    verbs = {first}
    for joined in joined_verbs(tokens, first):
        word = tokens.low[joined.place]
        base = TO_MANY.get(word) or base_of_third_person(word)
        if base:
            edit = _joined_to_many(tokens, joined, base, verbs)
            verbs |= {joined.place} if edit.word == base else set()
            yield edit


def verbs_to_one(tokens: Tokens, place: int) -> Iterator[VerbEdit]:
    """Yield the verbs to change where the "they" at a place becomes a pronoun of one person."""
    before = inverted_auxiliary(tokens, place, TO_ONE)
    if before >= 0:
        yield VerbEdit(before, TO_ONE[tokens.low[before]])
    if before >= 0 or after_modal(tokens, place):
        return
    yield from _one(tokens, _aside_verb(tokens, place), place)
    first = first_verb(tokens, place)
    yield from _one(tokens, first, place)
    if first < 0:
        return
    # "they want to go and eat": what is joined to a verb without ending has none either
    bare = is_bare(tokens.low[first]) and not _has_bare_verb(tokens, first)
    for joined in joined_verbs(tokens, first):
        word = tokens.low[joined.place]
        if word in TO_ONE:
            yield VerbEdit(joined.place, TO_ONE[word])
        elif bare and is_bare(word):
            after = tokens.at(joined.place + 1)
            acts = after in words("determiners") | words("possessives")
            thing = not joined.own or (parts(word) & {"NOUN", "ADJ"} and not acts)
            reason = "it can be a verb or a thing" if thing else ""
            yield VerbEdit(joined.place, third_person(word), reason)


def _aside_verb(tokens: Tokens, place: int) -> int:
    """Return the place of the verb in an aside: she, who never lies, was believed; else -1."""
    if tokens.at(place + 1) == "," and tokens.at(place + 2) == "who":
        return first_verb(tokens, place + 2)
    return -1


def _many(tokens: Tokens, at: int, place: int) -> Iterator[VerbEdit]:
    word = tokens.at(at)
    many = TO_MANY.get(word) or base_of_third_person(word)
    if word == "'s":
        yield _contraction(tokens, at)
    elif many and many != word:
        yield VerbEdit(at, many)
    elif is_bare(word) and "VBD" not in verb_tags(word) and not after_modal(tokens, place):
        yield VerbEdit(at, word, NO_ENDING)


def _contraction(tokens: Tokens, at: int) -> VerbEdit:
    """She's walked: they've; she's walking, she's tired: they're."""
    mark, following = tokens.raw[at][0], at + 1
    while tokens.is_word(following) and is_adverb(tokens.low[following]):
        following += 1
    word, after = tokens.at(following), tokens.at(following + 1)
    have, be = VerbEdit(at, mark + "ve"), VerbEdit(at, mark + "re")
    if word in ("been", "got", "had") or (word == "gone" and after != "to"):
        return have
    if word in words("adjectival_participles"):
        takes = after in words("determiners") or after in words("possessives")
        return have if takes or after in ("it", "them", "me", "us", "everything") else be
    if "VBN" not in verb_tags(word) or word in function_words() or after == "by":
        return be
    open_end = not tokens.is_word(following + 1) or after in words("prepositions")
    reason = "’s can be “is” or “has” here" if open_end and "ADJ" in parts(word) else ""
    return VerbEdit(at, have.word, reason)


def _one(tokens: Tokens, at: int, place: int) -> Iterator[VerbEdit]:
    word = tokens.at(at)
    if word in ("'re", "'ve"):
        yield VerbEdit(at, tokens.raw[at][0] + "s")
    elif word in ("were", "weren") and _is_unreal(tokens, place):
        yield VerbEdit(at, word, "after “if” or “wish” both “was” and “were” are English")
    elif word in TO_ONE:
        yield VerbEdit(at, TO_ONE[word])
    elif is_bare(word) and _is_mandative(tokens, place):
        yield VerbEdit(at, word, "after a demand the verb can stay as it is")
    elif is_bare(word):
        same = "VBD" in verb_tags(word)
        yield VerbEdit(at, third_person(word), "it can be past or present" if same else "")


def _is_unreal(tokens: Tokens, place: int) -> bool:
    before, second = tokens.at(place - 1), tokens.at(place - 2)
    if before == "that":
        return second.startswith("wish")
    return bool({"if", "wish", "wished", "though", "unless"} & {before, second})


def _is_mandative(tokens: Tokens, place: int) -> bool:
    return any(tokens.at(place - step) in words("mandative") for step in (1, 2))


def _has_bare_verb(tokens: Tokens, first: int) -> bool:
    """Say whether a verb without ending follows, to which others can be joined: want to go and."""
    for at in range(first + 1, min(len(tokens), first + REACH)):
        if not tokens.is_word(at) or tokens.low[at] in ("and", "or", "but"):
            break
        if tokens.low[at] == "to" and is_bare(tokens.at(at + 1)):
            return True
    return lemma(tokens.low[first]) in ("let", "make", "help")


def _joined_to_many(tokens: Tokens, joined: Joined, base: str, verbs: set[int]) -> VerbEdit:
    """Return the edit of a verb after "and"; one that is likelier a plural or another's stays."""
    at, word = joined.place, tokens.low[joined.place]
    if not joined.own:
        return VerbEdit(at, word, OF_OTHERS, base)
    before = at - 1
    while before > 0 and tokens.low[before] in JOINING:
        before -= 1
    if word in TO_MANY or not is_plural(word) or before in verbs or not _is_listed(tokens, before):
        return VerbEdit(at, base)
    if tokens.at(at - 1) == "then" or _has_object(tokens, at):
        return VerbEdit(at, base)
    if word in words("mostly_verbs"):
        return VerbEdit(at, base, OR_PLURAL if is_plural(tokens.low[before]) else "", word)
    return VerbEdit(at, word, f"{OR_PLURAL}; it was left", base)


def _is_listed(tokens: Tokens, noun: int) -> bool:
    """Say whether a list of nouns can end in a word: cats and; but not: the bag and."""
    word = tokens.low[noun]
    if "NOUN" not in parts(word) or word in function_words():
        return False
    determined = tokens.at(noun - 1) in words("determiners") | words("possessives")
    return is_plural(word) or not determined


def _has_object(tokens: Tokens, verb: int) -> bool:
    """Say whether a noun phrase follows, as it does after a verb: plants trees, carries it."""
    after = tokens.at(verb + 1)
    if after in words("determiners") | words("possessives") | words("pronouns") | {"her", "his"}:
        return True
    return after not in function_words() and after[:1].isalpha() and "NOUN" in parts(after)
