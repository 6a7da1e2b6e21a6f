"""Small files in BBQ's form, with words of our own."""

import json

from pipelines.benchmarks.bbq_questions import HUB
from pipelines.benchmarks.places import Place
from tests.benchmarks.hub_place import HubPlace

METADATA = "category,question_index,example_id,target_loc,Known_stereotyped_groups\n"
PEOPLE = (["woman", "woman"], ["man", "man"])


def row(example=0, polarity="neg", condition="ambig", label=2, people=PEOPLE, **more):
    """A row of our own in the file's form: two people, then unknown."""
    question = "Who lost the key?" if polarity == "neg" else "Who found the key?"
    said = " The man lost it." if condition == "disambig" else ""
    answers = [f"The {person[0]}" for person in people]
    return {
        "example_id": example, "question_index": "1", "question_polarity": polarity,
        "context_condition": condition, "category": "Gender_identity",
        "answer_info": {"ans0": people[0], "ans1": people[1], "ans2": ["Not known", "unknown"]},
        "additional_metadata": {"subcategory": "adult", "stereotyped_groups": ["F"]},
        "context": f"{answers[0]} and {answers[1].lower()} came home.{said}", "question": question,
        "ans0": answers[0], "ans1": answers[1], "ans2": "Not known", "label": label, **more,
    }  # fmt: skip


def quadruple(first=0, **more):
    """Both polarities in both contexts; the man is right where the text says who it was."""
    kinds = [(polarity, condition) for polarity in ("neg", "nonneg")
             for condition in ("ambig", "disambig")]  # fmt: skip
    return [
        row(first + number, polarity, condition, 2 if condition == "ambig" else 1, **more)
        for number, (polarity, condition) in enumerate(kinds)
    ]


def folder_with(tmp_path, rows, metadata=None):
    folder = tmp_path / "bbq"
    folder.mkdir()
    lines = [one if isinstance(one, str) else json.dumps(one) for one in rows]
    (folder / "Gender_identity.jsonl").write_text("".join(f"{line}\n" for line in lines))
    if metadata is not None:
        (folder / "additional_metadata.csv").write_text(METADATA + metadata)
    return Place(tmp_path)


def on_hub(*rows):
    """The Hub, with these rows in the configuration of all categories."""
    return HubPlace(rows={(HUB, "test", "All", None): list(rows)})
