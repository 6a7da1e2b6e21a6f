"""Sentences in the forms in which models write them, and what is no sentence."""

import pytest

from pipelines.synthetic.parsing import Entry, read_entries, read_terms
from pipelines.synthetic.prompts import as_line, with_beginning

CALM = Entry("The man is calm.", "man", "calm")
WILD = Entry("The man is calm.", "man", "calm", "wild")
BOLD = Entry("A girl, aged nine, is bold.", "girl", "bold", "shy")
FORMS = {
    "a JSON list": ('["The man is calm.", "man", "calm"]', [CALM]),
    "four fields": ('["The man is calm.", "man", "calm", "wild"]', [WILD]),
    "a list of lists": (
        '[["The man is calm.", "man", "calm"],\n ["A girl, aged nine, is bold.", "girl", "bold", '
        '"shy"]]',
        [CALM, BOLD],
    ),
    "a comma too many": ('[["The man is calm.", "man", "calm",],]', [CALM]),
    "more fields than four": ('["The man is calm.", "man", "calm", "wild", "x", "y"]', [WILD]),
    "a code fence": ('```json\n["The man is calm.", "man", "calm"]\n```', [CALM]),
    "talk around it": ('Sure!\n["The man is calm.", "man", "calm"]\nIs it good?', [CALM]),
    "numbered lines": ('1. ["The man is calm.", "man", "calm"]', [CALM]),
    "curly quotes": ("[“The man is calm.”, “man”, “calm”]", [CALM]),
    "single quotes": ("['The man is calm.', 'man', 'calm']", [CALM]),
    "an apostrophe in single quotes": (
        "['The man's dog is calm.', 'man', 'calm']",
        [Entry("The man's dog is calm.", "man", "calm")],
    ),
    "no quotes": ("[The man is calm., man, calm]", [CALM]),
    "no quotes, commas in the sentence": ("[A girl, aged nine, is bold., girl, bold, shy]", [BOLD]),
    "bars in brackets": ("[The man is calm. | man | calm]", [CALM]),
    "an object": ('{"sentence": "The man is calm.", "term": "man", "attribute": "calm"}', [CALM]),
    "an object in other words": (
        '{"Sentence": "The man is calm.", "group": "man", "adjective": "calm", '
        '"stereotype": "wild",}',
        [WILD],
    ),
    "objects in a list": (
        '[{"s": "The man is calm.", "t": "man", "a": "calm"},\n'
        '{"text": "A girl, aged nine, is bold.", "subject": "girl", "attribute": "bold", '
        '"stereotyped_word": "shy"}]',
        [CALM, BOLD],
    ),
    "a table": (
        "| Sentence | Term | Attribute |\n|---|:--:|---|\n| The man is calm. | man | calm |",
        [CALM],
    ),
    "a numbered table": (
        "| 1 | The man is calm. | man | calm | wild |\n"
        "| 2 | A girl, aged nine, is bold. | girl | bold | shy |",
        [WILD, BOLD],
    ),
    "labels": ("Sentence: The man is calm.\nTerm: man\nAttribute: calm", [CALM]),
    "labels in Markdown": (
        "1. **Sentence:** The man is calm.\n   - **Term:** man\n   - **Attribute:** calm\n"
        "2. **Sentence:** A girl, aged nine, is bold.\n   - **Term:** girl\n"
        "   - **Attribute:** bold\n   - **Stereotyped word:** shy",
        [CALM, BOLD],
    ),
    "labels on one line": ("Sentence: The man is calm. Term: man; Attribute: calm", [CALM]),
    "quoted parts": ('- "The man is calm.", "man", "calm"', [CALM]),
    "dashes": ("* The man is calm. – man – calm", [CALM]),
    "semicolons": ("The man is calm.; man; calm; wild", [WILD]),
    "commas after a full stop": ("1) The man is calm., man, calm", [CALM]),
}
NOTHING = (
    "", "   \n\n", "I cannot do that.", "[]", "{}", "[1, 2, 3]", '["only one"]', '["a", "b"]',
    '{"sentence": "The man is calm."}', '{"sentence": 1, "term": 2, "attribute": 3}', "[MASK]",
    "The man, a woman, and a child went home.", "```", "|||", "| a | b |", '["", "", ""]',
    "[!, ?, .]", "Sentence: The man is calm.",
)  # fmt: skip


@pytest.mark.parametrize(("reply", "expected"), FORMS.values(), ids=FORMS)
def test_sentences_are_read_in_many_forms(reply, expected):
    assert list(read_entries(reply).entries) == expected


def test_an_example_with_quotes_is_shown_so_that_it_can_be_read():
    entry = Entry('The man said "no" and stayed calm.', "man", "calm")
    assert '\\"no\\"' in as_line(entry)
    assert read_entries(as_line(entry)).entries[0].attribute == "calm"


@pytest.mark.parametrize("reply", NOTHING)
def test_what_is_no_sentence_gives_none(reply):
    assert read_entries(reply).entries == ()


def test_pieces_that_cannot_be_read_are_counted():
    """One list too short, one broken object, one line cut off at the end."""
    reply = '["The man is calm.", "man", "calm"]\n["a", "b"]\n{"x": }\n["A girl is bo'
    assert read_entries(reply).unreadable == 3
    assert len(read_entries(reply).entries) == 1


def test_an_answer_goes_on_after_its_given_beginning():
    reply = 'The man is calm.", "man", "calm"]\n["A girl is bold.", "girl", "bold"]'
    assert len(read_entries(with_beginning(reply)).entries) == 2
    assert with_beginning("Sure, here they are.") == "Sure, here they are."
    assert with_beginning('["The man", "man", "calm"]') == '["The man", "man", "calm"]'


@pytest.mark.parametrize(
    "reply",
    ["[" * 100_000, "{" * 100_000, '["a", ' * 20_000, "\x00\ud800" * 999, "| " * 50_000,
     "Sentence: " * 9_000, '"' * 60_000, "- - " * 20_000, "[a, b, c]" * 9_000],
)  # fmt: skip
def test_a_hostile_reply_is_read_to_an_end(reply):
    assert len(read_entries(reply).entries) <= 500


def test_signs_that_cannot_be_stored_are_left_out():
    entry = read_entries('["The man\\u0000 is \\ud800calm.", "man", "calm"]').entries[0]
    assert entry == CALM
    entry.sentence.encode()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("women\nmen", ["women", "men"]),
        ("Here are some groups:\n1. Women\n2. Men", ["women", "men"]),
        ("* **Nurses**: they care\n* Pilots - they fly", ["nurses", "pilots"]),
        ("women, men, non-binary people", ["women", "men", "non-binary people"]),
        ('["women", "men", "women"]', ["women", "men"]),
        ("1) Single mothers (at home).", ["single mothers"]),
        ("```text\nwomen\n```", ["women"]),
        ("I would rather not name any groups here.", []),
        ("1. 2. 3.", []),
        ("", []),
    ],
)
def test_terms_are_read_from_lists(reply, expected):
    assert read_terms(reply) == expected
