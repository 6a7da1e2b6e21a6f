"""From what was read to a family: arms, names, title and where it came from."""

import pytest

from pipelines.configs import StoriesConfig
from pipelines.records import Arm
from pipelines.writing.assignments import assign
from pipelines.writing.families import draft_of, family_id
from pipelines.writing.parsing import Written, WrittenPair
from pipelines.writing.stage import request_of

SWAP = StoriesConfig(source="model", seed=2)
PAIR = StoriesConfig(source="model", seed=2, writing="pair", shots="one")
MAN = Written(Arm.MALE, "John", "John kept the ring. He sold his ring to himself, and Max saw him.")
WOMAN = Written(
    Arm.FEMALE, "Joan", "Joan kept the ring. She sold her ring to herself, and Max saw her."
)


def draft(written, config, number=0):
    return draft_of(written, config, request_of(config), number, assign(config, number))


def test_the_other_arms_are_the_same_story_about_somebody_else():
    assignment = assign(SWAP, 0)
    name, names = assignment.name, assignment.names
    text = (
        f"{name} kept the ring. "
        + {"male": "He sold his car.", "female": "She sold her car."}[assignment.arm]
    )
    (arms,) = draft(Written(assignment.arm, name, text), SWAP).wordings
    assert {arm: told.text for arm, told in arms.items()} == {
        "male": f"{names['male']} kept the ring. He sold his car.",
        "female": f"{names['female']} kept the ring. She sold her car.",
        "they": f"{names['they']} kept the ring. They sold their car.",
    }
    assert {arm: told.name for arm, told in arms.items()} == names


def test_a_pair_stays_as_written_and_the_third_arm_is_made_from_the_mans_story():
    (arms,) = draft(WrittenPair(MAN, WOMAN), PAIR).wordings
    assert (arms["male"].text, arms["female"].text) == (MAN.text, WOMAN.text)
    they = arms["they"]
    assert they.text == (
        f"{they.name} kept the ring. They sold their ring to themself, and Max saw them."
    )


def test_only_the_arms_that_are_asked_for_are_made():
    config = StoriesConfig(source="model", arms="female,male")
    assert list(draft(MAN, config).wordings[0]) == ["female", "male"]


def test_no_arm_gets_a_name_that_somebody_else_in_the_story_has():
    for number in range(20):
        assignment = assign(SWAP, number)
        others = " and ".join(assignment.names[arm] for arm in Arm if arm != assignment.arm)
        text = f"{assignment.name} met {others}. {assignment.name} left them."
        (arms,) = draft(Written(assignment.arm, assignment.name, text), SWAP, number).wordings
        for arm in Arm:
            if arm != assignment.arm:
                assert arms[arm].name not in others


def test_what_the_swap_left_open_is_said_in_sentences():
    text = "John saw his brother. The brother said that he was tired, and John told him to go."
    (arms,) = draft(Written(Arm.MALE, "John", text), SWAP).wordings
    assert arms["male"].notes == ()
    assert any("brother" in note and note.endswith(".") for note in arms["female"].notes)


def test_what_was_left_open_several_times_is_said_once():
    text = "John met a stranger. He sat down, he waited, and he left, because he was tired."
    (arms,) = draft(Written(Arm.MALE, "John", text), SWAP).wordings
    notes = arms["female"].notes
    assert len(notes) == len(set(notes))
    assert any(note.startswith("“she”: ") for note in notes)


def test_a_family_says_where_it_came_from():
    found = draft(WrittenPair(MAN, WOMAN), PAIR, 4)
    assert found.id == family_id(request_of(PAIR), 4)
    assert found.provenance == {
        "model": "bundled",
        "request": request_of(PAIR).id,
        "number": 4,
        "writing": "pair",
        "prompt": "pair-1",
        "shots": "one",
        "example_source": assign(PAIR, 4).example,
        "seed": 2,
        "temperature": 0.8,
        "written": ["male", "female"],
    }
    assert found.provenance["example_source"] in (1, 2, 3)
    assert draft(MAN, SWAP).provenance["written"] == ["male"]


@pytest.mark.parametrize(("title", "expected"), [
    ("", "John kept the ring. He sold his ring …"), ("The Ring", "The Ring"),
])  # fmt: skip
def test_the_title_is_the_storys_own_or_its_first_words(title, expected):
    assert draft(Written(Arm.MALE, "John", MAN.text, title), SWAP).title == expected


def test_how_many_are_wanted_is_no_part_of_the_request():
    one, many = (
        StoriesConfig(source="model", families=families, tries=tries)
        for families, tries in ((1, 1), (99, 9))
    )
    assert request_of(one).id == request_of(many).id
    others = (
        {"theme": "work"}, {"seed": 1}, {"writing": "pair"}, {"shots": "one"},
        {"temperature": 0.5}, {"max_new_tokens": 64}, {"arms": "male,female"},
    )  # fmt: skip
    for other in others:
        assert request_of(StoriesConfig(source="model", **other)).id != request_of(one).id
