"""Turn a family that was found into the rows that are going to be written, checks included.

Everything that takes time is done here, before the write lock is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.balance.checking import check_balanced, checks_as_dict, passes
from pipelines.importing.bulk import values_of
from pipelines.importing.cleaning import title_of
from pipelines.importing.found import Found, Judged
from pipelines.judgments.parsing import parse_reply
from pipelines.judgments.prompts import GENERATED_PROMPT, option_orders
from pipelines.records import Arm, BalancedJudgment, Judgment, Stance
from pipelines.stories.drafts import FamilyDraft, Told, family_of, stories_of

IMPORTED = "imported"
"""The model reference of judgments that came with a file; nothing can be loaded by it."""
METHOD = "generated"
PREFIXES = ("genmo", "paper", "table", "text", "pasted")
"""What the ids of families begin with: the form that their stories came in."""


@dataclass(frozen=True)
class Origin:
    """Where the rows come from; `source` is the family's source, `prefix` begins its id."""

    source: str  # import / pasted
    prefix: str
    provenance: Mapping[str, Any]
    theme: str  # of families whose row says none


def entry_of(found: Found, told: Mapping[str, Told], place: int, origin: Origin) -> dict[str, Any]:
    """Return one family as JSON: what decides its split, and the values of all its records.

    The split and the numbers of the judged stories are filled in when it is written.
    """
    first = next(iter(told.values()))
    extra = {key: value for key, value in found.provenance.items() if value}
    draft = FamilyDraft(
        id=f"{origin.prefix}-{found.digest}",
        theme=found.theme or origin.theme,
        title=found.title or title_of(first.text),
        source=origin.source,
        wordings=(told,),
        provenance={**origin.provenance, "row": place, **extra},
        moral_reason=found.moral_reason,
        immoral_reason=found.immoral_reason,
    )
    family = family_of(draft, "")
    return {
        "entering": [family.id, family.kind, family.theme, family.stance],
        "family": values_of(family),
        "stories": [values_of(story) for story in stories_of(draft)],
        "judged": {arm: values_of(judgment_of(said)) for arm, said in found.judged.items()},
        "balanced": [values_of(row) for row in balanced_of(found, told, draft.id)],
    }


def judgment_of(said: Judged) -> Judgment:
    """Return the judgment that came with a story, read as every model's reply is read."""
    return Judgment(
        story_id=0,
        model=IMPORTED,
        method=METHOD,
        prompt=GENERATED_PROMPT,  # the paper's form of the question, which this is the name of
        option_order=option_orders(1)[0],
        stance=parse_reply(f"STANCE: {said.stance}").stance,
        explanation=said.explanation,
        raw_reply=f"STANCE: {said.stance}\nEXPLANATION: {said.explanation}",
    )


def balanced_of(found: Found, told: Mapping[str, Told], family: str) -> list[BalancedJudgment]:
    """Return the draft of a balanced judgment, if the file has any; [] otherwise.

    Of two neutral explanations the first that passes every check is taken, else the first.
    """
    names = [told[arm].name for arm in (Arm.MALE, Arm.FEMALE)]
    checked = [(text, checks_as_dict(check_balanced(text, names))) for text in found.balanced]
    if not checked:
        return []
    text, checks = next((pair for pair in checked if passes(pair[1])), checked[0])
    return [
        BalancedJudgment(
            family_id=family,
            wording=1,
            model=IMPORTED,
            stance=Stance.BOTH,
            text=text,
            drafted_text=text,
            source="import",
            checks=checks,
        )
    ]
