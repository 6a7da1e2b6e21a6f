"""What a word can be: closed classes from our own lists, open ones from lemminflect's lexicon.

lemminflect's tables come from the NIH's SPECIALIST Lexicon. No context is looked at here.
"""

from functools import cache, lru_cache

from pipelines.assets import read_asset

CACHED = 1 << 16


@cache
def words(kind: str) -> frozenset[str]:
    """Return one list of `assets/words/swap_grammar.json` as a set."""
    return frozenset(read_asset("words/swap_grammar.json")[kind])


@cache
def function_words() -> frozenset[str]:
    """Return every word of a closed class."""
    kinds = ("prepositions", "conjunctions", "determiners", "pronouns", "possessives")
    return frozenset().union(*(words(kind) for kind in (*kinds, "auxiliaries", "adverbs")))


@cache
def _lemminflect():
    import lemminflect  # noqa: PLC0415  (loads numpy and the lexicon)

    return lemminflect


@lru_cache(CACHED)
def parts(word: str) -> frozenset[str]:
    """Return which of NOUN, VERB, ADJ and ADV a word can be; by its ending if it is unknown."""
    found = frozenset(_lemminflect().getAllLemmas(word)) & {"NOUN", "VERB", "ADJ", "ADV"}
    if found:
        return found
    if word.endswith("ly"):
        return frozenset({"ADV"})
    if word.endswith(("ing", "ed")):
        return frozenset({"VERB", "ADJ"})
    return frozenset({"NOUN"})


@lru_cache(CACHED)
def in_lexicon(word: str) -> bool:
    """Say whether the lexicon has a word, in any part of speech."""
    return bool(_lemminflect().getAllLemmas(word))


@lru_cache(CACHED)
def verb_tags(word: str) -> frozenset[str]:
    """Return which verb forms a word can be: VB, VBZ, VBD, VBN, VBG."""
    tags = set()
    for lemma in _lemminflect().getAllLemmas(word, "VERB").get("VERB", ()):
        forms = _lemminflect().getAllInflections(lemma, "VERB")
        tags |= {tag for tag, spelled in forms.items() if word in spelled}
        if "VBD" in tags and "VBN" not in forms:  # a regular verb has one form for both
            tags.add("VBN")
    return frozenset(tags)


@lru_cache(CACHED)
def lemma(word: str) -> str:
    """Return the base form of a word as a verb; the word itself if it is none.

    Of two verbs with one form the one that is written like it least wins (saw: see).
    """
    lemmas = _lemminflect().getAllLemmas(word, "VERB").get("VERB", ())
    return lemmas[0] if lemmas else word


@lru_cache(CACHED)
def third_person(base: str) -> str:
    """Return the form after he or she of a verb: walk, walks."""
    irregular = {"be": "is", "have": "has", "do": "does", "go": "goes"}
    if base in irregular:
        return irregular[base]
    found = _lemminflect().getInflection(base, "VBZ", inflect_oov=False)
    return found[0] if found else base + "s"


@lru_cache(CACHED)
def base_of_third_person(word: str) -> str:
    """Return the form after they of a verb in the form after she: walks, walk; "" if it is none."""
    irregular = {"is": "are", "was": "were", "has": "have", "does": "do", "dares": "dare"}
    if word in irregular:
        return irregular[word]
    if not word.endswith("s"):
        return ""
    for base in _lemminflect().getAllLemmas(word, "VERB").get("VERB", ()):
        if third_person(base) == word:
            return base
    return ""


@lru_cache(CACHED)
def is_adverb(word: str) -> bool:
    """Say whether a word is an adverb and nothing else that could follow a pronoun."""
    if word in words("adverbs"):
        return True
    if word.endswith("ly"):
        return word not in words("not_adverbs_in_ly")
    return word not in function_words() and parts(word) == {"ADV"}


@lru_cache(CACHED)
def is_nominal(word: str) -> bool:
    """Say whether a noun phrase can go on with a word: a noun or an adjective, or a name."""
    if word in words("before_noun") or word in words("numbers"):
        return True
    if not word[:1].isalnum() or word in function_words() or is_adverb(word):
        return False
    return bool(parts(word) & {"NOUN", "ADJ"}) or bool(verb_tags(word) & {"VBN", "VBG"})


@lru_cache(CACHED)
def is_plural(word: str) -> bool:
    """Say whether a word can be a plural noun."""
    if word in ("people", "children", "men", "women", "police", "everyone", "everybody"):
        return True
    if word in function_words() or "NOUN" not in parts(word):
        return False
    forms = _lemminflect().getAllLemmas(word, "NOUN").get("NOUN", ())
    return word not in forms and bool(forms)
