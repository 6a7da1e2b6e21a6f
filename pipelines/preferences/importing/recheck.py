"""Look through the rows that a project has already for sentences of public benchmarks.

For rows that were imported before the benchmarks' files were at hand. A row that a person took in
again after it had been excluded for a benchmark is left as it is.
"""

from collections import Counter

from sqlalchemy import select

from pipelines.preferences.importing.contamination import BenchmarkIndex
from pipelines.preferences.importing.present import AT_A_TIME, SOURCE
from pipelines.records import PreferenceRow
from pipelines.store import Project


def exclude_contaminated(project: Project, index: BenchmarkIndex) -> Counter:
    """Flag and exclude imported rows that hold a benchmark's sentence; count them by benchmark."""
    found = find_contaminated(project, index)
    with project.write() as session:
        for number, sentences in found.items():
            row = session.get(PreferenceRow, number)
            if row is not None:
                row.flags = [*row.flags, *sentences.values()]
                row.excluded = True
    return Counter(benchmark for sentences in found.values() for benchmark in sentences)


def find_contaminated(project: Project, index: BenchmarkIndex) -> dict[int, dict[str, str]]:
    """Return new sentences on imported rows, by the row's id and the benchmark."""
    found: dict[int, dict[str, str]] = {}
    query = select(PreferenceRow).where(PreferenceRow.source == SOURCE)
    with project.read() as session:
        for row in session.scalars(query.execution_options(yield_per=AT_A_TIME)):
            turns = (*row.prompt, *row.chosen, *row.rejected)
            told = index.sentences_on(turn["content"] for turn in turns)
            new = {name: text for name, text in told.items() if not flagged(row, name)}
            if new:
                found[row.id] = new
    return found


def flagged(row: PreferenceRow, benchmark: str) -> bool:
    """Tell whether a row is known to hold a sentence of a benchmark."""
    return any(f"a sentence of {benchmark} (" in flag for flag in row.flags)
