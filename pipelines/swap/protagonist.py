"""Whom a text is about: the person said most often, the first of them on a tie."""

from dataclasses import dataclass

from pipelines.swap.cast import NARRATOR, Cast, Mention
from pipelines.swap.words import FORMS, pronouns

PRONOUN_ARMS = {
    pronouns(arm)[form]: arm for arm in ("male", "female", "they") for form in FORMS
} | {"themselves": "they"}
SUBJECTS = {pronouns(arm)["subject"]: arm for arm in ("male", "female")}
FIRST = 1.5
"""Mentions that being named first is worth."""
ACTING = 4
"""Mentions that the first word of a sentence is worth."""


@dataclass(frozen=True)
class Protagonist:
    """Whom a text is about: a first name ("" if there is none) and an arm."""

    name: str
    arm: str


@dataclass(frozen=True)
class Lead:
    """The protagonist in a cast: key of the mentions ("" for pronouns alone), and arm."""

    key: str
    arm: str


def find_lead(cast: Cast, name: str = "", of: str = "") -> Lead | None:
    """Return whom a text is about, None if no word tells a gender.

    In this order: the given name, a narrator, a "she" that the text begins with, names, gendered
    nouns, groups, known people, and the pronouns alone.
    """
    counts = count_pronouns(cast)
    if name:
        return _with_arm(cast, name.lower(), of, counts)
    told = next((one for one in cast.mentions if one.key == NARRATOR), None)
    if told and of in ("", told.arm):
        return Lead(NARRATOR, told.arm)
    opening = _opening_pronoun(cast, counts)
    if opening and of in ("", opening):
        return Lead("", opening)
    arm = of or _majority(counts, cast)
    alone = Lead("", arm) if arm else None
    return _mentioned(cast, of, counts) or alone


def _mentioned(cast: Cast, of: str, counts: dict[str, int]) -> Lead | None:
    """Return the lead among those who are mentioned."""
    nouns = [
        one
        for one in cast.mentions
        if one.kind == "noun" and not one.plural and one.owner not in PRONOUN_ARMS
    ]
    free = [one for one in nouns if not one.owned]
    lead = _best(_names(cast, free), cast, of, counts)
    if lead:
        return lead
    for group in ([one for one in free if not of or one.arm == of], nouns):
        lead = _best(group, cast, of, counts)
        if lead and _is_backed(lead, counts, of):
            return lead
    groups = _best(_plural(cast, counts), cast, of, counts)
    return groups or _best(_known(cast), cast, of, counts)


def _best(group: list[Mention], cast: Cast, of: str, counts: dict[str, int]) -> Lead | None:
    key = _most(group, cast, of)
    return _with_arm(cast, key, of, counts) if key else None


def _is_backed(lead: Lead, counts: dict[str, int], of: str) -> bool:
    """Say whether pronouns do not rather speak of somebody of the other arm."""
    if of:
        return True
    other = counts["female" if lead.arm == "male" else "male"]
    return counts[lead.arm] > 0 or other < 2


def _opening_pronoun(cast: Cast, counts: dict[str, int]) -> str:
    """Return the arm of a "he" or "she" that the text begins with and no mention can stand for."""
    if not len(cast.tokens):
        return ""
    first = next((at for at in range(len(cast.tokens)) if cast.tokens.is_word(at)), 0)
    arm = SUBJECTS.get(cast.tokens.low[first], "") if first not in spoken_places(cast) else ""
    if not arm or counts[arm] * 2 < counts["male"] + counts["female"]:
        return ""
    if any(cast.arms.get(one.key) == arm and not one.plural for one in cast.mentions):
        return ""
    return arm


def count_pronouns(cast: Cast) -> dict[str, int]:
    """Return how often the pronouns of each arm occur, outside of what stays.

    What is said in quotation marks counts only where nothing outside tells he from she: in
    "He has my money," she says, the text is about her.
    """
    kept = {at for run in cast.kept for at in range(run.start, run.end)}
    spoken = spoken_places(cast)
    counts, outside = ({"male": 0, "female": 0, "they": 0} for _ in range(2))
    for place, word in enumerate(cast.tokens.low):
        arm = PRONOUN_ARMS.get(word)
        if arm and place not in kept:
            counts[arm] += 1
            outside[arm] += place not in spoken
    return outside if outside["male"] + outside["female"] else counts


def spoken_places(cast: Cast) -> set[int]:
    """Return the places of the words in double quotation marks that are closed again."""
    places: set[int] = set()
    opened = -1
    for place, raw in enumerate(cast.tokens.raw):
        if raw not in ('"', "“", "”"):
            continue
        if opened < 0:
            opened = place if raw != "”" else -1
        elif raw != "“":
            places.update(range(opened, place))
            opened = -1
    return places


def _names(cast: Cast, free: list[Mention]) -> list[Mention]:
    """Return the names, and before them the nouns of people that come before the first name."""
    named = [one for one in cast.mentions if one.kind in ("name", "title", "surname")]
    first = named[0].place if named else -1
    before = [one for one in free if one.place < first and one.key not in cast.spelled]
    said = (one for one in before if one.place not in cast.predicates)
    return [*(one for one in said if not _is_called(cast, one.place)), *named]


def _is_called(cast: Cast, place: int) -> bool:
    """Say whether a noun is only what somebody is called in speech: "Sir, is this yours?"."""
    return cast.tokens.opens(place) and cast.tokens.at(place + 1) == ","


def _plural(cast: Cast, counts: dict[str, int]) -> list[Mention]:
    """Return the groups of people, where no "he" or "she" tells of one person."""
    if counts["male"] or counts["female"]:
        return []
    return [one for one in cast.mentions if one.plural and not one.owned]


def _known(cast: Cast) -> list[Mention]:
    return [one for one in cast.mentions if one.kind in ("known", "ship")]


def _most(group: list[Mention], cast: Cast, of: str) -> str:
    """Return the key said most often, "" of none; others than `of` do not count."""
    owned = {one.key for one in cast.mentions if one.owned}
    scores: dict[str, float] = {}
    for one in group:
        arm = cast.arms.get(one.key, "")
        if of and arm and arm != of and of != "they" and one.kind != "name":
            continue
        acts = cast.tokens.opens(one.place) and cast.tokens.at(one.place + 1) != "'s"
        weight = ACTING if acts else 1
        scores[one.key] = scores.get(one.key, 0) + weight * (one.kind != "title")
    for rank, key in enumerate(scores):
        scores[key] += FIRST * (rank == 0) - FIRST * (key in owned)
        if of and cast.arms.get(key) == of:
            scores[key] += 1
        if of and cast.arms.get(key) not in (of, "", None):
            scores[key] -= 2
    return max(scores, key=lambda key: scores[key]) if scores else ""


def _with_arm(cast: Cast, key: str, of: str, counts: dict[str, int]) -> Lead | None:
    """Return the lead with its arm: as told, by its words, else by the text's pronouns."""
    if of:
        return Lead(key, of)
    arm = cast.arms.get(key, "")
    firm = any(one.key == key and one.kind in ("noun", "title") for one in cast.mentions)
    others = {cast.arms[other] for other in cast.arms if other != key}
    if arm and not firm:
        opposite = "female" if arm == "male" else "male"
        if not counts[arm] and counts[opposite] and opposite not in others:
            return Lead(key, opposite)
    arm = arm or _majority(counts, cast)
    return Lead(key, arm) if arm else None


def _majority(counts: dict[str, int], cast: Cast) -> str:
    """Return the arm of most of he and she, the first of them on a tie; else they if it occurs."""
    if counts["male"] == counts["female"] > 0:
        return next(
            PRONOUN_ARMS[word]
            for word in cast.tokens.low
            if PRONOUN_ARMS.get(word) in ("male", "female")
        )
    if counts["male"] or counts["female"]:
        return "male" if counts["male"] >= counts["female"] else "female"
    return "they" if counts["they"] else ""
