"""Who lost a post may still send what he did before, and not act in it for ever."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from countyhub.identity import repository as identities
from countyhub.inspection.verification import verify_hub
from countyhub.references import publishing
from countyhub.references import service as references
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.due_facts import due_fact
from stationapp.domain.events import Versions, event_to_mapping
from stationapp.domain.organisation import Grant, Power
from stationapp.domain.time_limits import Limit, LimitUnit

VILLAGE = "510704105209"
CALENDAR = WorkCalendar("cn-2026.1", range(2026, 2027), frozenset(), frozenset())


def publish(county, change):
    """Publish the organisation in force with a change."""

    def work(connection):
        current = references.current_organisation(connection, county.hub)
        publishing.publish_organisation(connection, county.hub, change(current), {})

    county.hub.database.write(work)


def without_agent(organisation):
    """The second person of the post takes over."""
    posts = (
        replace(post, holder_a="second", holder_b="") if post.post_id == "village/agent" else post
        for post in organisation.posts
    )
    return replace(organisation, posts=tuple(posts))


def dismissed(organisation):
    """The agent is no longer active, though still named in the post."""
    persons = (replace(one, active=one.person_id != "agent") for one in organisation.persons)
    return replace(organisation, persons=tuple(persons))


def receive_at(county, village, at, person="agent"):
    """A receive under the first organisation, at some time by the person's own clock."""
    opened = village.event("receive", county.uuid(), person, **village.opening(day=at.date()))
    village.seal(json.dumps(event_to_mapping(replace(opened, at=at)), ensure_ascii=False), person)


@pytest.fixture
def village(county):
    return county.enrol(VILLAGE, "agent", "second")


@pytest.mark.parametrize("change", [without_agent, dismissed])
@pytest.mark.parametrize(("days", "result"), [(29, "accepted"), (31, "refused")])
def test_acts_in_a_lost_post_are_taken_for_thirty_days(county, village, change, days, result):
    publish(county, change)
    lost_at = county.clock.now
    county.clock.now += timedelta(days=100)
    receive_at(county, village, lost_at + timedelta(days=days))
    village.exchange()
    assert village.result() == (result, ["post-lost"] if result == "refused" else [])
    assert verify_hub(county.hub).ok


@pytest.mark.parametrize(("days", "result"), [(364, "accepted"), (366, "refused")])
def test_honest_work_of_long_ago_is_taken_for_a_year_and_no_time_it_claims_is_believed_after(
    county, village, days, result
):
    before = county.clock.now
    publish(county, without_agent)
    county.clock.now += timedelta(days=days)
    receive_at(county, village, before)
    village.exchange()
    assert village.result() == (result, ["post-lost"] if result == "refused" else [])
    if result == "refused":
        assert "县级平台收到这一步时已超过其后365天" in village.verdicts[1].reasons[0].text


def test_more_days_of_grace_than_a_year_are_given(county, village):
    publish(county, without_agent)
    county.hub.database.write(lambda connection: identities.set_grace_days(connection, 500))
    county.clock.now += timedelta(days=499)
    receive_at(county, village, county.clock.now)
    village.exchange()
    assert village.result() == ("accepted", [])


@pytest.mark.parametrize("at_once", [False, True])
def test_a_clock_set_back_brings_no_lost_post_back(county, village, at_once):
    """What the device did before, in an earlier exchange or in the same, is later than what the act claims."""
    publish(county, without_agent)
    lost_at = county.clock.now
    county.clock.now += timedelta(days=100)
    receive_at(county, village, county.clock.now, "second")
    if not at_once:
        village.exchange()
    receive_at(county, village, lost_at + timedelta(days=29))
    village.exchange()
    assert village.result(1) == ("accepted", [])
    assert village.result() == ("refused", ["clock-set-back"])
    assert verify_hub(county.hub).ok


def test_an_act_made_before_later_ones_is_believed(county, village):
    """Old work comes late, in the order in which it was done."""
    publish(county, without_agent)
    lost_at = county.clock.now
    county.clock.now += timedelta(days=100)
    for days in (5, 4.5, 20):
        receive_at(county, village, lost_at + timedelta(days=days))
    village.exchange()
    assert [village.result(seq) for seq in (1, 2, 3)] == [("accepted", [])] * 3


def test_an_application_by_a_clock_years_ahead_makes_later_work_no_lie(county, village):
    receive_at(county, village, county.clock.now + timedelta(days=700))
    village.exchange()
    publish(county, without_agent)
    lost_at = county.clock.now
    county.clock.now += timedelta(days=100)
    receive_at(county, village, lost_at + timedelta(days=5))
    village.exchange()
    assert [village.result(seq) for seq in (1, 2)] == [("accepted", [])] * 2


def reset_password(county, password):
    """The agent gets a new password, and with it another key."""
    county.hub.database.write(
        lambda connection: publishing.set_password(connection, county.hub, "agent", password)
    )


@pytest.mark.parametrize(("days", "result"), [(29, "accepted"), (31, "refused")])
def test_a_password_that_was_replaced_signs_for_thirty_days_and_no_longer(county, village, days, result):
    reset_password(county, "another secret")
    replaced_at = county.clock.now
    county.clock.now += timedelta(days=60)
    reset_password(county, "a third secret")  # The days do not begin anew.
    county.clock.now += timedelta(days=40)
    receive_at(county, village, replaced_at + timedelta(days=days))
    village.exchange()
    assert village.result() == (result, ["key-replaced"] if result == "refused" else [])
    if result == "refused":
        assert "何䶮的密码自2026年11月21日起已经更换" in village.verdicts[1].reasons[0].text
    assert verify_hub(county.hub).ok


def test_a_replaced_password_signs_nothing_that_comes_after_a_year(county, village):
    at = county.clock.now
    reset_password(county, "another secret")
    county.clock.now += timedelta(days=366)
    receive_at(county, village, at)
    village.exchange()
    assert village.result() == ("refused", ["key-replaced"])


def test_a_key_that_is_still_the_persons_signs_however_many_organisations_came_since(county, village):
    publish(county, lambda organisation: organisation)
    county.clock.now += timedelta(days=100)
    receive_at(county, village, county.clock.now)
    village.exchange()
    assert village.result() == ("accepted", [])


def test_a_clock_that_runs_ahead_does_not_spoil_honest_work(county, village):
    publish(county, without_agent)
    receive_at(county, village, county.clock.now + timedelta(hours=20))
    village.exchange()
    assert village.result() == ("accepted", [])


def test_the_days_count_from_the_first_organisation_without_the_post(county, village):
    publish(county, without_agent)
    lost_at = county.clock.now
    county.clock.now += timedelta(days=60)
    publish(county, lambda organisation: organisation)
    receive_at(county, village, lost_at + timedelta(days=50))
    village.exchange()
    assert village.result() == ("refused", ["post-lost"])
    assert "2026年11月21日起不再担任“代办员岗”" in village.verdicts[1].reasons[0].text


def test_who_has_the_post_again_may_act(county, village):
    publish(county, without_agent)
    county.clock.now += timedelta(days=60)
    old = next(post for post in county.organisation().posts if post.post_id == "village/agent")
    publish(county, lambda organisation: replace(organisation, posts=(*organisation.posts[1:], old)))
    county.clock.now += timedelta(days=60)
    receive_at(county, village, county.clock.now)
    village.exchange()
    assert village.result() == ("accepted", [])


def test_a_post_of_the_same_kind_under_another_id_is_the_same_work(county, village):
    def renamed(organisation):
        posts = (replace(post, post_id=f"{post.post_id}/2") for post in organisation.posts)
        return replace(organisation, posts=tuple(posts))

    publish(county, renamed)
    county.clock.now += timedelta(days=60)
    receive_at(county, village, county.clock.now)
    village.exchange()
    assert village.result() == ("accepted", [])


def test_the_days_are_a_setting_of_the_hub(county, village):
    publish(county, without_agent)
    lost_at = county.clock.now
    county.hub.database.write(lambda connection: identities.set_grace_days(connection, 0))
    county.clock.now += timedelta(days=10)
    receive_at(county, village, lost_at + timedelta(days=1))
    village.exchange()
    assert village.result() == ("refused", ["post-lost"])


@pytest.mark.parametrize("items", [(), ("51070401-REGISTER",)])
@pytest.mark.parametrize(("days", "result"), [(29, "accepted"), (31, "refused")])
def test_acts_with_a_power_the_matrix_took_away_are_taken_for_thirty_days(county, items, days, result):
    hall = county.enrol("510704000000", "window")
    hall.now = county.clock.now
    case = hall.receive("window")
    hall.act("register", case, "window")
    hall.exchange()
    grant = Grant("window/window", Power.ACCEPT, items, allowed=False)
    publish(county, lambda organisation: replace(organisation, grants=(grant,)))
    at = county.clock.now + timedelta(days=days)
    county.clock.now += timedelta(days=40)
    due = due_fact(at.date(), Limit(10, LimitUnit.WORKING_DAYS), CALENDAR)
    number = {"document_number": "试验政务受〔2026〕010001号"}
    accepted = hall.event("accept", case, "window", promised_due=due, **number)
    hall.seal(json.dumps(event_to_mapping(replace(accepted, at=at)), ensure_ascii=False), "window")
    hall.exchange()
    assert hall.result() == (result, ["power-lost"] if result == "refused" else [])
    assert verify_hub(county.hub).ok


def test_under_the_new_matrix_a_lost_power_is_refused_at_once(county):
    hall = county.enrol("510704000000", "window")
    case = hall.receive("window")
    hall.act("register", case, "window")
    hall.exchange()
    grant = Grant("window/window", Power.ACCEPT, (), allowed=False)
    publish(county, lambda organisation: replace(organisation, grants=(grant,)))
    event = hall.event("accept", case, "window", document_number="试验政务受〔2026〕010001号")
    event = replace(event, under=Versions(2, 1, "cn-2026.1"))
    hall.seal(json.dumps(event_to_mapping(event), ensure_ascii=False), "window")
    hall.exchange()
    assert hall.result() == ("refused", ["no-grant"])
