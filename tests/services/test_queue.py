"""The queue: numbers without a network, each called once, in order, and anew every day."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from stationapp.domain.refusal import Refused
from stationapp.platform.clock import SteppingClock
from stationapp.services import queue
from stationapp.services.workplace import Workplace
from stationapp.store.records import TicketState
from stationapp.store.station_store import StationStore


def numbers(village: Workplace, count: int) -> list[str]:
    return [queue.take(village)[0].number for _ in range(count)]


def called(village: Workplace, window: str = "") -> str:
    place, _ = queue.call_next(village, window)
    return place.number if place is not None else ""


def test_numbers_are_called_in_order_and_say_how_many_wait_before(village: Workplace) -> None:
    places = [queue.take(village, "社保")[0] for _ in range(3)]
    assert [(one.number, one.ahead) for one in places] == [("A001", 0), ("A002", 1), ("A003", 2)]
    assert called(village) == "A001"
    assert [one.ahead for one in queue.queue_of_today(village)] == [0, 0, 1]
    assert [called(village), called(village), called(village)] == ["A002", "A003", ""]


def test_the_green_channel_goes_first(village: Workplace) -> None:
    numbers(village, 2)
    first, _ = queue.take(village, priority=True)
    assert first.ahead == 0
    assert [one.ahead for one in queue.queue_of_today(village)] == [1, 2, 0]
    assert [called(village), called(village)] == ["A003", "A001"]


def test_a_number_is_called_again_passed_over_and_finished(village: Workplace) -> None:
    numbers(village, 1)
    with pytest.raises(Refused, match="请先叫号"):
        queue.skip(village, 1)
    with pytest.raises(Refused, match="不能重呼"):
        queue.call_again(village, 1)
    called(village, "1号窗口")
    again, _ = queue.call_again(village, 1, "2号窗口")
    assert (again.ticket.calls, again.ticket.window) == (2, "2号窗口")
    assert queue.skip(village, 1)[0].ticket.state is TicketState.SKIPPED
    assert queue.call_again(village, 1)[0].ticket.state is TicketState.CALLED
    assert queue.finish(village, 1)[0].ticket.state is TicketState.DONE
    with pytest.raises(Refused, match="不能重呼"):
        queue.call_again(village, 1)
    with pytest.raises(Refused, match="没有这个号"):
        queue.skip(village, 2)


def test_two_windows_that_call_at_once_never_get_the_same_number(village: Workplace) -> None:
    numbers(village, 40)
    got: list[str] = []
    start = threading.Barrier(4)

    def window() -> None:
        start.wait()
        while number := called(village):
            got.append(number)

    windows = [threading.Thread(target=window) for _ in range(4)]
    for one in windows:
        one.start()
    for one in windows:
        one.join()
    assert sorted(got) == [f"A{n:03d}" for n in range(1, 41)]


def test_the_queue_survives_a_restart_and_begins_anew_the_next_day(village: Workplace) -> None:
    numbers(village, 2)
    called(village)
    village.store.close()
    village.store = StationStore.open(village.paths.database, village.data_key)
    states = [one.ticket.state for one in queue.queue_of_today(village)]
    assert states == [TicketState.CALLED, TicketState.WAITING]
    village.clock = SteppingClock(datetime.fromisoformat("2026-11-21T09:00:00+08:00"), timedelta(seconds=1))
    assert queue.queue_of_today(village) == []
    assert called(village) == ""
    assert numbers(village, 1) == ["A001"]


def test_a_ticket_is_printed(village: Workplace) -> None:
    place, _ = queue.take(village, "养老保险")
    paper = queue.render_ticket(village, place)
    assert paper.pdf.startswith(b"%PDF")
    assert paper.number == "20261120-A001"
