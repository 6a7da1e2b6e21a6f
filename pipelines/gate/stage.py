"""The `check` stage: every wording gets its light and the reasons for it.

The near-duplicates of the whole project are looked up first, because a new story may be the copy
of one that was checked long ago. Then the wordings that changed are checked in batches; each batch
is written in one transaction, so a stopped run goes on where it ended.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from itertools import islice

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pipelines.configs import CheckConfig
from pipelines.errors import NothingToDo
from pipelines.gate.duplicates import Near, find_near
from pipelines.gate.language import require_language
from pipelines.gate.summary import count_lights
from pipelines.gate.survey import (
    Key,
    Surveyed,
    by_wording,
    digest,
    outdated,
    survey,
    told_of,
)
from pipelines.gate.wording import Verdict, check_wording
from pipelines.judgments.refresh import refresh_pairs
from pipelines.progress import Progress
from pipelines.records import Light, Story
from pipelines.store import Project, in_parts

BATCH = 200
"""Wordings checked between two transactions."""

MOST_LOOKED_THROUGH = 60_000
"""Stories; to look through more than these takes longer than a person waits for an edit."""
FEW = 20

NearByKey = dict[Key, tuple[Near, ...]]


def check_stories(project: Project, config: CheckConfig) -> Iterator[Progress]:
    """Check every wording that is new, has changed, or was checked with other settings.

    Raises:
        NothingToDo: if the project has no stories.
        ConfigError: for a language that there is not.
    """
    require_language(config.language)
    yield Progress(0, 1, "looking for near-duplicates")
    wordings, near = look(project, config)
    if not wordings:
        raise NothingToDo(
            "There are no stories to check. Add some in the Stories tab, or with the `stories` "
            "stage."
        )
    marks = outdated(wordings, near, config)
    for done in check_batches(project, config, marks, near):
        yield Progress(done, len(marks), "wordings checked")
    lights = count_lights(project)
    result = {
        "checked": len(marks),
        **{light: lights[light] for light in ("green", "amber", "red")},
        "unchanged": len(wordings) - len(marks),
    }
    yield Progress(len(marks), len(marks), "all wordings have their light", result)


def check_families(
    project: Project, family_ids: Collection[str], config: CheckConfig | None = None
) -> dict[str, int]:
    """Check these families again, and those that are or were near-duplicates of them.

    Without a config the settings of the last check are taken, or the defaults if there was none.
    In a project of more than MOST_LOOKED_THROUGH stories a few families are checked without a look
    at near-duplicates, so that an edit takes no time; the next check of the whole project sees
    that and makes up for it.

    Returns {"checked", "green", "amber", "red"}, in wordings: how many had to be checked, and the
    lights that these families now have.

    Raises:
        ConfigError: for a language that there is not.
    """
    config = config or last_settings(project, family_ids)
    require_language(config.language)
    wanted = set(family_ids)
    wordings, near = look(project, config, wanted)
    wanted |= {one.family for key in near if key[0] in wanted for one in near[key]}
    wanted |= once_near(project, family_ids)
    marks = {
        key: mark for key, mark in outdated(wordings, near, config).items() if key[0] in wanted
    }
    for batch in batches(marks):
        check_batch(project, config, batch, near)
    return {"checked": len(marks)} | lights_of(project, family_ids)


def lights_of(project: Project, family_ids: Collection[str]) -> dict[str, int]:
    """Count the wordings of these families by light."""
    query = select(func.max(Story.light)).group_by(Story.family_id, Story.wording)
    found: Counter = Counter()
    with project.read() as session:
        for part in in_parts(sorted(set(family_ids))):
            found.update(session.scalars(query.where(Story.family_id.in_(part))))
    return {light: found[light] for light in ("green", "amber", "red")}


def look(
    project: Project, config: CheckConfig, families: Collection[str] | None = None
) -> tuple[dict[Key, Surveyed], NearByKey]:
    """Return every wording of the project, and the near-duplicates among them.

    If only a few families are wanted in a large project: theirs, and no near-duplicates.
    """
    with project.read() as session:
        if families is not None and len(families) <= FEW and is_large(session):
            return survey(session, families), {}
        wordings = survey(session)
    plain = {key: one.plain for key, one in wordings.items()}
    return wordings, find_near(plain, config.near_duplicate)


def is_large(session: Session) -> bool:
    """Tell whether to look through the whole project would keep a person waiting."""
    return (session.scalar(select(func.count(Story.id))) or 0) > MOST_LOOKED_THROUGH


def last_settings(project: Project, family_ids: Collection[str]) -> CheckConfig:
    """Return the settings with which these families, or else any other, were last checked."""
    checked = select(Story.checks["settings"]).where(Story.light != "").order_by(Story.id.desc())
    first = next(in_parts(sorted(set(family_ids))), [])
    with project.read() as session:
        ours = session.scalar(checked.where(Story.family_id.in_(first)).limit(1))
        found = ours or session.scalar(checked.limit(1)) or {}
    known = {field.name for field in fields(CheckConfig)}
    return CheckConfig(**{name: value for name, value in found.items() if name in known})


def once_near(project: Project, family_ids: Collection[str]) -> set[str]:
    """Return the families that the last check found near these."""
    query = select(Story.checks["near"]).where(Story.light != "")
    found: set[str] = set()
    with project.read() as session:
        for part in in_parts(sorted(set(family_ids))):
            lists = session.scalars(query.where(Story.family_id.in_(part)))
            found |= {one["family"] for near in lists for one in near or []}
    return found


def check_batches(
    project: Project, config: CheckConfig, marks: dict[Key, str], near: NearByKey
) -> Iterator[int]:
    """Check and write batch after batch; yield how many wordings are done."""
    done = 0
    for batch in batches(marks):
        check_batch(project, config, batch, near)
        done += len(batch)
        yield done


def batches(marks: dict[Key, str]) -> Iterator[dict[Key, str]]:
    """Yield the wordings BATCH at a time."""
    left = iter(marks.items())
    while batch := dict(islice(left, BATCH)):
        yield batch


def check_batch(
    project: Project, config: CheckConfig, marks: dict[Key, str], near: NearByKey
) -> None:
    """Check some wordings and write what was found."""
    with project.read() as session:
        stories = read_stories(session, marks)
    verdicts, digests = {}, {}
    for key, arms in stories.items():
        told = [told_of(story, story.checks.get("left_open")) for story in arms]
        verdicts[key] = check_wording(told, config, near.get(key, ()))
        digests[key] = digest(told)
    write_verdicts(project, config, marks, verdicts, digests)


def read_stories(session: Session, keys: Collection[Key]) -> dict[Key, Sequence[Story]]:
    """Return the stories of these wordings."""
    query = select(
        Story.id,
        Story.family_id,
        Story.wording,
        Story.arm,
        Story.name,
        Story.text,
        Story.checks,
        Story.light,
    ).where(Story.family_id.in_({family for family, _ in keys}))
    return {key: rows for key, rows in by_wording(session, query) if key in keys}


def write_verdicts(
    project: Project,
    config: CheckConfig,
    marks: dict[Key, str],
    verdicts: dict[Key, Verdict],
    digests: dict[Key, str],
) -> None:
    """Write lights and checks; a wording that was edited meanwhile is left for the next check.

    Pairs whose wording turned red, or is red no more, leave the comparisons or come back to them.
    """
    with project.write() as session:
        changes, turned = [], set()
        for key, rows in read_stories(session, marks).items():
            told = [told_of(row, row.checks.get("left_open")) for row in rows]
            if digest(told) != digests.get(key):
                continue
            for row in rows:
                found = verdicts[key].as_dict(row.arm, config) | {"mark": marks[key]}
                if (row.light == Light.RED) != (found["light"] == Light.RED):
                    turned.add(row.family_id)
                changes.append(
                    {"id": row.id, "light": found["light"], "checks": row.checks | found}
                )
        if changes:
            session.execute(update(Story), changes)
            refresh_pairs(session, sorted(turned))
