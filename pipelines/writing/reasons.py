"""Why a reply gave no family: a closed set of sentences, so that they can be counted."""

from enum import StrEnum


class Reason(StrEnum):
    """What was wrong with a reply; each ends the sentence "The reply could not be used: …"."""

    EMPTY = "it is empty"
    REFUSAL = "it is a refusal"
    NO_STORY = "it holds no story"
    ONE_STORY = "one of the two stories is missing"
    BREAKS_OFF = "it breaks off in the middle of a story"
    TOO_SHORT = "a story is too short"
    TOO_LONG = "a story is too long"
    FORM = "it leaves the form unfilled"
    INSTRUCTION = "it repeats the instruction"
    EXAMPLE = "it repeats the example"
    IDENTICAL = "both stories are the same"
    ONE_GENDER = "both stories are about the same gender"
    OTHER_GENDER = "the story is about another gender than asked"
    FIRST_PERSON = "it is not told in the third person"
    THERE_ALREADY = "the project tells this story already"
    NO_NAME = "no name of a main character can be found"
