"""The samples keep up with the program: its newest layout, every edition of its rules, every move and every table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from countyhub.tables import METADATA
from hubprotocol.upward import UPWARD_KINDS
from hubprotocol.versions import CASE_EVENT_KIND
from stationapp.domain.case_flow import TABLE
from stationapp.domain.events import event_from_mapping
from stationapp.domain.rule_editions import EDITION
from stationapp.store.connections import connect
from stationapp.store.tables import METADATA as STATION_METADATA
from upgrades.samples import (
    COUNTIES,
    DATA_KEY,
    FOLDER,
    HUB,
    SAMPLES,
    STATION,
    layout_of,
    newest_layout,
    old_county,
    old_hub,
    old_station,
)
from upgrades.write_sample import MOST_BYTES

HOW = "write it with `make sample`, see docs/exchange.md"
HOW_STORY = "write it with `make sample OF=story`, see docs/exchange.md"
NEWEST = "hub-{}-station-{}".format(*newest_layout())
FILLED_BY_HUNDREDS = {"case_number"}
"""A PC's numbers of cases move there from `case_number_new` by the hundred; the samples of the story have them."""
OVERSIZED = {"hub-0004-station-0006"}
"""Written before samples had a bound, and never to be written again."""
Written = set[tuple[str, int, str]]


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask a plain SQLite file."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def rows_here(database: Path, query: str) -> list[tuple[Any, ...]]:
    """Ask a PC's encrypted database."""
    with closing(connect(database, DATA_KEY)) as connection:
        return list(connection.execute(query).fetchall())


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county of the newest layout, unpacked."""
    return old_county(NEWEST, tmp_path_factory.mktemp("newest"))


def test_the_newest_layout_has_a_sample_of_a_county_at_work() -> None:
    assert NEWEST in COUNTIES, HOW


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_of_the_layout_it_is_named_after(sample: str, tmp_path: Path) -> None:
    hub, station = old_hub(sample, tmp_path / "hub.db"), old_station(sample, tmp_path / "station.db")
    query = "SELECT version_num FROM alembic_version"
    assert ((*rows(hub, query), *rows_here(station, query))) == tuple((one,) for one in layout_of(sample))


@pytest.mark.parametrize("sample", [sample for sample in SAMPLES if sample not in OVERSIZED])
def test_a_sample_is_small(sample: str) -> None:
    assert max(file.stat().st_size for file in (FOLDER / sample).iterdir()) <= MOST_BYTES


def test_every_table_of_the_newest_layout_holds_something(newest: Path) -> None:
    hubs, stations = list(newest.glob(f"*/{HUB.name}")), list(newest.glob(f"*/{STATION.name}"))
    empty = {table.name for table in METADATA.tables.values() if not _any(hubs, table, rows)}
    empty |= {
        table.name for table in STATION_METADATA.tables.values() if not _any(stations, table, rows_here)
    }
    assert empty == FILLED_BY_HUNDREDS, "let a scene of tests/upgrades/scenes.py write into it"


def _any(
    databases: Sequence[Path], table: Table, ask: Callable[[Path, str], Sequence[tuple[Any, ...]]]
) -> bool:
    count = str(select(func.count()).select_from(table))
    return any(ask(one, count) != [(0,)] for one in databases)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Kind, edition of the rules and move of every envelope a county's hub has in any sample."""
    hubs = [old_hub(sample, tmp_path_factory.mktemp("written") / "hub.db") for sample in SAMPLES]
    envelopes = [row for hub in hubs for row in rows(hub, "SELECT kind, body FROM envelope")]
    events = [(kind, event_from_mapping(json.loads(body))) for kind, body in envelopes]
    return {(kind, event.under.rules, event.move) for kind, event in events}


def test_every_edition_of_the_rules_has_samples_of_its_acts(written: Written) -> None:
    assert {edition for _, edition, _ in written} == set(range(1, EDITION + 1)), HOW_STORY


def test_every_move_of_the_newest_edition_was_written_by_a_client(written: Written) -> None:
    assert set(TABLE) - {move for _, edition, move in written if edition == EDITION} == set(), HOW_STORY


def test_every_kind_of_envelope_has_a_sample(newest: Path, written: Written) -> None:
    kinds = {kind for kind, _, _ in written} | {
        str(kind) for (kind,) in rows(newest / "city" / HUB.name, "SELECT kind FROM envelope")
    }
    assert kinds == {CASE_EVENT_KIND, *UPWARD_KINDS}, HOW
