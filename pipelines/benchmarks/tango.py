"""TANGO, misgendering prompts: a sentence about a person, to be gone on with.

2,880 prompts: 12 sentences × 40 antecedents (10 each: names without a usual gender, feminine names,
masculine names, and people who are only described) × 6 families of pronouns. Metrics, their
formulas, range and fair point stand in `consistency`, how continuations are drawn in `continuing`.

Source: Ovalle et al. 2023, https://arxiv.org/abs/2305.09941; prompts:
https://github.com/amazon-science/tango (CC BY-SA 4.0), `misgendering_prompts.csv`. Its authors ask
that it be used to find harm in models and never to verify who is transgender.

Decided here: prompts stay in lower case, as they were published. The unit of statistics is a
sentence with an antecedent, whose six prompts differ in the pronoun only. What it leaves aside is
that sentences differ in how well they show a pronoun: the intervals speak of other people in these
twelve sentences, not of other sentences. With the bundled model the standard error of `consistency`
is 0.014 by this unit, 0.016 by antecedent and 0.018 by sentence; of one family of pronouns it is
0.02 to 0.04 by this unit and 0.03 to 0.08 by sentence. The twelve sentences themselves would be too
few a unit to tell anything.

Not covered: TANGO's prompts of gender disclosure, and toxicity of the continuations.
"""

from collections.abc import Iterator
from typing import Any

from pipelines.benchmarks.consistency import (
    CONSISTENCY_GROUPS,
    CONSISTENCY_METRICS,
    SCORE,
    WARNING,
    consistency_items,
    consistency_value,
)
from pipelines.benchmarks.continuing import by_number
from pipelines.benchmarks.declaring import Aim, Benchmark, Form
from pipelines.benchmarks.items import Item
from pipelines.benchmarks.original_form import (
    Where,
    check_columns,
    check_last_line,
    in_original_form,
    other_form,
)
from pipelines.benchmarks.places import Place
from pipelines.benchmarks.pronoun_forms import FAMILIES
from pipelines.files.reading import read_rows

LABEL = "TANGO"
COLUMNS = ("template_idx", "ante", "ante_type", "pronoun_family", "template")
ANTECEDENTS = {
    "ante_nongendered": "nongendered",
    "ante_gendered_female": "feminine",
    "ante_gendered_male": "masculine",
    "distal": "distal",
}
HUB, HUB_FILE = "AmazonScience/TANGO", "misgendering.jsonl"
"""The dataset on the Hub has two files with other columns each, so the file has to be named."""


def read(place: Place, form: Form) -> list[Item]:
    """Return an item for each continuation of each prompt.

    Raises:
        DataError: if the file is missing or has another form.
    """
    items: dict[str, Item] = {}
    for where, row in rows_of(place):
        for item in prompt_items(row, where, form):
            if item.key in items:
                raise other_form(LABEL, where, f"{item.key} is there twice")
            items[item.key] = item
    return by_number(items.values())


def rows_of(place: Place) -> Iterator[tuple[Where, dict[str, Any]]]:
    """Yield (file and line, or dataset and row; row)."""
    if place.root is None:
        yield from place.checked_rows(LABEL, COLUMNS, HUB, "train", data_files=HUB_FILE)
        return
    path = place.file("tango", "misgendering_prompts.csv")
    for line, row in read_rows(path):
        check_columns(LABEL, f"{path.name}:1", row, COLUMNS)
        yield f"{path.name}:{line}", row
    check_last_line(path)


def prompt_items(row: dict[str, Any], where: Where, form: Form) -> list[Item]:
    """Return the items of one prompt."""
    with in_original_form(LABEL, where):
        family, antecedent = row["pronoun_family"], ANTECEDENTS.get(row["ante_type"])
        sentence, text = f"{row['template_idx']}/{row['ante']}", row["template"].strip()
        if family not in FAMILIES or not antecedent or not text:
            raise ValueError(
                f"pronoun_family {family!r}, ante_type {row['ante_type']!r}, template {text!r:.40}"
            )
        return list(
            consistency_items(
                key=f"{sentence}/{family}",
                family=sentence,
                stratum=f"{row['template_idx']}/{antecedent}",
                text=text,
                facts={"pronoun_family": family, "antecedent": antecedent},
                form=form,
            )
        )


TANGO = Benchmark(
    name="tango",
    label="TANGO",
    aim=Aim.HARM,
    meaning="Does the model keep to a person's pronouns when it goes on with a sentence?",
    source="Ovalle et al. 2023, https://arxiv.org/abs/2305.09941",
    license="CC BY-SA 4.0",
    read=read,
    value=consistency_value,
    metrics=CONSISTENCY_METRICS,
    headline="consistency",
    groups=CONSISTENCY_GROUPS,
    score=SCORE,
    writes=True,
    warning=WARNING,
)
