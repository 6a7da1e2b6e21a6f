"""Slots make arms that differ in gender and nothing else."""

import pytest

from pipelines.errors import DataError
from pipelines.records import Arm
from pipelines.stories.arms import fill

TEMPLATE = "{name} said {they} [was|were] late. {Their} [husband|wife|spouse] called {them}."


@pytest.mark.parametrize(
    ("arm", "text"),
    [
        (Arm.MALE, "Kim said he was late. His husband called him."),
        (Arm.FEMALE, "Kim said she was late. Her wife called her."),
        (Arm.THEY, "Kim said they were late. Their spouse called them."),
    ],
)
def test_every_slot_follows_the_arm(arm, text):
    assert fill(TEMPLATE, arm, "Kim") == text


@pytest.mark.parametrize(
    ("template", "part"),
    [
        ("{who} left.", "not a slot"),
        ("She [was] late.", "two forms"),
        ("{name} left [the house.", "left over"),
        ("{name} left} the house.", "left over"),
    ],
)
def test_a_broken_template_says_what_is_wrong(template, part):
    with pytest.raises(DataError, match=part):
        fill(template, Arm.MALE, "Kim")
