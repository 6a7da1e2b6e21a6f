"""Who is in a text: every mention of a person by name, title or gendered noun, and whose it is.

Pronouns are not mentions; `references` decides whose they are. People without a gendered word
(the doctor) are not seen.
"""

from dataclasses import dataclass, field

from pipelines.swap.fixed import Kept, kept_runs
from pipelines.swap.lexicon import is_adverb, is_plural, parts, words
from pipelines.swap.name_mentions import NAMING, is_first_name, is_title, surname_end
from pipelines.swap.names import name_arm
from pipelines.swap.phrases import Phrase, noun_phrase
from pipelines.swap.tokens import Tokens
from pipelines.swap.words import gendered, titles

SHIP = "known:the ship"
NARRATOR = "narrator"
"""The key of the person who says "I"."""


@dataclass(slots=True)
class Mention:
    """One mention: its place, whose it is, the arm its word tells, and how it is said."""

    place: int
    key: str
    arm: str
    kind: str  # name / title / noun / known
    plural: bool = False
    owned: bool = False  # somebody's: his brother, Tom's wife
    owner: str = ""  # the possessive, "'s" after a name


@dataclass(slots=True)
class Cast:
    """The people of a text: mentions in order, arms by key, and the runs that stay."""

    tokens: Tokens
    kept: list[Kept]
    mentions: list[Mention] = field(default_factory=list)
    arms: dict[str, str] = field(default_factory=dict)
    spelled: dict[str, str] = field(default_factory=dict)  # a name's key -> as written first
    predicates: dict[int, int] = field(default_factory=dict)  # noun -> copula that says it


def read_cast(tokens: Tokens, name: str = "") -> Cast:
    """Find the people of a text. `name` is a first name for certain."""
    cast = Cast(tokens, kept_runs(tokens))
    runs = {run.start: run for run in cast.kept}
    name, place, surnames = name.lower(), 0, {}
    while place < len(tokens):
        run = runs.get(place)
        if run:
            if run.kind == "people":
                _add_known(cast, run)
            place = run.end
        elif tokens.raw[place][0].isupper() and is_title(tokens, place):
            place = _add_title(cast, place, surnames, name)
        elif tokens.raw[place][0].isupper() and (
            tokens.low[place] == name
            or tokens.low[place] in surnames
            or is_first_name(tokens, place)
        ):
            place = _add_name(cast, place, surnames)
        else:
            _add_word(cast, place)
            place += 1
    _settle(cast)
    return cast


def _add_word(cast: Cast, place: int) -> None:
    """Add the mention that a word is, if it is one: a gendered noun, a ship, a neutral person."""
    tokens = cast.tokens
    word = tokens.low[place]
    arm = gendered(word)
    if arm:
        _add_noun(cast, place, arm)
    elif word in words("ships") and _is_named_she(tokens, place):
        cast.mentions.append(Mention(place, SHIP, "female", "ship"))
        cast.arms[SHIP] = "female"
    elif word in words("persons"):
        cast.mentions.append(Mention(place, "the " + word, "", "person"))


def _add_known(cast: Cast, run: Kept) -> None:
    first = cast.tokens.low[run.start]
    key = "known:" + " ".join(cast.tokens.low[run.start : run.end])
    arm = gendered(first) or name_arm(first)
    cast.mentions.append(Mention(run.start, key, arm, "known"))
    cast.arms.setdefault(key, arm)


def _add_title(cast: Cast, place: int, surnames: dict[str, str], name: str) -> int:
    """Mrs. Smith, Mr. Tom Baker: the title tells the arm of the whole name."""
    tokens = cast.tokens
    arm = next((arm for arm in ("male", "female") if tokens.low[place] in titles(arm)), "")
    first = place + 2 if tokens.at(place + 1) == "." else place + 1
    end = surname_end(tokens, first)
    low = tokens.low[first]
    named = low == name or (end > first + 1 and bool(name_arm(low)))
    key = low if named else surnames.get(tokens.low[end - 1], "mx " + tokens.low[end - 1])
    if not named and arm and cast.arms.get(key) not in (arm, "", None):
        key = f"mx {tokens.low[end - 1]} {arm}"  # Mr. and Mrs. Brown
    cast.mentions.append(Mention(place, key, arm, "title"))
    if named:
        cast.mentions.append(Mention(first, key, arm, "name"))
        cast.spelled.setdefault(key, tokens.raw[first])
    surnames.setdefault(tokens.low[end - 1], key)
    cast.arms[key] = arm
    return end


def _add_name(cast: Cast, place: int, surnames: dict[str, str]) -> int:
    tokens = cast.tokens
    low = tokens.low[place]
    key = low if cast.spelled.get(low) else surnames.get(low, low)
    end = surname_end(tokens, place)
    if key == low:
        cast.spelled.setdefault(key, tokens.raw[place])
        surnames.update({tokens.low[at]: key for at in range(place + 1, end)})
    kind = "name" if key == low else "surname"
    arm = name_arm(low) if kind == "name" else ""
    cast.mentions.append(Mention(place, key, arm, kind))
    if not cast.arms.get(key):
        cast.arms[key] = arm if arm != "they" else ""
    return end


def _add_noun(cast: Cast, place: int, arm: str) -> None:
    tokens = cast.tokens
    word = tokens.low[place]
    phrase = noun_phrase(tokens, place)
    if word in words("noun_needs_determiner") and not _is_noun_here(tokens, place, phrase):
        return
    if word in ("god", "lord", "father", "king", "count") and _is_divine(tokens, place):
        return
    if phrase.copula >= 0:
        cast.predicates[place] = phrase.copula
    mention = Mention(place, "", arm, "noun", is_plural(word), phrase.possessed)
    mention.owner = phrase.determiner if phrase.possessed else ""
    narrates = _is_narrator(tokens, place, phrase)
    mention.key = NARRATOR if narrates else _beside_name(cast, place, phrase)
    cast.mentions.append(mention)


def _is_narrator(tokens: Tokens, place: int, phrase: Phrase) -> bool:
    """I am a man; as a mother, I."""
    if phrase.copula < 0:
        return False
    if tokens.low[phrase.copula] in ("as", "being"):
        return tokens.at(place + 1) == "," and tokens.at(place + 2) == "i"
    before = phrase.copula - 1
    while tokens.is_word(before) and is_adverb(tokens.low[before]):
        before -= 1
    return tokens.at(before) == "i"


def _is_named_she(tokens: Tokens, place: int) -> bool:
    """The ship that a sentence begins with, HMS Beagle: English may call it she."""
    if tokens.low[place] in ("hms", "uss", "rms"):
        return tokens.capitalized(place + 1)
    return tokens.opens(noun_phrase(tokens, place).start)


def _is_divine(tokens: Tokens, place: int) -> bool:
    """God, the Lord: a capital inside a sentence and no name after it."""
    if not tokens.capitalized(place) or tokens.raw[place].isupper():
        return False
    return not tokens.capitalized(place + 1) and (
        not tokens.opens(place) or tokens.low[place] in ("god", "lord")
    )


def _is_noun_here(tokens: Tokens, place: int, phrase: Phrase) -> bool:
    after = tokens.at(place + 1)
    if phrase.determiner or (tokens.capitalized(place) and tokens.capitalized(place + 1)):
        return tokens.low[place] != "fellow" or not _is_open(tokens, place + 1)
    before = tokens.at(place - 1)
    return before in words("copulas") or after in ("'s", ",", ".", "!", "?") or before == "of"


def _is_open(tokens: Tokens, place: int) -> bool:
    return tokens.is_word(place) and "NOUN" in parts(tokens.low[place])


def _beside_name(cast: Cast, place: int, phrase: Phrase) -> str:
    """Return the key of the name that a noun stands beside: my uncle Bob; Tom, a young man."""
    tokens = cast.tokens
    after = place + 1
    if tokens.at(after) in NAMING or (
        tokens.at(after) == "," and tokens.at(after + 2) in (",", ".")
    ):
        after += 1
    elif phrase.determiner in ("a", "an"):  # a man Julia met
        after = len(tokens)
    if tokens.touching(after - 1) and is_first_name(tokens, after):
        return tokens.low[after]
    if tokens.at(phrase.start - 1) == "," and phrase.determiner and not phrase.possessed:
        titled = _titled(cast, phrase.start - 2, gendered(tokens.low[place]))
        if titled:
            return titled
        for at in (phrase.start - 2, phrase.start - 3):
            if at >= 0 and (tokens.low[at] in cast.spelled or is_first_name(tokens, at)):
                return tokens.low[at]
    return ""


def _titled(cast: Cast, place: int, arm: str) -> str:
    """Return the key of the title and surname that end at a place: Mr. Ortiz, a fireman."""
    last = next((one for one in reversed(cast.mentions) if one.place < place), None)
    if last is None or last.kind != "title" or last.arm != arm or place - last.place > 2:
        return ""
    surname = cast.tokens.at(place)
    return last.key if last.key in (f"mx {surname}", f"mx {surname} {arm}") else ""


def _settle(cast: Cast) -> None:
    """Give every noun its key, and names the arm of the noun beside them."""
    named = set(cast.spelled) | {one.key for one in cast.mentions if one.kind == "title"}
    for mention in cast.mentions:
        if mention.kind != "noun":
            continue
        if mention.key in named or mention.key == NARRATOR:
            cast.arms[mention.key] = mention.arm
            continue
        word = cast.tokens.low[mention.place]
        mention.key = ("own " if mention.owned else "the ") + word
        cast.arms.setdefault(mention.key, mention.arm)
