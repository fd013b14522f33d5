"""The catalogue as a file that people edit: JSON or an Excel workbook, told by the name's ending."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from countyhub.catalogue import workbook
from countyhub.references.publishing import read_file
from stationapp.domain.catalogue import Catalogue, ServiceItem
from stationapp.domain.catalogue_codec import catalogue_from_mapping, catalogue_to_mapping
from stationapp.domain.material_dictionary import MaterialDictionary, dictionary_from_mapping
from stationapp.domain.refusal import Reason, Refused

Contents = tuple[tuple[ServiceItem, ...], MaterialDictionary | None]
"""Items, and the dictionary of materials if the file has one."""


def write(path: Path, catalogue: Catalogue) -> None:
    """Write a catalogue. Raises Refused for another ending or a text no cell holds, OSError."""
    if _is_workbook(path):
        workbook.write_workbook(path, catalogue)
        return
    text = json.dumps(catalogue_to_mapping(catalogue), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> Contents:
    """Read what somebody edited. Raises Refused with every fault, OSError when the file cannot be read."""
    if not _is_workbook(path):
        catalogue = read_file(path, _catalogue)
        return catalogue.items, catalogue.dictionary if catalogue.dictionary.entries else None
    found = workbook.read_workbook(path)
    if found.faults:
        raise Refused(*(fault.reason for fault in found.faults))
    return found.items, found.dictionary if found.dictionary.entries else None


def _catalogue(data: Any) -> Catalogue:
    """Read a catalogue, or a dictionary of materials by itself (`{"materials": [...]}`)."""
    if "materials" in data and "items" not in data:
        return Catalogue(0, "", (), dictionary_from_mapping(data))
    return catalogue_from_mapping({"version": 0, "published_at": "", **data})


def _is_workbook(path: Path) -> bool:
    ending = path.suffix.lower()
    if ending not in (".json", ".xlsx"):
        text = f"文件 {path.name} 应为 .json 或者 .xlsx。"
        raise Refused(Reason("unknown-format", text, path.name))
    return ending == ".xlsx"
