"""Whom a text is about: the person said most often, the first of them on a tie."""

from dataclasses import dataclass

from pipelines.swap.cast import NARRATOR, Cast, Mention
from pipelines.swap.lexicon import is_plural
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
    """Return whom a text is about, None if no word tells a gender."""
    counts = count_pronouns(cast)
    if name:
        key = name.lower()
        return _with_arm(cast, key, of, counts)
    told = next((one for one in cast.mentions if one.key == NARRATOR), None)
    if told and of in ("", told.arm):
        return Lead(NARRATOR, told.arm)
    opening = _opening_pronoun(cast, counts)
    if opening and of in ("", opening):
        return Lead("", opening)
    named = [one for one in cast.mentions if one.kind in ("name", "title", "surname")]
    nouns = [
        one
        for one in cast.mentions
        if one.kind == "noun" and not one.plural and one.owner not in PRONOUN_ARMS
    ]
    free = [one for one in nouns if not one.owned]
    fitting = [one for one in free if not of or one.arm == of]
    for group in (
        _first_free(named, free, cast),
        fitting,
        nouns,
        _plural(cast, counts),
        _known(cast),
    ):
        key = _most(group, cast, of)
        lead = _with_arm(cast, key, of, counts) if key else None
        if (lead and not (group is fitting or group is nouns)) or _is_backed(lead, counts, of):
            return lead
    arm = of or _majority(counts, cast)
    return Lead("", arm) if arm else None


def _is_backed(lead: Lead | None, counts: dict[str, int], of: str) -> bool:
    """Say whether pronouns do not rather speak of somebody of the other arm."""
    if lead is None or of:
        return lead is not None
    other = counts["female" if lead.arm == "male" else "male"]
    return counts[lead.arm] > 0 or other < 2


def _opening_pronoun(cast: Cast, counts: dict[str, int]) -> str:
    """Return the arm of a "he" or "she" that the text begins with and no mention can stand for."""
    if not len(cast.tokens):
        return ""
    first = next((at for at in range(len(cast.tokens)) if cast.tokens.is_word(at)), 0)
    arm = SUBJECTS.get(cast.tokens.low[first], "")
    if not arm or counts[arm] * 2 < counts["male"] + counts["female"]:
        return ""
    if any(cast.arms.get(one.key) == arm and not one.plural for one in cast.mentions):
        return ""
    return arm


def count_pronouns(cast: Cast) -> dict[str, int]:
    """Return how often the pronouns of each arm occur, outside of what stays."""
    kept = {at for run in cast.kept for at in range(run.start, run.end)}
    counts = {"male": 0, "female": 0, "they": 0}
    for place, word in enumerate(cast.tokens.low):
        arm = PRONOUN_ARMS.get(word)
        if arm and place not in kept:
            counts[arm] += 1
    return counts


def _first_free(named: list[Mention], free: list[Mention], cast: Cast) -> list[Mention]:
    """Return the names, unless a person without a name is spoken of before and more often."""
    if not named or not free:
        return named
    before = [one for one in free if one.place < named[0].place and one.key not in cast.spelled]
    before = [one for one in before if one.place not in cast.predicates]
    return [*before, *named] if before else named


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


def has_plural(cast: Cast) -> bool:
    """Say whether a text speaks of several people or things at once."""
    return any(is_plural(word) for word in cast.tokens.low if word.isalpha())
