"""The engine against a real hub: what one side does the other knows, and both know that they agree."""

from __future__ import annotations

from hub_world import World
from small_county import TOWNSHIP, WINDOW
from stationapp.domain.case import State
from stationapp.exchange.state import Outcome


def test_a_received_case_is_confirmed_and_both_sides_agree(world: World) -> None:
    case_id = world.village.receive()
    done = world.village.engine.run_once()
    assert (done.outcome, done.problem, done.troubles) == (Outcome.AGREED, None, ())
    assert done.pushed == 1
    assert case_id in done.touched
    assert world.village.statuses(case_id) == ["confirmed"]
    assert world.hub.faults() == []


def test_a_case_goes_up_and_the_others_see_it(world: World) -> None:
    case_id = world.village.receive()
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village, world.township)
    assert world.township.state_of(case_id) is State.IN_TRANSIT
    world.township.act(case_id, "sign_for")
    world.township.act(case_id, "examine")
    world.township.hand_over(case_id, WINDOW, "forward")
    world.sync()
    assert world.window.state_of(case_id) is State.IN_TRANSIT
    world.window.act(case_id, "sign_for")
    world.window.act(case_id, "register")
    assert [done.outcome for done in world.sync(world.window, world.township, world.village)] == [
        Outcome.AGREED
    ] * 3
    assert {station.state_of(case_id) for station in world.stations} == {State.REGISTERED}
    assert world.hub.faults() == []
