"""What a station keeps for itself: counts, drafts, prints, settings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from stationapp.store.records import DraftSummary, Print
from stationapp.store.station_store import StationStore
from store.world import NOON


def test_counts_go_up_by_kind_and_day(store: StationStore) -> None:
    with store.write() as unit:
        given = [unit.numbers.next_count("receipt", "2026-11-20") for _ in range(3)]
        assert given == [1, 2, 3]
        assert unit.numbers.next_count("batch", "2026-11-20") == 1
        assert unit.numbers.next_count("receipt", "2026-11-21") == 1
        assert unit.numbers.next_count("document:游仙沉抗:补告", "2026") == 1
    with store.read() as unit:
        assert unit.numbers.last_count("receipt", "2026-11-20") == 3


def test_no_count_is_given_twice_to_people_who_ask_at_once(store: StationStore) -> None:
    def take(_: int) -> int:
        with store.write() as unit:
            return unit.numbers.next_count("receipt", "2026-11-20")

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(40))) == list(range(1, 41))


def test_a_draft_is_kept_until_it_is_deleted(store: StationStore) -> None:
    hour = timedelta(hours=1)
    with store.write() as unit:
        unit.drafts.save("a", {"name": "吴䶮", "step": 1}, NOON)
        unit.drafts.save("b", {}, NOON + hour)
        unit.drafts.save("a", {"name": "吴䶮", "step": 2}, NOON + 2 * hour)
    with store.read() as unit:
        assert unit.drafts.get("a") == {"name": "吴䶮", "step": 2}
        assert unit.drafts.list() == [
            DraftSummary("a", NOON + 2 * hour, {"name": "吴䶮", "step": 2}),
            DraftSummary("b", NOON + hour, {}),
        ]
    with store.write() as unit:
        unit.drafts.delete("a")
        unit.drafts.delete("a")
        assert unit.drafts.get("a") is None


def test_copies_of_a_paper_are_counted(store: StationStore) -> None:
    with store.write() as unit:
        copies = [
            unit.print_log.record("material_receipt", "R-1", "case-1", NOON, "p-agent") for _ in range(3)
        ]
        assert copies == [1, 2, 3]
        assert unit.print_log.record("material_receipt", "R-2", "case-2", NOON, "p-agent") == 1
    with store.read() as unit:
        assert unit.print_log.copies("material_receipt", "R-1") == 3
        assert unit.print_log.copies("handover_list", "R-1") == 0
        assert unit.print_log.of_case("case-1")[2] == Print(
            "material_receipt", "R-1", 3, "case-1", NOON, "p-agent"
        )


def test_a_setting_has_its_value_until_it_is_changed(store: StationStore) -> None:
    with store.write() as unit:
        assert unit.settings.get("printer", "none") == "none"
        unit.settings.set("printer", "")
        assert unit.settings.get("printer", "none") == ""
        unit.settings.set("printer", "HP")
        assert unit.settings.get("printer") == "HP"
        unit.settings.delete("printer")
        assert unit.settings.get("printer") == ""
