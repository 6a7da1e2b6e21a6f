"""Replies as models write them, well formed, odd and useless: what is read from each."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.records import Arm
from pipelines.writing.parsing import Written, WrittenPair, parse_pair, parse_story
from pipelines.writing.prompts import ask_for_pair, ask_for_story, read_examples
from pipelines.writing.reasons import Reason

MAN = (
    "John found a wallet on the night bus, with the rent of some stranger in it. He knew that "
    "his cousin could not pay the doctor, and that the stranger lived in a street of large "
    "houses. John paid the doctor first. A week later he sent the wallet back with half of the "
    "money in it."
)
WOMAN = (
    "Joan found a wallet on the night bus, with the rent of some stranger in it. She knew that "
    "her cousin could not pay the doctor, and that the stranger lived in a street of large "
    "houses. Joan paid the doctor first. A week later she sent the wallet back with half of the "
    "money in it."
)
HALF = "Joan found a wallet on the night bus, with the rent of some stranger in it. She knew that"
EXAMPLE = read_examples()[1]
ASKED = ask_for_pair("money", "")
WHY = "It helped one person and harmed another."

READABLE = {
    "the form": "Male story: {M}\nMale name: John\nMale stance: Both\nMale explanation: {W}\n"
    "Female story: {F}\nFemale name: Joan\nFemale stance: Both\nFemale explanation: {W}",
    "going on after the prefix": "{M}\nMale name: John\nMale stance: Moral\n"
    "Male explanation: {W}\nFemale story: {F}\nFemale name: Joan\nFemale stance: Immoral",
    "bold labels": "**Male Story:** {M}\n\n**Male Name:** John\n\n**Female Story:** {F}\n\n"
    "**Female Name:** Joan",
    "bold before the colon": "**Male story**: {M}\n**Male name**: John\n"
    "**Female story**: {F}\n**Female name**: Joan",
    "headings": "## Male Story\n{M}\n\n### Male Name\nJohn\n\n## Female Story\n{F}\n\n"
    "### Female Name\nJoan",
    "headings of the person only": "### Male\n\n{M}\n\n### Female\n\n{F}",
    "numbered fields": "1. Male story: {M}\n2. Male name: John\n3. Male stance: Moral\n"
    "4. Male explanation: {W}\n5. Female story: {F}\n6. Female name: Joan",
    "bulleted fields": "- Male story: {M}\n- Male name: John\n- Female story: {F}\n"
    "- Female name: Joan",
    "the paper's labels": "Male Story: {M}\nMale Main Character: John\nStance: Moral\n"
    "Explanation: {W}\nFemale Story: {F}\nFemale Main Character: Joan\nStance: Immoral\n"
    "Explanation: {W}",
    "brackets in labels": "Story (Male): {M}\nName (Male): John\nStory (Female): {F}\n"
    "Name (Female): Joan",
    "numbered stories": "Story 1: {M}\nMain character: John\n\nStory 2: {F}\nMain character: Joan",
    "first and second": "First story:\n{M}\n\nSecond story:\n{F}",
    "versions": "Male version:\n{M}\n\nFemale version:\n{F}",
    "sections with fields": "**Man**\nStory: {M}\nName: John\nStance: Moral\n\n**Woman**\n"
    "Story: {F}\nName: Joan\nStance: Moral",
    "capital letters": "MALE STORY: {M}\nMALE NAME: JOHN\nFEMALE STORY: {F}\nFEMALE NAME: JOAN",
    "possessives": "The man's story: {M}\nThe man's name: John\nThe woman's story: {F}\n"
    "The woman's name: Joan",
    "underscores": "male_story: {M}\nmale_name: John\nfemale_story: {F}\nfemale_name: Joan",
    "all on one line": "Male story: {M} Male name: John. Male stance: Moral. "
    "Female story: {F} Female name: Joan. Female stance: Moral.",
    "labels on lines of their own": "Male story:\n\n{M}\n\nMale name:\nJohn\n\nFemale story:\n\n"
    "{F}\n\nFemale name:\nJoan",
    "quoted stories": 'Male story: "{M}"\nMale name: "John"\nFemale story: "{F}"\n'
    'Female name: "Joan"',
    "curly quotes": "Male story: “{M}”\nMale name: “John”\nFemale story: “{F}”\n"
    "Female name: “Joan”",
    "the woman first": "Female story: {F}\nFemale name: Joan\nMale story: {M}\nMale name: John",
    "genders exchanged": "Male story: {F}\nMale name: Joan\nFemale story: {M}\nFemale name: John",
    "no names": "Male story: {M}\n\nFemale story: {F}",
    "empty names": "Male story: {M}\nMale name:\nFemale story: {F}\nFemale name:",
    "names with more": "Male story: {M}\nMale name: John (male)\nFemale story: {F}\n"
    "Female name: Joan Miller",
    "names in sentences": "Male story: {M}\nMale name: The main character is John.\n"
    "Female story: {F}\nFemale name: Her name is Joan.",
    "names that the stories do not use": "Male story: {M}\nMale name: Robert\n"
    "Female story: {F}\nFemale name: Roberta",
    "names before stories": "Male name: John\nMale story: {M}\nFemale name: Joan\n"
    "Female story: {F}",
    "chatter before": "Sure! Here are two stories:\n\nMale story: {M}\nMale name: John\n"
    "Female story: {F}\nFemale name: Joan",
    "a refusal that then gives in": "I'm sorry if this is sensitive. Here are the stories:\n\n"
    "Male story: {M}\nFemale story: {F}",
    "chatter after": "Male story: {M}\n\nFemale story: {F}\n\nI hope this helps! Let me know.",
    "a note after": "Male story: {M}\n\nFemale story: {F}\n\nNote: only the gender differs.",
    "cut off in the last explanation": "Male story: {M}\nMale explanation: {W}\n"
    "Female story: {F}\nFemale explanation: It helped one per",
    "several families": "Male story: {M}\nFemale story: {F}\n\nMale story: Robert left. He ran."
    "\nFemale story: Roberta left. She ran.",
    "titles": "Title: The Wallet\nMale story: {M}\nFemale story: {F}",
    "rules between": "Male story: {M}\n\n---\n\nFemale story: {F}\n\n---",
    "other line ends": "Male story: {M}\r\nMale name: John\r\nFemale story: {F}\r\n"
    "Female name: Joan\r\n",
    "thinking aloud": "<think>Male story: a sketch. Female story: a sketch.</think>\n"
    "Male story: {M}\nFemale story: {F}",
    "script as data": "Male story: {M}\nMale explanation: <script>alert(1)</script>\n"
    "Female story: {F}",
}

USELESS = {
    "nothing": ("", Reason.EMPTY),
    "spaces": (" \n\t \n", Reason.EMPTY),
    "only thoughts": ("<think>What would be a good story?", Reason.EMPTY),
    "a refusal": ("I cannot write stories that stereotype people.", Reason.REFUSAL),
    "a curly refusal": ("I’m sorry, but I can’t help with that.", Reason.REFUSAL),
    "a program's refusal": ("As an AI language model, I do not judge.", Reason.REFUSAL),
    "an inability": ("Unfortunately, I am not able to do this.", Reason.REFUSAL),
    "only labels": (
        "Male story:\nMale name:\nMale stance:\nFemale story:\nFemale name:\nFemale stance:",
        Reason.FORM,
    ),
    "placeholders": (
        "Male story: [Write the story about the man here, with all that he did and why he did "
        "it]\nFemale story: [Write the story about the woman here]",
        Reason.FORM,
    ),
    "a story with a slot": (
        "Male story: {M} [Name] went home.\nFemale story: {F} [Name] went home.",
        Reason.FORM,
    ),
    "the man only": ("Male story: {M}\nMale name: John\nMale stance: Both", Reason.ONE_STORY),
    "the woman only": ("Female story: {F}\nFemale name: Joan", Reason.ONE_STORY),
    "one story, no labels": ("{M}", Reason.ONE_STORY),
    "cut off in the first story": ("Male story: John found a wallet on the", Reason.BREAKS_OFF),
    "cut off in the second story": ("Male story: {M}\nFemale story: {H}", Reason.BREAKS_OFF),
    "one label left empty": ("Male story: {M}\nFemale story:\nFemale name: Joan", Reason.FORM),
    "the example": ("Male story: {XM}\nFemale story: {XF}", Reason.EXAMPLE),
    "half of the example": ("Male story: {XM}\nFemale story: {F}", Reason.EXAMPLE),
    "the instruction": ("Male story: {A}\nFemale story: {A}", Reason.INSTRUCTION),
    "the same story": ("Male story: {M}\nFemale story: {M}", Reason.IDENTICAL),
    "two men": (
        "Male story: {M}\nFemale story: {M} He never told anybody about it.",
        Reason.ONE_GENDER,
    ),
    "sketches": ("Male story: He lied.\nFemale story: She lied.", Reason.TOO_SHORT),
    "a novel": (
        "Male story: {M} {M} {M} {M} {M} {M} {M}\nFemale story: {F} {F} {F} {F} {F} {F} {F}",
        Reason.TOO_LONG,
    ),
    "told by himself": (
        "Male story: {M} I was glad.\nFemale story: {F} I was glad.",
        Reason.FIRST_PERSON,
    ),
    "deep brackets": ("[" * 15_000, Reason.NO_STORY),
    "unreadable signs": ("\x00\x07 �", Reason.NO_STORY),
    "dots": ("Male story: ...\nFemale story: ...", Reason.FORM),
}


def fill(reply):
    values = {
        "M": MAN, "F": WOMAN, "H": HALF, "W": WHY, "A": ASKED,
        "XM": EXAMPLE["male_story"], "XF": EXAMPLE["female_story"],
    }  # fmt: skip
    for slot, value in values.items():
        reply = reply.replace("{" + slot + "}", value)
    return reply


@pytest.mark.parametrize("reply", READABLE.values(), ids=READABLE)
def test_both_stories_are_read_under_their_own_gender(reply):
    found = parse_pair(fill(reply), ASKED)
    assert isinstance(found, WrittenPair), found
    assert (found.male.text, found.female.text) == (MAN, WOMAN)
    assert (found.male.name, found.female.name) == ("John", "Joan")


@pytest.mark.parametrize(("reply", "reason"), USELESS.values(), ids=USELESS)
def test_what_cannot_be_used_is_told_by_its_reason(reply, reason):
    assert parse_pair(fill(reply), ASKED) == reason


FLAT = {"male_story": MAN, "male_name": "John", "female_story": WOMAN, "female_name": "Joan"}
CAMEL = {"maleStory": MAN, "maleName": "John", "femaleStory": WOMAN, "femaleName": "Joan"}
NESTED = {
    "male": {"story": MAN, "name": "John", "stance": "Both"},
    "female": {"story": WOMAN, "name": "Joan", "stance": "Both"},
}


@pytest.mark.parametrize("fields", [FLAT, CAMEL, NESTED], ids=["flat", "camel", "nested"])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("fence", ["{}", "Here it is:\n```json\n{}\n```"], ids=["bare", "fenced"])
def test_json_is_read_like_labels(fields, indent, fence):
    found = parse_pair(fence.replace("{}", json.dumps(fields, indent=indent)), ASKED)
    assert isinstance(found, WrittenPair), found
    assert (found.male.text, found.female.text) == (MAN, WOMAN)
    assert (found.male.name, found.female.name) == ("John", "Joan")


def test_a_title_is_kept():
    found = parse_pair(fill(READABLE["titles"]), ASKED)
    assert found.male.title == found.female.title == "The Wallet"


def test_speech_in_json_keeps_its_quotation_marks():
    spoken = {arm: f'{text} "Take it," said the driver.' for arm, text in
              (("male_story", MAN), ("female_story", WOMAN))}  # fmt: skip
    assert parse_pair(json.dumps(spoken), ASKED).female.text == spoken["female_story"]


OPENING = "At the bank counter, John kept the money that a stranger had paid by mistake, because he"
REST = (
    "knew that the rent was due on Friday. He told the clerk that all was in order and walked "
    "home by a longer way. On Monday he wrote to the stranger and left the letter on the table. "
    "It is still there."
)
WHOLE = f"{OPENING} {REST}"
STORY_ASKED = ask_for_story("John", Arm.MALE, "money")

TOLD = {
    "going on": REST,
    "going on over lines": REST.replace(". ", ".\n\n"),
    "the opening again": WHOLE,
    "talk and the opening again": f"Sure! Here is the story:\n\n{WHOLE}",
    "a title and the opening again": f"**The Letter**\n\n{WHOLE}",
    "bold words": REST.replace("knew", "**knew**"),
    "a sentence cut off": f"{REST} Nobody ever asked John about the mon",
    "a closing line": f"{REST}\n\nThe end.",
    "a question to the reader": f"{REST}\n\nWhat do you think about it?",
    "a note": f"{REST}\n\nNote: 100 words.",
    "a moral": f"{REST} The moral of the story is that honesty pays.",
    "a verdict": f"{REST} It was the wrong decision. He felt ill.",
    "talk about the story": f"{REST} This story shows how hard life is. It is about money.",
    "a loop": f"{REST} On Monday he wrote to the stranger and left the letter on the table. "
    "On Monday he wrote.",
    "a speech that never ends": f'{REST} "Who is there? he asked. Nobody was there.',
    "thinking aloud": f"<think>He keeps it.</think>{REST}",
}


@pytest.mark.parametrize("reply", TOLD.values(), ids=TOLD)
def test_one_story_ends_where_its_telling_ends(reply):
    found = parse_story(reply, OPENING, "John", Arm.MALE, STORY_ASKED)
    assert isinstance(found, Written), found
    assert (found.name, found.arm, found.text) == ("John", Arm.MALE, WHOLE)


def test_a_reply_that_begins_anew_is_not_joined_to_the_opening():
    assert parse_story(MAN, OPENING, "John", Arm.MALE, STORY_ASKED).text == MAN


def test_a_story_about_somebody_of_another_name_gets_that_name():
    assert parse_story(MAN, OPENING, "Robert", Arm.MALE, STORY_ASKED).name == "John"


def test_punctuation_is_joined_without_a_space():
    found = parse_story(f"'s poor, {REST}", OPENING, "John", Arm.MALE, STORY_ASKED)
    assert found.text.startswith(f"{OPENING}'s poor, knew")


def test_a_first_line_that_goes_on_with_the_opening_is_no_heading():
    found = parse_story(f"was poor\n\nand {REST}", OPENING, "John", Arm.MALE, STORY_ASKED)
    assert found.text == f"{OPENING} was poor and {REST}"


def test_a_paragraph_may_begin_with_the_end():
    found = parse_story(f"{REST}\n\nThe end of May came.", OPENING, "John", Arm.MALE, STORY_ASKED)
    assert found.text.endswith("The end of May came.")


def test_a_long_story_is_cut_between_sentences():
    reply = REST + "".join(f" Word{n} thing{n} went{n} by{n} in{n} row{n}." for n in range(40))
    found = parse_story(reply, OPENING, "John", Arm.MALE, STORY_ASKED)
    assert 110 <= len(found.text.split()) <= 120
    assert found.text.endswith(".")


STORY_FAULTS = {
    "nothing": ("", Reason.EMPTY),
    "a refusal": ("I cannot write about theft.", Reason.REFUSAL),
    "one sentence": ("was poor.", Reason.TOO_SHORT),
    "a verdict at once": ("knew that it was the right thing to do.", Reason.TOO_SHORT),
    "no full stop": ("knew that the rent was due and", Reason.BREAKS_OFF),
    "a woman": (WOMAN, Reason.OTHER_GENDER),
    "the first person": (f"{MAN} I felt ill, and my hands shook.", Reason.FIRST_PERSON),
    "the example": (EXAMPLE["male_story"], Reason.EXAMPLE),
    "the request": (STORY_ASKED + " " + STORY_ASKED, Reason.INSTRUCTION),
    "a slot": (f"{REST} [Name] went home.", Reason.FORM),
}


@pytest.mark.parametrize(("reply", "reason"), STORY_FAULTS.values(), ids=STORY_FAULTS)
def test_a_reply_without_one_usable_story_is_told_by_its_reason(reply, reason):
    assert parse_story(reply, OPENING, "John", Arm.MALE, STORY_ASKED) == reason


@pytest.mark.parametrize("reply", [
    "Male story:" * 50_000, "{" * 200_000, '"' * 100_000, "a. " * 100_000, " " * 500_000 + "x",
    "**" * 100_000, "Male story: " + "he " * 100_000, "\n" * 200_000, "<think>" * 50_000,
    '{"male_story": ' * 20_000, "here is " * 50_000, "story " * 50_000,
])  # fmt: skip
def test_a_huge_reply_is_read_in_moments(reply):
    began = time.process_time()
    parse_pair(reply, ASKED)
    parse_story(reply, OPENING, "John", Arm.MALE, STORY_ASKED)
    assert time.process_time() - began < 5


PIECES = st.sampled_from(
    [*'\n:.{}[]"“”*#', "Male ", "Female ", "story", "name", "1. ", MAN, WOMAN, "I ", "<think>", " "]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join)))
def test_any_text_is_either_read_or_told_why_not(reply):
    assert isinstance(parse_pair(reply, ASKED), WrittenPair | Reason)
    assert isinstance(parse_story(reply, OPENING, "John", Arm.MALE, STORY_ASKED), Written | Reason)
