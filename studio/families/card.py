"""One family as escaped HTML: its light with the reasons, and each wording side by side."""

from markupsafe import Markup

from pipelines.records import Light
from pipelines.views.stories import FamilyDetail, StoryView, WordingView
from studio.cards import NOTHING, action, join, other_text, story_card, tag
from studio.shown import number

SIGNS = {Light.GREEN: "✓", Light.AMBER: "▲", Light.RED: "■"}
WORDS = {Light.GREEN: "green", Light.AMBER: "amber", Light.RED: "red"}
SOURCES = {"library": "library", "model": "written by a model", "import": "from a file"}


def light(name: str) -> Markup:
    """Return a light with its sign and its word, so that color is not needed."""
    html = '<span class="eh-light eh-light-{}"><i aria-hidden="true">{}</i>{}</span>'
    return Markup(html).format(name or "none", SIGNS.get(name, "○"), WORDS.get(name, "unchecked"))


def family_card(family: FamilyDetail) -> Markup:
    """Return one family: its reasons and each wording with the arms side by side."""
    html = (
        '<section class="eh-detail"><h3 dir="auto">{}</h3><div class="eh-tags">{}{}{}{}</div>'
        '<div class="eh-sides">{}</div>{}{}{}</section>'
    )
    kind = f"control: {family.stance}" if family.stance else "open plot"
    return Markup(html).format(
        family.title,
        tag(family.theme),
        tag(family.split, "split"),
        tag(kind),
        tag(SOURCES.get(family.source, family.source)),
        sides(family.moral_reason, family.immoral_reason),
        join(wording_part(family, wording) for wording in family.wordings),
        exclusion("family", family.id, family.excluded),
        origin(family),
    )


def wording_part(family: FamilyDetail, wording: WordingView) -> Markup:
    """Return one wording: its light, why, and its arms side by side."""
    html = '<h4>Wording {} {}{}</h4>{}<div class="eh-columns">{}</div>'
    stories = join(family_story(family, wording, story) for story in wording.stories)
    rouge = ""
    if wording.rouge1 is not None:
        rouge = tag(f"ROUGE-1 {number(wording.rouge1)}")
    return Markup(html).format(
        wording.number, light(wording.light), rouge, reasons(family, wording), stories
    )


def reasons(family: FamilyDetail, wording: WordingView) -> Markup:
    """Return why a wording has its light, and the button that lets a red one in."""
    rows = join(
        Markup('<li>{} <span dir="auto">{}</span></li>').format(light(one.light), one.said)
        for one in wording.reasons
    )
    told = Markup('<ul class="eh-reasons">{}</ul>').format(rows) if rows else NOTHING
    if wording.light != Light.RED:
        return told
    key = f"wording:{family.id}#{wording.number}"
    if wording.allowed:
        words = "Leave this wording out again"
        return told + tag("judged although red", "warn") + action(f"{key}:out", words)
    return told + tag("out of judging", "warn") + action(f"{key}:in", "Judge it although it is red")


def family_story(family: FamilyDetail, wording: WordingView, story: StoryView) -> Markup:
    """Return one story of a family with its buttons."""
    identity = f"{family.id}#{story.id}"
    buttons = [action(f"edit:{identity}:text", "Edit")]
    if len(wording.stories) > 1:
        buttons.append(action(f"arms:{identity}:make", "Make the others from this"))
    if story.edited:
        buttons.append(action(f"back:{identity}:text", "Take the edit back"))
    buttons.append(exclusion("story", identity, story.excluded))
    below = Markup('<div class="eh-actions">{}</div>').format(join(buttons))
    return story_card(story, other_text(wording.stories, story), below)


def exclusion(kind: str, identity: str, excluded: bool) -> Markup:
    """Return the button that takes a story or a family out of judging, or puts it back."""
    words = f"Judge this {kind} again" if excluded else f"Exclude this {kind}"
    return action(f"{kind}:{identity}:{'in' if excluded else 'out'}", words)


def sides(moral: str, immoral: str) -> Markup:
    """Return what speaks for an act beside what speaks against it; nothing if neither is known."""
    if not moral and not immoral:
        return NOTHING
    html = (
        '<p><b>Speaks for it</b><span dir="auto">{}</span></p>'
        '<p><b>Speaks against it</b><span dir="auto">{}</span></p>'
    )
    return Markup(html).format(moral or "not written", immoral or "not written")


def origin(family: FamilyDetail) -> Markup:
    """Return where a family came from, as far as it was written down."""
    if not family.provenance:
        return NOTHING
    rows = join(
        Markup('<dt>{}</dt><dd dir="auto">{}</dd>').format(key.replace("_", " "), value)
        for key, value in family.provenance
    )
    html = '<details class="eh-origin"><summary>Where it came from</summary><dl>{}</dl></details>'
    return Markup(html).format(rows)
