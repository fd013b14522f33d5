"""The way between a station and the hub, on which a request can come to many ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import httpx

from together.simulation.calls import PAUSE
from together.simulation.clocks import Time
from together.simulation.deaths import HubDied
from together.simulation.hub_machine import HubMachine
from together.simulation.swarm import Swarm

_PORTAL = b"<html><body>Please log in to the network</body></html>"
_HTML = {"content-type": "text/html"}
_LATEST_DAYS = 6.0


@dataclass(slots=True)
class Post:
    """Requests on their way whose senders have given up: they arrive once their time has come."""

    late: list[tuple[datetime, httpx.Request]] = field(default_factory=list)

    def arrive(self, hub: HubMachine, now: datetime) -> None:
        """Let those arrive that are due."""
        due = [row for row in self.late if row[0] <= now]
        self.late = [row for row in self.late if row[0] > now]
        for _, request in due:
            try:
                hub.serve(request)
            except HubDied:
                continue  # Nobody waits for an answer.


class Wire(httpx.BaseTransport):
    """One station's link. `dark_until` is when it comes back."""

    def __init__(self, hub: HubMachine, time: Time, swarm: Swarm, post: Post) -> None:
        self._hub = hub
        self._time = time
        self._swarm = swarm
        self._post = post
        self._chance = Random(swarm.chance.random())
        self.dark_until = time.now
        self._fates: tuple[tuple[str, Callable[[httpx.Request], httpx.Response]], ...] = (
            ("request lost", self._lose_request),
            ("answer lost", self._lose_answer),
            ("request doubled", self._double),
            ("request late", self._come_late),
            ("request cut", self._cut_request),
            ("request flipped", self._flip_request),
            ("request in two pieces", self._stall),
            ("answer cut", self._cut_answer),
            ("answer shortened", self._shorten_answer),
            ("answer flipped", self._flip_answer),
            ("captive portal", self._show_portal),
            ("too large", self._refuse_size),
            ("bad gateway", self._fail_behind),
            ("busy", self._be_busy),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._time.pass_by(timedelta(seconds=0.6))
        if self._time.now < self.dark_until and not self._swarm.calm:
            self._time.pass_by(timedelta(seconds=15))
            raise httpx.ConnectTimeout("the link is dark", request=request)
        for name, fate in self._fates:
            if self._swarm.strikes(name):
                return fate(request)
        return self._deliver(request)

    def _deliver(
        self, request: httpx.Request, body: bytes | None = None, *, ends: bool = True
    ) -> httpx.Response:
        try:
            return self._hub.serve(request, body, ends=ends)
        except HubDied:
            raise httpx.RemoteProtocolError("the hub died", request=request) from None

    def _lose_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("the request got lost", request=request)

    def _lose_answer(self, request: httpx.Request) -> httpx.Response:
        self._deliver(request)
        raise httpx.ReadTimeout("the answer got lost", request=request)

    def _double(self, request: httpx.Request) -> httpx.Response:
        self._deliver(request)
        return self._deliver(request)

    def _come_late(self, request: httpx.Request) -> httpx.Response:
        """Seconds late as often as days."""
        hours = _LATEST_DAYS * 24 * self._chance.random() ** 6
        self._post.late.append((self._time.now + timedelta(hours=hours), request))
        self._time.pass_by(timedelta(seconds=30))
        raise httpx.ReadTimeout("nothing came in time", request=request)

    def _cut_request(self, request: httpx.Request) -> httpx.Response:
        if request.content:
            body = request.content[: self._chance.randrange(len(request.content))]
            self._deliver(request, body, ends=self._chance.random() < 0.3)
        raise httpx.WriteError("the connection broke", request=request)

    def _flip_request(self, request: httpx.Request) -> httpx.Response:
        self._hub.note_bent(request)
        return self._deliver(request, self._flipped(request.content))

    def _stall(self, request: httpx.Request) -> httpx.Response:
        """The second half of the body stays in some buffer on the way, and comes when nobody expects it."""
        body = request.content
        cut = self._chance.randrange(len(body) + 1)
        try:
            self._hub.begin(request, [body[:cut], PAUSE, body[cut:]])
        except HubDied:
            raise httpx.RemoteProtocolError("the hub died", request=request) from None
        raise httpx.WriteTimeout("the connection stalled", request=request)

    def _cut_answer(self, request: httpx.Request) -> httpx.Response:
        self._deliver(request)
        raise httpx.RemoteProtocolError("the answer was cut", request=request)

    def _shorten_answer(self, request: httpx.Request) -> httpx.Response:
        """A proxy passes on what it got, and nothing tells that it was not all."""
        answer = self._deliver(request)
        body = _raw(answer)
        return _same_head(answer, body[: self._chance.randrange(len(body) + 1)])

    def _flip_answer(self, request: httpx.Request) -> httpx.Response:
        """Only what carries its own proof may be altered; all else TLS protects, so that it comes as rubbish."""
        answer = self._deliver(request)
        body = _raw(answer)
        if request.method == "GET":
            return _same_head(answer, self._flipped(body))
        return _same_head(answer, self._chance.randbytes(len(body)))

    def _show_portal(self, _: httpx.Request) -> httpx.Response:
        if self._chance.random() < 0.3:
            return httpx.Response(302, headers={"location": "http://portal.example/"})
        return httpx.Response(200, headers=_HTML, content=_PORTAL)

    def _refuse_size(self, _: httpx.Request) -> httpx.Response:
        return httpx.Response(413, headers=_HTML, content=b"<html>too large</html>")

    def _fail_behind(self, request: httpx.Request) -> httpx.Response:
        """The proxy before the hub gives up on it; the hub may have done what was asked."""
        if self._chance.random() < 0.5:
            self._deliver(request)
        return httpx.Response(self._chance.choice((502, 504)), headers=_HTML, content=b"<html></html>")

    def _be_busy(self, request: httpx.Request) -> httpx.Response:
        if self._chance.random() < 0.3:
            self._deliver(request)
        return httpx.Response(self._chance.choice((429, 503)), headers={"retry-after": "20"})

    def _flipped(self, body: bytes) -> bytes:
        if not body:
            return body
        place = self._chance.randrange(len(body))
        return body[:place] + bytes([body[place] ^ 1 << self._chance.randrange(8)]) + body[place + 1 :]


def _raw(answer: httpx.Response) -> bytes:
    """The body as it travels, compressed or not."""
    return b"".join(answer.iter_raw())


def _same_head(answer: httpx.Response, body: bytes) -> httpx.Response:
    return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body))
