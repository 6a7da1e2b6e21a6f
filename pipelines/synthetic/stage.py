"""The `synthesize` stage: a model writes sentences against stereotypes; the valid ones are kept.

Targeted prompting names a category and its terms, which are given or asked for in a call of their
own; general prompting names none (Han et al. 2024, https://arxiv.org/abs/2402.11764). Five
sentences as a sample and then a hundred is one run. A reply may hold more sentences than were still
wanted; all valid ones of it are kept.

Not covered: whether a sentence does go against a stereotype. A person has to look.
"""

from collections.abc import Callable, Generator, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.configs import SynthesizeConfig
from pipelines.errors import ModelError
from pipelines.models.interface import Prompt, Sampling
from pipelines.progress import Progress
from pipelines.replies import WAITING, Request, ask_until, count
from pipelines.sources import Reply
from pipelines.store import Project
from pipelines.synthetic.guiding import Guide, start_guide
from pipelines.synthetic.keeping import Keeper, count_triples, summarize
from pipelines.synthetic.parsing import read_terms
from pipelines.synthetic.prompts import VERSION, terms_prompt, triples_prompt

GENERAL = "general"
TERM_REPLIES = 12
"""Replies to ask for terms, at most."""


def synthesize(project: Project, config: SynthesizeConfig) -> Iterator[Progress]:
    """Let a model write until the category has `config.sentences` valid sentences.

    Raises:
        ModelError: if a model cannot be loaded, the target gives no log-probabilities, or no term
            could be read.
    """
    targeted = config.prompting == "targeted"
    category = config.category.strip() if targeted else GENERAL
    if config.guide != "none":
        yield Progress(0, config.sentences, f"loading {config.target}")
    guide = start_guide(project, config, category)
    terms = (yield from find_terms(project, config, category)) if targeted else []
    request = triples_request(config, category, terms)
    written = count(project, request)
    others = count_triples(project, category) - written.kept
    yield from ask_until(
        project,
        request,
        wanted=config.sentences - others,
        most_replies=-(-config.sentences * config.tries // 10),  # rounded up, however large
        prompt_for=prompter(category, terms, guide),
        read=Keeper(request, category, terms, guide, config.seed).read,
    )
    if guide:
        guide.score()
    result = summarize(project, request, category, terms)
    done = min(result["triples"], config.sentences)
    yield Progress(done, config.sentences, f"{result['triples']} valid sentences", result)


def find_terms(
    project: Project, config: SynthesizeConfig, category: str
) -> Generator[Progress, None, list[str]]:
    """Return the terms that were given, or ask the model for them.

    Raises:
        ModelError: if none could be read in its replies.
    """
    given = [term.strip() for term in config.terms.split(",") if term.strip()]
    if given:
        return list(dict.fromkeys(given))
    request = Request(
        "terms",
        config.model,
        {"prompt": VERSION, "category": category},
        Sampling(config.max_new_tokens, config.temperature, seed=config.seed),
    )

    def read(session: Session, number: int, text: str) -> tuple[str, int]:
        new = set(read_terms(text)) - set(terms_in(session, request))
        return ("" if new else "no new term could be read"), len(new)

    yield from ask_until(
        project, request, config.term_count, TERM_REPLIES, lambda _: terms_prompt(category), read
    )
    with project.read() as session:
        terms = terms_in(session, request)[: config.term_count]
    if not terms:
        raise ModelError(
            f"{config.model} named no group that could be read for {category!r}. Give the groups "
            "with `--terms`, separated by commas, or use a larger model."
        )
    return terms


def terms_in(session: Session, request: Request) -> list[str]:
    """Return the terms in the replies that were read, each once, in the order of asking."""
    read = select(Reply.raw_reply).where(Reply.request == request.id, Reply.reason != WAITING)
    texts = session.scalars(read.order_by(Reply.number))
    return list(dict.fromkeys(term for text in texts for term in read_terms(text)))


def triples_request(config: SynthesizeConfig, category: str, terms: list[str]) -> Request:
    """Return what names the request for sentences: all that shapes it, but not how many."""
    settings = {
        "prompt": VERSION,
        "prompting": config.prompting,
        "category": category,
        "terms": terms,
        "guide": config.guide,
        "target": config.target if config.guide != "none" else "",
    }
    sampling = Sampling(config.max_new_tokens, config.temperature, seed=config.seed)
    return Request("triples", config.model, settings, sampling)


def prompter(category: str, terms: list[str], guide: Guide | None) -> Callable[[int], Prompt]:
    """Return the function that makes the prompt of a number.

    A guide looks at the sentences there are when it is asked; which it showed is kept with what
    came of it.
    """
    return lambda number: triples_prompt(
        category if terms else "", terms, number, guide.examples() if guide else ()
    )
