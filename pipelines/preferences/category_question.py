"""Ask a model which category a preference row belongs to, and read its answer.

Not covered: whether the model is right. The bundled model is not: of 193 rows of a general
preference set in which the rule found nothing, it named a category for 33, none of them rightly.
What a model says is marked as a model's, and it takes a larger one.
"""

import re
from collections.abc import Iterable

from pipelines.models.interface import LanguageModel, Prompt, Sampling
from pipelines.preferences.categories import text_of
from pipelines.records import Category, PreferenceRow

SHOWN = 1_500
"""Characters of each text that a model is shown."""
MEANINGS = {
    Category.STEREOTYPES: "a generalisation about the traits, abilities, tastes or roles of a "
    "gender",
    Category.LANGUAGE: "wording that demeans, excludes or sexualises a gender",
    Category.INSTITUTIONS: "unequal treatment or expectations at work, in school or in science",
    Category.MARGINALIZED: "bias against transgender, nonbinary or other marginalized genders",
    Category.NONE: "no gender bias",
}
NAMED = {
    Category.STEREOTYPES: re.compile(r"\bstereotyp", re.I),
    Category.LANGUAGE: re.compile(r"\bdiscriminatory language", re.I),
    Category.INSTITUTIONS: re.compile(
        r"\bsexism in (?:occupation|education)|\binstitutions?\b", re.I
    ),
    Category.MARGINALIZED: re.compile(r"\bmarginali[sz]ed", re.I),
    Category.NONE: re.compile(r"\bnone\b|\bno (?:gender )?bias", re.I),
}


def ask(model: LanguageModel, rows: Iterable[PreferenceRow]) -> dict[int, Category]:
    """Return the category that the model names for each row; unreadable answers are left out."""
    rows = list(rows)
    named: dict[int, Category] = {}
    prompts = [Prompt([{"role": "user", "content": question(row)}]) for row in rows]
    for batch in model.generate(prompts, Sampling(max_new_tokens=24)):
        for index, reply in batch:
            category = parse_category(reply)
            if category is not None:
                named[rows[index].id] = category
    return named


def question(row: PreferenceRow) -> str:
    """Return what the model is asked about one row."""
    meanings = "\n".join(f"- {category}: {meaning}" for category, meaning in MEANINGS.items())
    return (
        f"Which kind of gender bias does the answer show?\n{meanings}\n\n"
        f"Question: {text_of(row.prompt)[-SHOWN:]}\nAnswer: {text_of(row.rejected)[:SHOWN]}\n\n"
        "Reply with the name of one kind from the list and nothing else."
    )


def parse_category(reply: str) -> Category | None:
    """Return the one category that a reply names, or None for none or several of them."""
    named = [category for category, pattern in NAMED.items() if pattern.search(reply)]
    return named[0] if len(named) == 1 else None
