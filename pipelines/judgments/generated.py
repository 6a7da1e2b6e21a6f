"""Generated judgments: the model is asked in words and its reply is read.

The first sample is greedy; further samples are drawn at temperature 0.7 and show how much the
model contradicts itself on the SAME story.
"""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import select

from pipelines.configs import JudgeConfig
from pipelines.judgments.parsing import parse_reply
from pipelines.judgments.prompts import GENERATED_PROMPT, ask_in_words, option_orders
from pipelines.judgments.todo import Question
from pipelines.models.interface import LanguageModel, Prompt, Sampling
from pipelines.models.load import load_model
from pipelines.progress import Progress
from pipelines.records import Judgment, Story
from pipelines.store import Project

CHUNK = 128
RESAMPLING_TEMPERATURE = 0.7


def judge_generated(
    project: Project, config: JudgeConfig, stories: list[Story]
) -> Iterator[Progress]:
    """Ask for every story and sample that has no judgment yet; unreadable replies are kept."""
    waiting = unasked(project, config, stories)
    if not waiting:
        return
    yield Progress(0, len(waiting), f"loading {config.model}")
    model = load_model(project, config.model)
    done = 0
    for sample, questions in groupby(waiting, key=lambda question: question.sample):
        together = list(questions)
        for start in range(0, len(together), CHUNK):
            chunk = together[start : start + CHUNK]
            for stored in ask_chunk(project, model, config, chunk, sample):
                done += stored
                yield Progress(done, len(waiting), "stories judged")


def unasked(project: Project, config: JudgeConfig, stories: list[Story]) -> list[Question]:
    """Return the questions without a reply, sample by sample."""
    with project.read() as session:
        found = session.execute(
            select(Judgment.story_id, Judgment.sample).where(
                Judgment.model == config.model,
                Judgment.method == "generated",
                Judgment.prompt == GENERATED_PROMPT,
            )
        )
        answered = {tuple(row) for row in found}
    order = option_orders(1)[0]
    return [
        Question(story, order, sample)
        for sample in range(config.samples)
        for story in stories
        if (story.id, sample) not in answered
    ]


def ask_chunk(
    project: Project,
    model: LanguageModel,
    config: JudgeConfig,
    chunk: list[Question],
    sample: int,
) -> Iterator[int]:
    """Ask one chunk, store each batch of replies, and yield how many were stored."""
    prompts = [Prompt(ask_in_words(q.story.text, q.story.name, q.order)) for q in chunk]
    temperature = RESAMPLING_TEMPERATURE if sample else 0.0
    sampling = Sampling(config.max_new_tokens, temperature, seed=config.seed + 1000 * sample)
    for batch in model.generate(prompts, sampling):
        with project.write() as session:
            for index, reply in batch:
                session.add(as_judgment(chunk[index], config.model, reply))
        yield len(batch)


def as_judgment(question: Question, reference: str, reply: str) -> Judgment:
    """Return the record of one reply, read as far as it can be read."""
    parsed = parse_reply(reply)
    return Judgment(
        story_id=question.story.id,
        model=reference,
        method="generated",
        prompt=GENERATED_PROMPT,
        option_order=question.order,
        sample=question.sample,
        stance=parsed.stance,
        explanation=parsed.explanation,
        raw_reply=reply,
    )
