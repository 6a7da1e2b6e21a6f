"""A model writes families until there are as many as wanted."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy.orm import Session

from pipelines.configs import StoriesConfig, split_arms
from pipelines.models.interface import Sampling
from pipelines.progress import Progress
from pipelines.replies import Counts, Request, ask_until, count
from pipelines.store import Project
from pipelines.stories.drafts import add_drafts
from pipelines.stories.split import count_splits
from pipelines.writing.assignments import Assignment, assign, theme_of
from pipelines.writing.families import draft_of, is_told
from pipelines.writing.parsing import Written, WrittenPair, parse_pair, parse_story
from pipelines.writing.prompts import VERSIONS, prompt_of
from pipelines.writing.reasons import Reason

SAMPLE = 5
"""How many families are written where no number is given."""
STORY_TOKENS = 180
"""Room for one story of LONGEST_STORY words."""


def write_families(project: Project, config: StoriesConfig) -> Iterator[Progress]:
    """Let a model write until `config.families` of this request are kept, 5 if that is 0.

    Ends early, with a sentence that says why, when `config.tries` replies for each wanted family
    did not give enough. The last Progress carries what this call added and what the request has
    given in all.

    Raises:
        ConfigError: for a theme that cannot be one.
        ModelError: if the model cannot be loaded or reached.
    """
    request = request_of(config)
    wanted = config.families or SAMPLE
    with project.read() as session:
        taken = count_splits(session)
    added: list[str] = []

    def read(session: Session, number: int, text: str) -> tuple[str, int]:
        assignment = assign(config, number)
        found = parse(config, assignment, text)
        if isinstance(found, Reason):
            return str(found), 0
        draft = draft_of(found, config, request, number, assignment)
        if is_told(session, draft):
            return str(Reason.THERE_ALREADY), 0
        added.extend(add_drafts(session, [draft], config.seed, taken))
        return "", 1

    yield from ask_until(
        project,
        request,
        wanted,
        wanted * config.tries,
        lambda number: prompt_of(config, assign(config, number)),
        read,
    )
    found = count(project, request)
    yield Progress(
        min(found.kept, wanted), wanted, sentence(found, wanted, config), result_of(found, added)
    )


def request_of(config: StoriesConfig) -> Request:
    """Return what is asked, without how many: the identity of the run."""
    theme = config.theme if config.theme == "all" else theme_of(config)
    settings = {
        "prompt": VERSIONS[config.writing],
        "shots": config.shots,
        "theme": theme,
        "arms": ",".join(split_arms(config.arms)),
    }
    sampling = Sampling(
        max_new_tokens=longest_reply(config), temperature=config.temperature, seed=config.seed
    )
    return Request("family", config.model, settings, sampling)


def longest_reply(config: StoriesConfig) -> int:
    """Return how many tokens a reply may have.

    A model in this process rambles on up to the limit, and one story is cut long before it. A
    server's model stops by itself, and may think aloud first.
    """
    if config.writing == "swap" and not config.model.startswith("endpoint:"):
        return min(config.max_new_tokens, STORY_TOKENS)
    return config.max_new_tokens


def parse(
    config: StoriesConfig, assignment: Assignment, text: str
) -> Written | WrittenPair | Reason:
    """Return what one reply holds, or why it cannot be used."""
    instruction = prompt_of(config, assignment).conversation[-1]["content"]
    if config.writing == "pair":
        return parse_pair(text, instruction)
    return parse_story(text, assignment.opening, assignment.name, assignment.arm, instruction)


def sentence(found: Counts, wanted: int, config: StoriesConfig) -> str:
    """Say how many replies could be used, why the others could not, and what to do."""
    told = f"{found.kept} of {found.replies - found.waiting} replies gave a family"
    if found.reasons:
        ranked = Counter(found.reasons).most_common()
        told += "; not used: " + ", ".join(f"{reason} ({number})" for reason, number in ranked)
    missing = wanted - found.kept
    if missing <= 0:
        return f"{told}."
    mend = "Allow more tries" + (", or use `swap`." if config.writing == "pair" else ".")
    return f"{told}. {missing} of the {wanted} families asked for are missing. {mend}"


def result_of(found: Counts, added: list[str]) -> dict:
    """Return what this call added and what the request has given in all."""
    return {
        "families_added": len(added),
        "kept": found.kept,
        "replies": found.replies,
        "unreadable": found.reasons,
        "ids": added,
    }
