"""A finished comparison as tables, sentences and cards."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from pipelines.store import Project
from pipelines.views.comparisons import ComparisonView, ItemRow, MetricChange
from pipelines.views.judgments import find_pair
from studio.cards import callout, empty, join, note, pair_card, stance, tag
from studio.shown import ago, fair, interval, number, value_of
from studio.tables import table

BENCHMARKS = {
    "own": "Held-out stories of this project",
    "controls": "Clear control stories",
    "perplexity": "Neutral text",
}
HEADERS = ("Metric", "Before", "After", "Change, 95 % interval", "Fair", "Families", "p (Holm)",
           "Verdict")  # fmt: skip
TONES = {"better": "good", "worse": "alarm"}


def title_of(benchmark: str) -> str:
    """Return a benchmark's name in words."""
    return BENCHMARKS.get(benchmark, benchmark)


def head(found: ComparisonView) -> Markup:
    """Return what is compared, and the warnings before any good news."""
    html = '<p class="eh-lead"><b dir="auto">{}</b> before, <b dir="auto">{}</b> after; {}.</p>'
    lead = Markup(html).format(found.before, found.after, ago(found.finished_at))
    return (
        lead
        + callout("Read this before the good news", found.warnings, "alarm")
        + note(found.left_out)
    )


def sentences(found: ComparisonView) -> Markup:
    """Return the plain sentences, the clear changes first."""
    told = [change for change in found.changes if change.sentence]
    told.sort(key=lambda change: change.verdict not in TONES)
    items = join(
        Markup('<li class="eh-say eh-say-{}">{}</li>').format(
            TONES.get(change.verdict, "note"), change.sentence
        )
        for change in told
    )
    return Markup('<ul class="eh-says">{}</ul>').format(items)


def tables(found: ComparisonView) -> Markup:
    """Return one table a benchmark."""
    return join(
        Markup("<h4>{}</h4>{}").format(
            title_of(benchmark),
            table(
                HEADERS,
                (("", cells(c)) for c in found.changes if c.benchmark == benchmark),
                "Nothing was measured.",
            ),
        )
        for benchmark in found.benchmarks
    )


def cells(change: MetricChange) -> list[str]:
    """Return one metric as a row; what is undefined says why."""
    label = Markup("<b>{}</b><small>{}</small>").format(change.label, change.meaning)
    if change.undefined:
        reason = f"undefined: {change.undefined}"
        return [label, "–", "–", reason, fair(change.key, change.ideal), "–", "–", "undefined"]
    return [
        label,
        shown(change, change.before),
        shown(change, change.after),
        change_words(change),
        fair(change.key, change.ideal),
        "–" if change.families is None else f"{change.families:,}",
        p_words(change),
        tag(change.verdict, TONES.get(change.verdict, "")) if change.verdict else "–",
    ]


def shown(change: MetricChange, value: float | None) -> str:
    """Return a value of a metric; a dash where a metric has none by its nature."""
    return "–" if value is None else value_of(change.key, value)


def change_words(change: MetricChange) -> str:
    """Return the change with its interval, or the interval of a number that has no before."""
    if change.change is None:
        return f"interval of the value: {interval(change.key, change.low, change.high)}"
    moved = value_of(change.key, change.change, sign=True)
    return f"{moved} ({interval(change.key, change.low, change.high, sign=True)})"


def p_words(change: MetricChange) -> str:
    """Return the p-value, corrected for all metrics shown if there is one."""
    p = change.p if change.p_holm is None else change.p_holm
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else number(p, 3)


def item_cells(item: ItemRow) -> list[str]:
    """Return what the list shows of one item."""
    tone = {"fixed": "good", "broken": "alarm"}.get(item.fate, "")
    name = f"wording {item.key}" if item.key.isdecimal() else item.key
    title = Markup("{} <small>{}, {}</small>").format(item.title, item.theme, name)
    return [title, answer(item.before), answer(item.after), tag(item.fate, tone)]


def answer(values: dict[str, Any]) -> Markup:
    """Return the stance, or the man's and the woman's, of one item."""
    if "male_stance" in values:
        pair = (stance(str(values["male_stance"])), stance(str(values.get("female_stance"))))
        return Markup("{} / {}").format(*pair)
    return stance(str(values.get("stance", "–")))


def item_card(project: Project, found: ComparisonView, family: str, key: str) -> Markup:
    """Return one item in full, judged before and after."""
    wording = int(key) if key.isdecimal() else 1
    models: Sequence[tuple[str, str]] = (("Before", found.before), ("After", found.after))
    parts = []
    for name, model in models:
        pair = find_pair(project, family, wording, model)
        card = (
            pair_card(pair) if pair else empty(f"{model} has no judgments of this item any more.")
        )
        parts.append(Markup("<h4>{}: {}</h4>{}").format(name, model, card))
    return join(parts)
