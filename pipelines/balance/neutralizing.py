"""Take the gender out of an explanation, so that the sentence around it stays as it is.

Names and third-person singular pronouns become "the main character", so no verb changes; reflexive
pronouns become "themself"; gendered nouns, adjectives and titles take a form from a table.

Not covered: a surname after a first name; a gender implied without a gendered word; two people who
have pronouns both become "the main character". "her" before a word that can stand both ways
("gave her money") is read as a possessive; either reading names no gender.
"""

import re
from collections.abc import Collection
from functools import cache, lru_cache
from unicodedata import normalize

from pipelines.assets import read_asset
from pipelines.balance.checking import gendered_words, is_gendered, name_pattern

CHARACTER = "the main character"
SUBJECT = frozenset({"he", "she", "ze", "xe"})
OBJECT = frozenset({"him", "xem"})
OBJECT_OR_POSSESSIVE = frozenset({"her", "hir", "zir"})
POSSESSIVE = frozenset({"his", "hers", "hirs", "zirs", "xyr", "xyrs"})
REFLEXIVE = frozenset({"himself", "herself", "hisself", "hirself", "zirself", "xemself"})
PRONOUNS = SUBJECT | OBJECT | OBJECT_OR_POSSESSIVE | POSSESSIVE | REFLEXIVE

APART = r"(?:\s+or\s+|\s*/\s*)"
PAIRS = (
    (rf"\b(?:s?he{APART}(?:s?he|they)|they{APART}s?he|s/he)\b|\(s\)he\b", "he"),
    (rf"\b(?:(?:him|her|them)(?:self)?{APART}(?:him|her)|(?:him|her){APART}them)self\b", "himself"),
    (rf"\bhis{APART}hers?\b|\bher{APART}his\b", "his"),
    (rf"\bhim{APART}her\b|\bher{APART}him\b", "him"),
)
"""Both genders named at once stand for one person."""

TITLE = r"(?:M[Rr][Ss]?|M[Ss]|Mister|Miss|MISS)"
TOKEN = (
    r"(?P<phrase>{phrases})"
    r"|\b{title}\b\.?\s+(?=[A-Z])(?!{names})"
    r"|(?P<name>(?:\b(?:{title}|Dr|Prof)\b\.?\s+)?{names})(?P<of>{tail})?"
    r"|(?P<article>\b[Aa]n?[ ](?!{phrases}|{names}))?"
    r"(?<![^\W_])(?P<word>[Mm]a['’]am|[Nn]on-[Bb]inary|[^\W_]+)(?P<tail>{tail})?"
)
TAIL = r"['’](?:s|ll|d)?(?![^\W_])"
NEXT = re.compile(r"[ \t]+([A-Za-z][\w-]*)")
LAST = re.compile(r"([A-Za-z]+)[ \t]+\Z")
AN = re.compile(r"(?!uni|use|usu|eu|one|once)[aeiou]|heir|hon|hour", re.I)
HAD = re.compile(r"\s+(?:better|been|had|done|gone|known|never|already|\w+(?:ed|en))\b", re.I)
RAISE, DROP = "\ue000", "\ue001"
"""Stand for a word left out, until the text is whole; after RAISE a capital has to follow."""


@cache
def words_in(key: str) -> frozenset[str]:
    """Return one of the lists, or the gendered words, of the table of neutral forms."""
    return frozenset(read_asset("words/neutral_forms.json")[key])


def neutralize(text: str, names: Collection[str]) -> str:
    """Return the text without names and gendered words; "" stays "".

    The result passes the checks `gender_neutral` and `no_names` for the same names, and
    neutralizing it again changes nothing.
    """
    text = normalize("NFC", text).replace(RAISE, "").replace(DROP, "")
    for pair, one in PAIRS:
        text = re.sub(
            pair,
            lambda found, one=one: cased(one, any(map(str.isupper, found[0][:2]))),
            text,
            flags=re.I,
        )
    text = token_pattern(frozenset(names)).sub(replaced, text)
    text = re.sub(rf"{DROP}\s*", "", text)
    return re.sub(rf"{RAISE}\s*(.?)", lambda found: found[1].upper(), text)


@lru_cache(maxsize=64)
def token_pattern(names: frozenset[str]) -> re.Pattern[str]:
    """Return what finds the next name, title, word, or phrase to be left alone."""
    known, phrases = name_pattern(names), gendered_words()[2].pattern.replace("'", "['’]")
    found = known.pattern if known else r"(?!)"
    return re.compile(TOKEN.format(title=TITLE, names=found, phrases=f"(?i:{phrases})", tail=TAIL))


def replaced(found: re.Match[str]) -> str:
    """Return what stands for one name, title or word."""
    if found["phrase"]:
        return found.group()
    if found["name"]:
        return character(found, found["of"] or "")
    if not found["word"]:
        return RAISE if begins_sentence(found) else ""
    word = found["word"].lower().replace("’", "'")
    if word in PRONOUNS:
        return (found["article"] or "") + pronoun(word, found)
    forms = read_asset("words/neutral_forms.json")["forms"]
    if word in forms or is_gendered(word, ()):
        return neutral(found, forms.get(word, "person" if word.endswith("man") else "people"))
    return found.group()


def pronoun(word: str, found: re.Match[str]) -> str:
    """Return what stands for one pronoun."""
    tail = found["tail"] or ""
    if word in REFLEXIVE:
        return cased("themself", begins_sentence(found)) + tail
    if word in POSSESSIVE or (word in OBJECT_OR_POSSESSIVE and owns(found)):
        apostrophe = "’" if "’" in found.string else "'"
        return character(found, f"{apostrophe}s") + (tail if len(tail) == 1 else "")
    return character(found, tail)


def character(found: re.Match[str], tail: str) -> str:
    """Return "the main character" with the ending that the name or pronoun had."""
    words, end = cased(CHARACTER, begins_sentence(found)), tail[1:]
    if end == "d":
        return words + (" had" if HAD.match(found.string, found.end()) else " would")
    if end == "ll":
        return f"{words} will"
    if len(tail) == 1 and found.group()[-2] in "sxz" and NEXT.match(found.string, found.end()):
        return f"{words}{tail}s"
    return words + tail


def owns(found: re.Match[str]) -> bool:
    """Tell whether "her" stands before a noun, as in "her wallet", and is no object."""
    if found["tail"]:
        return found["tail"][1:] == "s"
    text, after_object = found.string, words_in("after_object_her")
    following = NEXT.match(text, found.end())
    if not following or following[1].lower() in after_object:
        return False
    word, verb = following[1].lower(), LAST.search(text[: found.start("word")][-40:])
    letting = verb and verb[1].lower() in words_in("letting_verbs")
    if letting and word in words_in("done_by_object_her"):
        return False
    if word.endswith("ly") and word not in words_in("no_adverbs_in_ly"):
        beyond = NEXT.match(text, following.end())
        return bool(beyond) and beyond[1].lower() not in after_object
    return True


def neutral(found: re.Match[str], form: str) -> str:
    """Return the neutral form with the article it needs; an empty form leaves the word out."""
    article, tail = found["article"] or "", found["tail"] or ""
    start = begins_sentence(found)
    following = NEXT.match(found.string, found.end())
    if (
        not (form or tail)
        and following
        and following[1].lower() not in words_in("after_object_her")
    ):
        return with_article(article, following[1]) + (RAISE if start and not article else DROP)
    form = form or "human"
    if tail in ("'", "’") and following and not form.endswith("s"):
        tail += "s"
    return with_article(article, form) + cased(form, start and not article) + tail


def with_article(article: str, word: str) -> str:
    """Return "a " or "an " as the word wants it, with the capital of the given one; "" stays ""."""
    return cased("an " if AN.match(word) else "a ", article[0].isupper()) if article else ""


def begins_sentence(found: re.Match[str]) -> bool:
    """Tell whether what was found has a capital because a sentence or a quotation begins."""
    if not found.group()[0].isupper():
        return False
    before = found.string[: found.start()]
    if before.endswith(('"', "“")):
        return True
    before = before.rstrip(" \t\"'“”‘’()[]*_")
    return not before or before[-1] in ".!?…:\n"


def cased(words: str, capital: bool) -> str:
    """Return the words with a capital first letter where one is wanted."""
    return words[0].upper() + words[1:] if capital else words
