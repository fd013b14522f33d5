"""After an outage every PC of a county comes at once, over real connections to the real server.

Those beyond what the hub works on at a time are told when to come back, each at its own time; who does so is served.
Time is the test's own: nobody sleeps, the PCs come in the order of what they were told.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from countyhub.acceptance import service
from countyhub.acceptance.tables import CaseRow
from countyhub.load.admission import LONGEST_S, Admission
from countyhub.load.spreading import share_of
from hubprotocol.messages import ExchangeResponse
from hubprotocol.requests import sign_request
from uploads_over_http import served

VILLAGE = "510704105209"
PCS, PLACES = 60, 4
AWAY = PCS - PLACES
# What is turned away never reaches the database; the sqlite one is the quicker to fill.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Gate:
    """Holds exchanges in work until it is opened, and lets a test wait until so many are."""

    opened: threading.Event = field(default_factory=threading.Event)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def held(self, work: Any) -> Any:
        def waiting(*arguments: Any) -> Any:
            self.entered.release()
            assert self.opened.wait(30)
            return work(*arguments)

        return waiting


@dataclass
class Time:
    """The hub's and the PCs' time, in seconds."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


async def sent(client: httpx.AsyncClient, pc: Any) -> httpx.Response:
    body = pc.request().model_dump_json().encode()
    headers = sign_request(pc.device, pc.seed, "POST", "/sync/v1/exchange", body, "now")
    return await client.post("/sync/v1/exchange", content=body, headers=headers)


async def all_at_once(client: httpx.AsyncClient, pcs: Iterable[Any]) -> list[tuple[Any, httpx.Response]]:
    listed = list(pcs)
    return list(zip(listed, await asyncio.gather(*(sent(client, pc) for pc in listed)), strict=True))


def told_to_wait(answer: httpx.Response) -> int:
    """The seconds of one who was turned away."""
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    return int(answer.headers["Retry-After"])


async def herd(client: httpx.AsyncClient, pcs: list[Any], gate: Gate, time: Time) -> dict[str, int]:
    """Some are in work for two seconds when all others come; return when each of those may come again."""
    first = asyncio.create_task(all_at_once(client, pcs[:PLACES]))
    for _ in range(PLACES):
        assert await asyncio.to_thread(gate.entered.acquire, timeout=30)
    time.now += 2
    away = {pc.device: told_to_wait(answer) for pc, answer in await all_at_once(client, pcs[PLACES:])}
    gate.opened.set()
    for pc, answer in await first:
        serve(pc, answer)
    return away


def serve(pc: Any, answer: httpx.Response) -> None:
    """Take in the answer of one who was let in: what it sent was accepted."""
    assert answer.status_code == 200, answer.text
    pc.take(ExchangeResponse.model_validate_json(answer.content))
    assert pc.result() == ("accepted", [])


async def come_again(
    client: httpx.AsyncClient, pcs: dict[str, Any], due: dict[str, float], time: Time
) -> list[int]:
    """Everybody comes when he was told to, together with all who were told the same; return how many came."""
    came = []
    while due:
        time.now = min(due.values())
        together = [device for device, at in due.items() if at == time.now]
        came.append(len(together))
        for pc, answer in await all_at_once(client, [pcs[device] for device in together]):
            if answer.status_code == 200:
                serve(pc, answer)
                del due[pc.device]
            else:
                due[pc.device] = time.now + told_to_wait(answer)
    return came


def test_a_herd_is_spread_over_time_and_everybody_who_obeys_is_served(
    county: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pcs = [county.enrol(VILLAGE, "agent") for _ in range(PCS)]
    for pc in pcs:
        pc.receive()
    gate, time = Gate(), Time()
    monkeypatch.setattr(service, "exchange", gate.held(service.exchange))

    async def story(port: int) -> tuple[dict[str, int], list[int]]:
        unlimited = httpx.Limits(max_connections=None)
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, limits=unlimited, timeout=60, trust_env=False) as client:
            away = await herd(client, pcs, gate, time)
            due = {device: time.now + seconds for device, seconds in away.items()}
            return away, await come_again(client, {pc.device: pc for pc in pcs}, due, time)

    with served(county.hub, Admission(PLACES, time)) as port:
        away, came = asyncio.run(story(port))
    assert len(away) == AWAY
    assert_spread(away)
    assert max(came) < AWAY / 2, "they never come as a herd again"
    assert time.now < 2 + LONGEST_S
    with county.hub.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(CaseRow)).scalar_one() == PCS


def assert_spread(away: dict[str, int]) -> None:
    """Each was told its own place in the time that those before it take.

    Nothing was finished in two seconds, so each of those in work and turned away counts for one second. Who was
    turned away as which one is not known here: the last of all is told of the whole time, the first of a twelfth.
    """
    for device, seconds in away.items():
        place = share_of(device)
        assert 1 + int((PLACES + 1) * place) <= seconds <= 1 + int(PCS * place)
    assert len(set(away.values())) >= AWAY / 4
    assert max(away.values()) > PCS / 4
