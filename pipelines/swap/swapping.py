"""What becomes of every word of a text when its protagonist gets another arm."""

from pipelines.swap.agreement import verbs_to_many, verbs_to_one
from pipelines.swap.cast import Cast, Mention
from pipelines.swap.fixed import Kept
from pipelines.swap.names import counterpart, name_arm
from pipelines.swap.protagonist import PRONOUN_ARMS, Lead
from pipelines.swap.pronoun_forms import her_form, his_form
from pipelines.swap.references import References
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
        self.edits = Edits(self.tokens)
        self.names: dict[str, str] = {}
        self.new_name = self._choose_name(new_name)
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
            elif place in mentions:
                self._mention(mentions[place])
            elif word == self.lead.key and self.tokens.capitalized(place):
                self._name(place)
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

    def _choose_name(self, new_name: str) -> str:
        """Return the protagonist's new name, "" where there is none to change."""
        old = self.cast.spelled.get(self.lead.key)
        if not old or self.references.known:
            return ""
        self.sure = True
        if not new_name:
            new_name = self._table_name(old)
        if new_name != old:
            self.names[old] = new_name
        return new_name

    def _table_name(self, old: str) -> str:
        usual = name_arm(old)
        if usual == "they" and self.lead.arm != "they":
            self.sure = self.arm != "they"
            return old
        taken = frozenset(key for key in self.cast.spelled if key != self.lead.key)
        new, exact = counterpart(old, self.arm, taken)
        self.sure = exact and usual == self.lead.arm
        return match_case("x" if old.islower() else "X", new)

    def _pronoun(self, place: int, arm: str) -> None:
        if arm != self.lead.arm:
            if arm == self.to:
                old = pronouns(self.lead.arm).get(FORM_OF[(arm, self.tokens.low[place])], "")
                raw = self.tokens.raw[place]
                self.edits.ask(place, (raw, match_case(raw, old)), LEFT)
            return
        form, other = self._form(place, arm)
        reference = self.references.pronoun(place, form)
        raw = self.tokens.raw[place]
        new = match_case(raw, pronouns(self.to)[form])
        if self.references.known:
            self.edits.flag(place, place + 1, reference.reason)
            return
        if reference.mine:
            self.edits.write(place, new)
            if other:
                self.edits.ask(place, (new, match_case(raw, pronouns(self.to)[other[0]])), other[1])
            if form == "subject":
                self._agree(place)
        if reference.reason:
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
            new = match_case(raw, edit.word) if raw[0].isalnum() else edit.word
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
            self._name(one.place)
        else:
            self._title(one.place)

    def _name(self, place: int) -> None:
        raw = self.tokens.raw[place]
        if self.new_name:
            new = self.new_name.upper() if len(raw) > 1 and raw.isupper() else self.new_name
            if new != raw:
                self.edits.write(place, new)
            if not self.sure:
                reason = "no name stands for this one alone, so the way back gives another"
                self.edits.ask(place, (new, raw), reason)

    def _title(self, place: int) -> None:
        word = self.tokens.low[place]
        entry = titles(self.lead.arm).get(word, {})
        self._write_entry(place, entry, titles(self.arm), word)

    def _noun(self, one: Mention) -> None:
        word = self.tokens.low[one.place]
        if one.arm != self.lead.arm:
            if word in table()["partners"] and self.arm != "they":
                self._ask_partner(one, word)
            return
        entry = counterparts(one.arm).get(word) or one_way(one.arm).get(word, {})
        reference = self.references.noun(one)
        raw = self.tokens.raw[one.place]
        new = match_case(raw, entry.get(self.arm, word))
        if reference.mine:
            self._write_entry(one.place, entry, counterparts(self.arm), word)
        if reference.reason:
            choices = (new, raw) if reference.mine else (raw, new)
            done = "changed" if reference.mine else "left"
            self.edits.ask(one.place, choices, f"{reference.reason}; it was {done}")

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
        if not leads_back and self.arm != "they":
            self.edits.ask(place, (new, raw), "other words stand for it too")

    def _neutral(self, place: int, options: dict[str, list[str]]) -> None:
        """A neutral word that can be the protagonist's: server, waiter or waitress."""
        if self.arm == "they" or self.tokens.at(place - 1) in ("their", "your", "my", "our", "'s"):
            return
        raw = self.tokens.raw[place]
        choices = tuple(match_case(raw, form) for form in options[self.arm])
        if choices:
            self.edits.ask(place, (raw, *choices), "it can tell the gender; it was left")
