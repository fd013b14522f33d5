"""Dropping and rebuilding everything derived from the log, and comparing what is stored with what it should be."""

from __future__ import annotations

from stationapp.store import schema
from stationapp.store.repositories.settings import PROJECTION_SETTING
from stationapp.store.station_store import StationStore


def rebuild(store: StationStore) -> None:
    """Drop every projection and derive it anew from the log, in one transaction."""
    with store.write() as unit:
        unit.projections.clear()
        for key in unit.projections.case_keys():
            unit.projections.renew(key)
        unit.settings.set(PROJECTION_SETTING, schema.projection_fingerprint())
