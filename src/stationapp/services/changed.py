"""What an act changed, told to every screen by the bus."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of things that change."""

    CASES = "cases"
    BATCHES = "batches"
    DRAFTS = "drafts"
    OUTBOX = "outbox"
    SYNC = "sync"
    REFERENCES = "references"
    PAPERS = "papers"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Changed:
    """The kinds that changed and, where it is about cases, which."""

    kinds: frozenset[Kind]
    case_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, *kinds: Kind, case_ids: Iterable[str] = ()) -> Changed:
        """Return a change of these kinds."""
        return cls(frozenset(kinds), tuple(case_ids))


NOTHING = Changed(frozenset())
