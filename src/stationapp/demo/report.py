"""What the demonstration found, as `report.json` holds it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Report:
    """Counts of a played story. `lost`, `duplicated`, `pending` and `refused` are cases or acts, and must be
    0.
    """

    cases: int = 0
    events: int = 0
    stations: int = 0
    papers: int = 0
    pending: int = 0
    refused: int = 0
    lost: int = 0
    duplicated: int = 0
    elapsed_s: float = 0.0
    numbers: int = 0
    numbers_unknown: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def went_well(self) -> bool:
        """Whether every case ended as planned, is equal everywhere, and every printed number is known to the
        hub.
        """
        bad = (self.pending, self.refused, self.lost, self.duplicated, self.numbers_unknown)
        return not any(bad) and not self.differences

    def to_mapping(self) -> dict[str, Any]:
        """Return the report as JSON data."""
        return asdict(self)

    def write(self, folder: Path) -> None:
        """Write `report.json`."""
        text = json.dumps(self.to_mapping(), ensure_ascii=False, indent=2)
        (folder / "report.json").write_text(text + "\n", encoding="utf-8")
