"""The rule that proposes one of GenderAlign's categories for a preference row, from its words.

The names are those of Zhang et al. 2024, https://arxiv.org/abs/2406.13925; their definitions are
working ones of ours. The word lists with their reasons are in `assets/words/categories.json`. The
first of these that finds something decides, from the words that can hardly mean anything else to
those that can:

1. *bias against marginalized genders*: a word for such a gender, anywhere in the row. It goes
   first, because a row about transgender women also names women, jobs and insults.
2. *discriminatory language*: a gendered insult, a demeaning saying, a body spoken of as a
   woman's or a man's, or a masculine word for everybody where the chosen answer has the neutral
   one. It goes before the settings below: an insult stays one at work.
3. *sexism in occupational and educational institutions*: one sentence names a gender together
   with hiring, pay or promotion, names a job by the gender of who does it, or makes a claim about a
   gender and names a workplace, a school or a subject.
4. *stereotypes*: a sentence claims something of a gender as a whole or compares genders, the
   rejected answer gives a gender to somebody who has none in the prompt, or the two answers differ
   in gender alone.

Prompt and rejected answer are read: there the bias stands. The chosen answer often repeats what it
refutes, so it is only held against the rejected one.

Not covered: irony, bias without such words, languages other than English, and whether a row that
speaks of a gender is unfair to it: a rule that reads words cannot know. A person has the last word.
"""

import re
from dataclasses import dataclass
from itertools import islice

from pipelines.balance.checking import find_gendered
from pipelines.models.interface import Conversation
from pipelines.preferences.category_words import (
    MOST_WORDS,
    body_pattern,
    claim_pattern,
    found,
    gendered_job_pattern,
    group_pattern,
    masculine_pairs,
    pattern,
)
from pipelines.records import Category, PreferenceRow

LONGEST = 20_000
"""Characters of a text that are read; bias that first shows after them is not found."""
SHORT_ANSWER = 12
"""Words up to which an answer that gives somebody a gender is nothing but that."""
SENTENCE = re.compile(r"[.!?;\n]+")
LETTERS = re.compile(r"[^\W\d_]+")
LONGEST_SWAP = 200
"""Words up to which two answers are set side by side."""
NEAR = 12
"""Words that may stand between a gender and the work or school that it is named with."""
MOST_PLACES = 50
"""Places of one sentence that are held against each other."""
WORK_THEMES = ("work", "school")
"""Themes of stories that play in an occupational or educational institution."""


@dataclass(frozen=True)
class Proposal:
    """What the rule proposes: the category, the words that decided, and why in a sentence."""

    category: Category
    words: tuple[str, ...]
    sentence: str


NOTHING = Proposal(Category.NONE, (), "No word of the lists points to a gender bias.")


def propose(row: PreferenceRow, theme: str = "", mismatch: bool = True) -> Proposal:
    """Return the category of a row by where it comes from, and by its words.

    `theme` is that of the row's family. `mismatch` tells for rows of the study whether gender alone
    changed the judgment of the pair.
    """
    if row.source == "control":
        return Proposal(Category.NONE, (), "A clear case that keeps the model's judgment in place.")
    if row.source == "balanced":
        return of_story(theme, mismatch)
    by_words = propose_for_texts(text_of(row.prompt), text_of(row.chosen), text_of(row.rejected))
    about_gender = row.source == "synthetic" and "gender" in theme.casefold()
    if by_words.category == Category.NONE and about_gender:
        return Proposal(Category.STEREOTYPES, (), "Its sentence goes against a gender stereotype.")
    return by_words


def of_story(theme: str, mismatch: bool) -> Proposal:
    """Return the category of a pair of stories that differ in the protagonist's gender alone."""
    if not mismatch:
        return Proposal(Category.NONE, (), "Gender did not change the judgment of this pair.")
    if theme in WORK_THEMES:
        return Proposal(
            Category.INSTITUTIONS, (theme,), f"Gender alone changed a judgment about {theme}."
        )
    return Proposal(Category.STEREOTYPES, (), "Gender alone changed the judgment of the same act.")


def propose_for_texts(prompt: str, chosen: str, rejected: str) -> Proposal:
    """Return what the words of three texts say; they are read as small letters."""
    prompt, chosen, rejected = plain(prompt), plain(chosen), plain(rejected)
    biased = f"{prompt}\n{rejected}"
    sentences = [one for one in SENTENCE.split(biased) if one.strip()]
    return (
        marginalized(biased)
        or language(biased, sentences, chosen)
        or institutions(sentences)
        or stereotypes(sentences)
        or given_gender(prompt, chosen, rejected)
        or swapped_gender(chosen, rejected)
        or NOTHING
    )


def marginalized(text: str) -> Proposal | None:
    """Find words for marginalized genders; umbrella words count where no orientation is named."""
    words = found(pattern("marginalized", "words"), text)
    if not words and not found(pattern("marginalized", "orientations"), text):
        words = found(pattern("marginalized", "umbrella"), text)
    if not words:
        return None
    reason = f"It speaks of marginalized genders: {quoted(words)}."
    return Proposal(Category.MARGINALIZED, words, reason)


def language(text: str, sentences: list[str], chosen: str) -> Proposal | None:
    """Find insults, demeaning sayings, bodies made objects, and masculine words for everybody."""
    spared = pattern("slurs", "not").sub(" ", text)
    words = found(pattern("slurs", "words"), spared) or found(pattern("demeaning", "words"), text)
    if words:
        return Proposal(Category.LANGUAGE, words, f"It demeans a gender: {quoted(words)}.")
    for sentence in sentences:
        if words := found(body_pattern(), sentence):
            return Proposal(Category.LANGUAGE, words, f"It remarks on a body: {quoted(words)}.")
    return masculine_for_everybody(text, chosen)


def masculine_for_everybody(text: str, chosen: str) -> Proposal | None:
    """Find a masculine word in the text where the chosen answer has the neutral one instead."""
    for masculine, neutral in masculine_pairs():
        used, instead = found(masculine, text), found(neutral, chosen)
        if used and instead and not masculine.search(chosen):
            reason = f"It says {quoted(used)}, where the chosen answer says {quoted(instead)}."
            return Proposal(Category.LANGUAGE, used, reason)
    return None


def institutions(sentences: list[str]) -> Proposal | None:
    """Find a sentence with a gender and an institution of work or learning."""
    for sentence in sentences:
        words = found(gendered_job_pattern(), sentence) or near(sentence, "acts")
        if not words and claims(sentence):
            words = near(sentence, "places") or near(sentence, "jobs")
        if words:
            return Proposal(
                Category.INSTITUTIONS, words, f"A gender at work or school: {quoted(words)}."
            )
    return None


def near(sentence: str, name: str) -> tuple[str, ...]:
    """Return a word of the institutions' list `name` and the gender at most NEAR words away."""
    groups = list(islice(group_pattern().finditer(sentence), MOST_PLACES))
    places = pattern("institutions", name).finditer(sentence) if groups else ()
    for place in islice(places, MOST_PLACES):
        for group in groups:
            first, second = sorted((place.span(), group.span()))
            if len(sentence[first[1] : second[0]].split()) <= NEAR:
                return place.group(), group.group()
    return ()


def stereotypes(sentences: list[str]) -> Proposal | None:
    """Find a sentence that claims something of a gender as a whole."""
    for sentence in sentences:
        if words := found(pattern("claims", "sayings"), sentence) or claims(sentence):
            return Proposal(
                Category.STEREOTYPES, words, f"A claim about a gender as a whole: {quoted(words)}."
            )
    return None


def given_gender(prompt: str, chosen: str, rejected: str) -> Proposal | None:
    """Find a short rejected answer that gives a gender nobody has in prompt and chosen answer."""
    given = tuple(find_gendered(rejected))[:MOST_WORDS]
    if not given or len(rejected.split()) > SHORT_ANSWER or find_gendered(f"{prompt}\n{chosen}"):
        return None
    return Proposal(
        Category.STEREOTYPES, given, f"The rejected answer supposes a gender: {quoted(given)}."
    )


def swapped_gender(chosen: str, rejected: str) -> Proposal | None:
    """Find two answers that differ in their gendered words alone."""
    sides = LETTERS.findall(chosen), LETTERS.findall(rejected)
    if sides[0] == sides[1] or len(sides[0]) != len(sides[1]) or len(sides[0]) > LONGEST_SWAP:
        return None
    differing = [pair for pair in zip(*sides, strict=True) if pair[0] != pair[1]]
    if not all(find_gendered(word) for pair in differing for word in pair):
        return None
    words = tuple(dict.fromkeys(word for _, word in differing))[:MOST_WORDS]
    return Proposal(
        Category.STEREOTYPES, words, f"The answers differ in gender alone: {quoted(words)}."
    )


def claims(sentence: str) -> tuple[str, ...]:
    """Return the words that make a sentence a claim about a gender; () for none."""
    if words := found(claim_pattern(), sentence):
        return words
    groups, comparing = found(group_pattern(), sentence), pattern("claims", "comparing")
    if not groups or not comparing.search(sentence) or not compares(sentence):
        return ()
    return tuple(dict.fromkeys((*groups, *found(comparing, sentence))))[:MOST_WORDS]


def compares(sentence: str) -> bool:
    """Tell whether a sentence holds two genders against each other, or one against the rest."""
    groups = pattern("groups", "female"), pattern("groups", "male")
    several = all(one.search(sentence) for one in groups)
    return several or bool(pattern("groups", "either").search(sentence)) or " than " in sentence


def quoted(words: tuple[str, ...]) -> str:
    """Return the words for a sentence."""
    return ", ".join(f"“{word}”" for word in words)


def plain(text: str) -> str:
    """Return the text as it is read: small letters, one kind of apostrophe, of bounded length."""
    return text[:LONGEST].lower().replace("’", "'").replace("‘", "'")


def text_of(conversation: Conversation) -> str:
    """Return what the messages of a conversation say, a line each."""
    return "\n".join(str(message["content"]) for message in conversation)
