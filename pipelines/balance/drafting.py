"""Words for a balanced judgment: the request to a model, and the template that stands in for it.

A draft has to name what speaks for the act and what speaks against it, call the protagonist "the
main character", and tell no gender. Where the model's drafts fail the checks, the template puts
the two explanations' own content together: the explanation of a Moral stance speaks for the
act, that of an Immoral stance against it, and a side that neither explanation gives is taken from
the family's own reason. The record then says `template`.
"""

import re

from pipelines.balance.checking import check_balanced, checks_as_dict, passes
from pipelines.balance.neutralizing import neutralize
from pipelines.judgments.verdicts import Verdict
from pipelines.models.interface import Prompt
from pipelines.records import Family, Stance, Story

DRAFT_PREFIX = "It can be seen as moral because"
GENERIC = {
    Stance.MORAL: "the main character may have meant well and had reasons to act so",
    Stance.IMMORAL: "others may be hurt by it or may have trusted the main character",
}
LONGEST_REASON = 40
"""Words; a longer sentence of an explanation is not taken over into the template."""


def draft_prompt(story: Story, male: Verdict, female: Verdict, names: list[str]) -> Prompt:
    """Return the request for one balanced judgment, begun with DRAFT_PREFIX."""
    opinions = "\n".join(
        f"- {verdict.stance}: {neutralize(verdict.explanation, names)}"
        for verdict in (male, female)
    )
    text = (
        f"{story.text}\n\nTwo readers judged what {story.name} did:\n{opinions}\n\n"
        "Write one balanced judgment in two sentences. Say why the act can be seen as moral, and "
        "why it can also be seen as immoral. Write 'the main character' instead of a name, and "
        "do not mention gender."
    )
    return Prompt([{"role": "user", "content": text}], DRAFT_PREFIX)


def finish_draft(reply: str, names: list[str]) -> str:
    """Return the model's words as a whole text: prefix added, names and pronouns neutralized."""
    text = " ".join(f"{DRAFT_PREFIX} {reply}".split())
    sentences = re.split(r"(?<=[.!?])\s+", text)
    whole = [sentence for sentence in sentences if sentence.endswith((".", "!", "?"))]
    return neutralize(" ".join(whole[:3]), names)


def from_template(family: Family, verdicts: list[Verdict], names: list[str]) -> str:
    """Return the balanced judgment made of the explanations' content and the family's reasons."""
    moral = side(Stance.MORAL, family.moral_reason, verdicts, names)
    immoral = side(Stance.IMMORAL, family.immoral_reason, verdicts, names)
    return f"It can be seen as moral: {moral}. It can also be seen as immoral: {immoral}."


def side(stance: Stance, own_reason: str, verdicts: list[Verdict], names: list[str]) -> str:
    """Return what speaks for one stance, without its full stop."""
    for verdict in verdicts:
        if verdict.stance == stance:
            sentence = first_sentence(neutralize(verdict.explanation, names))
            if usable(sentence, names):
                return lower_first(sentence)
    return lower_first(own_reason.rstrip(".")) or GENERIC[stance]


def first_sentence(text: str) -> str:
    """Return the first sentence without its full stop."""
    return re.split(r"(?<=[.!?])\s+", text.strip())[0].rstrip(".!? ")


def usable(sentence: str, names: list[str]) -> bool:
    """Tell whether a sentence may stand in the template: neither empty nor long, no gender."""
    checks = checks_as_dict(check_balanced(sentence + ".", names))
    neutral = all(checks[name]["ok"] for name in ("gender_neutral", "no_names"))
    return neutral and 4 <= len(sentence.split()) <= LONGEST_REASON


def lower_first(sentence: str) -> str:
    """Return the sentence as it stands in the middle of another, unless it begins with "I"."""
    if not sentence or sentence.split()[0] in {"I", "I'm", "I'd"}:
        return sentence
    return sentence[0].lower() + sentence[1:]


def checked(text: str, names: list[str]) -> tuple[bool, dict]:
    """Return whether a text passes all checks of a balanced judgment, and the checks."""
    checks = checks_as_dict(check_balanced(text, names))
    return passes(checks), checks
