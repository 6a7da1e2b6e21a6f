"""The data card of a published preference set: YAML for the Hub, then Markdown for people.

What it says is counted from the rows that are published. No name of a person, no path and no key
is on it; text from outside stands there as text. The words are in `assets/card/dataset.md.j2`.
"""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipelines.assets import ASSETS
from pipelines.preferences.confounds import confounds
from pipelines.preferences.markdown import Written, count_table, plain, table
from pipelines.preferences.origins import Origins, read_origins, skipped_of
from pipelines.preferences.published import (
    COLUMNS,
    SPLITS,
    Published,
    Publishing,
    counted,
    features,
)
from pipelines.preferences.published import public_reference as public
from pipelines.store import Project

MARK = "<!-- Written by Evenhand. An export to the same folder replaces this file. -->"
TEMPLATE = ASSETS / "card" / "dataset.md.j2"
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
LICENCES = (
    "apache-2.0", "mit", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0",
    "cc-by-nd-4.0", "cc-by-nc-nd-4.0", "odc-by", "odbl", "pddl", "bsd-3-clause", "gpl-3.0",
)  # fmt: skip
"""Licences that the Hub knows by these names and that fit a dataset; any other is "other"."""
WEI = (
    "Wei, Abdullah, Huang 2025. Mitigating Gender Bias via Fostering Exploratory Thinking in LLMs. "
    "arXiv 2505.17217 (the method)."
)
BAJAJ = (
    "Bajaj et al. 2024. Evaluating Gender Bias of LLMs in Making Morality Judgements. Findings of "
    "EMNLP 2024 (how a mismatch is counted)."
)
ZHANG = "Zhang et al. 2024. GenderAlign. arXiv 2406.13925 (the categories of gender bias)."
ALLAM = "Allam 2024. BiasDPO. arXiv 2407.13928 (rows in the form of its set)."
HAN = (
    "Han et al. 2024. ChatGPT Based Data Augmentation for Improved Parameter-Efficient Debiasing "
    "of LLMs. arXiv 2402.11764 (the synthetic sentences)."
)
RAFAILOV = "Rafailov et al. 2023. Direct Preference Optimization. arXiv 2305.18290."
CITED_FOR = {
    "balanced": (WEI, BAJAJ),
    "control": (WEI, BAJAJ),
    "synthetic": (HAN,),
    "paper": (WEI,),
    "genderalign": (ZHANG,),
    "biasdpo": (ALLAM,),
    "categories": (ZHANG,),
}
"""What is cited for a source of rows, for the format of a file, and for categories."""


def write_card(
    project: Project,
    config: Publishing,
    published: Published,
    sizes: dict[str, tuple[int, int, int]],
    path: Path,
) -> None:
    """Write README.md; `sizes` are rows, bytes in memory and bytes on disk of each split."""
    front = front_matter(config, len(published.rows), sizes)
    path.write_text(f"---\n{front}\n---\n\n{body(project, config, published)}", "utf-8")


def front_matter(config: Publishing, rows: int, sizes: dict[str, tuple[int, int, int]]) -> str:
    """Return the card's YAML as the Hub wants it."""
    from datasets import DatasetInfo, SplitDict, SplitInfo  # noqa: PLC0415  (slow to load)
    from datasets.info import DatasetInfosDict  # noqa: PLC0415
    from datasets.utils.metadata import MetadataConfigs  # noqa: PLC0415
    from huggingface_hub import DatasetCardData  # noqa: PLC0415  (slow to load)

    data = DatasetCardData(
        pretty_name=" ".join(config.title.split()),
        language=["en"],
        task_categories=["text-generation"],
        size_categories=[next((name for most, name in SIZES if rows < most), "n>1M")],
        tags=["preference", "dpo", "trl", "gender-bias", "bias", "fairness", "evenhand"],
        **licence_fields(config.license),
    )
    files = [{"split": split, "path": f"data/{split}-*"} for split in sizes]
    MetadataConfigs({"default": {"data_files": files}}).to_dataset_card_data(data)
    splits = SplitDict(
        {name: SplitInfo(name, size, number) for name, (number, size, _) in sizes.items()}
    )
    info = DatasetInfo(
        features=features(),
        splits=splits,
        dataset_size=sum(size for _, size, _ in sizes.values()),
        download_size=sum(disk for _, _, disk in sizes.values()),
    )
    DatasetInfosDict({"default": info}).to_dataset_card_data(data)
    return data.to_yaml()


def licence_fields(licence: str) -> dict[str, str]:
    """Return the card's fields for a licence; without one there are none."""
    name = licence.strip()
    if not name:
        return {}
    if name.lower() in LICENCES:
        return {"license": name.lower()}
    slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")
    return {"license": "other", "license_name": slug or "other"}


def body(project: Project, config: Publishing, published: Published) -> str:
    """Return the card's Markdown."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  (slow to load)

    environment = Environment(
        undefined=StrictUndefined, finalize=plain, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    origins = read_origins(project, published)
    text = template.render(
        mark=Written(MARK),
        title=config.title,
        license=config.license.strip(),
        **about_rows(published),
        **about_origins(origins),
        **about_terms(published, origins),
    )
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


def about_rows(published: Published) -> dict[str, Any]:
    """Return what the template is told about the rows themselves."""
    rows = published.rows
    families = {row.family_id: row.split for row in rows}
    sources = {row.source for row in rows}
    splits = [
        (str(split), sum(row.split == split for row in rows), list(families.values()).count(split))
        for split in SPLITS
        if split in families.values()
    ]
    flagged = sum(bool(row.flags) for row in rows)
    return {
        "rows": f"{len(rows):,}",
        "families": f"{len(families):,}",
        "columns": table(("column", "what it holds"), COLUMNS.items()),
        "by_split": table(("split", "rows", "families"), splits),
        "by_source": count_table(("source", "rows"), published.counts()["source"]),
        "by_category": count_table(("category", "rows"), published.counts()["category"]),
        "by_theme": count_table(
            ("theme", "rows"), counted(published.families[row.family_id].theme for row in rows)
        ),
        "by_model": count_table(
            ("whose judgments", "rows"), counted(public(row.model) for row in rows)
        ),
        "category_sources": listed(counted(row.category_source or "nobody yet" for row in rows)),
        "own": bool(sources & {"balanced", "control"}),
        "imported": "imported" in sources,
        "synthetic": "synthetic" in sources,
        "confounds": confounds(rows),
        "flagged": f"{flagged:,}",
    }


def about_origins(origins: Origins) -> dict[str, Any]:
    """Return what the template is told about where the rows come from."""
    writers = [(model, prompt, number) for (model, prompt), number in origins.writers.items()]
    files = [(file.name, file.sha256, file.format, file.read, file.taken) for file in origins.files]
    head = ("file", "sha256", "format", "rows read", "rows taken")
    skipped = skipped_of(origins.files)
    return {
        "prompts": ", ".join(origins.prompts) or "–",
        "decided": count_table(("who decided", "number"), origins.decisions),
        "by_origin": count_table(("families", "number"), origins.families),
        "writers": table(("model that wrote", "prompt", "families"), writers) if writers else "",
        "files": table(head, files) if files else "",
        "notes": [f"{file.name}: {note}" for file in origins.files for note in file.notes],
        "skipped": count_table(("rows of the files left out", "number"), skipped)
        if skipped
        else "",
        "software": ", ".join(f"{name} {version(name)}" for name in ("datasets", "pyarrow")),
    }


def about_terms(published: Published, origins: Origins) -> dict[str, Any]:
    """Return what the template is told about terms, about what is left out, and whom to cite."""
    terms = ["Stories and reasons of Evenhand's scenario library are under Apache-2.0."]
    models = {public(row.model) for row in published.rows if row.model}
    models |= {model for model, _ in origins.writers}
    if models:
        terms.append(
            f"Texts by models ({', '.join(sorted(models))}) are under the terms of these models."
        )
    terms += [f"{file.name}: {licence_of(file.sha256, origins)}." for file in origins.files]
    left = {why: number for why, number in published.left_out.items() if number}
    excluded = f"Rows left out of the set: {listed(left)}." if left else "No row was left out."
    return {"terms": terms, "excluded": excluded, "citations": cited(published, origins)}


def cited(published: Published, origins: Origins) -> list[str]:
    """Return whom to cite for these rows, each once."""
    reasons = {row.source for row in published.rows} | {file.format for file in origins.files}
    if any(row.category for row in published.rows):
        reasons.add("categories")
    found = [entry for reason in CITED_FOR if reason in reasons for entry in CITED_FOR[reason]]
    return [*dict.fromkeys(found), RAFAILOV]


def licence_of(sha256: str, origins: Origins) -> str:
    """Return what is known about the licence of a file."""
    found = {
        text
        for digest, texts in origins.licences.items()
        if sha256.startswith(digest)
        for text in texts
    }
    return "; ".join(sorted(found)) or "its licence is not known; ask where the file comes from"


def listed(counts: dict[str, int]) -> str:
    """Return counts in one sentence part."""
    return ", ".join(f"{name} ({number:,})" for name, number in counts.items())
