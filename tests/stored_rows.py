"""Preference rows from elsewhere, written straight into a project."""

from pipelines.records import Family, PreferenceRow


def say(role, content):
    """One message, in a list."""
    return [{"role": role, "content": content}]


def add_rows(project, source, splits, **fields):
    """Store one row a split, each of its own family; `fields` replace what the row says."""
    with project.write() as session:
        for number, split in enumerate(splits):
            session.add(
                Family(
                    id=f"{source}-{number}", theme="imported", title=f"prompt {number}",
                    kind="preference", source="import", split=split,
                )
            )  # fmt: skip
        session.flush()
        for number, split in enumerate(splits):
            texts = {
                "prompt": say("user", f"Who can be a nurse, question {number}?"),
                "chosen": say("assistant", "Anybody who learns the work."),
                "rejected": say("assistant", "That is work for a woman."),
            }
            session.add(
                PreferenceRow(
                    family_id=f"{source}-{number}", wording=1, arm="", model="", split=split,
                    source=source, **(texts | fields),
                )
            )  # fmt: skip
