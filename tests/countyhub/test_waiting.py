"""Waiting for news at the hub, and being turned away in order when everybody comes at once."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import ExitStack

import httpx
import pytest
from anyio import to_thread

from countyhub.acceptance import service
from countyhub.devices import orders
from countyhub.load.admission import LONGEST_S, Admission
from countyhub.load.spreading import poll_of, share_of
from countyhub.load.waiting import Waiting
from countyhub.problems import Problem
from hubprotocol.requests import sign_request

VILLAGE, TOWN = "510704105209", "510704105000"


async def ask(station, wait_s=0, **changes):
    """An exchange over HTTP in the running loop."""
    body = station.request(wait_s=wait_s, **changes).model_dump_json().encode()
    headers = sign_request(station.device, station.seed, "POST", "/sync/v1/exchange", body, "now")
    transport = httpx.ASGITransport(station.county.client.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        return await client.post("/sync/v1/exchange", content=body, headers=headers)


async def until(condition):
    """Let others go on until something is so."""
    while not condition():
        await asyncio.sleep(0)


def waiting_of(county):
    return county.client.app.state.waiting


def handed_over(village):
    village.act("hand_over", village.receive(), "agent", **village.batch(TOWN))


def ready(county):
    village, town = county.enrol(VILLAGE, "agent"), county.enrol(TOWN, "clerk")
    for station in (village, town):
        station.exchange()
        station.exchange()
    return village, town


def lost_and_found(hub, device):
    orders.lose(hub, device, wipe=False)
    assert orders.unlock(hub, device) is not None


def pages_of(answer):
    assert answer.status_code == 200, answer.text
    return {page["feed"]: page for page in answer.json()["pages"]}


def test_whoever_waits_hears_at_once_what_another_brings(county):
    village, town = ready(county)
    handed_over(village)

    async def story():
        waits = asyncio.create_task(ask(town, wait_s=25))
        await until(lambda: waiting_of(county).count == 1)
        await asyncio.to_thread(village.exchange)
        return await waits

    answer = asyncio.run(asyncio.wait_for(story(), 20))
    assert [entry["kind"] for entry in pages_of(answer)[TOWN]["entries"]] == ["put"]
    assert waiting_of(county).count == 0


def test_what_another_worker_wrote_is_found_by_looking(county):
    """The bell rings only where the commit was: here it is silent, as for a commit of another process."""
    village, town = ready(county)
    handed_over(village)
    county.hub.database._listeners.clear()

    async def story():
        waits = asyncio.create_task(ask(town, wait_s=25))
        await until(lambda: waiting_of(county).count == 1)
        await asyncio.to_thread(village.exchange)
        return await waits

    assert pages_of(asyncio.run(asyncio.wait_for(story(), 20)))[TOWN]["entries"]


def test_a_new_document_is_news(county):
    _, town = ready(county)

    async def story():
        waits = asyncio.create_task(ask(town, wait_s=25))
        await until(lambda: waiting_of(county).count == 1)
        await asyncio.to_thread(county.enrol, VILLAGE, "agent")  # Publishes the list of devices.
        return (await waits).json()

    before = int(json.loads(county.reference("devices"))["version"])
    assert int(asyncio.run(asyncio.wait_for(story(), 20))["references"]["devices"]) == before + 1


def test_nobody_waits_who_sends_or_has_not_read_everything(county):
    village, town = ready(county)
    handed_over(village)

    async def story():
        first = await ask(village, wait_s=25)
        village.acknowledged = village.acknowledged.model_validate(first.json()["acknowledged"])
        second = await ask(town, wait_s=25, page_size=0)
        return first, second

    first, second = asyncio.run(asyncio.wait_for(story(), 20))
    assert len(first.json()["verdicts"]) == 2
    assert (pages_of(second)[TOWN]["head"], pages_of(second)[TOWN]["entries"]) == (1, [])


@pytest.mark.parametrize("change", [orders.ask_for_new_key, lost_and_found])
def test_a_pc_that_was_once_ordered_something_waits_like_any_other(county, change):
    _, town = ready(county)
    change(county.hub, town.device)

    async def story():
        waits = asyncio.create_task(ask(town, wait_s=25))
        await until(lambda: waiting_of(county).count == 1)
        waiting_of(county).close()
        return await waits

    assert asyncio.run(asyncio.wait_for(story(), 20)).json()["order"]["kind"] in {"rotate", "unlock"}


@pytest.mark.parametrize("wipe", [False, True])
def test_a_lost_pc_hears_its_order_at_once(county, wipe):
    _, town = ready(county)
    orders.lose(county.hub, town.device, wipe=wipe)
    waiting_of(county).for_news = None  # Nobody is to wait here.
    answer = asyncio.run(asyncio.wait_for(ask(town, wait_s=25), 20))
    assert answer.json()["order"]["kind"] == ("wipe" if wipe else "lock")


def test_whoever_waited_in_vain_gets_his_answer_with_the_time_it_was_sent(county):
    _, town = ready(county)
    before = county.clock.now

    async def story():
        return await ask(town, wait_s=1)

    answer = asyncio.run(asyncio.wait_for(story(), 20)).json()
    assert all(page["entries"] == [] for page in answer["pages"])
    assert answer["server_time"] > before.isoformat(timespec="milliseconds")


def test_a_device_waits_once(county):
    _, town = ready(county)

    async def story():
        first = asyncio.create_task(ask(town, wait_s=25))
        await until(lambda: waiting_of(county).count == 1)
        second = asyncio.create_task(ask(town, wait_s=25))
        answer = await first
        assert waiting_of(county).count == 1
        waiting_of(county).close()
        return answer, await second

    for answer in asyncio.run(asyncio.wait_for(story(), 20)):
        assert pages_of(answer)[TOWN]["entries"] == []


def test_who_waits_holds_no_thread_and_no_connection(county):
    """More wait than there are threads and connections, and another is served meanwhile."""
    village, _ = ready(county)

    async def story():
        waiting = waiting_of(county)
        many = [asyncio.create_task(waiting.for_news(f"pc-{n}", {TOWN: 0}, 25)) for n in range(300)]
        await until(lambda: waiting.count == 300)
        assert county.hub.database.engine.pool.checkedout() <= 1  # The one who looks.
        answer = await ask(village)
        waiting.close()
        return answer, await asyncio.gather(*many)

    answer, heard = asyncio.run(asyncio.wait_for(story(), 20))
    assert answer.status_code == 200
    assert set(heard) == {False}


def test_so_many_may_wait_and_none_when_the_hub_is_about_to_stop():
    async def story():
        waiting = Waiting(lambda names: dict.fromkeys(names, 0), most=2)
        inside = [asyncio.create_task(waiting.for_news(f"pc-{n}", {"feed": 0}, 25)) for n in range(2)]
        await until(lambda: waiting.count == 2)
        assert await waiting.for_news("pc-3", {"feed": 0}, 25) is False
        threading.Thread(target=waiting.close).start()
        assert await asyncio.gather(*inside) == [False, False]
        assert await waiting.for_news("pc-4", {"feed": 0}, 25) is False

    asyncio.run(asyncio.wait_for(story(), 20))


def test_a_look_that_fails_is_made_again(caplog):
    failures = iter([RuntimeError("the database is away")])

    def look(names):
        for failure in failures:
            raise failure
        return {"feed": 1}

    async def story():
        return await Waiting(look, every=0.01).for_news("pc", {"feed": 0}, 20)

    assert asyncio.run(asyncio.wait_for(story(), 20)) is True
    assert "could not look for news" in caplog.text


# Overload


def fill(admission, stack, number):
    for index in range(number):
        stack.enter_context(admission.work(f"device-{index}"))


def test_beyond_so_many_in_work_others_are_told_when_to_come_each_at_his_own_time():
    times = iter(range(1000))
    admission = Admission(most=10, clock=lambda: next(times))
    told = []
    with ExitStack() as stack:
        fill(admission, stack, 10)
        for number in range(300):
            with pytest.raises(Problem, match="busy") as caught, admission.work(f"later-{number}"):
                raise AssertionError("nobody gets in")
            told.append(int(caught.value.headers["Retry-After"]))
            assert caught.value.message.status == 503
    assert all(1 <= seconds <= LONGEST_S + 1 for seconds in told)
    assert len(set(told)) > 20  # Not all at once again.
    with admission.work("later-1"):
        assert not admission.is_strained
        assert admission.retry_after("later-1") == 0


def test_a_place_is_free_again_after_a_failure():
    admission = Admission(most=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), admission.work("pc"):
            raise ZeroDivisionError
    with admission.work("pc"):
        assert admission.is_strained


def test_a_strained_hub_takes_everything_in_and_tells_little(county, monkeypatch):
    monkeypatch.setattr("countyhub.acceptance.endpoints.SMALL_PAGE", 1)
    village, _ = ready(county)
    for _ in range(3):
        village.receive()
    county.client.app.state.admission = admission = Admission(most=4)
    with ExitStack() as stack:
        fill(admission, stack, 1)
        answer = asyncio.run(ask(village))
        assert len(answer.json()["verdicts"]) == 3
        assert len(pages_of(answer)[VILLAGE]["entries"]) == 1
        assert answer.json()["retry_after_s"] >= 1
        fill(admission, stack, 3)
        refused = asyncio.run(ask(village))
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert int(refused.headers["Retry-After"]) >= 1
    answer = asyncio.run(ask(village))
    assert (len(pages_of(answer)[VILLAGE]["entries"]), answer.json()["retry_after_s"]) == (3, 0)


def test_who_is_turned_away_hears_so_while_every_thread_is_busy(county, monkeypatch):
    village, town = ready(county)
    county.client.app.state.admission = Admission(most=2)
    go_on, plain = threading.Event(), service.exchange

    def slow(*arguments):
        assert go_on.wait(20)
        return plain(*arguments)

    monkeypatch.setattr(service, "exchange", slow)

    async def story():
        to_thread.current_default_thread_limiter().total_tokens = 2
        busy = [asyncio.create_task(ask(station)) for station in (village, town)]
        await until(lambda: county.client.app.state.admission.is_full)
        refused = await ask(village)
        go_on.set()
        return refused, await asyncio.gather(*busy)

    refused, served = asyncio.run(asyncio.wait_for(story(), 20))
    assert (refused.status_code, [one.status_code for one in served]) == (503, [200, 200])


def test_idle_devices_look_at_times_of_their_own(county):
    polls = [poll_of(f"{number:032x}") for number in range(2000)]
    assert (min(polls), max(polls)) == (45, 75)
    assert all(30 < polls.count(second) < 110 for second in range(46, 75))
    shares = [share_of(str(number)) for number in range(2000)]
    assert min(shares) < 0.01 < 0.99 < max(shares) < 1
    station = county.enrol(VILLAGE, "agent")
    body = json.loads(
        station.http("POST", "/sync/v1/exchange", station.request().model_dump_json().encode()).content
    )
    assert body["next_poll_s"] == poll_of(station.device)
