"""What a model is asked when it writes sentences against stereotypes, in our own words."""

from collections.abc import Sequence
from dataclasses import replace

from pipelines.assets import read_asset
from pipelines.models.interface import Prompt
from pipelines.synthetic.parsing import Entry

VERSION = "triples-1"
"""Name of the wording in `assets/prompts/synthetic.json`; a request keeps it."""
PREFIX = '["'
"""The answer's beginning; a model behind an endpoint may write it itself."""
TERMS_A_CALL = 20
SENTENCES_A_CALL = 5
TERMS_SHOWN = 6
"""Terms named in one request; they go round, so that all are named alike often."""


def terms_prompt(category: str) -> Prompt:
    """Return the request for social-group terms of a category, after an example about another."""
    shown = texts()["example_terms"]
    ask = texts()["terms"]
    return turns(
        ask.format(count=len(shown), category=texts()["example_category"]),
        "\n".join(shown),
        ask.format(count=TERMS_A_CALL, category=category),
    )


def triples_prompt(
    category: str, terms: Sequence[str], number: int, examples: Sequence[Entry]
) -> Prompt:
    """Return the request number `number` for sentences; without terms it names no category.

    The examples, ours where none are given, stand as the answer to a request before. The answer is
    begun, so that a small model keeps to the form.
    """
    shown = examples or own_examples()
    groups = dict.fromkeys(one.term for one in shown)
    first = task(category if examples else texts()["example_category"], [*groups], len(shown))
    named = terms_for(terms, number) if terms else ()
    second = task(category, named, SENTENCES_A_CALL)
    asked = turns(
        f"{first if terms else task('', (), len(shown))}\n\n{texts()['form']}",
        "\n".join(as_line(one) for one in shown),
        f"{second}\n\n{texts()['form']}",
    )
    return replace(asked, prefix=PREFIX)


def task(category: str, terms: Sequence[str], count: int) -> str:
    """Return what is to be written; without terms it is general."""
    if not terms:
        return texts()["general"].format(count=count)
    return texts()["targeted"].format(count=count, category=category, terms=", ".join(terms))


def with_beginning(reply: str) -> str:
    """Return a reply with the beginning that it was given, where its first line goes on from it."""
    first = reply.lstrip().split("\n", 1)[0]
    return PREFIX + reply if first[:1] not in ("[", "{") and '", "' in first else reply


def terms_for(terms: Sequence[str], number: int) -> list[str]:
    """Return the terms that one request names."""
    start = number * TERMS_SHOWN % len(terms)
    return [*terms[start:], *terms[:start]][:TERMS_SHOWN]


def own_examples() -> list[Entry]:
    """Return the examples that show the form."""
    return [Entry(*fields) for fields in texts()["examples"]]


def as_line(entry: Entry) -> str:
    """Return an entry in the form that is asked for."""
    fields = [entry.sentence, entry.term, entry.attribute, entry.stereotyped]
    return "[" + ", ".join(f'"{field}"' for field in fields if field) + "]"


def texts() -> dict:
    """Return the wording."""
    return read_asset("prompts/synthetic.json")


def turns(question: str, answer: str, next_question: str) -> Prompt:
    """Return a conversation in which one question has been answered."""
    said = zip(("user", "assistant", "user"), (question, answer, next_question), strict=True)
    return Prompt([{"role": role, "content": content} for role, content in said])
