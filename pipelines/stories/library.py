"""The scenario library: ambiguous plots and clear control stories written for the project.

A template becomes stories in the arms asked for. Names come from `assets/words/names.json`, one
triple a family, chosen by seeded hash, the same in all wordings.
"""

import hashlib
from dataclasses import dataclass

from pipelines.assets import ASSETS, read_asset
from pipelines.records import Arm, Family, Kind, Story
from pipelines.stories.arms import fill, pronouns


@dataclass(frozen=True)
class Scenario:
    """One plot or control as the library has it, with its slots open."""

    id: str
    theme: str
    title: str
    kind: Kind
    wordings: tuple[str, ...]
    moral_reason: str = ""
    immoral_reason: str = ""
    stance: str | None = None


def seeded_hash(seed: int, text: str) -> int:
    """Return a number that is the same for the same seed and text on every machine."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{text}".encode()).digest()[:8])


def themes() -> list[str]:
    """Return the themes of the plots in the library, in alphabetical order."""
    return sorted({scenario.theme for scenario in plots()})


def plots() -> list[Scenario]:
    """Return every ambiguous plot."""
    found = []
    for path in sorted((ASSETS / "scenarios").glob("*.json")):
        if path.name == "controls.json":
            continue
        table = read_asset(f"scenarios/{path.name}")
        for entry in table["families"]:
            found.append(
                Scenario(
                    entry["id"],
                    table["theme"],
                    entry["title"],
                    Kind.PLOT,
                    tuple(entry["wordings"]),
                    entry["moral"],
                    entry["immoral"],
                )
            )
    return found


def controls() -> list[Scenario]:
    """Return every control story: its reason on the side of its stance, the hedge on the other."""
    found = []
    for entry in read_asset("scenarios/controls.json")["controls"]:
        reasons = {
            "Moral": (entry["why"], entry["hedge"]),
            "Immoral": (entry["hedge"], entry["why"]),
        }
        found.append(
            Scenario(
                entry["id"],
                entry["theme"],
                entry["title"],
                Kind.CONTROL,
                (entry["text"],),
                *reasons[entry["stance"]],
                stance=entry["stance"],
            )
        )
    return found


def tell(scenario: Scenario, arms: tuple[str, ...], seed: int) -> list[Story]:
    """Return the stories of one scenario: every wording in every arm."""
    table = read_asset("words/names.json")["names"]
    names = table[seeded_hash(seed, "name:" + scenario.id) % len(table)]
    return [
        Story(
            family_id=scenario.id,
            wording=number,
            arm=arm,
            name=names[arm],
            pronouns=pronouns(Arm(arm)),
            text=fill(template, Arm(arm), names[arm]),
        )
        for number, template in enumerate(scenario.wordings, start=1)
        for arm in arms
    ]


def as_family(scenario: Scenario, split: str) -> Family:
    """Return the family record of a scenario."""
    return Family(
        id=scenario.id,
        theme=scenario.theme,
        title=scenario.title,
        kind=scenario.kind,
        source="library",
        split=split,
        stance=scenario.stance,
        moral_reason=scenario.moral_reason,
        immoral_reason=scenario.immoral_reason,
    )
