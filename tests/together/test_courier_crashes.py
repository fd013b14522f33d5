"""Power cuts at every dangerous place of the courier: nothing is lost, nothing doubled."""

from __future__ import annotations

from sqlalchemy import func, select

from countyhub.acceptance.tables import CaseEventRow
from courier_sticks import at_the_hub, only_here, read, written
from hub_world import Crash, agreed
from hubprotocol import failpoints


class Death:
    """Dies at the n-th dangerous place that is passed, and notes where that was."""

    def __init__(self, place):
        self.left = place
        self.where = ""

    def __call__(self, name):
        if not self.left:
            self.where = name
            raise Crash(name)
        self.left -= 1


def test_wherever_the_power_is_cut_everything_arrives_once(world, tmp_path):
    places, rounds = set(), 0
    while True:
        death = Death(rounds)
        case_id = world.village.receive(b"scan %d" % rounds * 2000)
        stick = tmp_path / str(rounds)
        with failpoints.install(death):
            finished = attempt(world, stick)
        rounds += 1
        if finished:
            break
        places.add(death.where)
        if not death.where.startswith("hub."):
            world.village.stop()
            world.village.start()
        attempt(world, stick)
        assert only_here(world.village) == 0, death.where
        assert world.village.statuses(case_id) == ["confirmed"], death.where
    assert agreed(world)
    assert len(places) >= 10, places
    with world.hub.hub.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(CaseEventRow)).scalar_one() == rounds


def attempt(world, stick):
    """Write, take, answer, read; False when the power was cut."""
    try:
        written(world.village, stick)
        at_the_hub(world, stick)
        read(world.village, stick)
    except Crash:
        return False
    return True
