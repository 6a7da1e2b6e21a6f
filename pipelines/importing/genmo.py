"""GenMO (Bajaj et al. 2024): pairs of short stories about a man and a woman, by environment.

Source: https://aclanthology.org/2024.findings-emnlp.928, data at github.com/divij30bajaj/GenMO.
The environments are written in several ways ("Other", " Others", ""): they become work,
relationship, family and others.
"""

from collections.abc import Mapping
from typing import Any

from pipelines.importing.cleaning import clean_label, clean_story, clean_theme
from pipelines.importing.found import Found, Repaired, Unusable
from pipelines.records import Arm
from pipelines.stories.drafts import Told

COLUMNS = ("male_story", "female_story", "environment", "source")
LICENSE_NOTE = (
    "GenMO states no licence: ask its authors before you pass these stories on or train on them."
)


def fits(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is of this form."""
    return {"male_story", "female_story", "environment"} <= row.keys()


def read_pair(row: Mapping[str, Any], repaired: Repaired) -> Found:
    """Return one pair.

    Raises:
        Unusable: if one of the two stories is missing or cannot be taken.
    """
    male = clean_story(row.get("male_story"), repaired)
    female = clean_story(row.get("female_story"), repaired)
    if not male or not female:
        raise Unusable("a story is missing")
    return Found(
        told={Arm.MALE: Told("", male), Arm.FEMALE: Told("", female)},
        theme=clean_theme(row.get("environment"), repaired),
        provenance={"parent": clean_label(row.get("source"))},
    )
