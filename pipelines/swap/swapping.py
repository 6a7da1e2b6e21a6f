"""What becomes of every word of a text when its protagonist gets another arm."""

from dataclasses import replace

from pipelines.swap.agreement import verbs_to_many, verbs_to_one
from pipelines.swap.cast import Cast, Mention
from pipelines.swap.fixed import Kept
from pipelines.swap.pronoun_forms import her_form, his_form
from pipelines.swap.protagonist import PRONOUN_ARMS, Lead
from pipelines.swap.references import Reference, References
from pipelines.swap.renaming import rename
from pipelines.swap.rewriting import Edits
from pipelines.swap.tokens import Tokens, match_case
from pipelines.swap.words import (
    ARMS,
    FORMS,
    counterparts,
    neutral_words,
    one_way,
    pronouns,
    table,
    titles,
)

LEFT = "it is about somebody else and was left; the result has the same pronoun for two"
NAME_ALONE = "no name stands for this one alone, so the way back gives another"
FORM_OF = {
    (arm, pronouns(arm)[form]): form for arm in ("male", "female", "they") for form in FORMS
} | {("they", "themselves"): "reflexive"}
KEPT_BECAUSE = {
    "fixed": "a fixed phrase, or one that names both",
    "people": "a known person",
    "male": "it tells of a male body",
    "female": "it tells of a female body",
}


class Swapping:
    """The rewriting of one text: who it is about, what they become, and the edits so far."""

    def __init__(self, cast: Cast, lead: Lead, to: str, new_name: str) -> None:
        self.cast, self.lead, self.to = cast, lead, to
        self.tokens: Tokens = cast.tokens
        self.arm = to if to in ARMS else "they"  # of nouns, names and titles
        self.references = References(cast, lead)
        self.mirror = self._mirrored() if to in ("male", "female") else None
        self.edits = Edits(self.tokens)
        self.renaming = rename(cast, lead, self.arm, new_name)
        self.verbs: set[int] = set()

    def run(self) -> Edits:
        """Go over the text once, and return its edits."""
        kept = self._kept()
        mentions = {one.place: one for one in self.cast.mentions}
        neutral = neutral_words() if self.lead.arm == "they" else {}
        for place, word in enumerate(self.tokens.low):
            if place in kept:
                continue
            arm = PRONOUN_ARMS.get(word)
            if arm:
                self._pronoun(place, arm)
            elif place in mentions and mentions[place].kind != "person":
                self._mention(mentions[place])
            elif word == self.lead.key and self.tokens.capitalized(place):
                self.write_name(place)
            elif word in neutral:
                self._neutral(place, neutral[word])
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

    def _pronoun(self, place: int, arm: str) -> None:
        raw = self.tokens.raw[place]
        if arm == self.lead.arm:
            self._own_pronoun(place, arm)
        elif arm == self.to:
            form = FORM_OF[arm, self.tokens.low[place]]
            old = match_case(raw, pronouns(self.lead.arm)[form])
            self.edits.ask(place, (raw, old), LEFT)

    def _own_pronoun(self, place: int, arm: str) -> None:
        """Rewrite a pronoun of the protagonist's arm, if it is theirs."""
        form, other = self._form(place, arm)
        reference = self.references.pronoun(place, form)
        if self.references.known:
            self.edits.flag(place, place + 1, reference.reason)
            return
        raw = self.tokens.raw[place]
        new = match_case(raw, pronouns(self.to)[form])
        if reference.mine:
            self.edits.write(place, new)
            if form == "subject":
                self._agree(place)
            if other:
                self.edits.ask(place, (new, match_case(raw, pronouns(self.to)[other[0]])), other[1])
            elif not reference.reason:
                self._read_back(place, form, new)
        self._ask_whose(place, reference, new)

    def _ask_whose(self, place: int, reference: Reference, new: str) -> None:
        """Ask about a word that can be somebody else's, and say what was done."""
        if reference.reason:
            raw = self.tokens.raw[place]
            choices = (new, raw) if reference.mine else (raw, new)
            done = "changed" if reference.mine else "left"
            self.edits.ask(place, choices, f"{reference.reason}; it was {done}")

    def _form(self, place: int, arm: str) -> tuple[str, tuple[str, str] | None]:
        """Return a pronoun's form, and the other form it can be with the reason."""
        word = self.tokens.low[place]
        if word == "her":
            found = her_form(self.tokens, place)
            other = "possessive" if found.form == "object" else "object"
            return found.form, (other, found.reason) if found.reason else None
        if word == "his":
            found = his_form(self.tokens, place)
            return found.form, ("independent", found.reason) if found.reason else None
        return FORM_OF[(arm, word)], None

    def _mirrored(self) -> References:
        """Return who a pronoun of the result would be read as."""
        arms = {**self.cast.arms, self.lead.key: self.to}
        return References(replace(self.cast, arms=arms), Lead(self.lead.key, self.to))

    def _read_back(self, place: int, form: str, new: str) -> None:
        """Ask about a new pronoun that a reader of the result takes for something else."""
        if self.mirror is None:
            return
        if not self.lead.key and self.mirror.others:
            self.edits.ask(place, (new,), "in the result it can be somebody else's reference")
        elif not self.mirror.pronoun(place, form).mine:
            self.edits.ask(place, (new,), "in the result it reads as somebody else's reference")
        low = new.lower()
        read = her_form if low == "her" else his_form if low == "his" else None
        if read and form != read(self.tokens, place).form:
            self.edits.ask(place, (new,), "in the result its form can be read in two ways")

    def _agree(self, place: int) -> None:
        """Make the verbs of a changed subject agree with it."""
        if self.to == "they":
            found = verbs_to_many(self.tokens, place)
        elif self.lead.arm == "they":
            found = verbs_to_one(self.tokens, place)
        else:
            return
        for edit in found:
            if edit.place in self.verbs:
                continue
            self.verbs.add(edit.place)
            raw = self.tokens.raw[edit.place]
            new = _like(raw, edit.word)
            if new != raw:
                self.edits.write(edit.place, new)
            if edit.reason:
                self.edits.ask(edit.place, (new, raw, edit.other or raw), edit.reason)

    def _mention(self, one: Mention) -> None:
        if one.kind == "noun":
            self._noun(one)
        elif one.key != self.lead.key or one.kind in ("known", "surname", "ship"):
            return
        elif one.kind == "name":
            self.write_name(one.place)
        else:
            self._title(one.place)

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

    def _title(self, place: int) -> None:
        word = self.tokens.low[place]
        entry = titles(self.lead.arm).get(word, {})
        self._write_entry(place, entry, titles(self.arm), word)

    def _noun(self, one: Mention) -> None:
        word = self.tokens.low[one.place]
        if one.arm != self.lead.arm:
            if word in table()["partners"] and self.arm != "they":
                self._ask_partner(one, word)
            elif self.mirror and one.arm == self.to and self.mirror.noun(one).mine:
                raw = self.tokens.raw[one.place]
                self.edits.ask(one.place, (raw,), "in the result it can be the protagonist")
            return
        entry = counterparts(one.arm).get(word) or one_way(one.arm).get(word, {})
        reference = self.references.noun(one)
        raw = self.tokens.raw[one.place]
        new = match_case(raw, entry.get(self.arm, word))
        if reference.mine:
            self._write_entry(one.place, entry, counterparts(self.arm), word)
        self._ask_whose(one.place, reference, new)

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

    def _neutral(self, place: int, options: dict[str, list[str]]) -> None:
        """A neutral word that can be the protagonist's: server, waiter or waitress."""
        if self.arm == "they" or self.tokens.at(place - 1) in ("their", "your", "my", "our", "'s"):
            return
        raw = self.tokens.raw[place]
        choices = tuple(match_case(raw, form) for form in options[self.arm])
        if choices:
            self.edits.ask(place, (raw, *choices), "it can tell the gender; it was left")


def _like(raw: str, word: str) -> str:
    """Return a verb or a contraction written as the old one is."""
    if raw[0].isalnum():
        return match_case(raw, word)
    return word.upper() if raw.isupper() else word
