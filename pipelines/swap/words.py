"""The tables of gendered words: who stands for whom, and what has to stay.

Words are looked up in lower case. The tables hold usual words only; a gendered word that is not in
`assets/words/swap.json` has no counterpart here.
"""

from functools import cache

from pipelines.assets import read_asset

ARMS = ("male", "female", "they")
FORMS = ("subject", "object", "possessive", "independent", "reflexive")
NEOPRONOUNS = ("xe", "ey", "fae", "ze")
APOSTROPHES = "'’"


def table() -> dict:
    """Return the content of `assets/words/swap.json`."""
    return read_asset("words/swap.json")


@cache
def pronouns(to: str) -> dict[str, str]:
    """Return the five forms of one set of pronouns by their name in FORMS."""
    return table()["pronouns"][to]


@cache
def counterparts(arm: str) -> dict[str, dict[str, str]]:
    """Return the nouns of one arm in lower case, each with its words for the other arms.

    A word for an arm is missing where there is no usual one. Of two rows with the same neutral
    word (child: boy/girl, son/daughter) neither is returned for `they`.
    """
    found: dict[str, dict[str, str]] = {}
    shared = set()
    place = ARMS.index(arm)
    for row in table()["nouns"]:
        word = row[place].lower()
        if not word or (arm == "they" and word in map(str.lower, row[:2])):
            continue
        if word in found:
            shared.add(word)
        found[word] = {ARMS[at]: row[at] for at in range(3) if at != place and row[at]}
    return {word: others for word, others in found.items() if word not in shared}


@cache
def neutral_words() -> dict[str, dict[str, list[str]]]:
    """Return the neutral words of one person, each with what it can be in the other arms."""
    found: dict[str, dict[str, list[str]]] = {}
    for male, female, neutral in table()["nouns"]:
        if neutral and neutral not in (male, female):
            forms = found.setdefault(neutral.lower(), {"male": [], "female": []})
            forms["male"].append(male)
            forms["female"].append(female)
    return found


@cache
def one_way(arm: str) -> dict[str, dict[str, str]]:
    """Return the words of one arm whose counterpart does not lead back to them (mum, dad, mom)."""
    found = {}
    for of, word, other, neutral in table()["one_way"]:
        if of == arm:
            forms = {"female" if arm == "male" else "male": other, "they": neutral}
            found[word] = {to: form for to, form in forms.items() if form}
    return found


def noun_entry(arm: str, word: str) -> dict[str, str]:
    """Return the words of the other arms for a noun of one arm, {} if it is in no table."""
    return counterparts(arm).get(word) or one_way(arm).get(word, {})


@cache
def _gendered() -> dict[str, str]:
    arms = ("female", "male")
    return {word: arm for arm in arms for words in (counterparts, one_way) for word in words(arm)}


def gendered(word: str) -> str:
    """Return the arm that a noun in lower case tells, "" if none."""
    return _gendered().get(word, "")


@cache
def titles(arm: str) -> dict[str, dict[str, str]]:
    """Return the titles of one arm in lower case, with those of the other arms."""
    found = {}
    for of, word, other, neutral in table()["titles"]["one_way"]:
        if of == arm:
            forms = {"female" if arm == "male" else "male": other, "they": neutral}
            found[word.lower()] = {to: form for to, form in forms.items() if form}
    place = ARMS.index(arm)
    for row in table()["titles"]["pairs"]:
        if row[place]:
            forms = {ARMS[at]: row[at] for at in range(3) if at != place and row[at]}
            found[row[place].lower()] = forms
    return found


@cache
def _classes() -> dict[str, str]:
    """Map every word to the least word of its class: rows that share a word are one class."""
    groups = [[word for word in row if word] for row in table()["nouns"]]
    groups += [[word for word in row[1:] if word] for row in table()["one_way"]]
    groups += [[word for word in row if word] for row in table()["titles"]["pairs"]]
    groups += [[word for word in row[1:] if word] for row in table()["titles"]["one_way"]]
    groups += [[pronouns(to)[form] for to in table()["pronouns"]] for form in FORMS]
    groups.append(["themself", "themselves"])
    parent: dict[str, str] = {}

    def root(word: str) -> str:
        while parent.setdefault(word, word) != word:
            word = parent[word]
        return word

    for group in groups:
        words = [word.lower() for word in group]
        for word in words[1:]:
            low, high = sorted((root(words[0]), root(word)))
            parent[high] = low
    return {word: root(word) for word in list(parent)}


def word_class(word: str) -> str | None:
    """Return the class that a word shares with its counterparts, None for a word without gender.

    `word_class("wife") == word_class("husband") == word_class("spouse")`. Object, possessive and
    independent pronouns are one class, because "her" and "his" belong to two of them each. Rows
    that share a word are one class too (boy, girl, son, daughter: child). What follows the last
    apostrophe does not count: "she's" is as "she", "wife's" as "wife".
    """
    key = word.lower()
    found = _classes().get(key)
    if found is None:
        key = key.replace("’", "'")
        found = _classes().get(key[: key.rindex("'")]) if "'" in key else None
    return found
