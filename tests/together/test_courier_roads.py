"""Sticks, the network, and both: the same acts by every road have one effect, and nothing is lost on the way."""

from __future__ import annotations

import pytest

from courier_sticks import answers, at_the_hub, codes, only_here, read, written
from hub_world import Template, agreed, quick_folder
from small_county import TOWNSHIP

SCAN = bytes(range(256)) * 600


@pytest.fixture(scope="module")
def template():
    with quick_folder() as folder:
        yield Template(folder / "template")


@pytest.fixture
def world(template):
    with quick_folder() as folder, template.world(folder / "world") as made:
        yield made


def test_a_village_without_any_network_works_by_stick(world, tmp_path):
    case_id = world.village.receive(SCAN)
    world.village.hand_over(case_id, TOWNSHIP)
    stick = tmp_path / "stick"
    done = written(world.village, stick)
    assert len(done.file.parts) > 1
    assert only_here(world.village) == 2
    (report,) = at_the_hub(world, stick)
    assert (report.taking, report.last_seq, report.attachments) == ("taken", 2, 1)
    assert only_here(world.village) == 2
    found = answers(read(world.village, stick))
    assert [one.result for one in found] == ["taken"]
    assert found[0].answer.settled == 2
    assert only_here(world.village) == 0
    assert set(world.village.statuses(case_id)) == {"confirmed"}
    assert agreed(world)
    assert world.township.state_of(case_id) is world.village.state_of(case_id)
