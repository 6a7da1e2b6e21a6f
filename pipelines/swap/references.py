"""Whose a pronoun is: the protagonist's, somebody else's, or either's.

A pronoun is the protagonist's for certain where no other person of the same arm was spoken of
before it. Otherwise it is open, and the likelier reading is taken: the subject of the sentence so
far, then the subject of the sentence before.
"""

from bisect import bisect_left
from dataclasses import dataclass

from pipelines.swap.cast import NARRATOR, SHIP, Cast, Mention
from pipelines.swap.lexicon import (
    base_of_third_person,
    is_plural,
    parts,
    verb_tags,
    words,
)
from pipelines.swap.protagonist import Lead

MENTIONS_BACK = 20
"""Mentions before a pronoun that can be what it stands for."""
PLURAL_REACH = 2
"""Sentences back to which a plural can be what "they" stands for."""


@dataclass(frozen=True)
class Reference:
    """Whether a word is the protagonist's, and why that is open ("" if it is not)."""

    mine: bool
    reason: str = ""


CERTAIN = Reference(True)
NOT_TOLD = "whose gender is not told, can be meant too"
NARRATED = "the protagonist says “I”, so it is somebody else"


class References:
    """Answers whose a pronoun is, for one text."""

    def __init__(self, cast: Cast, lead: Lead) -> None:
        self.cast, self.lead = cast, lead
        self.tokens = cast.tokens
        self.known = lead.key.startswith("known:")
        self.places = [one.place for one in cast.mentions]
        self.others = [one for one in cast.mentions if self._is_rival(one)]
        self.other_places = [one.place for one in self.others]
        self.first_other = self.other_places[0] if self.others else len(self.tokens)
        self.mine_places = [one.place for one in cast.mentions if one.key == lead.key]
        self.subjects: list[int] = []  # places of "he" or "she" that were the protagonist's
        self.topics = self._topics()
        self.plurals = self._plurals() if lead.arm == "they" else []

    def pronoun(self, place: int, form: str) -> Reference:
        """Return whose the pronoun at a place is; its arm is the protagonist's.

        To be asked in the order of the text: a "he" or "she" tells whose the next one is.
        """
        found = self.whose(place, form)
        if found.mine and form == "subject":
            self.subjects.append(place)
        return found

    def whose(self, place: int, form: str) -> Reference:
        """Return what `pronoun` does, out of order."""
        outside = self._outside(place, form)
        if outside:
            return outside
        if self.lead.arm == "they":
            return self._they(place, form)
        if place <= self.first_other:
            return CERTAIN
        rival = self.others[bisect_left(self.other_places, place) - 1]
        called = self._call(rival)
        reason = f"it can be {called}'s reference too"
        if rival.kind == "person":
            reason = f"{called}, {NOT_TOLD}"
        return Reference(self._likely_mine(place, form), reason)

    def _outside(self, place: int, form: str) -> Reference | None:
        """Return the answer for known people, for a narrator, and before the name is said."""
        if self.lead.key == SHIP:
            return Reference(False, "English can call a ship so")
        if self.known:
            return Reference(False, f"{self.lead.key[6:].title()} is a known person")
        if self.lead.key == NARRATOR:
            said = NARRATED
            return CERTAIN if self._in_relative(place) else Reference(False, said)
        if form == "subject" and self._before_name(place):
            return Reference(False, "it comes before the name")
        return None

    def _is_rival(self, one: Mention) -> bool:
        """Say whether a mention is of another person who can have the protagonist's pronouns."""
        if one.key == self.lead.key or one.plural:
            return False
        if one.place in self.cast.predicates and one.kind == "noun":
            return False
        if one.kind == "person":
            return self.lead.key in self.cast.spelled
        return self.cast.arms.get(one.key) in (self.lead.arm, "")

    def _call(self, one: Mention) -> str:
        """Return how to call the person of a mention in a reason."""
        if one.key in self.cast.spelled:
            return self.cast.spelled[one.key]
        if one.kind in ("known", "title", "surname"):
            return one.key.removeprefix("known:").removeprefix("mx ").title()
        return f"“{self.tokens.raw[one.place]}”"

    def _before_name(self, place: int) -> bool:
        """They asked Taylor: a subject is somebody else than a name later in its sentence."""
        first = self.mine_places[0] if self.mine_places else -1
        if place >= first or self.lead.key not in self.cast.spelled:
            return False
        sentence = self.tokens.sentence
        return sentence[place] == sentence[first] and self.tokens.opens(place)

    def _in_relative(self, place: int) -> bool:
        """I am a man who loves his work."""
        before = bisect_left(self.mine_places, place) - 1
        at = self.mine_places[before] if before >= 0 else -1
        same = at >= 0 and self.tokens.sentence[at] == self.tokens.sentence[place]
        return same and self.tokens.at(at + 1) in ("who", "that")

    def _same_arm(self, one: Mention) -> bool:
        return self._is_rival(one) and self.cast.arms.get(one.key) == self.lead.arm

    def _in_sentence(self, place: int) -> list[Mention]:
        """Return the mentions before a place in its sentence that the pronoun can mean."""
        number = self.tokens.sentence[place]
        found = []
        last = bisect_left(self.places, place) - 1
        for at in range(last, max(-1, last - MENTIONS_BACK), -1):
            one = self.cast.mentions[at]
            if self.tokens.sentence[one.place] != number:
                break
            if one.key == self.lead.key or self._same_arm(one):
                found.append(one)
        return found[::-1]

    def _likely_mine(self, place: int, form: str) -> bool:
        """Say whether a pronoun is the protagonist's rather than another's of the same arm."""
        said = self._in_sentence(place)
        last = self.subjects[-1] if self.subjects else -1
        spoken = last >= 0 and self.tokens.sentence[last] == self.tokens.sentence[place]
        if not said:
            return spoken or self._topic(place)
        mine = {one.key == self.lead.key for one in said} | ({True} if spoken else set())
        if mine == {False}:
            return form == "object" and len(said) == 1 and self._acts(said[0])
        if mine == {True} or form == "object":
            return True
        acting = [(one.place, one.key == self.lead.key) for one in said if self._acts(one)]
        acting += [(last, True)] if spoken else []
        return max(acting)[1] if acting else said[0].key == self.lead.key

    def _acts(self, one: Mention) -> bool:
        """Say whether a finite verb follows a mention: its person does something."""
        after = self.tokens.at(one.place + 1)
        return after in words("auxiliaries") or bool(verb_tags(after) & {"VBZ", "VBD"})

    def _topics(self) -> dict[int, bool]:
        """Map a sentence to whether its first person of the arm is the protagonist."""
        found: dict[int, bool] = {}
        for one in self.cast.mentions:
            if not one.plural and (one.key == self.lead.key or self._same_arm(one)):
                found.setdefault(self.tokens.sentence[one.place], one.key == self.lead.key)
        return found

    def _topic(self, place: int) -> bool:
        """Say whether the sentence before began with the protagonist, or with nobody."""
        return self.topics.get(self.tokens.sentence[place] - 1, True)

    def _plurals(self) -> list[int]:
        """Return the places of what "they" can stand for: plural nouns and names with "and"."""
        low = self.tokens.low
        found = [at for at, word in enumerate(low) if word.isalpha() and is_plural(word)]
        named = {one.place for one in self.cast.mentions if one.kind in ("name", "noun")}
        found = [at for at in found if not base_of_third_person(low[at]) or self._is_thing(at)]
        joined = [at for at in named if at + 2 in named and low[at + 1] == "and"]
        return sorted({*found, *joined, *(one.place for one in self.cast.mentions if one.plural)})

    def _is_thing(self, at: int) -> bool:
        """Say whether a word that can be a verb is a plural noun: lost their keys."""
        before = self.tokens.at(at - 1)
        kinds = ("determiners", "possessives", "prepositions", "numbers", "before_noun")
        return any(before in words(kind) for kind in kinds) or parts(before) == {"ADJ"}

    def _they(self, place: int, form: str) -> Reference:
        """Return whether a "they" is one person's; after a plural that is open."""
        if self.tokens.low[place] == "themself":
            return CERTAIN
        before = bisect_left(self.plurals, place)
        near = self.plurals[before - 1] if before else -1
        sentence = self.tokens.sentence
        if near < 0 or sentence[place] - sentence[near] >= PLURAL_REACH:
            if self.tokens.low[place] == "themselves":
                return Reference(True, "it can be several people")
            return CERTAIN
        reason = f"it can stand for “{self.tokens.raw[near]}” too"
        if self.tokens.low[place] == "themselves":
            return Reference(False, reason)
        mine = self.mine_places
        after_near = bisect_left(mine, near)
        mine_near = after_near < len(mine) and mine[after_near] < place
        return Reference(mine_near or form != "object", reason)
