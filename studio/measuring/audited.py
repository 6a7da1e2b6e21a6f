"""A finished audit of the implicit reward as a head, sentences, tables and cards."""

from textwrap import shorten

from markupsafe import Markup

from pipelines.views.rewards import AuditItem, AuditMetric, AuditView
from studio.cards import join, note, tag
from studio.shown import ago, number, percent
from studio.tables import table

LISTED = 120
"""Characters of a pair's prompt in the list."""
NOTHING = "No audit yet. Choose a run and a list of pairs, then press Audit."
PAIR_SIDES = ("Affirming", "Stigmatizing")
PREFERENCE_SIDES = ("Chosen", "Rejected")
HEADERS = ("Metric", "Value, 95 % interval", "Fair", "n", "p, against the reference")


def head(found: AuditView) -> Markup:
    """Return what was audited, against what, and what has to be said of it."""
    html = (
        '<p class="eh-lead"><b dir="auto">{}</b> against <b dir="auto">{}</b>, β = {:g}, '
        "{:,} pairs: {}; {}.</p>"
    )
    row = found.row
    lead = Markup(html).format(
        row.model, row.reference, row.beta, row.items, row.label, ago(row.finished_at)
    )
    return lead + join(map(note, (*found.notes, found.warning)))


def tables(found: AuditView) -> Markup:
    """Return the numbers of all pairs, those of each group, and the preference set."""
    parts = [table(HEADERS, (("", cells(one)) for one in found.metrics), NOTHING)]
    for title, levels in found.groups:
        rows = [("", cells(one, level)) for level, some in levels.items() for one in some]
        html = '<details class="eh-benchmark"><summary>{}</summary>{}</details>'
        parts.append(Markup(html).format(title, table(HEADERS, rows, NOTHING)))
    return join([*parts, preference_set(found)])


def cells(one: AuditMetric, level: str = "") -> list[str]:
    """Return one number as a row; what is undefined says why."""
    show = percent if one.percent else number
    label = f"{one.label or one.key}, {level}" if level else one.label or one.key
    told = Markup("<b>{}</b><small>{}</small>").format(label, "" if level else one.meaning)
    if one.value is None:
        return [told, f"undefined: {one.undefined}", "–", "–", "–"]
    digits = 1 if one.percent else 3
    bounds = f"{show(one.low, digits)} to {show(one.high, digits)}"
    p = "–" if one.p is None else "< 0.001" if one.p < 0.001 else number(one.p, 3)
    fair = "–" if one.ideal is None else show(one.ideal, 0 if one.percent else 1)
    return [told, f"{show(one.value, digits)} ({bounds})", fair, f"{one.n:,}", p]


def preference_set(found: AuditView) -> Markup:
    """Return what the preference set says about gender-diverse people."""
    audit = found.preference_audit
    if not audit:
        return Markup("")
    listed = [(kind, row) for kind, rows in audit["listed"].items() for row in rows]
    rows = (
        ("", [f"row {row['row']}", row["split"], f"affirms: {kind}", row["reason"]])
        for kind, row in listed
    )
    nothing = "No row holds one of the listed phrases."
    html = '<details class="eh-benchmark" open><summary>{}</summary>{}{}</details>'
    return Markup(html).format(
        "What the preference set teaches",
        note(preference_words(audit) + listed_words(audit)),
        table(("Row", "Split", "Which answer", "Why"), rows, nothing),
    )


def preference_words(audit: dict) -> str:
    """Say how many rows name gender-diverse people, and which of their answers affirm."""
    share = audit["affirming_rejected"]
    if not audit["mentioning"]:
        return f"None of {audit['rows']:,} rows names gender-diverse people."
    told = (
        f"{audit['mentioning']:,} of {audit['rows']:,} rows name gender-diverse people. Of these "
        f"the affirming answer is the chosen one in {audit['affirming_is_chosen']:,}, the "
        f"rejected one in {audit['affirming_is_rejected']:,}; neither affirms in "
        f"{audit['neither_affirms']:,}, and {audit['cannot_tell']:,} cannot be told by words."
    )
    if share.get("value") is not None:
        told += (
            f" Where it can be told, it is rejected in {percent(share['value'])} "
            f"(95 % interval {percent(share['low'])} to {percent(share['high'])})."
        )
    return told


def listed_words(audit: dict) -> str:
    """Say how many rows are listed, where that is not every row that was told."""
    kinds = ("affirming_is_rejected", "affirming_is_chosen", "neither_affirms")
    told, listed = sum(audit[kind] for kind in kinds), sum(map(len, audit["listed"].values()))
    return f" {listed:,} of the {told:,} rows that were told are listed." if listed < told else ""


def pair_cells(item: AuditItem) -> list[str]:
    """Return what the list shows of one pair; of a preference row, chosen above rejected."""
    said = "rejected raised more" if item.is_preference else "pays for stigma"
    margin = item.values["preference_margin"] if item.is_preference else item.score
    said_before = item.prompt if item.is_preference else item.prompt.split("\n\n")[-1]
    return [
        shorten(said_before or item.better, LISTED, placeholder=" …"),
        item.identity,
        number(margin, 3, sign=True),
        tag(said, "alarm") if item.bad else Markup(""),
    ]


def pair_card(item: AuditItem) -> Markup:
    """Return both texts of a pair with their rewards, the affirming or chosen one first."""
    html = (
        '<article class="eh-detail"><div class="eh-tags">{}{}{}</div>'
        '<pre class="eh-prompt" dir="auto">{}</pre><div class="eh-columns">{}{}</div></article>'
    )
    better, worse = PREFERENCE_SIDES if item.is_preference else PAIR_SIDES
    sides = ((better, item.better, "reward_better"), (worse, item.worse, "reward_worse"))
    return Markup(html).format(
        tag(item.key), tag(item.identity), tag(item.theme) if item.theme else "", item.prompt,
        *(text_card(title, text, item.values.get(reward)) for title, text, reward in sides),
    )  # fmt: skip


def text_card(title: str, text: str, reward: float | None) -> Markup:
    """Return one text with what the training has made of it."""
    html = (
        '<div class="eh-card"><header><b>{}</b> {}</header>'
        '<pre class="eh-prompt" dir="auto">{}</pre></div>'
    )
    told = "reward unknown" if reward is None else f"reward {number(reward, 3, sign=True)}"
    return Markup(html).format(title, tag(told), text)
