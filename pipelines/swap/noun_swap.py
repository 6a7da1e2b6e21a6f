"""What becomes of the gendered nouns and titles of a text."""

from pipelines.swap.cast import Mention
from pipelines.swap.noun_references import NounReferences
from pipelines.swap.rewriting import Edits
from pipelines.swap.tokens import match_case
from pipelines.swap.words import counterparts, noun_entry, table, titles


class NounSwap:
    """Rewrites nouns and titles; `mirror` tells whom a reader of the result takes them for."""

    def __init__(
        self, edits: Edits, references: NounReferences, mirror: NounReferences | None, arm: str
    ) -> None:
        self.edits, self.references, self.mirror, self.arm = edits, references, mirror, arm
        self.tokens, self.lead = edits.tokens, references.lead

    def title(self, place: int) -> None:
        """Rewrite the protagonist's title at a place."""
        word = self.tokens.low[place]
        entry = titles(self.lead.arm).get(word, {})
        self._write_entry(place, entry, titles(self.arm), word)

    def noun(self, one: Mention) -> None:
        """Rewrite a gendered noun that is the protagonist's, and ask about others."""
        word = self.tokens.low[one.place]
        if one.arm != self.lead.arm:
            if word in table()["partners"] and self.arm != "they":
                self._ask_partner(one, word)
            elif self.mirror and one.arm == self.arm:
                self._ask_double(one)
            return
        entry = noun_entry(one.arm, word)
        reference = self.references.noun(one)
        raw = self.tokens.raw[one.place]
        new = match_case(raw, entry.get(self.arm, word))
        if reference.mine:
            self._write_entry(one.place, entry, counterparts(self.arm), word)
        self.edits.ask_whose(one.place, reference.mine, reference.reason, new)

    def _ask_double(self, one: Mention) -> None:
        """Ask about somebody else who is called as the protagonist is in the result."""
        word = self.lead.key.partition(" ")[2]
        new = noun_entry(self.lead.arm, word).get(self.arm)
        if self.mirror.noun(one).mine or self.tokens.low[one.place] == new:
            raw = self.tokens.raw[one.place]
            self.edits.ask(one.place, (raw,), "in the result it can be the protagonist")

    def _ask_partner(self, one: Mention, word: str) -> None:
        if one.key == self.lead.key:
            return
        raw = self.tokens.raw[one.place]
        entry = counterparts(one.arm).get(word, {})
        choices = (raw, *(match_case(raw, form) for form in entry.values()))
        self.edits.ask(one.place, choices, "it tells whom the protagonist loves; it was left")

    def _write_entry(self, place: int, entry: dict, back: dict, word: str) -> None:
        """Write a word's counterpart, and ask where it does not lead back."""
        raw = self.tokens.raw[place]
        if self.arm not in entry:
            self.edits.ask(place, (raw,), "there is no usual word for it; it was left")
            return
        new = match_case(raw, entry[self.arm])
        if new != raw:
            self.edits.write(place, new)
        leads_back = back.get(entry[self.arm].lower(), {}).get(self.lead.arm, "").lower() == word
        # a neutral word is asked about on its way back, unless it cannot be told from others
        lost = (
            word in titles(self.lead.arm) or " " in new or new.lower() in counterparts("male")
            if self.arm == "they" and new != raw
            else self.arm != "they"
        )
        if lost and (not leads_back or " " in new):
            self.edits.ask(place, (new, raw), "other words stand for it too")

    def neutral(self, place: int, options: dict[str, list[str]]) -> None:
        """A neutral word that can be the protagonist's: server, waiter or waitress."""
        if self.arm == "they" or self.tokens.at(place - 1) in ("their", "'s"):
            return
        raw = self.tokens.raw[place]
        choices = tuple(match_case(raw, form) for form in options[self.arm])
        if choices:
            self.edits.ask(place, (raw, *choices), "it can tell the gender; it was left")
