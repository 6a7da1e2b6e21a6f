"""Who else is in a story, and what the protagonist is called: read from words, no parser."""

from enum import IntEnum
from functools import cache

from pipelines.assets import read_asset
from pipelines.gate.alignment import Comparison, is_capital, opens_sentence
from pipelines.gate.tokens import NAME, PRONOUN, Words, gendered_nouns
from pipelines.records import Arm

TITLES = {"mr": Arm.MALE, "sir": Arm.MALE, "lord": Arm.MALE, "mister": Arm.MALE,
          "mrs": Arm.FEMALE, "ms": Arm.FEMALE, "miss": Arm.FEMALE, "lady": Arm.FEMALE,
          "madam": Arm.FEMALE, "dame": Arm.FEMALE}  # fmt: skip
PEOPLE = frozenset({
    "acquaintance", "adult", "agent", "applicant", "assistant", "author", "baby", "baker",
    "banker", "bartender", "boss", "buddy", "caller", "candidate", "captain", "caretaker",
    "cashier", "chef", "chief", "child", "clerk", "client", "coach", "colleague", "companion",
    "contractor", "cook", "counselor", "cousin", "coworker", "customer", "dentist", "director",
    "doctor", "donor", "driver", "editor", "employee", "employer", "enemy", "engineer",
    "expert", "farmer", "friend", "grandchild", "grandparent", "guard", "guest", "helper",
    "historian", "host", "infant", "inspector", "instructor", "intern", "interviewer",
    "janitor", "journalist", "judge", "kid", "landlord", "lawyer", "leader", "librarian",
    "lover", "manager", "mayor", "mechanic", "member", "mentor", "minister", "neighbor",
    "neighbour", "newcomer", "nurse", "officer", "opponent", "organizer", "owner", "painter",
    "parent", "partner", "passenger", "patient", "person", "pilot", "player", "principal",
    "professor", "relative", "reporter", "resident", "rival", "roommate", "sailor",
    "salesperson", "secretary", "seller", "sibling", "singer", "soldier", "somebody", "someone",
    "spouse", "stranger", "student", "supervisor", "teacher", "teammate", "teen", "teenager",
    "tenant", "therapist", "toddler", "trainer", "traveler", "tutor", "twin", "vet", "veteran",
    "victim", "visitor", "volunteer", "witness", "worker", "writer", "youngster",
})  # fmt: skip
"""Words for a person of any gender, who may be meant by a pronoun."""

OPENERS = frozenset({
    "a", "about", "above", "across", "after", "again", "all", "almost", "already", "also",
    "although", "always", "among", "an", "and", "another", "any", "as", "at", "back", "because",
    "before", "behind", "below", "beside", "between", "both", "but", "by", "did", "during",
    "each", "even", "every", "everyone", "everything", "few", "finally", "first", "for", "from",
    "how", "however", "if", "in", "inside", "instead", "into", "it", "its", "just", "last",
    "late", "later", "many", "maybe", "more", "most", "my", "near", "neither", "never", "next",
    "no", "nobody", "not", "nothing", "now", "of", "off", "on", "once", "one", "only", "or",
    "other", "our", "out", "outside", "over", "perhaps", "since", "so", "some", "somebody",
    "someone", "something", "soon", "still", "that", "the", "their", "then", "there", "these",
    "this", "those", "though", "three", "through", "to", "today", "together", "tomorrow", "two",
    "under", "until", "up", "we", "what", "when", "where", "whether", "which", "while", "who",
    "why", "with", "within", "without", "yes", "yesterday", "yet", "you", "your",
})  # fmt: skip
"""Words that often open a sentence with a capital and are no names."""

COPULAS = {"is", "was", "'s", "be", "been", "becomes", "became"}
BETWEEN = {"not", "never", "just", "only", "also", "still", "now", "always", "once", "had", "has"}
ARTICLES = {"a", "an"}
LINKS = {"'s", "and", "at", "but", "by", "for", "from", "in", "of", "on", "or", "that", "to", "who",
         "with"}  # fmt: skip
"""What does not stand between an article and its noun."""

ADJECTIVES = 3
"""At most so many words between the article and the noun: "a very tired young man"."""


class Likeness(IntEnum):
    """How likely a word stands for another person; the smaller, the likelier."""

    NAMED = 0
    A_PERSON = 1
    PERHAPS_NAMED = 2
    NOBODY = 3


def told_by_i(words: Words) -> bool:
    """Tell whether the protagonist is "I": the word occurs, and no name of the protagonist."""
    return "i" in words.low and NAME not in words.classes


def others_of_gender(comparison: Comparison) -> set[Arm]:
    """Return the genders of people whom both stories name by the same noun, title or first name."""
    left, right = comparison.left, comparison.right
    return {
        gender
        for i, j in comparison.pairs
        if left.low[i] == right.low[j] and (gender := gender_of_person(left, i)) is not None
    }


def gender_of_person(words: Words, place: int) -> Arm | None:
    """Return the gender that a noun, a title or a known first name gives to another person."""
    noun = gendered_nouns().get(words.low[place])
    if noun is not None:
        return None if says_what_protagonist_is(words, place, frozenset()) else noun
    raw = words.raw[place]
    if not raw[0].isupper() or words.classes[place] == NAME:
        return None
    title = TITLES.get(words.low[place])
    if title is not None:
        following = words.raw[place + 1 : place + 2]
        return title if following and following[0][0].isupper() else None
    return first_names().get(raw)


def somebody_else(comparison: Comparison) -> str:
    """Return a word for another person of unknown gender in both stories, "" for none.

    A capital inside a sentence counts as a name, then a word for a person, then a capital at the
    beginning of a sentence unless it is a word that opens many. So it is rather somebody than
    nobody who is found.
    """
    left, right = comparison.left, comparison.right
    found: dict[Likeness, str] = {}
    for i, j in comparison.pairs:
        if left.low[i] == right.low[j] and left.classes[i] not in (NAME, PRONOUN):
            found.setdefault(likeness(left, i), left.raw[i])
    found.pop(Likeness.NOBODY, None)
    return found[min(found)] if found else ""


def likeness(words: Words, place: int) -> Likeness:
    """Return how likely a word stands for another person."""
    low = words.low[place]
    capital = is_capital(words.raw[place])
    if capital and not opens_sentence(words, place):
        return Likeness.NAMED
    if low in PEOPLE or low.removesuffix("s") in PEOPLE:
        return Likeness.A_PERSON
    if capital and not (low in OPENERS or low.endswith(("ing", "ly"))):
        return Likeness.PERHAPS_NAMED
    return Likeness.NOBODY


def article_before(words: Words, place: int) -> int | None:
    """Return the place of the article that a noun has, None for a noun without one."""
    for at in range(place - 1, max(-1, place - ADJECTIVES - 2), -1):
        if words.low[at] in ARTICLES:
            return at
        if words.low[at] in LINKS or words.classes[at] in (NAME, PRONOUN):
            return None
    return None


def says_what_protagonist_is(words: Words, place: int, swapped: frozenset[int]) -> bool:
    """Tell whether "NAME, a …", "NAME was a …", "he was a …" or "As a …" leads to this noun."""
    article = article_before(words, place)
    if not article or words.low[place + 1 : place + 2] == ["'s"]:
        return False
    before = article - 1
    if words.low[before] == "as":
        return opens_sentence(words, before)
    while before > 0 and words.low[before] in BETWEEN:
        before -= 1
    if before > 0 and words.low[before] in COPULAS:
        before -= 1
        while before > 0 and words.low[before] in BETWEEN:
            before -= 1
        return words.classes[before] == NAME or before in swapped
    return words.classes[before] == NAME


@cache
def first_names() -> dict[str, Arm]:
    """Return the first names of the library that are told of one gender."""
    rows = read_asset("words/names.json")["names"]
    return {row[arm]: arm for row in rows for arm in (Arm.MALE, Arm.FEMALE)}
