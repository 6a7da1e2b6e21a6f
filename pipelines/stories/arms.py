"""Fill the slots of a template, so that the arms of a story differ in gender and nothing else.

    {name}                           the protagonist's first name
    {they} {them} {their} {theirs} {themself}, also capitalised   pronouns
    [was|were]                       verb after {they}: he and she | they
    [husband|wife|spouse]            noun: male | female | they

What is not covered: rewriting a finished text. Here the arms are exact by construction.
"""

import re

from pipelines.errors import DataError
from pipelines.records import Arm

PRONOUNS = {
    Arm.MALE: {
        "they": "he", "them": "him", "their": "his", "theirs": "his", "themself": "himself",
    },
    Arm.FEMALE: {
        "they": "she", "them": "her", "their": "her", "theirs": "hers", "themself": "herself",
    },
    Arm.THEY: {
        "they": "they", "them": "them", "their": "their", "theirs": "theirs",
        "themself": "themself",
    },
}  # fmt: skip

SLOT = re.compile(r"\{(\w+)\}|\[([^\[\]]*)\]")
ARMS = (Arm.MALE, Arm.FEMALE, Arm.THEY)


def pronouns(arm: Arm) -> str:
    """Return the arm's forms as "he/him/his/his/himself"."""
    return "/".join(PRONOUNS[arm].values())


def fill(template: str, arm: Arm, name: str) -> str:
    """Return the story of `template` about a protagonist of this arm and name.

    Raises:
        DataError: for an unknown slot or a bracket that has neither two nor three forms.
    """

    def replace(match: re.Match[str]) -> str:
        slot, forms = match.groups()
        return choose(forms.split("|"), arm) if slot is None else pronoun(slot, arm, name)

    text = SLOT.sub(replace, template)
    if set("{}[]") & set(text):
        raise DataError(f"{template[:60]!r}: a bracket is left over. Close every slot.")
    return text


def pronoun(slot: str, arm: Arm, name: str) -> str:
    """Return what stands for one `{slot}`."""
    if slot == "name":
        return name
    form = PRONOUNS[arm].get(slot.lower())
    if form is None:
        raise DataError(f"{{{slot}}}: not a slot. Use name, {', '.join(PRONOUNS[Arm.THEY])}.")
    return form.capitalize() if slot[0].isupper() else form


def choose(forms: list[str], arm: Arm) -> str:
    """Return one of two verb forms or of three noun forms."""
    if len(forms) == 2:
        return forms[1] if arm == Arm.THEY else forms[0]
    if len(forms) == 3:
        return forms[ARMS.index(arm)]
    raise DataError(f"[{'|'.join(forms)}]: a slot has two forms (verb) or three (noun).")
