"""The county's dictionary of materials (材料目录化、标准化, 一数一源): one entry for what many items ask for.

An item names an entry by `Material.material_key`, so that an identity card handed in for one case can be found
again for the next. Reuse needs the applicant's consent and ends after `valid_days`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

KEY_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class MaterialEntry:
    """One material. `aliases` are other names under which items ask for it.

    `valid_days` is how long a copy may be used again, 0 when it may not.
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    issuer: str = ""
    issue_requirement: str = ""
    usage: str = ""
    basis: str = ""
    note: str = ""
    valid_days: int = 0


@dataclass(frozen=True, slots=True)
class MaterialDictionary:
    """All entries, in the order in which people read them. Raises ValueError for a key or a name twice."""

    entries: tuple[MaterialEntry, ...] = ()

    def __post_init__(self) -> None:
        if repeated := _repeated(entry.key for entry in self.entries):
            raise ValueError(f"materials share a key: {repeated}")
        names = (name for entry in self.entries for name in {entry.name, *entry.aliases})
        if repeated := _repeated(names):
            raise ValueError(f"materials share a name: {repeated}")

    def entry(self, key: str) -> MaterialEntry | None:
        """Return the entry of a key."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def named(self, name: str) -> MaterialEntry | None:
        """Return the entry that a name belongs to, be it its own or another one for it."""
        return next((one for one in self.entries if name == one.name or name in one.aliases), None)


def _repeated(texts: Iterable[str]) -> list[str]:
    return sorted(text for text, times in Counter(texts).items() if times > 1)


NO_MATERIALS: Final = MaterialDictionary()


def dictionary_to_mapping(dictionary: MaterialDictionary) -> dict[str, Any]:
    """Return the JSON shape: `{"materials": [...]}`; what is empty is left out."""
    rows = [{name: value for name, value in asdict(one).items() if value} for one in dictionary.entries]
    return {"materials": [{**row, **_listed(row)} for row in rows]}


def _listed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"aliases": list(row["aliases"])} if "aliases" in row else {}


def dictionary_from_mapping(data: Mapping[str, Any]) -> MaterialDictionary:
    """Read what `dictionary_to_mapping` wrote; raises KeyError, TypeError or ValueError when it is malformed."""
    return MaterialDictionary(tuple(_entry(row) for row in data["materials"]))


def _entry(row: Mapping[str, Any]) -> MaterialEntry:
    entry = MaterialEntry(**{**row, "aliases": tuple(row.get("aliases", ()))})
    if not 0 < len(entry.key) <= KEY_LENGTH or not entry.name or entry.valid_days < 0:
        raise ValueError(
            f"a material needs a key of at most {KEY_LENGTH} characters and a name: {entry.key!r}"
        )
    texts = [getattr(entry, field.name) for field in fields(entry) if field.type == "str"]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"the facts of material {entry.key!r} are text")
    return entry
