"""A station made in one go for benchmarks: the small county's village, its agent, an encrypted store."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from small_county import COUNTY_ITEM, ID_NUMBER
from stationapp.domain.people import Applicant, Application, HandedIn
from stationapp.platform.clock import SteppingClock
from stationapp.services import intake
from stationapp.services.acts import new_id
from workplaces import make_workplace

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红建国春梅海燕云飞鹏䶮㛃"
_A_DAY = 2000  # A PC has 9,999 numbers a day.
_IN_ONE_GO = 20_000
_LARGE_CACHE, _USUAL_CACHE = -400_000, -16_000  # As SQLite has it: negative, in KiB.


class BenchStation:
    """A village PC with an agent signed in."""

    def __init__(self, place: Path) -> None:
        self.workplace = make_workplace(place / "home", "agent")
        self._item = self.workplace.catalogue.version_of(COUNTY_ITEM, 1)
        assert self._item is not None
        self._chance = random.Random(1)

    def receive_one(self) -> None:
        """Receive one complete case as the window does."""
        intake.receive(self.workplace, intake.Draft(new_id(), self._application()))

    def _application(self) -> Application:
        item = self._item
        name = self._chance.choice(_SURNAMES) + "".join(self._chance.sample(_GIVEN, 2))
        rows = tuple(HandedIn(m.material_id, m.name, m.originals, m.copies, 2) for m in item.materials)
        applicant = Applicant(name, "resident_id", ID_NUMBER, phone="13900000000", address="抗香村三组")
        return Application(item.code, item.version, item.name, applicant, {}, rows)

    def fill(self, cases: int) -> None:
        """Receive that many cases; they share transactions and a large cache, for only their number matters here."""
        self._set_cache(_LARGE_CACHE)
        for start in range(0, cases, _IN_ONE_GO):
            with self.workplace.store.write() as unit:
                for number in range(min(_IN_ONE_GO, cases - start)):
                    if number % _A_DAY == 0:
                        self._next_day()
                    intake.receive_within(self.workplace, unit, intake.Draft(new_id(), self._application()))
        self._set_cache(_USUAL_CACHE)

    def _set_cache(self, size: int) -> None:
        """Set the cache of the writing connection; the reading ones, which are measured, keep theirs."""
        with self.workplace.store._writer.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA cache_size = {size}")

    def _next_day(self) -> None:
        assert isinstance(self.workplace.clock, SteppingClock)
        self.workplace.clock.advance(timedelta(days=1))

    def search_texts(self, chance: random.Random, count: int) -> list[str]:
        """Return what people type: one, two and three characters of names, initials, ends of numbers, two words."""
        with self.workplace.store.read() as unit:
            from stationapp.store.records import CaseQuery

            rows = unit.cases.summary(chance.sample(unit.cases.find(CaseQuery(), 100_000, None), 100))
        texts = []
        for _ in range(count):
            row = chance.choice(rows)
            name = row.applicant_name
            kinds = (
                name,
                name[:2],
                name[1:],
                name[0],
                "lsjz",
                row.receipt_number,
                row.receipt_number[:21],
                f"{name} 救助",
            )
            texts.append(chance.choice(kinds))
        return texts

    def scan_ms(self, texts: Iterable[str]) -> float:
        """Return the median of a plain scan with LIKE for the same texts."""
        from sqlcipher3 import dbapi2

        connection = dbapi2.connect(":memory:")
        connection.execute("CREATE TABLE plain (name TEXT, item TEXT)")
        with self.workplace.store.read() as unit:
            from stationapp.store.records import CaseQuery

            ids = unit.cases.find(CaseQuery(), 1_000_000, None)
            for start in range(0, len(ids), 5000):
                rows = unit.cases.summary(ids[start : start + 5000])
                connection.executemany(
                    "INSERT INTO plain VALUES (?, ?)", [(r.applicant_name, r.item_name) for r in rows]
                )
        times = []
        for text in texts:
            began = time.perf_counter()
            connection.execute(
                "SELECT count(*) FROM plain WHERE name LIKE ? OR item LIKE ?", (f"%{text}%",) * 2
            ).fetchall()
            times.append((time.perf_counter() - began) * 1000)
        connection.close()
        return statistics.median(times)

    def pragmas(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the values of pragmas on the station's writing connection."""
        with self.workplace.store.write() as unit:
            connection = unit._connection
            return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

    def body_size(self) -> int:
        """Return the size of one received case's event, in characters."""
        self.receive_one()
        with self.workplace.store.read() as unit:
            return len(unit.events.outbox(1, 1 << 20)[0].body)

    def close(self) -> None:
        """Close the store."""
        self.workplace.store.close()
