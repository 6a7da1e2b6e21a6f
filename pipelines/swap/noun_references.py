"""Whose a gendered noun is: said of the protagonist, or of somebody else.

"She is a mother" and "as a mother, she" say it of her, "her mother" and "a mother" of another. What
neither an article nor a verb tells is taken for another person's and is open.
"""

from pipelines.swap.cast import NARRATOR, Cast, Mention
from pipelines.swap.lexicon import is_adverb
from pipelines.swap.phrases import noun_phrase
from pipelines.swap.protagonist import PRONOUN_ARMS, Lead
from pipelines.swap.references import CERTAIN, Reference, References
from pipelines.swap.words import pronouns

SOMEBODY = frozenset({"i", "you", "we", "it", "there", "this", "that", "who", "everyone", "they"})
WORDS_BACK = 40
"""Words before a copula among which its subject is."""


class NounReferences:
    """Answers whose a gendered noun is, for one text."""

    def __init__(self, cast: Cast, lead: Lead, references: References) -> None:
        self.cast, self.lead, self.references = cast, lead, references
        self.tokens = cast.tokens
        self.by_place = {one.place: one for one in cast.mentions}
        self.first_of_key: dict[str, int] = {}
        for one in cast.mentions:
            self.first_of_key.setdefault(one.key, one.place)
        self.rivals = {key for key, arm in cast.arms.items() if arm == lead.arm and key != lead.key}

    def noun(self, one: Mention) -> Reference:
        """Return whose a gendered noun is; its arm is the protagonist's."""
        if one.key == self.lead.key:
            return CERTAIN
        said = self._predicate(one) if one.place in self.cast.predicates else None
        if said is not None:
            return said
        if not self.lead.key and not one.plural and one.owner not in PRONOUN_ARMS:
            return Reference(True, "nobody else tells whose it is")
        if self._resumes(one):
            return Reference(True, "it can be somebody else")
        return Reference(False, f"“{self.tokens.raw[one.place]}” is said of somebody else")

    def _resumes(self, one: Mention) -> bool:
        """Say whether a sentence goes on about a named protagonist: The actress bowed."""
        phrase = noun_phrase(self.tokens, one.place)
        if phrase.determiner != "the" or one.plural or not self.tokens.opens(phrase.start):
            return False
        if self.lead.key in ("", NARRATOR) or self.first_of_key[one.key] < one.place:
            return False
        return len(self.rivals) == (one.key in self.rivals)

    def _predicate(self, one: Mention) -> Reference | None:
        """Return whose subject a noun is said of: she is a mother; her friend is a man."""
        copula = self.cast.predicates[one.place]
        if one.owned:
            return self._owned_predicate(copula)
        low, number = self.tokens.low, self.tokens.sentence[copula]
        for at in range(copula - 1, max(-1, copula - WORDS_BACK), -1):
            word = low[at]
            if self.tokens.sentence[at] != number:
                break
            if at in self.by_place and self.tokens.at(at + 1) != "'s":
                return self._same_as(at)
            if word == pronouns(self.lead.arm)["subject"]:
                return self.references.whose(at, "subject")
            if word in SOMEBODY or PRONOUN_ARMS.get(word, self.lead.arm) != self.lead.arm:
                return None
        if low[copula] in ("as", "like", "being"):
            return Reference(True, "nobody else tells whose it is")
        return None

    def _owned_predicate(self, copula: int) -> Reference | None:
        """Tom is her brother: the subject right before the verb."""
        at = copula - 1
        while self.tokens.is_word(at) and is_adverb(self.tokens.low[at]):
            at -= 1
        if at in self.by_place:
            return self._same_as(at)
        if self.tokens.at(at) == pronouns(self.lead.arm)["subject"]:
            return self.references.whose(at, "subject")
        return None

    def _same_as(self, place: int) -> Reference | None:
        """Return that a noun is the protagonist's where the mention at a place is."""
        return CERTAIN if self.by_place[place].key == self.lead.key else None
