"""Where stories and preference rows came from: replies of a model, files, and triples."""

import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipelines.records import Record, now


class Reply(Record):
    """One reply of a model that was asked to write something, kept whether or not it could be read.

    `request` names what was asked (model, prompt, theme, temperature, seed …, but not how many), so
    a longer run of the same request goes on where the shorter one ended.
    """

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("request", "number"),
        Index("reply_reason", "request", "reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    request: Mapped[str]  # 12 hex digits
    kind: Mapped[str]  # family / terms / triples
    number: Mapped[int]  # 0, 1, … in the order of asking
    model: Mapped[str]
    settings: Mapped[dict[str, Any]]  # what `request` is the hash of
    raw_reply: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")  # why it could not be used; "" if it was
    kept: Mapped[int] = mapped_column(default=0)  # how many families, terms or triples it gave
    created_at: Mapped[datetime.datetime] = mapped_column(default_factory=now)


class ImportedFile(Record):
    """One file that was imported, whole, in one transaction."""

    __tablename__ = "imported_file"
    __table_args__ = (UniqueConstraint("sha256", "kind", "format"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str]  # the file's name, without its folder
    sha256: Mapped[str]
    kind: Mapped[str]  # stories / preferences
    format: Mapped[str]
    read: Mapped[int]  # rows or pairs in the file
    taken: Mapped[int]
    skipped: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)  # reason -> count
    repaired: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)  # what -> count
    notes: Mapped[list[Any]] = mapped_column(default_factory=list)  # sentences for the person
    created_at: Mapped[datetime.datetime] = mapped_column(default_factory=now)


class Triple(Record):
    """A sentence, the social-group term in it, and the attribute that goes against the stereotype.

    Source: Han et al. 2024, https://arxiv.org/abs/2402.11764
    """

    __tablename__ = "triple"
    __table_args__ = (UniqueConstraint("category", "sentence"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    category: Mapped[str]  # what was asked for, for example gender; "general" if nothing was named
    sentence: Mapped[str]
    term: Mapped[str]
    attribute: Mapped[str]  # one word, against the stereotype
    stereotyped: Mapped[str] = mapped_column(default="")  # one word, the stereotype; "" if unknown
    model: Mapped[str] = mapped_column(default="")
    provenance: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    loss: Mapped[float | None] = mapped_column(default=None)  # of the target model, nats a token
    family_id: Mapped[str | None] = mapped_column(
        ForeignKey("family.id", ondelete="SET NULL"), default=None
    )  # of the preference row made of it
    created_at: Mapped[datetime.datetime] = mapped_column(default_factory=now)
