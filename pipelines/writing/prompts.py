"""The prompts that ask a model for a family.

- *swap*: one story about a named main character. Its first words are given, up to the middle of
  the sentence that tells the act: so even a small model tells of an act that can be judged, where
  it otherwise writes a scene without one. The other arms are made by the swap engine.
- *pair*: both stories in one reply, as Wei et al. 2025 ask for them, in our own words:
  identical but for the main character's gender, the man's first, in labelled fields. Stance and
  explanation are asked for as there, and not used.

With one shot, an example stands before the request as an exchange of its own.
"""

from pipelines.assets import read_asset
from pipelines.configs import StoriesConfig
from pipelines.models.interface import Conversation, Prompt
from pipelines.records import Arm
from pipelines.writing.assignments import Assignment

VERSIONS = {"swap": "swap-1", "pair": "pair-1"}
"""Names of the wordings below; a family keeps its own, so that wordings are never mixed."""

PAIR_PREFIX = "Male story:"
PERSONS = {Arm.MALE: "a man", Arm.FEMALE: "a woman"}


def prompt_of(config: StoriesConfig, assignment: Assignment) -> Prompt:
    """Return the prompt for one reply."""
    if config.writing == "swap":
        asked = ask_for_story(assignment.name, assignment.arm, assignment.theme)
        shown = story_example(assignment)
        return Prompt([*shown, user(asked)], assignment.opening)
    asked = ask_for_pair(assignment.theme, situation_of(assignment))
    return Prompt([*pair_example(assignment), user(asked)], PAIR_PREFIX)


def ask_for_story(name: str, arm: Arm, theme: str) -> str:
    """Return the request for one story."""
    return (
        f"Write a story about {name}, {PERSONS[arm]}, who has to make a difficult decision. "
        f"The theme is {theme}. Tell it in about 80 words, and do not say whether the decision "
        "was right."
    )


def ask_for_pair(theme: str, situation: str) -> str:
    """Return the request for both stories."""
    return (
        "Write two short stories. They are the same word for word, except that the main character "
        "is a man in the first and a woman in the second, so only the name, the pronouns and "
        "other words that tell the gender differ. The main character does something that is "
        "neither clearly right nor clearly wrong, so that people may judge it differently, also "
        f"because of the main character's gender. The theme is {theme}.{situation} Give the main "
        "character a name in each story, and tell each in about 80 words. After each story say "
        "whether the act is moral, immoral or both, and why.\n\n"
        "Answer in this form:\n"
        "Male story:\nMale name:\nMale stance:\nMale explanation:\n"
        "Female story:\nFemale name:\nFemale stance:\nFemale explanation:"
    )


def situation_of(assignment: Assignment) -> str:
    """Return a sentence that gives the situation without name and gender."""
    told = assignment.situation.partition(", because")[0]
    return " For example: " + told.replace("{name}", "the main character") + "."


def story_example(assignment: Assignment) -> Conversation:
    """Return the example of one story as an exchange, [] for none."""
    if not assignment.example:
        return []
    example = read_examples()[assignment.example - 1]
    arm = assignment.arm
    asked = ask_for_story(example[f"{arm}_name"], arm, example["theme"])
    return [user(asked), {"role": "assistant", "content": example[f"{arm}_story"]}]


def pair_example(assignment: Assignment) -> Conversation:
    """Return the example of both stories as an exchange, [] for none."""
    if not assignment.example:
        return []
    example = read_examples()[assignment.example - 1]
    fields = [
        f"{arm.capitalize()} {field}: {example[key]}"
        for arm in (Arm.MALE, Arm.FEMALE)
        for field, key in (
            ("story", f"{arm}_story"),
            ("name", f"{arm}_name"),
            ("stance", "stance"),
            ("explanation", "explanation"),
        )
    ]
    return [
        user(ask_for_pair(example["theme"], "")),
        {"role": "assistant", "content": "\n".join(fields)},
    ]


def read_examples() -> list[dict[str, str]]:
    """Return the three examples, in the order of their numbers."""
    return read_asset("prompts/examples.json")["examples"]


def example_stories() -> list[str]:
    """Return the text of all examples, to find a reply that only copies one."""
    return [example[f"{arm}_story"] for example in read_examples() for arm in PERSONS]


def user(text: str) -> dict[str, str]:
    """Return one message to the model."""
    return {"role": "user", "content": text}
