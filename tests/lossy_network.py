"""A network that loses requests, loses answers, doubles requests and cuts them, all from one seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import httpx

from hub_world import InProcess


class LossyNetwork(httpx.BaseTransport):
    """Passes requests on to the hub, unless chance does something to them; `calm` ends all faults."""

    def __init__(self, network: InProcess, chance: Random, trouble: float) -> None:
        self._network = network
        self._chance = chance
        self._fates: tuple[tuple[float, Callable[[httpx.Request], httpx.Response]], ...] = (
            (trouble * chance.random(), self._lose_request),
            (trouble * chance.random(), self._lose_answer),
            (trouble * chance.random(), self._double),
            (trouble * chance.random(), self._cut_request),
            (trouble * chance.random(), self._cut_answer),
            (trouble * chance.random(), self._answer_late),
        )
        self._late: list[httpx.Request] = []
        self.calm = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if not self.calm:
            for probability, fate in self._fates:
                if self._chance.random() < probability:
                    return fate(request)
        return self._network.deliver(request)

    def _lose_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("the request got lost", request=request)

    def _lose_answer(self, request: httpx.Request) -> httpx.Response:
        self._network.deliver(request)
        raise httpx.ReadTimeout("the answer got lost", request=request)

    def _double(self, request: httpx.Request) -> httpx.Response:
        self._network.deliver(request)
        return self._network.deliver(request)

    def _cut_request(self, request: httpx.Request) -> httpx.Response:
        """Only an upload keeps what arrived of a body; the hub takes anything else whole or not at all."""
        if request.method == "PATCH":
            self._network.deliver(request, self._chance.randrange(len(request.content) + 1))
        raise httpx.WriteError("the connection broke", request=request)

    def _cut_answer(self, request: httpx.Request) -> httpx.Response:
        self._network.deliver(request)
        raise httpx.RemoteProtocolError("the answer was cut", request=request)

    def _answer_late(self, request: httpx.Request) -> httpx.Response:
        """The request stays on the way, and another one that stayed arrives now: long after its sender gave up."""
        self._late.append(request)
        self._network.deliver(self._late.pop(self._chance.randrange(len(self._late))))
        raise httpx.ReadTimeout("nothing came in time", request=request)
