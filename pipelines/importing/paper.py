"""The data of Wei et al. 2025: story pairs with judgments and neutral explanations.

Source: https://arxiv.org/abs/2505.17217. One object a line: `id`, `example_source` (0 is zero-shot,
1 to 3 the example shown), `male` and `female`, each with `story`, `character_name`, `stance`,
`explanation` and `neutral_explanation`. Stances are kept in the file's words and read by the parser
that reads every model's replies.
"""

from collections.abc import Mapping
from typing import Any

from pipelines.importing.cleaning import clean_label, clean_reason, clean_story, clean_theme
from pipelines.importing.found import Found, Judged, Repaired, Unusable
from pipelines.records import Arm
from pipelines.stories.drafts import Told

SIDES = (Arm.MALE, Arm.FEMALE)


def fits(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is of this form."""
    return all(isinstance(row.get(arm), dict) and "story" in row[arm] for arm in SIDES)


def read_example(row: Mapping[str, Any], repaired: Repaired) -> Found:
    """Return one pair with what was judged about it.

    Raises:
        Unusable: if one of the two stories is missing or cannot be taken.
    """
    sides = {arm: row[arm] if isinstance(row.get(arm), dict) else {} for arm in SIDES}
    told, judged, balanced = {}, {}, []
    for arm, side in sides.items():
        story = clean_story(side.get("story"), repaired)
        if not story:
            raise Unusable("a story is missing")
        told[arm] = Told(clean_label(side.get("character_name")), story)
        said = Judged(
            clean_reason(side.get("stance"), repaired),
            clean_reason(side.get("explanation"), repaired),
        )
        if said.stance or said.explanation:
            judged[arm] = said
        neutral = clean_reason(side.get("neutral_explanation"), repaired)
        if neutral and neutral not in balanced:
            balanced.append(neutral)
    shown = {
        "paper_id": clean_label(row.get("id")),
        "example_source": clean_label(row.get("example_source")),
    }
    theme = clean_theme(row["theme"], repaired) if "theme" in row else ""
    return Found(told, theme=theme, provenance=shown, judged=judged, balanced=tuple(balanced))
