"""Deriving everything anew from the log, and checking that what is stored is what it should be."""

from __future__ import annotations

from stationapp.store import schema
from stationapp.store.comparison import differences
from stationapp.store.repositories.settings import PROJECTION_SETTING
from stationapp.store.station_store import StationStore
from stationapp.store.verification import Finding, VerifyReport, verify

__all__ = ["Finding", "VerifyReport", "compare", "rebuild", "verify"]


def rebuild(store: StationStore) -> None:
    """Drop every projection and derive it anew from the log, in one transaction."""
    with store.write() as unit:
        unit.projections.renew_all()
        unit.settings.set(PROJECTION_SETTING, schema.projection_fingerprint())


def compare(store: StationStore) -> list[str]:
    """Return where stored projections differ from what the log comes to; nothing when all are equal."""
    with store.read() as unit:
        return differences(unit.projections)
