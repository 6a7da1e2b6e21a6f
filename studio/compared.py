"""A finished comparison as a head, sentences and rows of a table."""

from markupsafe import Markup

from pipelines.views.comparisons import ComparisonView, MetricChange
from studio.cards import callout, join, note, tag
from studio.shown import ago, between, change_in_unit, fair_in_unit, in_unit, number

TONES = {"better": "good", "worse": "alarm"}
LIGHTS = {"red": "Not a success", "amber": "With care", "green": "Good news"}


def head(found: ComparisonView) -> Markup:
    """Return what is compared, the verdict, and the warnings before any good news."""
    html = '<p class="eh-lead"><b dir="auto">{}</b> before, <b dir="auto">{}</b> after; {}.</p>'
    lead = Markup(html).format(found.before, found.after, ago(found.finished_at))
    return lead + verdict(found) + warnings(found) + notes(found)


def notes(found: ComparisonView) -> Markup:
    """Return what was chosen or left out, folded where it is much."""
    told = [one for one in (*found.notes, found.left_out) if one]
    if len(told) < 3:
        return join(map(note, told))
    html = (
        '<details class="eh-notes"><summary>What was chosen and left out ({})</summary>{}</details>'
    )
    return Markup(html).format(len(told), join(map(note, told)))


def verdict(found: ComparisonView) -> Markup:
    """Return the plain verdict; it can be red while the headline is green."""
    if found.level not in LIGHTS:
        return Markup("")
    html = '<div class="eh-verdict eh-verdict-{}" role="status"><b>{}</b><p>{}</p></div>'
    return Markup(html).format(found.level, LIGHTS[found.level], found.verdict)


def warnings(found: ComparisonView) -> Markup:
    """Return the guards that speak, the red ones first."""
    if not found.guards:
        return callout("Read this before the good news", found.warnings, "alarm")
    red = [guard.sentence for guard in found.guards if guard.level == "red"]
    amber = [guard.sentence for guard in found.guards if guard.level != "red"]
    return callout("This stands against a success", red, "alarm") + callout(
        "Read this before the good news", amber, "note"
    )


def sentences(found: ComparisonView) -> Markup:
    """Return the plain sentences of whole benchmarks, the clear changes first."""
    told = [change for change in found.changes if change.sentence and not change.group]
    told.sort(key=lambda change: change.verdict not in TONES)
    items = join(
        Markup('<li class="eh-say eh-say-{}">{}</li>').format(
            TONES.get(change.verdict, "note"),
            f"{change.sentence} {change.seeds.get('sentence', '')}".strip(),
        )
        for change in told
    )
    return Markup(
        '<details class="eh-benchmark"><summary>In sentences ({})</summary>'
        '<ul class="eh-says">{}</ul></details>'
    ).format(len(told), items)


def cells(change: MetricChange) -> list[str]:
    """Return one metric as a row; what is undefined says why."""
    label = Markup("<b>{}</b><small>{}</small>").format(change.label, change.meaning)
    if change.undefined:
        reason = f"undefined: {change.undefined}"
        fair = fair_in_unit(change.ideal, change.percent)
        return [label, "–", "–", reason, fair, "–", "–", "undefined"]
    return [
        label,
        side(change, "before"),
        side(change, "after"),
        change_words(change),
        fair_in_unit(change.ideal, change.percent),
        rests_on(change),
        p_words(change),
        tag(change.verdict, TONES.get(change.verdict, "")) if change.verdict else "–",
    ]


def side(change: MetricChange, name: str) -> Markup:
    """Return a metric before or after with its interval; a dash where it has none by nature."""
    value = getattr(change, name)
    if value is None:
        return Markup("–")
    low, high = getattr(change, f"{name}_low"), getattr(change, f"{name}_high")
    spread = spread_words(change) if name == "after" else ""
    html = "{}<small>{}</small>"
    return Markup(html).format(
        in_unit(value, change.percent), spread or between(low, high, change.percent)
    )


def spread_words(change: MetricChange) -> str:
    """Return from where to where several runs after go; "" where there is one."""
    seeds = change.seeds
    if not {"runs", "min", "max"} <= seeds.keys():
        return str(seeds.get("words", ""))
    bounds = between(seeds["min"], seeds["max"], change.percent)
    return f"mean of {seeds['runs']} runs, {bounds}"


def rests_on(change: MetricChange) -> Markup:
    """Return how many families a number rests on, and items where that is known."""
    families = "–" if change.families is None else f"{change.families:,} families"
    items = f"{change.n:,} items" if change.n else ""
    return Markup("{}<small>{}</small>").format(families, items)


def change_words(change: MetricChange) -> str:
    """Return the change with its interval, or the interval of a number that has no before."""
    if change.change is None:
        return f"interval of the value: {between(change.low, change.high, change.percent)}"
    return change_in_unit(change.change, change.low, change.high, change.percent)


def p_words(change: MetricChange) -> str:
    """Return the p-value, corrected where there is a correction."""
    p = change.p if change.p_holm is None else change.p_holm
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else number(p, 3)
