"""What has not been sent stays and goes, whatever becomes of the PC and of the person who did it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from countyhub.references import publishing
from countyhub.references import service as references
from hub_world import World, agreed
from small_county import TOWNSHIP, batch_facts, hand
from stationapp.domain.organisation import Organisation
from stationapp.exchange.state import Outcome

SCAN = bytes(range(256)) * 100
SECOND = hand("agent", "p-agent-b")


def pending(world: World) -> tuple[int, int]:
    """How many acts of the village are unsent, and how many were refused and wait for a person."""
    with world.village.store.read() as unit:
        summary = unit.events.pending_summary()
    return summary.events, summary.refused


def restarted(world: World) -> None:
    world.village.stop()
    world.village.start()


def publish(world: World, change: Any) -> None:
    """Publish the organisation in force with a change."""
    hub = world.hub.hub

    def work(connection: Any) -> None:
        now = references.current_organisation(connection, hub)
        publishing.publish_organisation(connection, hub, change(now), {})

    hub.database.write(work)


def without_second(organisation: Organisation) -> Organisation:
    """The post's second person has it no longer."""
    posts = (
        replace(post, holder_b="") if post.holder_b == "p-agent-b" else post for post in organisation.posts
    )
    return replace(organisation, posts=tuple(posts))


def dismissed(organisation: Organisation) -> Organisation:
    """He left the service, and his post too."""
    gone = (replace(one, active=one.person_id != "p-agent-b") for one in organisation.persons)
    return replace(without_second(organisation), persons=tuple(gone))


def test_what_waits_in_the_outbox_goes_after_any_number_of_restarts(world: World) -> None:
    """Also when it comes before a scan has gone, or between two acts of a case."""
    cases = [world.village.receive(SCAN)]
    restarted(world)
    world.village.hand_over(cases[0], TOWNSHIP)
    cases.append(world.village.receive())
    for _ in range(3):
        restarted(world)
        assert pending(world) == (3, 0)
    assert agreed(world)
    assert pending(world) == (0, 0)
    assert [set(world.village.statuses(case)) for case in cases] == [{"confirmed"}, {"confirmed"}]
    assert world.township.state_of(cases[0]) is world.village.state_of(cases[0])
    with world.township.store.read() as unit:
        assert unit.attachments.missing_here(10) == []


@pytest.mark.parametrize("change", [without_second, dismissed])
def test_what_somebody_did_before_his_post_was_taken_away_goes(world: World, change: Any) -> None:
    case_id = world.village.receive()
    world.village.act(case_id, "hand_over", batch_facts(TOWNSHIP, serial=77), by=SECOND)
    publish(world, change)
    restarted(world)
    assert pending(world) == (2, 0)
    assert world.sync(world.village)[0].outcome is Outcome.AGREED
    assert (pending(world), world.village.statuses(case_id)) == ((0, 0), ["confirmed", "confirmed"])
    assert agreed(world)


def test_what_he_did_too_late_stays_with_its_reason_and_the_case_goes_on(world: World) -> None:
    case_id = world.village.receive()
    world.sync(world.village)
    publish(world, without_second)
    world.clock.advance(timedelta(days=40))
    world.village.act(case_id, "hand_over", batch_facts(TOWNSHIP, serial=77), by=SECOND)
    restarted(world)
    for _ in range(2):
        world.sync(world.village)
        restarted(world)
        assert (pending(world), world.village.statuses(case_id)) == ((0, 1), ["confirmed", "refused"])
    with world.village.store.read() as unit:
        (refused,) = unit.events.refused(case_id)
    assert [reason.code for reason in refused.reasons] == ["post-lost"]
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village)
    assert world.village.statuses(case_id) == ["confirmed", "confirmed", "refused"]
