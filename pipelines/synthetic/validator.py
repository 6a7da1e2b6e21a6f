"""Tell which of a model's sentences can be kept, and why the others cannot.

Each rule reads words. Not covered, because no such rule can tell: whether the attribute goes
against a stereotype at all, whether it describes the term and not somebody else in the sentence,
and whether the sentence is true or kind. A few attributes that sound kind and still say that all of
a group are alike are flagged; others of that sort are not known here.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from pipelines.assets import read_asset
from pipelines.synthetic.parsing import Entry

FEWEST_WORDS, MOST_WORDS = 4, 40
NEAR_DUPLICATE = 95.0
"""Similarity (0 to 100, share of equal letters in order) from which a sentence is there already."""
THERE_ALREADY = "the sentence is there already"
ONE_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
GAP = re.compile(r"__|\[|\]|[{}<>]|\.\.\.|…")
ARTICLES = ("a", "an", "the")
CACHED = 50_000
"""Terms and sentences whose forms are remembered; each new sentence is held against all others."""
WORDS = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


@dataclass(frozen=True)
class Known:
    """What a sentence is held against: the sentences there are, the examples shown, the terms."""

    keys: Collection[str]
    shown: Collection[str] = ()
    terms: Collection[str] | None = None  # None: any term, as in general prompting


def reject(entry: Entry, known: Known) -> str:
    """Return the first rule that the entry breaks, in words; "" if it can be kept."""
    for reason, breaks in RULES:
        if breaks(entry, known):
            return reason
    return ""


def no_word(entry: Entry, known: Known) -> bool:
    """Tell whether the attribute is not one word."""
    return not ONE_WORD.fullmatch(entry.attribute)


def describes_nobody(entry: Entry, known: Known) -> bool:
    """Tell whether the attribute is a word such as "the"."""
    return entry.attribute.casefold() in read_asset("words/synthetic.json")["no_attributes"]


def bad_length(entry: Entry, known: Known) -> bool:
    """Tell whether the sentence is too short or too long."""
    return not FEWEST_WORDS <= len(WORDS.findall(entry.sentence)) <= MOST_WORDS


def has_gap(entry: Entry, known: Known) -> bool:
    """Tell whether the sentence has a place left to be filled, or signs of a form."""
    return bool(GAP.search(entry.sentence))


def other_term(entry: Entry, known: Known) -> bool:
    """Tell whether the term is none of those asked for, in singular or plural."""
    if known.terms is None:
        return False
    wanted = {form for term in known.terms for form in forms(term)}
    return not wanted & forms(entry.term)


def attribute_missing(entry: Entry, known: Known) -> bool:
    """Tell whether the attribute does not occur as a word."""
    return not occurs(entry.attribute, entry.sentence)


def term_missing(entry: Entry, known: Known) -> bool:
    """Tell whether the term does not occur, in singular or plural."""
    return not any(occurs(form, entry.sentence) for form in forms(entry.term))


def in_term(entry: Entry, known: Known) -> bool:
    """Tell whether the attribute is the term or a part of it."""
    attribute = entry.attribute.casefold()
    return any(attribute in form.split() for form in forms(entry.term))


def names_group(entry: Entry, known: Known) -> bool:
    """Tell whether the attribute is another of the terms asked for, so that it describes nobody."""
    return any(entry.attribute.casefold() in forms(term) for term in known.terms or ())


def copied(entry: Entry, known: Known) -> bool:
    """Tell whether the sentence is one of the examples."""
    return is_near(sentence_key(entry.sentence), known.shown)


def there_already(entry: Entry, known: Known) -> bool:
    """Tell whether the project has the sentence, or nearly the same one."""
    return is_near(sentence_key(entry.sentence), known.keys)


RULES: tuple[tuple[str, Callable[[Entry, Known], bool]], ...] = (
    ("the attribute is not one word", no_word),
    ("the attribute describes nobody", describes_nobody),
    (f"the sentence has not {FEWEST_WORDS} to {MOST_WORDS} words", bad_length),
    ("the sentence has a gap or signs of a form", has_gap),
    ("the attribute is not in the sentence", attribute_missing),
    ("the term is not one of those asked for", other_term),
    ("the term is not in the sentence", term_missing),
    ("the attribute is a part of the term", in_term),
    ("the attribute names another group", names_group),
    ("the sentence copies an example", copied),
    (THERE_ALREADY, there_already),
)


def complete(entry: Entry) -> tuple[Entry, str]:
    """Return the entry with a stereotyped word that can be used, and where it is from.

    That is "model", "table" (our opposites) or "" where there is none. Attribute and stereotyped
    word come out in small letters, as they stand inside a sentence.
    """
    attribute = entry.attribute.lower()
    if not occurs(attribute, entry.sentence):  # a letter that has no small form of its own
        attribute = entry.attribute
    opposite = read_asset("words/synthetic.json")["opposites"].get(attribute, "")
    for word, origin in ((entry.stereotyped.lower(), "model"), (opposite, "table")):
        if can_replace(entry, word):
            return replace(entry, attribute=attribute, stereotyped=word), origin
    return replace(entry, attribute=attribute, stereotyped=""), ""


def can_replace(entry: Entry, word: str) -> bool:
    """Tell whether a word, put in the attribute's place, makes another sentence."""
    no_attributes = read_asset("words/synthetic.json")["no_attributes"]
    if not ONE_WORD.fullmatch(word) or word in no_attributes:
        return False
    attribute = entry.attribute.lower()
    same_stem = word.startswith(attribute) or attribute.startswith(word)  # kind, kind-hearted
    return not same_stem and not occurs(word, entry.sentence)


def flags(entry: Entry) -> list[str]:
    """Return what a person should look at, in sentences; [] for nothing that is known here."""
    words = set(WORDS.findall(entry.term.casefold()))
    attribute = entry.attribute.casefold()
    for rule in read_asset("words/synthetic.json")["kind_generalisations"]:
        if words & set(rule["groups"]) and attribute in rule["attributes"]:
            return [
                f"“{attribute}” is often said of “{entry.term}”: it sounds kind and still is a "
                "generalisation."
            ]
    return []


@lru_cache(maxsize=CACHED)
def forms(term: str) -> frozenset[str]:
    """Return a term in small letters with its simple singular and plural."""
    one = " ".join(term.casefold().split())
    found = {one, f"{one}s", f"{one}es", one.removesuffix("s"), one.removesuffix("es")}
    if one.endswith("y"):
        found.add(f"{one[:-1]}ies")
    if one.endswith("ies"):
        found.add(f"{one[:-3]}y")
    for singular, plural in (("man", "men"), ("person", "people"), ("child", "children")):
        if one.endswith(singular):
            found.add(one[: -len(singular)] + plural)
        if one.endswith(plural):
            found.add(one[: -len(plural)] + singular)
    return frozenset(form for form in found if form)


def occurs(word: str, sentence: str) -> bool:
    """Tell whether a word or phrase stands in the sentence as a whole, in any case."""
    return bool(word_pattern(word).search(sentence))


def word_pattern(word: str) -> re.Pattern[str]:
    """Return the pattern that finds a word or phrase as a whole."""
    return re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])", re.I)


def sentence_key(sentence: str) -> str:
    """Return the words of a sentence in small letters without articles."""
    words = WORDS.findall(sentence.casefold().replace("’", "'"))
    return " ".join(word for word in words if word not in ARTICLES)


def is_near(key: str, keys: Iterable[str], least: float = NEAR_DUPLICATE) -> bool:
    """Tell whether one of the keys is the same or nearly so."""
    return process.extractOne(key, keys, scorer=fuzz.ratio, score_cutoff=least) is not None
