"""What becomes of the pronouns of a text, and of the verbs that follow them."""

from pipelines.swap.agreement import verbs_to_many, verbs_to_one
from pipelines.swap.pronoun_forms import her_form, his_form
from pipelines.swap.references import Reference, References
from pipelines.swap.rewriting import Edits
from pipelines.swap.subjects import acts_on_itself
from pipelines.swap.tokens import match_case
from pipelines.swap.words import FORMS, pronouns

LEFT = "it is about somebody else and was left; the result has the same pronoun for two"
FORM_OF = {
    (arm, pronouns(arm)[form]): form for arm in ("male", "female", "they") for form in FORMS
} | {("they", "themselves"): "reflexive"}


class PronounSwap:
    """Rewrites pronouns; `mirror` tells whom a reader of the result takes them for."""

    def __init__(
        self, edits: Edits, references: References, mirror: References | None, to: str
    ) -> None:
        self.edits, self.references, self.mirror, self.to = edits, references, mirror, to
        self.tokens, self.lead = edits.tokens, references.lead
        self.verbs: set[int] = set()

    def rewrite(self, place: int, arm: str) -> None:
        """Rewrite the pronoun at a place, or ask about one that another person has now too."""
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
            read = self.mirror.pronoun(place, form) if self.mirror else reference
            if other:
                self.edits.ask(place, (new, match_case(raw, pronouns(self.to)[other[0]])), other[1])
            elif not reference.reason:
                self._read_back(place, form, new, read)
        reason = reference.reason
        if not reason and form == "object" and self._is_second(place):
            reason = "the subject of its verb is somebody of the same gender"
        self.edits.ask_whose(place, reference.mine, reason, new)

    def _is_second(self, place: int) -> bool:
        """Say whether an object has a subject of its own gender: she saw her."""
        return self.lead.arm != "they" and acts_on_itself(
            self.tokens, place, frozenset({self.lead.arm})
        )

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

    def _read_back(self, place: int, form: str, new: str, whose: Reference) -> None:
        """Ask about a new pronoun that a reader of the result takes for something else."""
        if self.mirror is None:
            return
        if not self.lead.key and self.mirror.others:
            self.edits.ask(place, (new,), "in the result it can be somebody else's reference")
        elif not whose.mine:
            self.edits.ask(place, (new,), "in the result it reads as somebody else's reference")
        low, read = new.lower(), form
        if low == "her":
            read = her_form(self.tokens, place, frozenset({self.lead.arm, self.to})).form
        elif low == "his":
            read = his_form(self.tokens, place).form
        if form != read:
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


def _like(raw: str, word: str) -> str:
    """Return a verb or a contraction written as the old one is."""
    if raw[0].isalnum():
        return match_case(raw, word)
    return word.upper() if raw.isupper() else word
