"""A place whose rows are those that a test hands over, in the columns of the Hub."""

from dataclasses import dataclass, field
from typing import Any

from pipelines.benchmarks.items import Item
from pipelines.benchmarks.places import Place
from pipelines.models.interface import TokenLogps


@dataclass(frozen=True)
class HubPlace(Place):
    """The Hub with some rows by (dataset, split, config, data_files); it has no others."""

    rows: dict[tuple[str, str, str | None, str | None], list[dict[str, Any]]] = field(
        default_factory=dict
    )

    def hub_rows(
        self,
        dataset: str,
        split: str,
        config: str | None = None,
        data_files: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the rows of this part of a dataset."""
        return self.rows[dataset, split, config, data_files]


def scored(item: Item, logps: dict[str, float]) -> list[list[TokenLogps]]:
    """Return the answer to an item's only ask: the log-probability of each option, by its text."""
    (ask,) = item.asks
    return [[TokenLogps((1,), (logps[option.strip()],)) for option in ask.options]]
