"""Whose a pronoun or a gendered noun is: the protagonist's, somebody else's, or either's.

A pronoun is the protagonist's for certain where no other person of the same arm was spoken of
before it. Otherwise it is open, and the likelier reading is taken: the subject of the sentence so
far, then the subject of the sentence before.
"""

from bisect import bisect_left
from dataclasses import dataclass

from pipelines.swap.cast import NARRATOR, Cast, Mention
from pipelines.swap.lexicon import is_plural, verb_tags, words
from pipelines.swap.protagonist import PRONOUN_ARMS, Lead
from pipelines.swap.words import pronouns

SOMEBODY = frozenset({"i", "you", "we", "it", "there", "this", "that", "who", "everyone", "they"})
PLURAL_REACH = 2
"""Sentences back to which a plural can be what "they" stands for."""


@dataclass(frozen=True)
class Reference:
    """Whether a word is the protagonist's, and why that is open ("" if it is not)."""

    mine: bool
    reason: str = ""


CERTAIN = Reference(True)


class References:
    """Answers whose a word is, for one text."""

    def __init__(self, cast: Cast, lead: Lead) -> None:
        self.cast, self.lead = cast, lead
        self.tokens = cast.tokens
        self.places = [one.place for one in cast.mentions]
        self.others = [one for one in cast.mentions if self._is_rival(one)]
        self.first_other = self.others[0].place if self.others else len(self.tokens)
        self.first_mine = next(
            (one.place for one in cast.mentions if one.key == lead.key), len(self.tokens)
        )
        self.known = lead.key.startswith("known:")
        self.plurals = self._plurals() if lead.arm == "they" else []

    def _in_relative(self, place: int) -> bool:
        """I am a man who loves his work."""
        nouns = [one.place for one in self.cast.mentions if one.key == NARRATOR]
        return any(
            self.tokens.sentence[at] == self.tokens.sentence[place]
            and at < place
            and self.tokens.at(at + 1) in ("who", "that")
            for at in nouns
        )

    def _same_arm(self, one: Mention) -> bool:
        return self._is_rival(one) and self.cast.arms.get(one.key) == self.lead.arm

    def _is_rival(self, one: Mention) -> bool:
        """Say whether a mention is of another single person of the protagonist's arm."""
        if one.key == self.lead.key or one.plural:
            return False
        if one.place in self.cast.predicates and one.kind == "noun":
            return False
        if one.kind == "person":
            return self.lead.key in self.cast.spelled
        return self.cast.arms.get(one.key) in (self.lead.arm, "")

    def name_of(self, one: Mention) -> str:
        """Return how to call the person of a mention in a reason."""
        spelled = self.cast.spelled.get(one.key)
        if spelled:
            return spelled
        return (
            one.key.removeprefix("known:").removeprefix("own ").removeprefix("mx ").title()
            if (one.kind in ("known", "title", "surname"))
            else f"“{self.tokens.raw[one.place]}”"
        )

    def pronoun(self, place: int, form: str) -> Reference:
        """Return whose the pronoun at a place is; its arm is the protagonist's."""
        if self.known:
            return Reference(False, f"{self.lead.key[6:].title()} is a known person")
        if self.lead.key == NARRATOR:
            if self._in_relative(place):
                return CERTAIN
            return Reference(False, "the protagonist says “I”, so it is somebody else")
        if self.lead.arm == "they":
            return self._they(place, form)
        if place <= self.first_other:
            return CERTAIN
        rival = next(one for one in reversed(self.others) if one.place < place)
        mine = self._likely_mine(place, form)
        return Reference(mine, f"it can be {self.name_of(rival)}'s reference too")

    def _in_sentence(self, place: int) -> list[Mention]:
        """Return the mentions before a place in its sentence that the pronoun can mean."""
        number = self.tokens.sentence[place]
        found = []
        for at in range(bisect_left(self.places, place) - 1, -1, -1):
            one = self.cast.mentions[at]
            if self.tokens.sentence[one.place] != number:
                break
            if one.key == self.lead.key or self._same_arm(one):
                found.append(one)
        return found[::-1]

    def _likely_mine(self, place: int, form: str) -> bool:
        said = self._in_sentence(place)
        if not said:
            return self._topic(place)
        mine = {one.key == self.lead.key for one in said}
        if len(mine) == 1:
            alone = mine.pop()
            return alone or (form == "object" and len(said) == 1 and self._acts(said[0]))
        if form == "object":
            return True
        acting = [one for one in said if self._acts(one)]
        return (acting or said)[-1 if acting else 0].key == self.lead.key

    def _acts(self, one: Mention) -> bool:
        """Say whether a finite verb follows a mention: its person does something."""
        after = self.tokens.at(one.place + 1)
        return after in words("auxiliaries") or bool(verb_tags(after) & {"VBZ", "VBD"})

    def _topic(self, place: int) -> bool:
        """Say whether the sentence before began with the protagonist, or with nobody."""
        number = self.tokens.sentence[place] - 1
        for at in range(bisect_left(self.places, place)):
            one = self.cast.mentions[at]
            if self.tokens.sentence[one.place] == number and not one.plural:
                if one.key != self.lead.key and not self._same_arm(one):
                    continue
                return one.key == self.lead.key
        return True

    def _plurals(self) -> list[int]:
        """Return the places of what "they" can stand for: plural nouns and names with "and"."""
        low = self.tokens.low
        found = [at for at, word in enumerate(low) if word.isalpha() and is_plural(word)]
        named = {one.place for one in self.cast.mentions if one.kind in ("name", "noun")}
        verbs = {at + 1 for at in named} | {
            at + 1 for at, word in enumerate(low) if PRONOUN_ARMS.get(word)
        }
        found = [at for at in found if at not in verbs or low[at - 1] in ("their", "her", "his")]
        joined = [at for at in named if at + 2 in named and low[at + 1] == "and"]
        return sorted({*found, *joined, *(one.place for one in self.cast.mentions if one.plural)})

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
        mine_near = any(near < at < place for at in self._mine())
        return Reference(mine_near or form not in ("object",), reason)

    def _mine(self) -> list[int]:
        return [one.place for one in self.cast.mentions if one.key == self.lead.key]

    def noun(self, one: Mention) -> Reference:
        """Return whose a gendered noun is."""
        if one.key == self.lead.key:
            return CERTAIN
        if one.place in self.cast.predicates:
            said = self._predicate(one)
            if said is not None:
                return said
        if not self.lead.key and not one.plural and one.owner not in PRONOUN_ARMS:
            return Reference(True, "nobody else tells whose it is")
        what = f"“{self.tokens.raw[one.place]}” is said of somebody else"
        definite = self.tokens.at(noun_start(self, one)) == "the" and not one.owned
        if definite and not one.plural and not self._other_than(one) and self.lead.key:
            return Reference(True, "it can be somebody else")
        return Reference(False, what)

    def _other_than(self, one: Mention) -> bool:
        return any(
            other.key not in (one.key, self.lead.key)
            and self.cast.arms.get(other.key) == self.lead.arm
            for other in self.cast.mentions
        ) or any(other.key == one.key and other.place < one.place for other in self.cast.mentions)

    def _predicate(self, one: Mention) -> Reference | None:
        """Return whose subject a noun is said of: she is a mother; her friend is a man."""
        copula = self.cast.predicates[one.place]
        low, number = self.tokens.low, self.tokens.sentence[copula]
        by_place = {other.place: other for other in self.cast.mentions}
        for at in range(copula - 1, -1, -1):
            if self.tokens.sentence[at] != number:
                break
            word = low[at]
            if at in by_place and low[at + 1 : at + 2] != ["'s"]:
                return CERTAIN if by_place[at].key == self.lead.key else None
            if word == pronouns(self.lead.arm)["subject"]:
                return self.pronoun(at, "subject")
            if word in SOMEBODY or PRONOUN_ARMS.get(word, self.lead.arm) != self.lead.arm:
                return None
        if low[copula] in ("as", "like", "being"):
            return Reference(True, "nobody else tells whose it is")
        return None


def noun_start(references: References, one: Mention) -> int:
    """Return the place of the first word of a noun's phrase, at most three words before it."""
    low = references.tokens.low
    for at in range(one.place - 1, max(-1, one.place - 4), -1):
        if low[at] in words("determiners"):
            return at
    return one.place
