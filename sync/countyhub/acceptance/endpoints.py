"""`POST /sync/v1/exchange`."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from countyhub.acceptance import service
from countyhub.hub import Hub
from countyhub.load.admission import SMALL_PAGE, Admission
from countyhub.load.waiting import News, Waiting
from countyhub.requests import Body, HubHere, packed, parse, signed_by
from hubprotocol.messages import ExchangeRequest, ExchangeResponse, OrderMessage
from hubprotocol.orders import OrderKind
from hubprotocol.requests import DEVICE_HEADER

router = APIRouter()


@router.post("/sync/v1/exchange")
async def exchange(request: Request, hub: HubHere, body: Body) -> Response:
    """Push, acknowledgement, pull and attachment planning in one request.

    The work is done in a thread. An answer without news may wait for some; then nothing is held meanwhile.
    """
    admission: Admission = request.app.state.admission
    waiting: Waiting = request.app.state.waiting
    name = request.headers.get(DEVICE_HEADER, "")

    def work() -> _Answered:
        return _answer(request, hub, body, admission)

    with admission.work(name):
        answered = await run_in_threadpool(work)
    if answered.known is None or not answered.wait_s:
        return answered.response
    if not await waiting.for_news(name, answered.known, answered.wait_s):
        return _pack(request, answered.message.model_copy(update={"server_time": hub.stamp()}))
    with admission.work(name):
        return (await run_in_threadpool(work)).response


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer and how it is sent; `known` is what the device knows with it, or None when there is more to say."""

    message: ExchangeResponse
    response: Response
    known: News | None
    wait_s: int


def _answer(request: Request, hub: Hub, body: bytes, admission: Admission) -> _Answered:
    device = signed_by(hub, request, body, lost_too=True)
    asked = parse(ExchangeRequest, request, body)
    if admission.is_strained:
        asked = asked.model_copy(update={"page_size": min(asked.page_size, SMALL_PAGE), "wait_s": 0})
    answer = service.exchange(hub, device, asked)
    answer = answer.model_copy(update={"retry_after_s": admission.retry_after(device.device_id)})
    return _Answered(answer, _pack(request, answer), _known(asked, answer), asked.wait_s)


def _pack(request: Request, message: ExchangeResponse) -> Response:
    return packed(request, message.model_dump_json().encode())


def _known(asked: ExchangeRequest, answer: ExchangeResponse) -> News | None:
    """What a device knows that sent nothing and has read everything; None for any other."""
    at = {cursor.feed: cursor.position for cursor in asked.cursors}
    read = all(at.get(page.feed, 0) == page.head and not page.restart for page in answer.pages)
    if asked.envelopes or answer.needed or _is_shut(answer.order) or not read:
        return None
    return service.news_of(answer)


def _is_shut(order: OrderMessage | None) -> bool:
    """Whether the last order leaves a PC nothing to wait for; another one comes with every answer, obeyed long ago."""
    return order is not None and order.kind in {OrderKind.LOCK, OrderKind.WIPE}
