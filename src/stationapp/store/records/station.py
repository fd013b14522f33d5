"""What a station keeps for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """Which PC of which station this is. `hub_public` is hex; `device_seed` are the 32 bytes it signs with."""

    device: str
    station: str
    slot: int
    desks: tuple[str, ...]
    epoch: str
    hub_public: str
    hub_url: str
    device_seed: bytes = field(repr=False)
    home_id: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One version of a document the hub publishes: organisation, catalogue, calendar or devices."""

    name: str
    version: str
    body: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """An unfinished intake with its content."""

    draft_id: str
    at: datetime
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Print:
    """One printed copy of a paper; the first copy is 1."""

    paper: str
    number: str
    copy: int
    case_id: str
    at: datetime
    person_id: str
