"""Fill the project from the scenario library: plots and controls, in small transactions."""

from collections.abc import Iterator

from sqlalchemy import select

from pipelines.configs import StoriesConfig, split_arms
from pipelines.errors import ConfigError
from pipelines.progress import Progress
from pipelines.records import Family
from pipelines.store import Project
from pipelines.stories.library import (
    Scenario,
    as_family,
    controls,
    plots,
    seeded_hash,
    tell,
    themes,
)
from pipelines.stories.split import assign, count_splits

BATCH = 16


def fill_from_library(project: Project, config: StoriesConfig) -> Iterator[Progress]:
    """Add the chosen plots and all controls that the project does not have yet.

    Raises:
        ConfigError: for a theme that the library does not have.
    """
    chosen = choose(config)
    with project.read() as session:
        present = set(session.scalars(select(Family.id)))
        taken = count_splits(session)
    missing = [scenario for scenario in chosen if scenario.id not in present]
    splits = assign(missing, config.seed, taken)
    arms = split_arms(config.arms)
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        with project.write() as session:
            for scenario in batch:
                session.add(as_family(scenario, splits[scenario.id]))
            session.flush()
            for scenario in batch:
                session.add_all(tell(scenario, arms, config.seed))
        yield Progress(start + len(batch), len(missing), "families written")
    added = {"families_added": len(missing)}
    yield Progress(len(missing), len(missing), f"{len(missing)} families added", added)


def choose(config: StoriesConfig) -> list[Scenario]:
    """Return the plots that the config asks for, taken theme by theme in turn, and all controls."""
    known = themes()
    if config.theme != "all" and config.theme not in known:
        raise ConfigError(
            f"The library has no theme {config.theme!r}. Use one of {', '.join(known)}, or all."
        )
    by_theme: dict[str, list[Scenario]] = {}
    for scenario in plots():
        if config.theme in ("all", scenario.theme):
            by_theme.setdefault(scenario.theme, []).append(scenario)
    for scenarios in by_theme.values():
        scenarios.sort(key=lambda one: seeded_hash(config.seed, "choice:" + one.id))
    ranked = sorted(
        ((rank, theme, one) for theme, ones in by_theme.items() for rank, one in enumerate(ones)),
        key=lambda entry: entry[:2],
    )
    wanted = [scenario for _, _, scenario in ranked]
    return wanted[: config.families or None] + controls()
