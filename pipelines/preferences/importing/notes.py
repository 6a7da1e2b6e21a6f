"""What an import noticed, in sentences that are kept with the file and shown to the person."""

from pipelines.preferences.importing.contamination import BenchmarkIndex
from pipelines.preferences.importing.formats import Format
from pipelines.preferences.importing.intake import Intake
from pipelines.preferences.importing.splits import Splits

LARGE = 0.2
"""Share of the families in one group from which the splits can no longer meet their shares."""


def notes_of(form: Format, intake: Intake, near: int, splits: Splits) -> list[str]:
    """Return a sentence for each thing that was noticed about a file's rows."""
    before, after = intake.before.leaks(), intake.after.leaks()
    mended = [sentence for leak, sentence in before.items() if leak not in after]
    notes = [f"Read as {form.name}: each row has {form.needs}."]
    notes += [f"Mended: {leak}" for leak in mended]
    notes += after.values()
    if near:
        notes.append(
            f"Rows that are nearly the same as another, which each of them names: {near:,}."
        )
    if intake.contradictions:
        notes.append(
            "Rows that prefer the answer which another row rejects, and name that row: "
            f"{intake.contradictions:,}."
        )
    return notes + contamination_notes(intake) + split_notes(splits)


def contamination_notes(intake: Intake) -> list[str]:
    """Return what was looked for in benchmarks and what was found."""
    if intake.index is None:
        return [
            "Contamination by public benchmarks was not looked for, because no folder of benchmark "
            "files is named in `benchmarks_dir`. Name one and import the file again, to have the "
            "imported rows looked through."
        ]
    notes = [f"Sentences of these benchmarks were looked for: {looked_through(intake.index)}."]
    for name, count in intake.contaminated.most_common():
        notes.append(
            f"Rows that hold a sentence of {name}, and are excluded so that it can still be "
            f"measured: {count:,}."
        )
    return notes


def looked_through(index: BenchmarkIndex) -> str:
    """Return the benchmarks of an index with their numbers of sentences."""
    return ", ".join(f"{name} ({count:,})" for name, count in index.counts.items())


def split_notes(splits: Splits) -> list[str]:
    """Return what was noticed when prompts were put into groups that share a split."""
    notes = []
    families = len(splits.of)
    if splits.groups:
        notes.append(
            "Prompts that are nearly the same, of one dialogue or of one pair have one split; "
            f"groups of such prompts: {splits.groups:,}."
        )
    if splits.told:
        notes.append(
            f"Prompts that hold a story of the project, and have its split: {splits.told:,}."
        )
    if splits.largest > 10 and splits.largest >= LARGE * families:
        notes.append(
            f"One such group has {splits.largest:,} of {families:,} prompts, so the splits are "
            "far from their usual shares."
        )
    if splits.torn:
        notes.append(
            "Groups of such prompts in different splits, because these came into the project "
            f"before what links them: {splits.torn:,}."
        )
    return notes
