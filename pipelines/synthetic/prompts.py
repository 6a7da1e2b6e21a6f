"""What a model is asked when it writes sentences against stereotypes, in our own words.

One request asks for one sentence about one term, where Han et al. 2024 ask for 500 in one reply: so
every term is asked for alike often, a sample costs little, and a small model can follow.
"""

import json
from collections.abc import Sequence

from pipelines.assets import read_asset
from pipelines.models.interface import Prompt
from pipelines.synthetic.parsing import Entry

VERSION = "triples-1"
"""Name of the wording in `assets/prompts/synthetic.json`; a request keeps it."""
PREFIX = '["'
"""The answer's beginning; a model behind an endpoint may write it itself."""
TERMS_A_CALL = 20


def terms_prompt(category: str) -> Prompt:
    """Return the request for social-group terms of a category, after an example about another."""
    shown, ask = texts()["example_terms"], texts()["terms"]
    return Prompt(
        [
            message("user", ask.format(count=len(shown), category=texts()["example_category"])),
            message("assistant", "\n".join(shown)),
            message("user", ask.format(count=TERMS_A_CALL, category=category)),
        ]
    )


def triples_prompt(
    category: str, terms: Sequence[str], number: int, examples: Sequence[Entry]
) -> Prompt:
    """Return the request number `number` for a sentence; without terms it names no category.

    The terms take turns. The examples, ours where none are given, stand as answers to requests
    before, and the answer is begun: so even a small model keeps to the form.
    """
    conversation = []
    example_category = category if examples else texts()["example_category"]
    for one in examples or own_examples():
        asked = task(example_category, one.term if terms else "")
        conversation += [message("user", asked), message("assistant", as_line(one))]
    term = terms[number % len(terms)] if terms else ""
    return Prompt([*conversation, message("user", task(category, term))], PREFIX)


def task(category: str, term: str) -> str:
    """Return what is to be written; without a term it is general."""
    if not term:
        return f"{texts()['general']}\n{texts()['form']}"
    return f"{texts()['targeted'].format(category=category, term=term)}\n{texts()['form']}"


def with_beginning(reply: str) -> str:
    """Return a reply with the beginning that it was given, where its first line goes on from it."""
    first = reply.lstrip().split("\n", 1)[0]
    return PREFIX + reply if first[:1] not in ("[", "{") and '", "' in first else reply


def own_examples() -> list[Entry]:
    """Return the examples that show the form."""
    return [Entry(*fields) for fields in texts()["examples"]]


def as_line(entry: Entry) -> str:
    """Return an entry in the form that is asked for."""
    fields = [entry.sentence, entry.term, entry.attribute, entry.stereotyped]
    return json.dumps([field for field in fields if field], ensure_ascii=False)


def texts() -> dict:
    """Return the wording."""
    return read_asset("prompts/synthetic.json")


def message(role: str, content: str) -> dict[str, str]:
    """Return one message of a conversation."""
    return {"role": role, "content": content}
