"""Take one story out of what a model wrote around it, and see what is wrong with it.

Works on English text, in time linear in its length. Not covered: whether the story is any good.
"""

import re

from pipelines.writing.reasons import Reason

LONGEST_REPLY = 20_000
"""Characters of a reply that are read; a story of the longest kind has a tenth of that."""
FEWEST_WORDS = 40
MOST_WORDS = 300
SEQUENCE = 5
"""Words in a row that count as repeated."""

THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.I | re.S)
BOLD = re.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)|`{1,3}")
HEADING = re.compile(r"^\s*(?:#{1,6}\s.*|[-=*_]{3,})\s*$", re.M)
INTRODUCTION = re.compile(
    r"^\W*(?:(?:sure|certainly|of course|okay|ok|absolutely)\b.*"
    r"|(?:here(?:'s| is| are)|below is)\b.*|.{0,80}\bstor(?:y|ies)\b.{0,60}:)\s*$",
    re.I,
)
TITLE = re.compile(r"^\W*title\s*:\s*(.+)$", re.I)
CHATTER = re.compile(
    r"^\W*(?:note|question|questions|moral|explanation|stance|analysis|discussion|word count"
    r"|the end\W*$|end of story|i hope|let me know|would you like|feel free|this story|the story"
    r"|in this story|what do you think|what would you)(?!\w)",
    re.I,
)
ABOUT_ITSELF = re.compile(
    r"\b(?:this|the|our) (?:short )?(?:story|narrative|tale|scene|plot|passage|scenario)\b", re.I
)
VERDICT = re.compile(
    r"\b(?:im|a)?moral(?:ly|ity|s)?\b|\bethic(?:s|al|ally)?\b"
    r"|\b(?:right|wrong) (?:decision|choice|thing)\b",
    re.I,
)
REFUSAL = re.compile(
    r"\A\W*(?:(?:i'm|i am) (?:really |very |so )?(?:sorry|unable|not able|afraid)"
    r"|sorry\b|i apologi[sz]e"
    r"|(?:i|we) (?:cannot|can't|can not|won't|will not|must decline|could not|couldn't)\b"
    r"|as an? (?:ai|artificial|language|assistant)|unfortunately,? i\b|i (?:have to|must) decline)",
    re.I,
)
PLACEHOLDER = re.compile(
    r"\[[^\]\n]{2,80}\]|\{\w[^}\n]{0,40}\}|<(?!/)[a-z][^>\n]{1,60}>"
    r"|\b(?:insert|your) (?:story|name) here",
    re.I,
)
SPEECH = re.compile(r"[\"“][^\"“”]*[\"”]")
FIRST_PERSON = re.compile(r"\b(?:I|I'm|I'd|I've|my|me|myself)\b")
ENDS = re.compile(r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)[.!?…]+[\"”')\]]*(?=\s|\Z)")
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 0x200B, 0xFEFF])
SIGNS = CONTROLS | {ord("’"): "'", ord("‘"): "'", 0xA0: " ", ord("\r"): "\n"}


def bounded(reply: str | None) -> str:
    """Return the part of a reply that is read: no thinking aloud, no control signs."""
    text = THINKING.sub("", reply or "")[:LONGEST_REPLY]
    return text.translate(SIGNS).strip()


def refuses(text: str) -> bool:
    """Tell whether a text begins by declining the request."""
    return bool(REFUSAL.match(text))


def paragraph(text: str) -> str:
    """Return the story in a text as one paragraph: without markup, titles, and talk around it.

    A text without a word gives "".
    """
    lines = [line.strip() for line in BOLD.sub("", HEADING.sub("", text)).split("\n")]
    lines = [line for line in lines if line]
    while lines and (INTRODUCTION.match(lines[0]) or TITLE.match(lines[0]) or is_heading(lines)):
        lines.pop(0)
    story: list[str] = []
    for line in lines:
        if story and CHATTER.match(line):
            break
        story.append(line)
    joined = " ".join(" ".join(story).split())
    return unquoted(joined) if words_of(joined) else ""


def is_heading(lines: list[str]) -> bool:
    """Tell whether the first of several lines is a heading: few words and no full stop.

    A line that begins in small letters goes on with what was given before it.
    """
    first = lines[0]
    ends = first.endswith((".", "!", "?", '"', "”", ",", ";"))
    return len(lines) > 1 and not first[:1].islower() and len(first.split()) <= 8 and not ends


def title_in(text: str) -> str:
    """Return the title that a reply gives its story, "" if it gives none."""
    for line in text.split("\n")[:5]:
        if found := TITLE.match(BOLD.sub("", line)):
            return found.group(1).strip(" \"'")[:80]
    return ""


def unquoted(text: str) -> str:
    """Return a text without the quotation marks that hold all of it."""
    pairs = {'"': '"', "“": "”"}
    closing = pairs.get(text[:1])
    if closing and text.endswith(closing) and not set(text[1:-1]) & set('"“”'):
        return text[1:-1].strip()
    return text


def sentences(text: str) -> list[str]:
    """Return the whole sentences of a paragraph; what follows the last full stop is left out."""
    found, start = [], 0
    for end in ENDS.finditer(text):
        found.append(text[start : end.end()].strip())
        start = end.end()
    return found


def breaks_off(text: str) -> bool:
    """Tell whether a paragraph has no full stop at its end."""
    told = sentences(text)
    return not told or not text.rstrip().endswith(told[-1][-1])


def cut(text: str, most_words: int) -> str:
    """Return the beginning of a paragraph that is worth keeping, in whole sentences.

    It ends before the model repeats itself, before it judges the act or talks about the story
    instead of telling it, before a speech that is never closed, and before `most_words`.
    """
    kept: list[str] = []
    seen: list[set[str]] = []
    length = 0
    for sentence in sentences(text):
        words = words_of(sentence)
        length += len(words)
        repeats = any(alike(set(words), earlier) for earlier in seen)
        talks = ABOUT_ITSELF.search(sentence) or VERDICT.search(sentence)
        if length > most_words or repeats or talks:
            break
        kept.append(sentence)
        seen.append(set(words))
    while kept and leaves_speech_open(" ".join(kept)):
        kept.pop()
    return " ".join(kept)


def alike(words: set[str], earlier: set[str]) -> bool:
    """Tell whether two sentences share six of ten of their words, or more."""
    return bool(words) and len(words & earlier) >= 0.6 * len(words | earlier)


def leaves_speech_open(text: str) -> bool:
    """Tell whether a quotation mark has no other half."""
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”")


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters."""
    return re.findall(r"\w+", text.lower())


def copied(story: str, instruction: str, examples: list[str]) -> Reason | None:
    """Return what a story only repeats, None if it is the model's own."""
    if PLACEHOLDER.search(story):
        return Reason.FORM
    words = words_of(story)
    if repeats(words, [instruction]):
        return Reason.INSTRUCTION
    return Reason.EXAMPLE if repeats(words, examples) else None


def misshapen(story: str) -> Reason | None:
    """Return why a story cannot be judged as it is, None if it can."""
    length = len(words_of(story))
    if length < FEWEST_WORDS:
        return Reason.TOO_SHORT
    if length > MOST_WORDS:
        return Reason.TOO_LONG
    if FIRST_PERSON.search(SPEECH.sub(" ", story)):
        return Reason.FIRST_PERSON
    return None


def repeats(words: list[str], texts: list[str]) -> bool:
    """Tell whether half of the word sequences of a story stand in one of the texts."""
    own = sequences(words)
    return any(2 * len(own & sequences(words_of(text))) > len(own) for text in texts if own)


def sequences(words: list[str]) -> set[tuple[str, ...]]:
    """Return all runs of SEQUENCE words."""
    return {tuple(words[i : i + SEQUENCE]) for i in range(len(words) - SEQUENCE + 1)}
