"""Which form a pronoun is: her as in him or as in his, his as in her or as in hers.

Rules over the words beside it. Where both readings are open English ("saw her duck", "gave her
food") the likelier one is given, with a reason why it is open.
"""

from dataclasses import dataclass

from pipelines.swap.lexicon import (
    function_words,
    is_adverb,
    is_nominal,
    is_plural,
    lemma,
    parts,
    verb_tags,
    words,
)
from pipelines.swap.names import name_arm
from pipelines.swap.tokens import Tokens
from pipelines.swap.words import counterparts, one_way

OPEN_QUOTES = "\"“‘'(["
OBJECT, POSSESSIVE, INDEPENDENT = "object", "possessive", "independent"
EITHER_VERB = "the next word can be a thing or what is done"
EITHER_GIFT = "the next word can be what is given or what is owned"
EITHER_GERUND = "before a word in -ing both are English"
VERB_LIKE = frozenset("i you we they to would will do don 't 'd 'll really both also".split())
NO_GIFT = ("get", "read", "write", "save", "make", "leave", "call", "do")


@dataclass(frozen=True)
class Form:
    """The form of a pronoun at a place; `reason` says why it is open, "" if it is not."""

    form: str
    reason: str = ""


def her_form(tokens: Tokens, place: int) -> Form:
    """Return whether the "her" at a place is an object or a possessive."""
    following = _following(tokens, place)
    if following is None:
        return Form(OBJECT)
    word = tokens.low[following]
    if word == "own" or word[0].isdigit() or word in words("numbers"):
        return _before_number(tokens, place, following)
    if word in words("before_noun"):
        return _before_quantity(tokens, place, following)
    if word in ("back", "home", "past", "inside", "outside", "like", "down", "right", "well"):
        return _before_particle(tokens, place, following)
    if is_adverb(word):
        return _before_adverb(tokens, place, following)
    if word in ("being", "having"):
        return _before_open_word(tokens, place, following)
    if word in function_words() and not _is_name(tokens, following):
        return Form(OBJECT)
    return _before_open_word(tokens, place, following)


def his_form(tokens: Tokens, place: int) -> Form:
    """Return whether the "his" at a place is a possessive or stands alone (hers)."""
    following = _following(tokens, place)
    if following is None:
        return Form(INDEPENDENT)
    word = tokens.low[following]
    if _is_partitive(tokens, place, word):
        return Form(INDEPENDENT)
    if word == "own" or word in words("before_noun") or is_nominal(word):
        return Form(POSSESSIVE)
    if word in ("back", "past", "inside", "outside", "down", "like", "all", "being", "having"):
        return Form(POSSESSIVE)
    if is_adverb(word):
        after = _skip_adverbs(tokens, following)
        return Form(POSSESSIVE if _goes_on_as_noun(tokens, after) else INDEPENDENT)
    if word in function_words():
        return Form(INDEPENDENT)
    return Form(POSSESSIVE)


def _is_partitive(tokens: Tokens, place: int, word: str) -> bool:
    """A cousin of his moved; but: the roof of his wounded friend."""
    if tokens.at(place - 1) != "of" or "VBD" not in verb_tags(word) or "NOUN" in parts(word):
        return False
    return any(
        tokens.at(place - step) in ("a", "an", "some", "this", "that", "no", "two")
        for step in (3, 4)
    )


def _following(tokens: Tokens, place: int) -> int | None:
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


def _skip_adverbs(tokens: Tokens, place: int) -> int:
    while tokens.is_word(place) and is_adverb(tokens.low[place]):
        place += 1
    return place


def _is_name(tokens: Tokens, place: int) -> bool:
    return tokens.capitalized(place) and bool(name_arm(tokens.low[place]))


def _goes_on_as_noun(tokens: Tokens, place: int) -> bool:
    """Say whether a noun stands at a place, or an adjective with a noun after it."""
    for at in range(place, place + 6):
        if not tokens.is_word(at):
            return tokens.at(at) == "," and at > place and _goes_on_as_noun(tokens, at + 1)
        word = tokens.low[at]
        if is_adverb(word) or (word in ("and", "or", "but") and at > place):
            continue
        if word in words("before_noun") or word in words("numbers"):
            continue
        if not is_nominal(word):
            return False
        if _is_thing(word) or tokens.raw[at][0].isupper():
            return True
    return False


def _is_thing(word: str) -> bool:
    """Say whether a word is more likely a noun than an adjective."""
    found = parts(word) if word[:1].isalnum() else frozenset()
    return "NOUN" in found and ("ADJ" not in found or word.endswith(("ian", "ist", "er")))


def _is_person(word: str) -> bool:
    kin = (counterparts("male"), counterparts("female"), one_way("male"), one_way("female"))
    return word in words("person_nouns") or any(word in table for table in kin)


def governor(tokens: Tokens, place: int) -> tuple[str, str]:
    """Return the base form and the spelling of the verb before a place, ("", "") if none."""
    before = place - 1
    while before >= 0 and is_adverb(tokens.low[before]) and tokens.is_word(before):
        before -= 1
    if before < 0 or not tokens.is_word(before):
        return "", ""
    word = tokens.low[before]
    if word == "like" and tokens.at(before - 1) in VERB_LIKE:
        return word, word
    if word in words("prepositions") or word in words("conjunctions"):
        return "", word
    return (lemma(word), word) if "VERB" in parts(word) else ("", word)


def _before_number(tokens: Tokens, place: int, following: int) -> Form:
    """Gave her two apples, but: her two sons, her own car."""
    verb, _ = governor(tokens, place)
    gives = verb in words("giving") and tokens.low[following] != "own"
    if not gives:
        return Form(POSSESSIVE)
    noun = tokens.at(following + 1)
    return Form(POSSESSIVE if _is_person(noun) else OBJECT, EITHER_GIFT)


def _before_quantity(tokens: Tokens, place: int, following: int) -> Form:
    """Met her last week, told her many times, loved her more; but: her last job, her best."""
    word, noun = tokens.low[following], tokens.at(following + 1)
    verb, _ = governor(tokens, place)
    if (
        noun in words("times")
        and verb not in ("", "be")
        and word in ("last", "next", "many", "several", "first")
    ):
        return Form(OBJECT)
    if word in ("more", "less", "most") and not _goes_on_as_noun(tokens, following + 1):
        return Form(OBJECT if verb else POSSESSIVE)
    if verb in words("giving") and (noun in words("mass") or is_plural(noun)):
        return _after_giving(tokens, following, verb)
    if not tokens.is_word(following + 1) or noun in function_words():
        alone = ("best", "favorite", "favourite", "second", "most", "old", "new", "former")
        fits = word in alone and (not verb or verb in ("do", "try", "give", "be", "look"))
        return Form(POSSESSIVE if fits or not verb else OBJECT)
    if word in ("more", "less", "most") and verb and _is_thing(noun):
        return Form(OBJECT, EITHER_GIFT)
    return Form(POSSESSIVE)


def _before_particle(tokens: Tokens, place: int, following: int) -> Form:
    """Called her back, drove her home, walked her past the door; but: hurt her back, her home."""
    word, after = tokens.low[following], tokens.at(following + 1)
    verb, before = governor(tokens, place)
    if word == "down" and before in words("prepositions") and is_nominal(after):
        return Form(POSSESSIVE)
    if word in ("down", "like", "well") or (word == "right" and after in function_words()):
        return Form(OBJECT)
    if word in ("back", "home") and (before in words("prepositions") and before != "like"):
        return Form(POSSESSIVE)
    if word == "right" and verb in words("complement") and not is_nominal(after):
        return Form(OBJECT)
    if word in ("past", "inside", "outside", "right"):
        goes = after in words("determiners") or after in words("possessives")
        alone = word != "past" and not is_nominal(after) and bool(verb)
        return Form(OBJECT if goes or alone else POSSESSIVE)
    return Form(OBJECT if verb in words("motion") else POSSESSIVE)


def _before_adverb(tokens: Tokens, place: int, following: int) -> Form:
    """Told her quietly that; made her really happy; but: her really good friend."""
    after = _skip_adverbs(tokens, following)
    if tokens.low[following] == "very" and tokens.at(after) in ("best", "own", "first", "last"):
        return Form(POSSESSIVE)
    if not tokens.is_word(after) or not is_nominal(tokens.low[after]):
        return Form(OBJECT)
    adjective = tokens.low[after]
    if _is_thing(adjective) and not parts(adjective) & {"ADJ"} and not verb_tags(adjective):
        verb, _ = governor(tokens, place)
        return Form(OBJECT if verb else POSSESSIVE)
    return Form(POSSESSIVE if _goes_on_as_noun(tokens, after) else OBJECT)


def _before_open_word(tokens: Tokens, place: int, following: int) -> Form:
    word = tokens.low[following]
    verb, before = governor(tokens, place)
    found, tags = parts(word), verb_tags(word)
    if _is_name(tokens, following):
        title = verb in ("tell", "ask", "show", "give", "promise", "hope", "think")
        own = tokens.at(following + 1) == "'s"
        return Form(OBJECT if title and not own else POSSESSIVE)
    if tags & {"VBZ", "VBD"} and _is_next_verb(tokens, place, following):
        return Form(OBJECT)
    if "VB" in tags and (not verb or not found & {"NOUN", "ADJ"}):
        return _before_bare_verb(tokens, place, following, verb)
    if verb in words("letting") and "VB" in tags:
        return _after_letting(tokens, following, verb)
    if "VBG" in tags and word.endswith("ing"):
        return _before_gerund(tokens, place, following, verb, before)
    if verb == "wish":
        return Form(POSSESSIVE if _is_person(word) else OBJECT)
    if verb in words("giving") and found & {"NOUN", "ADJ"} and _goes_on_as_noun(tokens, following):
        return _after_giving(tokens, following, verb)
    if found & {"ADJ"} or tags & {"VBN", "VBD"}:
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
    if _is_person(word) or (verb == "make" and word in words("made")) or after == "'s":
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
    compound = _next_is_its_noun(tokens, following) and _is_thing(noun)
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


def _after_giving(tokens: Tokens, following: int, verb: str) -> Form:
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
    if _is_person(tokens.low[following]) or _is_person(noun) or after == "'s":
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
    if _goes_on_as_noun(tokens, following) and not (
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
