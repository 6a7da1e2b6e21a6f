"""Whose a pronoun or a gendered noun is: the protagonist's, somebody else's, or either's.

A pronoun is the protagonist's for certain where no other person of the same arm was spoken of
before it. Otherwise it is open, and the likelier reading is taken: the subject of the sentence so
far, then the subject of the sentence before.
"""

from bisect import bisect_left
from dataclasses import dataclass

from pipelines.swap.cast import NARRATOR, Cast, Mention
from pipelines.swap.lexicon import is_nominal, is_plural, verb_tags, words
from pipelines.swap.protagonist import PRONOUN_ARMS, Lead
from pipelines.swap.words import pronouns

SOMEBODY = frozenset({"i", "you", "we", "it", "there", "this", "that", "who", "everyone", "they"})
MENTIONS_BACK = 20
"""Mentions before a pronoun that can be what it stands for."""
WORDS_BACK = 40
"""Words before a copula among which its subject is."""
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
        self.other_places = [one.place for one in self.others]
        self.mine_places = [one.place for one in cast.mentions if one.key == lead.key]
        self.by_place = {one.place: one for one in cast.mentions}
        self.first_of_key: dict[str, int] = {}
        for one in cast.mentions:
            self.first_of_key.setdefault(one.key, one.place)
        self.topics = self._topics()
        self.first_other = self.others[0].place if self.others else len(self.tokens)
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
        rival = self.others[bisect_left(self.other_places, place) - 1]
        mine = self._likely_mine(place, form)
        return Reference(mine, f"it can be {self.name_of(rival)}'s reference too")

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
        mine = self.mine_places
        after_near = bisect_left(mine, near)
        mine_near = after_near < len(mine) and mine[after_near] < place
        return Reference(mine_near or form not in ("object",), reason)

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
        if self._resumes(one):
            return Reference(True, "it can be somebody else")
        return Reference(False, what)

    def _resumes(self, one: Mention) -> bool:
        """Say whether a sentence goes on about the protagonist: The actress bowed."""
        start = one.place - 1
        while self.tokens.is_word(start) and is_nominal(self.tokens.low[start]):
            start -= 1
        if self.tokens.at(start) != "the" or not self.tokens.opens(start) or one.plural:
            return False
        return self.lead.key not in ("", NARRATOR) and not self._other_than(one)

    def _other_than(self, one: Mention) -> bool:
        """Say whether another person of the arm is there, or this noun was said before."""
        if self.first_of_key.get(one.key, one.place) < one.place:
            return True
        return any(self.cast.arms.get(key) == self.lead.arm for key in self._keys(one))

    def _keys(self, one: Mention) -> list[str]:
        return [key for key in self.first_of_key if key not in (one.key, self.lead.key)]

    def _predicate(self, one: Mention) -> Reference | None:
        """Return whose subject a noun is said of: she is a mother; her friend is a man."""
        copula = self.cast.predicates[one.place]
        low, number = self.tokens.low, self.tokens.sentence[copula]
        for at in range(copula - 1, max(-1, copula - WORDS_BACK), -1):
            if self.tokens.sentence[at] != number:
                break
            word = low[at]
            if at in self.by_place and low[at + 1 : at + 2] != ["'s"]:
                return CERTAIN if self.by_place[at].key == self.lead.key else None
            if word == pronouns(self.lead.arm)["subject"]:
                return self.pronoun(at, "subject")
            if word in SOMEBODY or PRONOUN_ARMS.get(word, self.lead.arm) != self.lead.arm:
                return None
        if low[copula] in ("as", "like", "being"):
            return Reference(True, "nobody else tells whose it is")
        return None
