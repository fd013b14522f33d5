"""What stations printed while a restored hub had forgotten them: the simulation's own checker sees a number twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from unittest.mock import patch

import pytest

from countyhub.devices import service
from countyhub.devices.slots import next_slot
from small_county import VILLAGE
from together.simulation.checkers import CHECKERS
from together.simulation.county import County
from together.simulation.ground import Ground, ground
from together.simulation.pcs import Pc
from together.simulation.sight import Sight


@pytest.fixture(scope="module")
def made() -> Iterator[Ground]:
    """One founded county."""
    with ground() as found:
        yield found


@pytest.fixture
def county(made: Ground) -> Iterator[County]:
    """It, with its machines running, two PCs in the village, and nothing going wrong by itself."""
    opened = County(made, 1, wanted=("second PC",))
    opened.swarm.calm = True
    opened.open()
    yield opened
    opened.close()


def faults_after_a_restore(county: County) -> list[str]:
    """One PC of the village is enrolled and forgotten, the other is enrolled; each prints its next receipt."""
    forgotten, other = (pc for pc in county.pcs if pc.desk == VILLAGE)
    forgotten.receipts = other.receipts
    county.hub.back_up()
    for pc in (forgotten, other):
        pc.enrol_again(county.hub.code(VILLAGE))
        receive(county, pc)
        if pc is forgotten:
            pc.engine.run_once()
            county.restore_hub(county.hub.backups[-1], newest=True)
    sight = Sight.of(county)
    return [fault for checker in CHECKERS["I6"] for fault in checker(sight)]


def receive(county: County, pc: Pc) -> None:
    """Take in a case and print its receipt."""
    before = len(county.ledger.deeds)
    pc.take_in(pc.new_id(), b"", county.ledger.note)
    assert len(county.ledger.deeds) == before + 1


def test_no_receipt_number_is_printed_twice_after_a_hub_was_restored(county: County) -> None:
    assert faults_after_a_restore(county) == []


def test_the_checker_sees_numbers_that_two_devices_printed(county: County) -> None:
    def counted(
        taken: Collection[int], draw: Callable[[int], bytes], *, restored: bool = False
    ) -> int | None:
        return next_slot(taken, draw, restored=False)

    with patch.object(service, "next_slot", counted):
        (fault,) = faults_after_a_restore(county)
    assert "was printed for 2 cases" in fault
