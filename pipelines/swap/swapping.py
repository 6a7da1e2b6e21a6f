"""What becomes of every word of a text when its protagonist gets another arm."""

from dataclasses import replace

from pipelines.swap.cast import Cast, Mention
from pipelines.swap.fixed import Kept
from pipelines.swap.noun_references import NounReferences
from pipelines.swap.noun_swap import NounSwap
from pipelines.swap.pronoun_swap import PronounSwap
from pipelines.swap.protagonist import PRONOUN_ARMS, Lead
from pipelines.swap.references import References
from pipelines.swap.renaming import rename
from pipelines.swap.rewriting import Edits
from pipelines.swap.words import ARMS, counterparts, neutral_words

NAME_ALONE = "no name stands for this one alone, so the way back gives another"
KEPT_BECAUSE = {
    "fixed": "a fixed phrase, or one that names both",
    "people": "a known person",
    "male": "it tells of a male body",
    "female": "it tells of a female body",
}


class Swapping:
    """The rewriting of one text: who it is about, what they become, and the edits so far."""

    def __init__(self, cast: Cast, lead: Lead, to: str, new_name: str) -> None:
        self.cast, self.lead, self.tokens = cast, lead, cast.tokens
        arm = to if to in ARMS else "they"  # of nouns, names and titles
        self.edits = Edits(self.tokens)
        self.renaming = rename(cast, lead, arm, new_name)
        references = References(cast, lead)
        nouns = NounReferences(cast, lead, references)
        mirror = mirror_nouns = None
        if to in ("male", "female"):
            there = replace(cast, arms={**cast.arms, lead.key: to})
            mirror = References(there, Lead(lead.key, to))
            mirror_nouns = NounReferences(there, mirror.lead, mirror)
        self.pronouns = PronounSwap(self.edits, references, mirror, to)
        self.nouns = NounSwap(self.edits, nouns, mirror_nouns, arm)

    def run(self) -> Edits:
        """Go over the text once, and return its edits."""
        kept = self._kept()
        mentions = {one.place: one for one in self.cast.mentions if one.kind != "person"}
        neutral = neutral_words() if self.lead.arm == "they" else {}
        for place, word in enumerate(self.tokens.low):
            if place in kept:
                continue
            if word in PRONOUN_ARMS:
                self.pronouns.rewrite(place, PRONOUN_ARMS[word])
            elif place in mentions:
                self._mention(mentions[place])
            elif word == self.lead.key and self.tokens.capitalized(place):
                self.write_name(place)
            elif word in neutral:
                self.nouns.neutral(place, neutral[word])
        self.edits.mend_neighbours()
        return self.edits

    def _kept(self) -> set[int]:
        """Flag what stays on purpose, and return its places."""
        places = set()
        for run in self.cast.kept:
            if self._matters(run):
                self.edits.flag(run.start, run.end, KEPT_BECAUSE[run.kind])
            places.update(range(run.start, run.end))
        return places

    def _matters(self, run: Kept) -> bool:
        """Say whether a run that stays has a word that would be rewritten elsewhere."""
        if run.kind in ("male", "female"):
            return run.kind == self.lead.arm
        if run.kind == "people":
            return True
        tables = (counterparts("male"), counterparts("female"), PRONOUN_ARMS)
        return any(word in one for word in self.tokens.low[run.start : run.end] for one in tables)

    def _mention(self, one: Mention) -> None:
        if one.kind == "noun":
            self.nouns.noun(one)
        elif one.key == self.lead.key and one.kind == "name":
            self.write_name(one.place)
        elif one.key == self.lead.key and one.kind == "title":
            self.nouns.title(one.place)

    def write_name(self, place: int) -> None:
        """Give the protagonist's name at a place its new spelling."""
        raw = self.tokens.raw[place]
        if self.renaming is None:
            return
        capitals = len(raw) > 1 and raw.isupper()
        new = self.renaming.new.upper() if capitals else self.renaming.new
        if new != raw:
            self.edits.write(place, new)
        if not self.renaming.sure:
            self.edits.ask(place, (new, raw), NAME_ALONE)
