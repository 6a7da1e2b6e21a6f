"""Whether the subject of a verb is the person whom a pronoun after it tells.

"She sold her shares": an object "her" would be "herself", so it is a possessive. "She saw her": two
people. Found by the words before the verb, not by a parse.
"""

from pipelines.swap.contexts import is_name
from pipelines.swap.lexicon import is_adverb, parts, words
from pipelines.swap.names import name_arm
from pipelines.swap.tokens import Tokens
from pipelines.swap.words import gendered, pronouns

FEMALE = frozenset({"female"})
NOBODY = ("i", "you", "we", "it", "who", "that", "which")
SUBJECT_ARMS = {
    **dict.fromkeys(NOBODY, "nobody"),
    **{pronouns(arm)["subject"]: arm for arm in ("male", "female", "they")},
}
JOINING = frozenset({"and", "or", "but", ",", "then"})
WORDS_BACK = 25
"""Words before a verb among which its subject is."""


def acts_on_itself(tokens: Tokens, place: int, arms: frozenset[str] = FEMALE) -> bool:
    """Say whether the subject of the verb right before a pronoun is of one of the arms."""
    verb = place - 1
    while verb >= 0 and is_adverb(tokens.low[verb]):
        verb -= 1
    if verb < 0 or "VERB" not in parts(tokens.low[verb]):
        return False
    near = True  # nothing but adverbs and auxiliaries between subject and verb so far
    for at in range(verb - 1, max(-1, verb - WORDS_BACK), -1):
        if tokens.sentence[at] != tokens.sentence[place]:
            return False
        arm = _subject_arm(tokens, at, near)
        if arm:
            return arm in arms
        if _is_between(tokens, at):
            continue
        if near and tokens.low[at] not in JOINING:
            return False
        near = False
    return False


def _is_between(tokens: Tokens, at: int) -> bool:
    """Say whether a word is an adverb, an auxiliary or a surname."""
    if at > 0 and tokens.capitalized(at) and is_name(tokens, at - 1):
        return True
    return is_adverb(tokens.low[at]) or tokens.low[at] in words("auxiliaries")


def _subject_arm(tokens: Tokens, at: int, near: bool) -> str:
    """Return the arm of the subject that a word is, "" if it is none."""
    word = tokens.low[at]
    if word in SUBJECT_ARMS:
        return SUBJECT_ARMS[word]
    if is_name(tokens, at) and tokens.at(at + 1) != "'s":
        surname = at > 0 and is_name(tokens, at - 1)
        return "" if surname else name_arm(word)
    return gendered(word) if near else ""
