"""Write a new revision from what `records.py` says and the newest schema does not.

Usage: python -m pipelines.migrations.revise "add the story's language"
Read the file it writes, then set `HEAD` in `pipelines/store.py` to its number.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from pipelines.migrations.upgrade import upgrade_to_head
from pipelines.store import connect


def revise(message: str) -> None:
    """Compare a database at the newest revision with the records; write the difference."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(Path(folder) / "project.db")
        if number > 1:
            upgrade_to_head(engine)
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    revise(sys.argv[1])
