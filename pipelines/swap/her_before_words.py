"""Which form "her" is before a noun, a verb, an adjective or a word in -ing."""

from pipelines.swap.contexts import (
    OBJECT,
    POSSESSIVE,
    Form,
    goes_on_as_noun,
    governor,
    is_name,
    is_person,
    is_thing,
)
from pipelines.swap.lexicon import (
    function_words,
    is_adverb,
    is_nominal,
    is_plural,
    parts,
    verb_tags,
    words,
)
from pipelines.swap.tokens import Tokens
from pipelines.swap.words import gendered

EITHER_VERB = "the next word can be a thing or what is done"
EITHER_GIFT = "the next word can be what is given or what is owned"
EITHER_OFFICE = "the next word can be an office or somebody's"
EITHER_GERUND = "before a word in -ing both are English"
NO_GIFT = ("get", "read", "write", "save", "make", "leave", "call", "do")


def before_open_word(tokens: Tokens, place: int, following: int) -> Form:
    """Return the form of the "her" at a place before a word of an open class."""
    word = tokens.low[following]
    verb, before = governor(tokens, place)
    tags = verb_tags(word)
    if is_name(tokens, following):
        tells = verb in ("tell", "ask", "show", "give", "promise", "hope", "think")
        return Form(OBJECT if tells and tokens.at(following + 1) != "'s" else POSSESSIVE)
    if tags == {"VBD"} and not parts(word) & {"NOUN", "ADJ"}:  # nobody but her knew
        return Form(OBJECT)
    if tags & {"VBZ", "VBD"} and _is_next_verb(tokens, place, following):
        return Form(OBJECT)
    if "VB" in tags and (not verb or not parts(word) & {"NOUN", "ADJ"}):
        return _before_bare_verb(tokens, place, following, verb)
    if verb in words("letting") and "VB" in tags:
        return _after_letting(tokens, following, verb)
    if "VBG" in tags and word.endswith("ing"):
        return _before_gerund(tokens, place, following, verb, before)
    return _before_description(tokens, following, verb)


def _before_description(tokens: Tokens, following: int, verb: str) -> Form:
    """Return the form before a noun or an adjective."""
    word = tokens.low[following]
    found = parts(word)
    if (verb == "elect" and is_thing(word) and not gendered(word)) or verb == "crown":
        return Form(OBJECT, EITHER_OFFICE)
    if verb == "wish":
        return Form(POSSESSIVE if is_person(word) else OBJECT)
    if verb in words("giving") and found & {"NOUN", "ADJ"} and goes_on_as_noun(tokens, following):
        return after_giving(tokens, following, verb)
    if "ADJ" in found or verb_tags(word) & {"VBN", "VBD"}:
        return _before_adjective(tokens, following, verb)
    return Form(POSSESSIVE)


def _is_next_verb(tokens: Tokens, place: int, following: int) -> bool:
    """The man who loves her drives a truck."""
    after = tokens.at(following + 1)
    goes_on = after in words("determiners") | words("possessives") or after in ("her", "him", "it")
    return goes_on and any(tokens.at(place - step) in ("who", "that") for step in (2, 3, 4))


def _before_bare_verb(tokens: Tokens, place: int, following: int, verb: str) -> Form:
    """Hoped her enjoy; but: of her love, her go-to."""
    if parts(tokens.low[following]) & {"NOUN", "ADJ"}:
        return Form(POSSESSIVE)
    return Form(OBJECT if verb or place > 0 else POSSESSIVE)


def _after_letting(tokens: Tokens, following: int, verb: str) -> Form:
    """Let her go, helped her move, saw her duck; but: helped her mother, made her bed."""
    word, after = tokens.low[following], tokens.at(following + 1)
    if not parts(word) & {"NOUN"}:
        return Form(OBJECT)
    if is_person(word) or (verb == "make" and word in words("made")) or after == "'s":
        return Form(POSSESSIVE)
    likely = word in words("verbs_after_object")
    goes_on = after in words("determiners") or after in words("possessives") or after == "to"
    if verb in ("let", "make", "help"):
        bare = likely or goes_on or verb == "help" or not tokens.is_word(following + 1)
        return Form(OBJECT if bare else POSSESSIVE, "" if likely else EITHER_VERB)
    if after in words("auxiliaries") or (verb == "have" and not likely):
        return Form(POSSESSIVE)
    if likely or after in words("determiners") or after in words("possessives"):
        return Form(OBJECT, EITHER_VERB)
    return Form(POSSESSIVE, EITHER_VERB)


def _before_gerund(tokens: Tokens, place: int, following: int, verb: str, before: str) -> Form:
    """Saw her walking; her being late; but: her wedding, her reading glasses."""
    word = tokens.low[following]
    thing = "NOUN" in parts(word) and word not in ("being", "having")
    noun = tokens.at(following + 1)
    compound = _next_is_its_noun(tokens, following) and is_thing(noun)
    compound = compound and noun not in words("mass")
    if compound and verb in words("perceiving"):
        return Form(POSSESSIVE, EITHER_GERUND)
    if verb in words("perceiving"):
        return Form(POSSESSIVE if thing and verb in ("see", "hear", "find") else OBJECT)
    if thing or (is_nominal(noun) and _next_is_its_noun(tokens, following)):
        return Form(POSSESSIVE)
    if verb == "" and before in words("prepositions") and noun in function_words():
        return Form(OBJECT, EITHER_GERUND)
    if not before or tokens.opens(place) or not tokens.is_word(following + 1):
        return Form(POSSESSIVE, EITHER_GERUND)
    return Form(OBJECT if verb or before in ("with", "without") else POSSESSIVE, EITHER_GERUND)


def _next_is_its_noun(tokens: Tokens, following: int) -> bool:
    """Say whether a word in -ing and the next one are one thing: walking stick, singing voice."""
    noun = tokens.at(following + 1)
    return (
        is_nominal(noun)
        and "NOUN" in parts(noun)
        and not is_plural(noun)
        and noun not in words("times")
    )


def after_giving(tokens: Tokens, following: int, verb: str) -> Form:
    """Gave her food, told her lies; but: told her mother, gave her money to him, her opinion."""
    head = following
    while (
        tokens.is_word(head + 1)
        and is_nominal(tokens.low[head + 1])
        and tokens.low[head + 1] not in words("numbers")
        and head < following + 3
    ):
        head += 1
    noun, after = tokens.low[head], tokens.at(head + 1)
    if is_person(tokens.low[following]) or is_person(noun) or after == "'s":
        return Form(POSSESSIVE)
    if after in words("determiners") or after in words("possessives"):
        return Form(POSSESSIVE)
    if after in ("away", "back", "up", "in", "over", "out"):
        return Form(POSSESSIVE)
    if after == "to" and "VB" not in verb_tags(tokens.at(head + 2)):
        return Form(POSSESSIVE)
    many = noun in words("mass") or is_plural(noun)
    gift = many and verb not in NO_GIFT and (verb != "ask" or "question" in noun)
    return Form(OBJECT if gift else POSSESSIVE, EITHER_GIFT if many else "")


def _before_adjective(tokens: Tokens, following: int, verb: str) -> Form:
    """Made her happy, had her fired; but: her happy mother, her broken arm."""
    word = tokens.low[following]
    if goes_on_as_noun(tokens, following) and not (
        verb in words("complement") and "NOUN" not in parts(word) and _splits(tokens, following)
    ):
        return Form(POSSESSIVE)
    if "NOUN" in parts(word) and (verb not in words("complement") or word not in words("states")):
        return Form(POSSESSIVE)
    return Form(OBJECT if verb else POSSESSIVE)


def _splits(tokens: Tokens, following: int) -> bool:
    """Say whether the word after an adjective cannot be its noun."""
    after = tokens.at(following + 1)
    return not tokens.is_word(following + 1) or after in function_words() or is_adverb(after)
