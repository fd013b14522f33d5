"""From a list of items that another program published to a draft catalogue, which a person then completes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from countyhub.references.publishing import read_file, read_organisation
from stationapp.domain.catalogue import Catalogue
from stationapp.domain.catalogue_codec import catalogue_to_mapping
from stationapp.domain.catalogue_import import ImportResult, import_guangan
from stationapp.domain.organisation import DeskKind


def read_list(path: Path, departments: Mapping[str, str]) -> ImportResult:
    """Return the drafts in a file of either known shape. Raises Refused when it is neither, OSError."""
    return read_file(path, lambda data: import_guangan(data, departments=departments))


def departments_of(path: Path) -> dict[str, str]:
    """Return our key for each department's name, by desk and by organ, in an organisation's file."""
    desks = [desk for desk in read_organisation(path).desks if desk.kind is DeskKind.DEPARTMENT]
    return {name: desk.department for desk in desks for name in (desk.organ, desk.name) if name}


def write_draft(path: Path, result: ImportResult, version: int, at: datetime) -> None:
    """Write the drafts as a catalogue that `publish` reads; what the list does not say stands in `gaps`."""
    draft = Catalogue(version, at.isoformat(timespec="seconds"), result.items)
    text = json.dumps(catalogue_to_mapping(draft), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def summary(result: ImportResult) -> dict[str, int]:
    """Return how many drafts there are, how many lack facts or a department's key, and what was odd."""
    return {
        "items": len(result.items),
        "incomplete": sum(not item.is_complete for item in result.items),
        "without_department": sum(not item.department for item in result.items),
        "warnings": len(result.warnings),
        "errors": len(result.errors),
    }
