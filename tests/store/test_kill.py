"""A receipt number that was printed is never lost: the writer is killed in the middle of its work."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hubprotocol.envelope import GENESIS
from stationapp.store.rebuild import compare
from stationapp.store.station_store import StationStore
from store.world import DATA_KEY, VILLAGE, empty_database

WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from stationapp.store.station_store import StationStore
from store.world import DATA_KEY, World, handover

store, world = StationStore.open(Path(sys.argv[1]), DATA_KEY), World()
with store.read() as unit:
    world.mine.head = unit.chain.head()
world.serial = world.mine.head.seq
while True:
    turn = f"{sys.argv[2]}-{world.mine.head.seq}"
    received = replace(world.receive(f"case-{turn}"), event_id=f"receive-{turn}")
    received.facts["application"]["applicant"]["address"] = "路" * (world.serial % 300)
    world.append(store, received)
    print(received.facts["receipt_number"], flush=True)
    world.append(store, replace(handover(received.case_id), event_id=f"handover-{turn}"))
"""
KILLS = 10


def write_until_killed(database: Path, turn: int, chance: random.Random) -> list[str]:
    """Run the writer, kill it at a random moment, and return every number it printed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", WRITER, str(database), str(turn)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
        assert writer.stdout is not None
        # By the time the kill arrives the writer is somewhere in one of its next transactions.
        printed = [writer.stdout.readline().strip() for _ in range(chance.randint(1, 15))]
        writer.send_signal(signal.SIGKILL)
        printed += writer.stdout.read().split()
    assert writer.returncode == -signal.SIGKILL
    return [number for number in printed if number]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_every_printed_number_is_there_after_a_kill(database: Path) -> None:
    database.write_bytes(empty_database())
    chance, printed = random.Random(20261121), []
    for turn in range(KILLS):
        fresh = write_until_killed(database, turn, chance)
        assert fresh
        printed += fresh
        store = StationStore.open(database, DATA_KEY)
        with store.read() as unit:
            assert all(unit.cases.by_number(number) for number in printed), turn
            sent = unit.events.outbox(10**6, 10**9)
            assert [envelope.seq for envelope in sent] == list(range(1, len(sent) + 1))
            assert [envelope.prev for envelope in sent] == [
                GENESIS,
                *(envelope.hash for envelope in sent[:-1]),
            ]
            assert sum(unit.cases.counts_by_state(VILLAGE).values()) >= len(printed)
        assert compare(store) == []
        store.close()
    assert len(set(printed)) == len(printed)
