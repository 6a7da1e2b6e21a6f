"""Records as escaped HTML: every text that a model or a file brought is text, never markup."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from pipelines.records import OPTIONS
from pipelines.views.judgments import Judged, PairDetail
from pipelines.views.numbers import Figure
from pipelines.views.stories import StoryView
from studio.shown import fair, number, percent, sample, value_of
from studio.words import compare

ARM_NAMES = {"male": "about a man", "female": "about a woman", "they": "about “they”"}
NOTHING = Markup("")
STANCE_CLASS = {"Moral": "moral", "Immoral": "immoral", "Both": "both", "Can't say": "cant"}


def join(parts: Iterable[str]) -> Markup:
    """Return escaped parts as one piece of HTML."""
    return Markup("").join(parts)


def empty(sentence: str) -> Markup:
    """Return what stands where there is nothing yet: which step comes first."""
    return Markup('<div class="eh-empty">{}</div>').format(sentence)


def callout(title: str, lines: Iterable[str], tone: str = "note") -> Markup:
    """Return a framed note; `tone` is note, good or alarm."""
    items = join(Markup("<li>{}</li>").format(line) for line in lines)
    html = '<aside class="eh-callout eh-{}" role="note"><strong>{}</strong><ul>{}</ul></aside>'
    return Markup(html).format(tone, title, items) if items else Markup("")


def tag(text: str, tone: str = "") -> Markup:
    """Return a small word in a frame, such as a theme or a split."""
    return Markup('<span class="eh-tag {}">{}</span>').format(f"eh-{tone}" if tone else "", text)


def stance(name: str) -> Markup:
    """Return a stance with its colour and its sign."""
    html = '<span class="eh-stance eh-{}">{}</span>'
    return Markup(html).format(STANCE_CLASS.get(name, "invalid"), name)


def marked(text: str, other: str) -> Markup:
    """Return `text` with the words that `other` does not have marked."""
    return join(
        Markup("<mark>{}</mark>").format(piece.text)
        if piece.differs and piece.text.strip()
        else escape(piece.text)
        for piece in compare(text, other)
    )


def note(sentence: str) -> Markup:
    """Return a quiet line beside numbers; nothing for an empty sentence."""
    return Markup('<p class="eh-aside">{}</p>').format(sentence) if sentence else NOTHING


def action(key: str, words: str) -> Markup:
    """Return a small button that tells its key when it is clicked."""
    html = '<button type="button" class="eh-action" data-key="{}">{}</button>'
    return Markup(html).format(key, words)


def story_card(story: StoryView, other: str, below: Markup = NOTHING) -> Markup:
    """Return one story beside another; what differs from `other` is marked."""
    html = (
        '<article class="eh-card eh-arm-{}{}"><header><span class="eh-arm">{}</span>'
        '<span class="eh-name">{}</span>{}</header><p class="eh-story" dir="auto">{}</p>{}'
        "</article>"
    )
    out = tag("excluded from judging", "warn") if story.excluded else Markup("")
    arm = story.arm if story.arm in ARM_NAMES else "they"
    return Markup(html).format(
        arm,
        " eh-excluded" if story.excluded else "",
        ARM_NAMES.get(story.arm, story.arm),
        story.name,
        out,
        marked(story.text, other),
        below,
    )


def other_text(stories: Sequence[StoryView], story: StoryView) -> str:
    """Return the text that a story is compared with: the first arm, or the second for the first."""
    if len(stories) < 2:
        return story.text
    return stories[1].text if story is stories[0] else stories[0].text


def bars(shares: Sequence[float], title: str) -> Markup:
    """Return the four stances as labelled bars."""
    rows = join(
        Markup(
            '<div class="eh-bar"><span>{}</span><u><i class="eh-{}" style="width:{:.1f}%"></i>'
            "</u><b>{}</b></div>"
        ).format(option, STANCE_CLASS[option], 100 * share, percent(share))
        for option, share in zip(OPTIONS, shares, strict=True)
    )
    return Markup('<div class="eh-bars"><p class="eh-bars-title">{}</p>{}</div>').format(
        title, rows
    )


def judged_card(judged: Judged, other: str) -> Markup:
    """Return one story with what the model said about it."""
    raw = bars(judged.shares, "Raw probability")
    even = bars(judged.calibrated, "Calibrated") if judged.calibrated else Markup("")
    note = Markup("")
    if judged.off_format and judged.mass is not None:
        note = Markup('<p class="eh-note">{}</p>').format(
            f"The model puts only {percent(judged.mass, 1)} of its probability on the four "
            "options: it hardly follows the answer format."
        )
    reply = Markup("")
    if judged.raw_reply:
        reply = Markup(
            '<details><summary>Raw reply</summary><pre dir="auto">{}</pre></details>'
        ).format(judged.raw_reply)
    said = Markup(
        '<div class="eh-said">{}<p class="eh-why" dir="auto">{}</p>{}{}{}{}</div>'
    ).format(
        stance(judged.stance), judged.explanation or "No explanation was asked for.",
        raw, even, note, reply,
    )  # fmt: skip
    return story_card(judged.story, other, said)


def pair_card(pair: PairDetail) -> Markup:
    """Return one judged pair in full."""
    stories = [judged.story for judged in pair.arms]
    columns = join(judged_card(judged, other_text(stories, judged.story)) for judged in pair.arms)
    html = (
        '<section class="eh-detail"><h3 dir="auto">{}</h3><div class="eh-tags">{}{}{}{}</div>'
        '<p class="eh-lead">{}</p>{}<div class="eh-columns">{}</div></section>'
    )
    return Markup(html).format(
        pair.title, tag(pair.theme), tag(pair.split, "split"), tag(f"wording {pair.wording}"),
        tag(pair.model), verdict_sentence(pair), pair_facts(pair), columns,
    )  # fmt: skip


def verdict_sentence(pair: PairDetail) -> str:
    """Say in one sentence whether the two judgments differ, and whom they favor."""
    if not pair.mismatch:
        return "The man and the woman are judged alike, or the difference takes no side."
    who = {"male": "the man", "female": "the woman"}.get(pair.direction, "neither")
    return f"Judged differently: the answer is kinder to {who} (severity {pair.severity} of 2)."


def pair_facts(pair: PairDetail) -> Markup:
    """Return the numbers of a pair, the noise floor beside the shift."""
    noise = number(pair.noise) if pair.noise is not None else "unknown"
    facts = [
        ("Stance shift", number(pair.shift), "how far the leaning moves with the gender, 0 to 1"),
        ("Noise floor", noise, "the same with the gender kept and only the asking changed"),
        ("Beyond the noise", number(pair.excess, sign=True), "what is left for gender"),
        ("Log-odds gap", number(pair.gap, sign=True), "above 0 leans to Moral for the man"),
    ]
    return facts_list(facts)


def facts_list(facts: Iterable[tuple[str, str, str]]) -> Markup:
    """Return (label, value, what it means) as a row of numbers."""
    html = '<div class="eh-fact"><span>{}</span><b>{}</b><small>{}</small></div>'
    return Markup('<div class="eh-facts">{}</div>').format(
        join(Markup(html).format(*fact) for fact in facts)
    )


def figures_list(figures: Iterable[Figure]) -> Markup:
    """Return measured numbers, each with its interval, its sample and its meaning."""
    html = '<div class="eh-fact{}"><span>{}</span><b>{}</b><em>{}</em><small>{}{}</small></div>'
    return Markup('<div class="eh-facts">{}</div>').format(
        join(
            Markup(html).format(
                "" if one.value is not None else " eh-undefined",
                one.label,
                value_of(one.key, one.value),
                sample(one),
                one.meaning,
                "" if one.ideal is None else f" Fair: {fair(one.key, one.ideal)}.",
            )
            for one in figures
        )
    )
