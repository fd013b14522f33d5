"""The engine against a real hub: what one side does the other knows, and both know that they agree."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from countyhub.devices import service as devices
from countyhub.references import publishing
from hub_world import Crash, CrashingStore, StationWorld, Template, World, agreed, quick_folder
from hubprotocol.messages import ExchangeRequest, ExchangeResponse
from small_county import TOWNSHIP, WINDOW, catalogue
from stationapp.domain.case import State
from stationapp.exchange.engine import ExchangeEngine
from stationapp.exchange.state import Outcome, Round
from stationapp.exchange.transport import (
    HubFault,
    HubRefusesDevice,
    HubTransport,
    HubUnreachable,
    NotTheHub,
    TooLarge,
)


class Around:
    """A transport with something done around its exchanges."""

    def __init__(
        self,
        inner: HubTransport,
        exchange: Callable[
            [Callable[[ExchangeRequest], ExchangeResponse], ExchangeRequest], ExchangeResponse
        ],
    ) -> None:
        self._inner = inner
        self._exchange = exchange

    def exchange(self, request: ExchangeRequest) -> ExchangeResponse:
        return self._exchange(self._inner.exchange, request)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


def engine_around(station: StationWorld, exchange: Callable[..., ExchangeResponse]) -> ExchangeEngine:
    """An engine whose exchanges go through a function."""
    transport = Around(station.client, exchange)
    return ExchangeEngine(station.store, station.files, transport, station.clock, station.chance.random)


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
    rounds = world.sync(world.window, world.township, world.village)
    assert {done.outcome for done in rounds} == {Outcome.AGREED}
    assert {station.state_of(case_id) for station in world.stations} == {State.REGISTERED}
    assert world.hub.faults() == []


def test_in_the_steady_state_one_act_and_its_answer_are_one_request(world: World) -> None:
    world.village.receive()
    world.village.engine.run_once()
    world.village.receive()
    assert world.village.engine.run_once().requests == 1
    assert world.village.engine.run_once().requests == 1


def test_three_hundred_cases_go_in_a_few_requests(world: World) -> None:
    cases = [world.village.receive() for _ in range(300)]
    done = world.village.engine.run_once()
    assert (done.outcome, done.pushed) == (Outcome.AGREED, 300)
    assert done.requests < 12
    assert all(world.village.statuses(case_id) == ["confirmed"] for case_id in cases)


def test_a_lost_answer_costs_a_repetition_and_has_one_effect(world: World) -> None:
    case_id = world.village.receive()

    def lose(
        ask: Callable[[ExchangeRequest], ExchangeResponse], request: ExchangeRequest
    ) -> ExchangeResponse:
        ask(request)
        raise HubUnreachable("answer lost")

    lossy = engine_around(world.village, lose)
    done = lossy.run_once()
    assert isinstance(done.problem, HubUnreachable)
    assert world.village.statuses(case_id) == ["pending"]
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert world.village.statuses(case_id) == ["confirmed"]
    assert agreed(world)


@pytest.mark.parametrize("fatal", range(24))
def test_a_crash_at_any_step_loses_and_doubles_nothing(template: Template, fatal: int) -> None:
    with quick_folder() as folder, template.world(folder / "world") as world:
        first, second = world.village.receive(b"x" * 50_000), world.village.receive()
        world.village.hand_over(first, TOWNSHIP)
        boundaries = iter(range(1000))
        world.village.wrap = lambda store: CrashingStore(store, lambda: next(boundaries) == fatal)
        world.village.stop()
        world.village.start()
        with contextlib.suppress(Crash):
            world.village.engine.run_once()
        world.village.wrap = lambda store: store
        world.village.stop()
        world.village.start()
        assert agreed(world)
        assert world.township.state_of(first) is State.IN_TRANSIT
        assert world.village.statuses(first) == ["confirmed", "confirmed"]
        assert world.village.statuses(second) == ["confirmed"]


def test_a_refused_event_delays_no_other_and_keeps_its_reasons(world: World) -> None:
    first = world.village.receive()
    wrong = world.village.act(first, "examine")
    second = world.village.receive()
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert world.village.statuses(first) == ["confirmed", "refused"]
    assert world.village.statuses(second) == ["confirmed"]
    with world.village.store.read() as unit:
        refused = unit.events.refused()
    assert [row.event for row in refused] == [wrong]
    assert refused[0].reasons[0].text


def test_a_refusal_whose_answer_was_lost_is_heard_again_even_in_smaller_batches(world: World) -> None:
    case_id = world.village.receive()
    world.village.act(case_id, "examine")
    world.village.act(case_id, "grant")

    def lose(
        ask: Callable[[ExchangeRequest], ExchangeResponse], request: ExchangeRequest
    ) -> ExchangeResponse:
        ask(request)
        raise HubUnreachable("answer lost")

    engine_around(world.village, lose).run_once()
    events = world.village.engine._pace.events
    events.least = events.most = events.now = 1
    assert world.village.engine.run_once().outcome is Outcome.AGREED
    assert world.village.statuses(case_id) == ["confirmed", "refused", "refused"]


def test_batches_halve_until_they_pass(world: World) -> None:
    for _ in range(100):
        world.village.receive()
    sizes: list[int] = []

    def narrow(
        ask: Callable[[ExchangeRequest], ExchangeResponse], request: ExchangeRequest
    ) -> ExchangeResponse:
        sizes.append(len(request.envelopes))
        if len(request.envelopes) > 20:
            raise TooLarge("proxy")
        return ask(request)

    done = engine_around(world.village, narrow).run_once()
    assert (done.outcome, done.pushed) == (Outcome.AGREED, 100)
    assert len(sizes) < 20


def test_a_body_nobody_takes_is_said_to_be_the_hubs_fault(world: World) -> None:
    world.village.receive()

    def refuse(_: object, request: ExchangeRequest) -> ExchangeResponse:
        raise TooLarge("always")

    assert isinstance(engine_around(world.village, refuse).run_once().problem, HubFault)


def test_a_stalled_link_makes_batches_smaller_and_a_good_one_larger_again(world: World) -> None:
    sizes: list[int] = []
    good = [True]

    def stall(
        ask: Callable[[ExchangeRequest], ExchangeResponse], request: ExchangeRequest
    ) -> ExchangeResponse:
        sizes.append(len(request.envelopes))
        if not good[0]:
            raise HubUnreachable("stalled")
        return ask(request)

    for _ in range(200):
        world.village.receive()
    engine = engine_around(world.village, stall)
    good[0] = False
    for _ in range(4):
        engine.run_once()
    stalled = list(sizes)
    assert stalled == sorted(stalled, reverse=True)
    assert stalled[-1] < stalled[0]
    good[0] = True
    assert engine.run_once().outcome is Outcome.AGREED
    assert max(sizes[4:]) > stalled[-1]


def tampering(change: Callable[[ExchangeResponse], ExchangeResponse]) -> Callable[..., ExchangeResponse]:
    """An exchange whose answers are changed on the way."""
    return lambda ask, request: change(ask(request))


def _entries_changed(response: ExchangeResponse, change: Callable[[list[dict]], None]) -> ExchangeResponse:
    data = json.loads(response.model_dump_json())
    for page in data["pages"]:
        change(page["entries"])
    return ExchangeResponse.model_validate(data)


def _forge(entries: list[dict]) -> None:
    for entry in entries:
        for row in entry["events"]:
            row["envelope"]["signature"] = "00" * 64


def _alter(entries: list[dict]) -> None:
    for entry in entries:
        for row in entry["events"]:
            row["envelope"]["body"] = row["envelope"]["body"].replace("吴䶮", "王五")


def _leave_out(entries: list[dict]) -> None:
    del entries[:1]


def _reorder(entries: list[dict]) -> None:
    entries.reverse()


@pytest.mark.parametrize("change", [_forge, _alter, _leave_out, _reorder])
def test_a_mailbox_that_was_tampered_with_is_not_believed(
    world: World, change: Callable[[list[dict]], None]
) -> None:
    cases = [world.village.receive() for _ in range(3)]
    for case_id in cases:
        world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village)
    engine = engine_around(world.township, tampering(lambda answer: _entries_changed(answer, change)))
    done = engine.run_once()
    assert done.outcome is Outcome.CAUGHT_UP
    assert len(done.troubles) == 1
    assert [world.township.state_of(case_id) for case_id in cases] == [None, None, None]
    assert world.township.engine.run_once().outcome is Outcome.AGREED
    assert [world.township.state_of(case_id) for case_id in cases] == [State.IN_TRANSIT] * 3


def test_events_of_a_kind_only_newer_programs_know_stop_the_mailbox_but_not_the_outbox(world: World) -> None:
    case_id = world.village.receive()
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village)
    own = world.township.receive()

    def newer(entries: list[dict]) -> None:
        for entry in entries:
            for row in entry["events"]:
                row["envelope"]["kind"] = "case-event/9"

    done = engine_around(world.township, tampering(lambda answer: _entries_changed(answer, newer))).run_once()
    assert done.pushed == 1
    assert world.township.statuses(own) == ["refused"]
    assert done.troubles


def test_a_difference_in_what_both_hold_is_found_and_mended(world: World) -> None:
    case_id = world.village.receive()
    world.sync(world.village)
    desk = world.village.desk
    with world.village.store.write() as unit:
        unit.mailboxes.drop(desk, case_id)
    done = world.village.engine.run_once()
    assert (done.outcome, done.troubles) == (Outcome.AGREED, ())
    assert done.requests == 4  # ask, compare in detail, fetch that one case, ask again


def test_a_difference_that_cannot_be_mended_is_said_and_never_called_agreed(world: World) -> None:
    world.village.receive()

    def lie(response: ExchangeResponse) -> ExchangeResponse:
        data = json.loads(response.model_dump_json())
        data["pages"][1]["holdings"]["count"] += 1
        return ExchangeResponse.model_validate(data)

    done = engine_around(world.village, tampering(lie)).run_once()
    assert done.outcome is Outcome.CAUGHT_UP
    assert "不一致" in done.troubles[0].text
    with world.village.store.read() as unit:
        assert not all(feed.agreed for feed in unit.mailboxes.agreement())


def test_a_hub_that_never_comes_to_an_end_is_at_fault(world: World) -> None:
    world.village.receive()

    def forget(response: ExchangeResponse) -> ExchangeResponse:
        return response.model_copy(update={"verdicts": (), "pages": ()})

    done = engine_around(world.village, tampering(forget)).run_once()
    assert isinstance(done.problem, HubFault)
    assert agreed(world)


def test_a_new_catalogue_arrives_and_says_so(world: World) -> None:
    world.sync(world.village)
    world.hub.hub.database.write(
        lambda connection: publishing.publish_catalogue(connection, world.hub.hub, catalogue(2))
    )
    done = world.village.engine.run_once()
    assert done.renewed == {"catalogue"}
    with world.village.store.read() as unit:
        assert unit.references.versions()["catalogue"] == "2"
        assert unit.references.get_version("catalogue", "1") is not None


def test_a_document_the_hub_did_not_sign_is_not_believed_and_delays_nothing(world: World) -> None:
    case_id = world.village.receive()
    world.sync(world.village)
    case_id = world.village.receive()
    world.hub.hub.database.write(
        lambda connection: publishing.publish_catalogue(connection, world.hub.hub, catalogue(2))
    )
    transport = Around(world.village.client, lambda ask, request: ask(request))
    honest = world.village.client.reference
    transport.reference = lambda name, version="": honest(name, version).model_copy(
        update={"signature": "00" * 64}
    )
    engine = ExchangeEngine(
        world.village.store, world.village.files, transport, world.village.clock, world.village.chance.random
    )
    done = engine.run_once()
    assert (done.renewed, len(done.troubles)) == (frozenset(), 1)
    assert world.village.statuses(case_id) == ["confirmed"]


@pytest.mark.parametrize("days", [-300, -1, 0, 1, 365])
def test_a_wrong_clock_stops_nothing_and_is_reported(world: World, days: int) -> None:
    world.hub.clock = world.clock
    right = world.clock.moment
    world.hub.hub = world.hub.hub
    object.__setattr__(world.hub.hub, "clock", lambda: right)
    world.clock.set_to(right + timedelta(days=days))
    case_id = world.village.receive()
    done = world.village.engine.run_once()
    assert done.outcome is Outcome.AGREED
    assert done.drift is not None
    assert abs(done.drift + timedelta(days=days)) < timedelta(minutes=1)
    with world.village.store.read() as unit:
        received = unit.events.of_case(case_id)[0].received_at
    assert received == right.replace(microsecond=0)


def test_a_revoked_device_is_told_and_keeps_its_work(world: World) -> None:
    case_id = world.village.receive()
    devices.revoke(world.hub.hub, world.village.identity.device)
    done = world.village.engine.run_once()
    assert isinstance(done.problem, HubRefusesDevice)
    assert world.village.statuses(case_id) == ["pending"]


def test_a_login_page_in_between_is_no_answer(world: World) -> None:
    case_id = world.village.receive()
    page = httpx.MockTransport(lambda request: httpx.Response(200, html="<html>请登录</html>"))
    world.village.network = page
    world.village.stop()
    world.village.start()
    done = world.village.engine.run_once()
    assert isinstance(done.problem, NotTheHub)
    assert 0 <= done.wait <= 60
    assert world.village.statuses(case_id) == ["pending"]


def test_failures_in_a_row_wait_longer_until_somebody_wants_it_now(world: World) -> None:
    def fail(_: object, request: ExchangeRequest) -> ExchangeResponse:
        raise HubUnreachable("dark")

    transport = Around(world.village.client, fail)
    engine = ExchangeEngine(world.village.store, world.village.files, transport, world.clock, lambda: 1.0)
    assert [engine.run_once().wait for _ in range(6)] == [4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    engine.hurry()
    assert engine.run_once().wait == 4.0


def test_a_case_taken_back_by_its_sender_leaves_the_lists_of_the_addressee(world: World) -> None:
    case_id = world.village.receive(b"scan of a case that went to the wrong place")
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village, world.township)
    world.village.act(case_id, "recall")
    world.sync(world.village, world.township)
    with world.township.store.read() as unit:
        record = unit.cases.get(case_id)
    assert record is None or record.taken_back
    assert agreed(world)


def test_own_unsent_work_on_a_case_taken_back_is_kept_and_answered(world: World) -> None:
    case_id = world.village.receive()
    world.village.hand_over(case_id, TOWNSHIP)
    world.sync(world.village, world.township)
    world.village.act(case_id, "recall")
    world.sync(world.village)
    world.township.act(case_id, "sign_for")
    done = world.township.engine.run_once()
    assert done.outcome is Outcome.AGREED
    with world.township.store.read() as unit:
        refused = unit.events.refused(case_id)
    assert [row.event.move for row in refused] == ["sign_for"]
    assert world.hub.faults() == []


def test_an_interrupted_run_ends_between_two_requests(world: World) -> None:
    for _ in range(200):
        world.village.receive()
    asked = iter((False, True, True))
    engine = ExchangeEngine(
        world.village.store,
        world.village.files,
        world.village.client,
        world.clock,
        world.village.chance.random,
        lambda: next(asked),
    )
    done: Round = engine.run_once()
    assert done.outcome is Outcome.INTERRUPTED
    assert done.requests < 4
    assert agreed(world)
