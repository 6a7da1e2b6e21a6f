"""Choose by the target model's own loss which sentences are shown as examples.

    loss(sentence) = -(1/n) sum_i log p(token_i | tokens before it), in nats a token, n tokens

Low loss shows the target what it finds likely, high loss what it does not expect. The released code
of Han et al. 2024 scores with a masked model, and its labels there are the mask itself, so that its
loss does not measure the sentence; ours is the loss of the model that is to be trained, over all
tokens of the sentence. It shows 50 sentences, we show EXAMPLES, which a small model can hold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from pipelines.configs import SynthesizeConfig
from pipelines.errors import ModelError
from pipelines.models.interface import LanguageModel
from pipelines.models.load import load_model
from pipelines.sources import Triple
from pipelines.store import Project
from pipelines.synthetic.parsing import Entry

EXAMPLES = 5
SCORED_TOGETHER = 64


@dataclass
class Guide:
    """Keeps the losses of a category's sentences up to date and chooses examples by them."""

    project: Project
    category: str
    name: str  # low / high
    target: LanguageModel
    shown: list[int] = field(default_factory=list)  # ids of the last examples

    def examples(self) -> list[Entry]:
        """Return the sentences with the lowest or highest loss, worst last; [] where none is."""
        self.score()
        order = Triple.loss.asc() if self.name == "low" else Triple.loss.desc()
        query = (
            select(Triple)
            .where(Triple.category == self.category, Triple.loss.is_not(None))
            .where(Triple.provenance["loss_of"].as_string() == self.target.reference)
            .order_by(order, Triple.id)
            .limit(EXAMPLES)
        )
        with self.project.read() as session:
            found = session.scalars(query).all()
        self.shown = [triple.id for triple in found]
        return [Entry(one.sentence, one.term, one.attribute, one.stereotyped) for one in found]

    def score(self) -> None:
        """Store the target's loss of every sentence that has none of this target yet."""
        for ids, sentences in self.unscored():
            losses = sentence_losses(self.target, sentences)
            with self.project.write() as session:
                for id, loss in zip(ids, losses, strict=True):
                    triple = session.get_one(Triple, id)
                    triple.loss = loss
                    triple.provenance = {**triple.provenance, "loss_of": self.target.reference}

    def unscored(self) -> Iterator[tuple[list[int], list[str]]]:
        """Yield ids and sentences, SCORED_TOGETHER at a time."""
        scored_by = Triple.provenance["loss_of"].as_string()
        query = select(Triple.id, Triple.sentence).where(
            Triple.category == self.category,
            or_(scored_by.is_(None), scored_by != self.target.reference),
        )
        with self.project.read() as session:
            waiting = session.execute(query.order_by(Triple.id)).tuples().all()
        for start in range(0, len(waiting), SCORED_TOGETHER):
            part = waiting[start : start + SCORED_TOGETHER]
            yield [id for id, _ in part], [sentence for _, sentence in part]


def start_guide(project: Project, config: SynthesizeConfig, category: str) -> Guide | None:
    """Load the target model, or return None where nothing guides.

    Raises:
        ModelError: if the target cannot be loaded or gives no log-probabilities.
    """
    if config.guide == "none":
        return None
    target = load_model(project, config.target)
    if not target.gives_logps:
        raise ModelError(
            f"{config.target} gives no log-probabilities, so its loss cannot guide. Name a model "
            "that does with `--target`, for example bundled, or use `--guide none`."
        )
    return Guide(project, category, config.guide, target)


def sentence_losses(target: LanguageModel, sentences: Sequence[str]) -> list[float | None]:
    """Return the mean negative log-probability a token of each sentence, in nats.

    A sentence of which no token is scored has no loss, None.
    """
    every = target.token_logps(sentences)
    return [-sum(logps) / len(logps) if logps else None for logps in every]
