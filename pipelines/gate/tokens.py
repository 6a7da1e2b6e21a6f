"""The words of a story, each with the class that its counterparts in the other arms share.

Names, pronouns and gendered nouns become their class, so that two arms that differ in nothing but
gender have the same classes. Not covered: pronouns other than he, she and they, nicknames of a
name, and languages other than English (their words are their own class).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from unicodedata import normalize

from pipelines.records import Arm
from pipelines.swap.words import counterparts, one_way, word_class

PIECE = re.compile(r"([^\W_]+(?:'[^\W_]+)*)|([.!?…]+)")
CLITIC = re.compile(r"(?<=.)'(?:s|re|ve|d|ll|m)\Z")
NAME, PRONOUN = "@name", "@pronoun"
PART_OF_NAME = re.compile(r"[^\W_]+")

PRONOUNS = {
    Arm.MALE: ("he", "him", "his", "his", "himself"),
    Arm.FEMALE: ("she", "her", "her", "hers", "herself"),
    Arm.THEY: ("they", "them", "their", "theirs", "themself"),
}
"""Forms of each arm in one order: subject, object, before a noun, alone, reflexive."""

GENDER_OF_PRONOUN = {form: arm for arm, forms in PRONOUNS.items() for form in forms} | {
    "themselves": Arm.THEY
}


@dataclass(frozen=True)
class Words:
    """The words of one text: as written, in small letters, by sentence, and by class."""

    raw: list[str]
    low: list[str]
    sentence: list[int]
    classes: list[str]
    name: frozenset[str]  # the parts of the protagonist's name, as written in the text


def read_words(text: str, name: str) -> Words:
    """Split a text into words, in time linear in its length; clitics ('s, 're …) are words."""
    raw: list[str] = []
    sentence: list[int] = []
    number = 0
    for word, stop in PIECE.findall(normalize("NFC", text).replace("’", "'")):
        if stop:
            number += 1
        elif "'" in word:
            parts = split_clitic(word)
            raw += parts
            sentence += [number] * len(parts)
        else:
            raw.append(word)
            sentence.append(number)
    low = [word.lower() for word in raw]
    own = name_parts(name, raw)
    classes = [
        NAME if word in own else class_of(small) for word, small in zip(raw, low, strict=True)
    ]
    return Words(raw, low, sentence, classes, own)


def split_clitic(word: str) -> tuple[str, ...]:
    """Return "she's" as "she" and "'s"; "isn't" stays one word."""
    clitic = CLITIC.search(word)
    return (word[: clitic.start()], clitic.group()) if clitic else (word,)


def name_parts(name: str, raw: list[str]) -> frozenset[str]:
    """Return the words of a name; in small letters if the text writes the name so.

    Of several words those in small letters are none of the name ("the main character", "de").
    """
    found = PART_OF_NAME.findall(normalize("NFC", name))
    parts = frozenset(part for part in found if len(found) == 1 or not part[0].islower())
    small = frozenset(part.lower() for part in parts)
    return small if parts.isdisjoint(raw) and not small.isdisjoint(raw) else parts


@lru_cache(maxsize=100_000)
def class_of(word: str) -> str:
    """Return the class of one word in small letters: its own, unless gender changes it."""
    if word in GENDER_OF_PRONOUN:
        return PRONOUN
    return word_class(word) or word


@cache
def gendered_nouns() -> dict[str, Arm]:
    """Return whom each gendered noun is about; titles (Mr, Miss) are no nouns here."""
    return {
        noun: arm for arm in (Arm.MALE, Arm.FEMALE) for noun in (*counterparts(arm), *one_way(arm))
    }


def gender_of(word: str) -> Arm | None:
    """Return whom a pronoun or gendered noun in small letters is about, None for other words."""
    return GENDER_OF_PRONOUN.get(word) or gendered_nouns().get(word)
