"""How fast preference rows come in, and with how much memory.

    python -m benchmarks.preference_imports --rows 10000 --benchmarks FOLDER

Writes a JSONL of made-up rows (words of the scenario library in random order; 1 % exact and 1 %
near-duplicates), imports it into a new project and prints seconds and peak memory as JSON. The
seconds of the processor alone are what to compare where the machine does other work. Random words
hold fewer common phrases than real dialogues, so the search for benchmark sentences has less to
compare; `--file` takes a file of one's own instead.
"""

import argparse
import json
import random
import resource
import tempfile
import time
from pathlib import Path

from pipelines.configs import ImportConfig
from pipelines.preferences.imports import import_preferences
from pipelines.store import Project
from pipelines.stories.library import plots


def words_of_library() -> list[str]:
    """Return the words of the plots, as often as they occur."""
    return " ".join(
        f"{plot.title} {plot.moral_reason} {plot.immoral_reason}" for plot in plots()
    ).split()


def write_rows(path: Path, rows: int, characters: int, seed: int) -> None:
    """Write made-up rows whose prompt and answers have about `characters` each."""
    draw = random.Random(seed)
    words = words_of_library()

    def text() -> str:
        return " ".join(draw.choices(words, k=max(3, characters // 6)))

    with path.open("w", encoding="utf-8") as file:
        line = ""
        for number in range(rows):
            if number % 100 == 1:
                row = json.loads(line)
                row["chosen"] += " indeed"
            elif number % 100 != 2:
                row = {"prompt": text(), "chosen": text(), "rejected": text()}
            line = json.dumps(row)
            file.write(line + "\n")


def main() -> None:
    """Measure one import."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--characters", type=int, default=300, help="of each text")
    parser.add_argument("--benchmarks", default="")
    parser.add_argument("--file", default="", help="import this file instead of made-up rows")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(args.file or f"{folder}/rows.jsonl")
        if not args.file:
            write_rows(path, args.rows, args.characters, seed=0)
        project = Project(Path(folder) / "study")
        started, processor = time.monotonic(), time.process_time()
        for progress in import_preferences(
            project, ImportConfig(file=str(path), benchmarks_dir=args.benchmarks)
        ):
            if progress.message.startswith("writing"):
                writing = time.monotonic()
        seconds = time.monotonic() - started
        project.close()
        result = progress.result
        print(
            json.dumps(
                {
                    "megabytes": round(path.stat().st_size / 1e6, 1),
                    "rows": result["rows"],
                    "skipped": result["skipped"],
                    "near_duplicates": result["near_duplicates"],
                    "contaminated": result["contaminated"],
                    "seconds": round(seconds, 1),
                    "processor_seconds": round(time.process_time() - processor, 1),
                    "writing_seconds": round(started + seconds - writing, 1),
                    "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                }
            )
        )


if __name__ == "__main__":
    main()
