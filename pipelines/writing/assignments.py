"""What the reply of one number is asked to be about: theme, main character, situation, example.

All of it follows from the seed and the number, so a reply can be asked for again. Names and
openings are taken in turn, in an order drawn anew when all have had their turn, so that neighbors
differ and none comes up more often than another.
"""

from dataclasses import dataclass
from typing import TypeVar

from pipelines.assets import read_asset
from pipelines.configs import StoriesConfig
from pipelines.errors import ConfigError
from pipelines.records import Arm
from pipelines.stories.arms import fill
from pipelines.stories.library import seeded_hash, themes

LONGEST_THEME = 80
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Assignment:
    """What one reply is asked to be about; `example` is 1 to 3, 0 for none."""

    theme: str
    arm: Arm  # of the one story that "swap" has written
    names: dict[str, str]  # arm -> first name
    situation: str  # with slots for the main character, up to "because {they}"
    example: int

    @property
    def name(self) -> str:
        """The main character's name in the story that is asked for."""
        return self.names[self.arm]

    @property
    def opening(self) -> str:
        """The story's first words, which end in the middle of a sentence."""
        return fill(self.situation, self.arm, self.name)


def assign(config: StoriesConfig, number: int) -> Assignment:
    """Return what the reply of this number is asked to be about."""
    asset = read_asset("prompts/situations.json")
    known = themes()
    theme = known[number % len(known)] if config.theme == "all" else theme_of(config)
    places = asset["places"].get(theme, asset["places"][""])
    opening = in_turn(asset["openings"], config.seed, "opening", number)
    where = drawn(places, config.seed, "place", number)
    whom = drawn(asset["people"], config.seed, "person", number)
    count = len(read_asset("prompts/examples.json")["examples"])
    example = drawn(list(range(1, count + 1)), config.seed, "example", number)
    return Assignment(
        theme=theme,
        arm=(Arm.MALE, Arm.FEMALE)[(number + number // len(known)) % 2],
        names=in_turn(read_asset("words/names.json")["names"], config.seed, "names", number),
        situation=opening.replace("{where}", where).replace("{whom}", whom),
        example=example if config.shots == "one" else 0,
    )


def theme_of(config: StoriesConfig) -> str:
    """Return the one theme that is asked for, as a line of text.

    Raises:
        ConfigError: if it is empty or too long for a theme.
    """
    theme = " ".join(config.theme.split())
    if not 0 < len(theme) <= LONGEST_THEME:
        raise ConfigError(
            f"`theme` must be all, or a theme of 1 to {LONGEST_THEME} characters, got "
            f"{len(theme)}. The library's own are {', '.join(themes())}."
        )
    return theme


def drawn(entries: list[Entry], seed: int, what: str, number: int) -> Entry:
    """Return one entry by seeded hash."""
    return entries[seeded_hash(seed, f"{what}:{number}") % len(entries)]


def in_turn(entries: list[Entry], seed: int, what: str, number: int) -> Entry:
    """Return one entry such that each has its turn before any comes again."""
    turn, place = divmod(number, len(entries))
    order = sorted(
        range(len(entries)), key=lambda index: seeded_hash(seed, f"{what}:{turn}:{index}")
    )
    return entries[order[place]]


def other_name(arm: str, taken: str, seed: int, number: int) -> str:
    """Return a first name of the arm that does not stand in the text `taken`.

    Names are tried in a seeded order; with every name taken, the first one is returned.
    """
    table = [names[arm] for names in read_asset("words/names.json")["names"]]
    table.sort(key=lambda name: seeded_hash(seed, f"{number}:{name}"))
    return next((name for name in table if name not in taken), table[0])
