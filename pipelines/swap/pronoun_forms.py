"""Which form a pronoun is: her as in him or as in his, his as in her or as in hers.

Rules over the words beside it. Where both readings are open English ("saw her duck", "gave her
food") the likelier one is given, with a reason why it is open.
"""

from pipelines.swap.contexts import (
    INDEPENDENT,
    OBJECT,
    POSSESSIVE,
    Form,
    following_word,
    goes_on_as_noun,
    governor,
    is_last_will,
    is_name,
    is_person,
    is_thing,
    skip_adverbs,
)
from pipelines.swap.her_before_words import EITHER_GIFT, after_giving, before_open_word
from pipelines.swap.lexicon import (
    base_of_third_person,
    function_words,
    is_adverb,
    is_nominal,
    is_plural,
    parts,
    verb_tags,
    words,
)
from pipelines.swap.subjects import FEMALE, acts_on_itself
from pipelines.swap.tokens import Tokens

PARTICLES = ("back", "home", "past", "inside", "outside", "like", "down", "right", "well")
WAYS = ("home", "back", "to", "into", "through", "up", "out", "away")
"""What comes after "straight" where it tells a way: sent her straight home."""


def her_form(tokens: Tokens, place: int, arms: frozenset[str] = FEMALE) -> Form:
    """Return whether the "her" at a place is an object or a possessive.

    `arms` holds whose words can be the same person as "her".
    """
    found = _her_form(tokens, place)
    if found.reason == EITHER_GIFT and acts_on_itself(tokens, place, arms):
        return Form(POSSESSIVE)
    return found


def _her_form(tokens: Tokens, place: int) -> Form:
    following = following_word(tokens, place)
    if following is None:
        return Form(OBJECT)
    word = tokens.low[following]
    if word == "own" or word[0].isdigit() or word in words("numbers"):
        return _before_number(tokens, place, following)
    if word in words("before_noun"):
        return _before_quantity(tokens, place, following)
    if word in PARTICLES or (word == "straight" and tokens.at(following + 1) in WAYS):
        return _before_particle(tokens, place, following)
    if is_adverb(word):
        return _before_adverb(tokens, place, following)
    if word in ("being", "having") or is_last_will(tokens, following):
        return before_open_word(tokens, place, following)
    if word in function_words() and not is_name(tokens, following):
        return Form(OBJECT)
    return before_open_word(tokens, place, following)


def his_form(tokens: Tokens, place: int) -> Form:
    """Return whether the "his" at a place is a possessive or stands alone (hers)."""
    following = following_word(tokens, place)
    if following is None:
        return Form(INDEPENDENT)
    word = tokens.low[following]
    if _is_partitive(tokens, place, word):
        return Form(INDEPENDENT)
    if word == "own" or word in words("before_noun") or is_nominal(word):
        return Form(POSSESSIVE)
    if is_last_will(tokens, following):
        return Form(POSSESSIVE)
    if word in ("back", "past", "inside", "outside", "down", "like", "all", "being", "having"):
        return Form(POSSESSIVE)
    if is_adverb(word):
        after = skip_adverbs(tokens, following)
        return Form(POSSESSIVE if goes_on_as_noun(tokens, after) else INDEPENDENT)
    if word in function_words():
        return Form(INDEPENDENT)
    return Form(POSSESSIVE)


def _is_partitive(tokens: Tokens, place: int, word: str) -> bool:
    """A cousin of his moved, a friend of his says; but: the roof of his wounded friend."""
    if tokens.at(place - 1) == "of" and is_person(tokens.at(place - 2)):
        acts = word in words("mostly_verbs") or not is_plural(word)
        if acts and word not in function_words() and base_of_third_person(word):
            return True
    if tokens.at(place - 1) != "of" or "VBD" not in verb_tags(word) or "NOUN" in parts(word):
        return False
    return any(
        tokens.at(place - step) in ("a", "an", "some", "this", "that", "no", "two")
        for step in (3, 4)
    )


def _before_number(tokens: Tokens, place: int, following: int) -> Form:
    """Gave her two apples, but: her two sons, her own car."""
    verb, _ = governor(tokens, place)
    gives = verb in words("giving") and tokens.low[following] != "own"
    if not gives:
        return Form(POSSESSIVE)
    noun = tokens.at(following + 1)
    return Form(POSSESSIVE if is_person(noun) else OBJECT, EITHER_GIFT)


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
    if word in ("more", "less", "most") and not goes_on_as_noun(tokens, following + 1):
        return Form(OBJECT if verb else POSSESSIVE)
    if verb in words("giving") and (noun in words("mass") or is_plural(noun)):
        return after_giving(tokens, following, verb)
    if not tokens.is_word(following + 1) or noun in function_words():
        alone = ("best", "favorite", "favourite", "second", "most", "old", "new", "former")
        fits = word in alone and (not verb or verb in ("do", "try", "give", "be", "look"))
        return Form(POSSESSIVE if fits or not verb else OBJECT)
    if word in ("more", "less", "most") and verb and is_thing(noun):
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
    after = skip_adverbs(tokens, following)
    if tokens.low[following] == "very" and tokens.at(after) in ("best", "own", "first", "last"):
        return Form(POSSESSIVE)
    if not tokens.is_word(after) or not is_nominal(tokens.low[after]):
        return Form(OBJECT)
    adjective = tokens.low[after]
    if is_thing(adjective) and not parts(adjective) & {"ADJ"} and not verb_tags(adjective):
        verb, _ = governor(tokens, place)
        return Form(OBJECT if verb else POSSESSIVE)
    return Form(POSSESSIVE if goes_on_as_noun(tokens, after) else OBJECT)
