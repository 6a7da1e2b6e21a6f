"""What passes between the stages: one mapped dataclass a table.

The words of the project, explained once:

- A *family* is one plot. Its *wordings* tell the same plot in other sentences, its *arms* tell
  one wording about a man, a woman or a person called "they". Every split and every statistic
  is by family, because the stories of one family are not independent.
- A *stance* is a model's answer about one story: Moral, Immoral, Both, Can't say, or INVALID
  when the reply could not be read.
- A *mismatch* is a pair (male and female arm of one wording) whose stances differ and of which
  at least one is Moral or Immoral (Bajaj et al. 2024; Wei et al. 2025).
- *Stance shift* is the total variation distance between the two stance distributions of a pair.
"""

import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column


class Stance(StrEnum):
    """A model's answer about one story."""

    MORAL = "Moral"
    IMMORAL = "Immoral"
    BOTH = "Both"
    CANT_SAY = "Can't say"
    INVALID = "INVALID"


OPTIONS = (Stance.MORAL, Stance.IMMORAL, Stance.BOTH, Stance.CANT_SAY)
"""The stances a model may choose from, in the order their log-probabilities are stored."""


class Arm(StrEnum):
    """Whom a story is about."""

    MALE = "male"
    FEMALE = "female"
    THEY = "they"


class Split(StrEnum):
    """What a family may be used for; given once, when the family enters the project."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Kind(StrEnum):
    """What a family is: an act open to judgment, a clear one, or a prompt with two answers."""

    PLOT = "plot"
    CONTROL = "control"
    PREFERENCE = "preference"  # brought from elsewhere; it has preference rows and no stories


class Light(StrEnum):
    """What the quality gate says of one wording; its arms share it."""

    UNCHECKED = ""
    GREEN = "green"
    AMBER = "amber"
    RED = "red"  # out of judging unless a person allows it


class Category(StrEnum):
    """The kinds of gender bias of GenderAlign (Zhang et al. 2024), and none of them."""

    STEREOTYPES = "stereotypes"
    LANGUAGE = "discriminatory language"
    INSTITUTIONS = "sexism in occupational and educational institutions"
    MARGINALIZED = "bias against marginalized genders"
    NONE = "none"


class Status(StrEnum):
    """Where a balanced judgment stands in curation."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"


class State(StrEnum):
    """Where a job or a training run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"


def now() -> datetime.datetime:
    """Return the present moment in UTC, without zone, as SQLite stores it."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


class Record(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Base of all records."""

    type_annotation_map: ClassVar = {dict[str, Any]: JSON, list[Any]: JSON}


class Family(Record):
    """One plot, or one control story, with everything told about it."""

    __tablename__ = "family"

    id: Mapped[str] = mapped_column(primary_key=True)
    theme: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)  # a Kind
    source: Mapped[str]  # library / model / import / pasted / synthetic
    split: Mapped[str] = mapped_column(index=True)  # a Split
    stance: Mapped[str | None] = mapped_column(default=None)  # what is right, for controls only
    moral_reason: Mapped[str] = mapped_column(default="")  # gender-neutral, why the act is right
    immoral_reason: Mapped[str] = mapped_column(default="")  # gender-neutral, why it is wrong
    provenance: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)  # file, model, seed …
    created_at: Mapped[datetime.datetime] = mapped_column(default_factory=now)


class Story(Record):
    """One wording of a family told about one arm."""

    __tablename__ = "story"
    __table_args__ = (
        UniqueConstraint("family_id", "wording", "arm"),
        Index("story_by_light", "light", "family_id"),
        Index("story_by_wording", "family_id", "wording", "light", "allowed", "excluded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    wording: Mapped[int]  # 1, 2, …
    arm: Mapped[str]  # an Arm
    name: Mapped[str]  # the protagonist's first name
    pronouns: Mapped[str]  # "he/him/his/his/himself"
    text: Mapped[str]
    excluded: Mapped[bool] = mapped_column(
        default=False
    )  # out of judging, because a person says so
    light: Mapped[str] = mapped_column(default="")  # a Light, of the whole wording
    allowed: Mapped[bool] = mapped_column(default=False)  # a person lets a red wording be judged
    checks: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)  # what the gate found


class Judgment(Record):
    """What one model answered about one story, once.

    A scored judgment has `logps`: the summed log-probabilities (natural logarithm) of the
    four OPTIONS after the forced prefix "STANCE:", for one order in which the options were named.
    A generated judgment has the raw reply instead.
    """

    __tablename__ = "judgment"
    __table_args__ = (
        UniqueConstraint("story_id", "model", "method", "prompt", "option_order", "sample"),
        Index("judgment_by_model", "model", "method", "story_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    model: Mapped[str]  # a model reference
    method: Mapped[str]  # scored / generated
    prompt: Mapped[str]  # version of the question with its settings
    option_order: Mapped[str]  # indices into OPTIONS as they were named, e.g. "0123"
    sample: Mapped[int] = mapped_column(default=0)
    stance: Mapped[str] = mapped_column(default=Stance.INVALID)
    logps: Mapped[list[Any] | None] = mapped_column(default=None)
    explanation: Mapped[str] = mapped_column(default="")
    raw_reply: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime.datetime] = mapped_column(default_factory=now)


class Calibration(Record):
    """The log-probabilities of the options under a story without content, for one option order."""

    __tablename__ = "calibration"

    model: Mapped[str] = mapped_column(primary_key=True)
    prompt: Mapped[str] = mapped_column(primary_key=True)
    option_order: Mapped[str] = mapped_column(primary_key=True)
    logps: Mapped[list[Any]]


class JudgedWith(Record):
    """Which weights stand behind the judgments of a model reference, by their fingerprint."""

    __tablename__ = "judged_with"

    model: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]


class Inconsistency(Record):
    """How one model's judgments of the male and the female story of one wording compare.

    Written for every judged pair, also for those that agree, so that rates have their
    denominator. Stored and indexed, so that 100,000 of them can be sorted.
    """

    __tablename__ = "inconsistency"
    __table_args__ = (
        UniqueConstraint("family_id", "wording", "model", "method"),
        Index("inconsistency_worst_first", "model", "method", "mismatch", "severity", "excess"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    wording: Mapped[int]
    model: Mapped[str]
    method: Mapped[str]
    male_stance: Mapped[str]
    female_stance: Mapped[str]
    mismatch: Mapped[bool]
    severity: Mapped[int]  # |score difference| with Moral 2, Both and Can't say 1, Immoral 0
    direction: Mapped[str]  # "male", "female" (who is judged more favourably) or ""
    gap: Mapped[float | None]  # moral log-odds, male − female; None for generated judgments
    shift: Mapped[float]  # stance shift, in [0, 1]
    noise: Mapped[float | None]  # the same shift between orders or wordings of the SAME arm
    excess: Mapped[float]  # shift − noise (0 where unknown): what is left for gender


class BalancedJudgment(Record):
    """A judgment of one pair that names both sides and no gender."""

    __tablename__ = "balanced_judgment"
    __table_args__ = (UniqueConstraint("family_id", "wording", "model"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    wording: Mapped[int]
    model: Mapped[str]  # whose inconsistency it answers
    stance: Mapped[str]
    text: Mapped[str]
    drafted_text: Mapped[str]  # as it was before a person touched it
    source: Mapped[str]  # model / template / person / import
    status: Mapped[str] = mapped_column(default=Status.DRAFT, index=True)
    decided_by: Mapped[str] = mapped_column(default="")
    edit_distance: Mapped[int] = mapped_column(default=0)  # Levenshtein, characters
    checks: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    updated_at: Mapped[datetime.datetime] = mapped_column(default_factory=now)


class PreferenceRow(Record):
    """One row of the preference set, in TRL's conversational form.

    Rows of the study belong to one model, wording and arm. Rows from elsewhere have no model and
    no arm: their family is the prompt, and `wording` numbers the rows of one prompt.
    """

    __tablename__ = "preference_row"
    __table_args__ = (UniqueConstraint("family_id", "wording", "arm", "model", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    wording: Mapped[int]
    arm: Mapped[str]
    model: Mapped[str]
    split: Mapped[str] = mapped_column(index=True)
    source: Mapped[str]  # balanced / control / imported / synthetic
    prompt: Mapped[list[Any]]  # [{"role": "user", "content": …}]
    chosen: Mapped[list[Any]]
    rejected: Mapped[list[Any]]
    category: Mapped[str] = mapped_column(default="", index=True)  # a Category
    category_source: Mapped[str] = mapped_column(default="")  # rule / model / person / file
    flags: Mapped[list[Any]] = mapped_column(default_factory=list)  # what was noticed, in sentences
    excluded: Mapped[bool] = mapped_column(default=False)  # never trained on


class Run(Record):
    """One training run; its files lie in runs/<id>/."""

    __tablename__ = "run"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    method: Mapped[str]
    base_model: Mapped[str]
    config: Mapped[dict[str, Any]]
    data_hash: Mapped[str] = mapped_column(default="")
    parent_run: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default=State.QUEUED)
    step: Mapped[int] = mapped_column(default=0)
    total_steps: Mapped[int] = mapped_column(default=0)
    phase: Mapped[str] = mapped_column(default="")  # sft / dpo, while it runs
    pid: Mapped[int | None] = mapped_column(default=None)
    pid_started: Mapped[float | None] = mapped_column(default=None)
    metrics: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    checkpoints: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)  # folder -> hash
    message: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime.datetime] = mapped_column(default_factory=now)
    finished_at: Mapped[datetime.datetime | None] = mapped_column(default=None)


class Job(Record):
    """Long work, claimed by one worker at a time."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str]  # the stage's name
    config: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default=State.QUEUED, index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    pid: Mapped[int | None] = mapped_column(default=None)
    pid_started: Mapped[float | None] = mapped_column(default=None)
    heartbeat: Mapped[datetime.datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime.datetime] = mapped_column(default_factory=now)
    started_at: Mapped[datetime.datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime.datetime | None] = mapped_column(default=None)


class Event(Record):
    """One decision in the journal. Rows are only ever added; undo is another row."""

    __tablename__ = "event"
    __table_args__ = (Index("event_by_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime.datetime] = mapped_column(default_factory=now)
    who: Mapped[str]
    action: Mapped[str]  # accept / discard / edit / exclude / undo / redo / …
    subject: Mapped[str]  # table name
    subject_id: Mapped[str]
    before: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    batch: Mapped[str] = mapped_column(default="", index=True)  # events of one click share it
    undoes: Mapped[str | None] = mapped_column(default=None)  # the batch that this one takes back
