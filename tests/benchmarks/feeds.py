"""Writers at once, followed by readers who check every step: `make feeds` runs the full race and prints what came.

It uses SQLite in a temporary folder and the PostgreSQL that comes with the tests' packages, both as a hub has them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src"), str(ROOT / "sync")]

from countyhub import schema
from countyhub.database import Database
from feed_race import Finish, Race, run


def main() -> int:
    """Run the race on both engines; 1 when anything was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--events", type=int, default=200_000, help="of all writers together")
    parser.add_argument("--batch", type=int, default=200, help="events a transaction")
    parser.add_argument("--mailboxes", type=int, default=4)
    options = parser.parse_args()
    feeds = tuple(f"feed-{number}" for number in range(options.mailboxes))
    race = Race(options.writers, options.events // options.writers, options.batch, feeds)
    finishes = [_race(name, url, race) for name, url in _engines()]
    return int(any(one.missed or one.faults for one in finishes))


def _race(name: str, url: str, race: Race) -> Finish:
    database = Database(url, "510704")
    schema.upgrade(database)
    finish = run(database, race)
    database.close()
    rate = finish.written / finish.seconds
    print(
        f"{name}: {race.writers} writers, {finish.written} events in {len(race.feeds)} mailboxes, "
        f"{race.batch} a transaction: {finish.missed} missed, {len(finish.faults)} faults, "
        f"{finish.seconds:.1f} s, {rate:.0f} events/s written, read and checked"
    )
    for fault in finish.faults[:10]:
        print(f"  {fault}")
    return finish


def _engines() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{Path(folder) / 'hub.sqlite'}"
    with _postgres() as url:
        yield "PostgreSQL", url


@contextmanager
def _postgres() -> Iterator[str]:
    from conftest import PostgresServer

    server = PostgresServer()
    server.start()
    try:
        yield server.url()
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
