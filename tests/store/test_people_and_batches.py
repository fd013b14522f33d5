"""People served before, and batches as the events of their cases tell them."""

from __future__ import annotations

from datetime import timedelta

from stationapp.store.rebuild import compare
from stationapp.store.records import BatchSummary
from stationapp.store.station_store import StationStore
from store.world import AGENT, CLERK, NOON, TOWNSHIP, VILLAGE, World, event, facts_of, handover


def test_somebody_served_before_is_known_as_his_latest_case_has_him(
    store: StationStore, world: World
) -> None:
    hour = timedelta(hours=1)
    old = {"name": "张三", "document_number": "510721194203078528"}
    world.append_together(
        store,
        world.receive(at=NOON + hour, phone="13900002222", address="抗香村二组", **old),
        world.receive(at=NOON, phone="13900001111", **old),
        world.receive(at=NOON, name="张三丰", document_number="62012319420307852X"),
    )
    with store.read() as unit:
        person = unit.applicants.get("resident_id", "510721194203078528")
        assert person is not None
        assert (person.name, person.phone, person.address) == ("张三", "13900002222", "抗香村二组")
        assert person.last_at == NOON + hour
        assert unit.applicants.get("resident_id", "51072119420307852") is None
        assert unit.applicants.get("passport", "510721194203078528") is None
        assert unit.applicants.find("5107", 5) == [person]
        assert unit.applicants.find(" 510721 1942 ", 5) == [person]
        assert [found.name for found in unit.applicants.find("62012319420307852x", 5)] == ["张三丰"]
        assert [found.name for found in unit.applicants.find("张三", 5)] == ["张三", "张三丰"]
        assert [found.name for found in unit.applicants.find("张三丰", 5)] == ["张三丰"]
        assert [found.name for found in unit.applicants.find("", 5)] == ["张三", "张三丰"]
        assert [found.name for found in unit.applicants.find("张", 1)] == ["张三"]
        assert unit.applicants.find("三丰", 5) == []
        assert unit.applicants.find("13900002222", 5) == []


def test_a_batch_is_what_the_events_of_its_cases_say(store: StationStore, world: World) -> None:
    first, second, third, fourth = (world.receive() for _ in range(4))
    world.append_together(store, first, second, third, fourth)
    world.append_together(store, *(handover(one.case_id, 1, 4) for one in (first, second, third)))
    world.append(store, handover(fourth.case_id, 2, 1))
    world.append(store, event(third.case_id, "recall", AGENT, facts_of("recall")))
    world.append(store, event(first.case_id, "sign_for", CLERK))
    world.append(store, event(second.case_id, "decline_handover", CLERK, facts_of("decline_handover")))
    with store.read() as unit:
        batch = unit.batches.get("batch-1")
        assert batch is not None
        assert batch == BatchSummary("batch-1", batch.batch_number, VILLAGE, TOWNSHIP, NOON, 4, 3, 1, 1, 1)
        assert batch.waiting == 0
        assert unit.batches.cases("batch-1") == (first.case_id, second.case_id, third.case_id)
        sent = unit.batches.list("out", VILLAGE, 5)
        assert [one.batch_id for one in sent] == ["batch-2", "batch-1"]
        assert sent[0].waiting == 1
        assert unit.batches.list("in", TOWNSHIP, 5) == sent
        assert unit.batches.list("in", VILLAGE, 5) == []
        assert unit.batches.list("out", VILLAGE, 1) == sent[:1]
        assert unit.batches.get("nowhere") is None
    assert compare(store) == []


def test_a_case_recalled_and_sent_again_stands_in_both_batches(store: StationStore, world: World) -> None:
    received = world.receive()
    world.append(store, received, handover(received.case_id, 1))
    world.append(
        store, event(received.case_id, "recall", AGENT, facts_of("recall")), handover(received.case_id, 2)
    )
    with store.read() as unit:
        first, second = unit.batches.get("batch-1"), unit.batches.get("batch-2")
        assert first is not None
        assert second is not None
        assert (first.recalled, first.waiting, second.waiting) == (1, 0, 1)
        (line,) = unit.cases.summary([received.case_id])
        assert line.batch_number == second.batch_number
    assert compare(store) == []
