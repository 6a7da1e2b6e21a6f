"""Scored judgments: the stance is read from log-probabilities, so no reply is invalid.

The options are scored after the forced beginning "STANCE:", in several orders of naming, and
under stories without content for calibration. An explanation is then written under the
stance that the averaged probabilities favour.
"""

from collections.abc import Iterator

import numpy as np
from sqlalchemy import select

from pipelines.configs import JudgeConfig
from pipelines.judgments.prompts import (
    CONTENT_FREE,
    SCORED_PROMPT,
    continuations,
    explanation_prompt,
    option_orders,
    stance_prompt,
)
from pipelines.judgments.todo import Question, unanswered
from pipelines.judgments.verdicts import read_verdicts
from pipelines.models.interface import LanguageModel, Sampling
from pipelines.models.load import load_model
from pipelines.progress import Progress
from pipelines.records import OPTIONS, Calibration, Judgment, Story
from pipelines.store import Project

CHUNK = 256
"""Prompts handed to the model at a time: enough to sort by length, few enough to stop between."""


def judge_scored(project: Project, config: JudgeConfig, stories: list[Story]) -> Iterator[Progress]:
    """Score every story in every option order that has no judgment yet."""
    orders = option_orders(config.orders)
    with project.read() as session:
        waiting = unanswered(session, stories, orders, config.model, SCORED_PROMPT)
    if waiting:
        yield Progress(0, len(waiting), f"loading {config.model}")
        model = load_model(project, config.model)
        calibrate_orders(project, model, config.model, orders)
        yield from score_questions(project, model, config.model, waiting)


def calibrate_orders(
    project: Project, model: LanguageModel, reference: str, orders: list[str]
) -> None:
    """Store the options' log-probabilities under content-free stories, averaged, for each order."""
    with project.read() as session:
        query = select(Calibration.option_order).where(
            Calibration.model == reference, Calibration.prompt == SCORED_PROMPT
        )
        present = set(session.scalars(query))
    missing = [order for order in orders if order not in present]
    prompts = [
        stance_prompt(text, "the main character", order)
        for order in missing
        for text in CONTENT_FREE
    ]
    scores = {
        index: logps for batch in model.score(prompts, continuations()) for index, logps in batch
    }
    with project.write() as session:
        for place, order in enumerate(missing):
            start = place * len(CONTENT_FREE)
            rows = [scores[index] for index in range(start, start + len(CONTENT_FREE))]
            session.merge(
                Calibration(
                    model=reference,
                    prompt=SCORED_PROMPT,
                    option_order=order,
                    logps=np.mean(rows, axis=0).tolist(),
                )
            )


def score_questions(
    project: Project, model: LanguageModel, reference: str, waiting: list[Question]
) -> Iterator[Progress]:
    """Score the questions and store each batch before it is reported."""
    done = 0
    for start in range(0, len(waiting), CHUNK):
        chunk = waiting[start : start + CHUNK]
        prompts = [stance_prompt(q.story.text, q.story.name, q.order) for q in chunk]
        for batch in model.score(prompts, continuations()):
            with project.write() as session:
                for index, logps in batch:
                    session.add(as_judgment(chunk[index], reference, logps))
            done += len(batch)
            yield Progress(done, len(waiting), "stories scored")


def as_judgment(question: Question, reference: str, logps: list[float]) -> Judgment:
    """Return the record of one scored question; its stance is the most probable option."""
    return Judgment(
        story_id=question.story.id,
        model=reference,
        method="scored",
        prompt=SCORED_PROMPT,
        option_order=question.order,
        stance=OPTIONS[int(np.argmax(logps))],
        logps=logps,
    )


def explain(project: Project, config: JudgeConfig, stories: list[Story]) -> Iterator[Progress]:
    """Write the missing explanations of `stories`, each under its story's averaged stance.

    An explanation is kept on the judgment with the first option order.
    """
    order = option_orders(1)[0]
    with project.read() as session:
        verdicts = read_verdicts(session, config.model, "scored")
    wanted = [story for story in stories if not verdicts[story.id].explanation]
    if not wanted:
        return
    yield Progress(0, len(wanted), f"loading {config.model}")
    model = load_model(project, config.model)
    sampling = Sampling(config.max_new_tokens, seed=config.seed)
    done = 0
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        prompts = [explanation_prompt(s.text, s.name, order, verdicts[s.id].stance) for s in chunk]
        for batch in model.generate(prompts, sampling):
            replies = {chunk[index].id: reply for index, reply in batch}
            store_explanations(project, config.model, order, replies)
            done += len(batch)
            yield Progress(done, len(wanted), "explanations written")


def store_explanations(
    project: Project, reference: str, order: str, replies: dict[int, str]
) -> None:
    """Put each story's explanation on its judgment with this order."""
    with project.write() as session:
        query = select(Judgment).where(
            Judgment.story_id.in_(replies),
            Judgment.model == reference,
            Judgment.method == "scored",
            Judgment.prompt == SCORED_PROMPT,
            Judgment.option_order == order,
        )
        for judgment in session.scalars(query):
            judgment.raw_reply = replies[judgment.story_id]
            judgment.explanation = tidy(judgment.raw_reply)


def tidy(reply: str) -> str:
    """Return the reply's first paragraph as sentences, up to the last whole one if there is one.

    The reply goes on after "… because", so its first word gets a capital.
    """
    text = " ".join(reply.strip().split("\n\n")[0].split())
    text = text[:1].upper() + text[1:]
    end = max(text.rfind(mark) for mark in (". ", "! ", "? "))
    if text.endswith((".", "!", "?")) or end < 0:
        return text or "(no explanation)"
    return text[: end + 1]
