"""Reading what came back over HTTP: is it the hub at all, and if it says no, whose fault is it?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from hubprotocol.messages import ChainHeadMessage, ProblemMessage
from stationapp.exchange.transport import (
    ChainForked,
    ChainGap,
    CodeRefused,
    Gone,
    HubBusy,
    HubFault,
    HubRefusesDevice,
    HubUnreachable,
    NotTheHub,
    ProtocolTooOld,
    TooLarge,
    WrongOffset,
)
from stationapp.platform.unavailable import Unavailable

Message = TypeVar("Message", bound=BaseModel)
USUAL_PATIENCE_SECONDS = 30.0
LONGEST_PATIENCE_SECONDS = 3600.0
_JSON = frozenset({"application/json", "application/problem+json"})


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer: header names in lower case, the body decoded from its content coding."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class WrongClock(Unavailable):
    """The hub does not take the request's time; `hub_time` is its own, where it named one."""

    def __init__(self, hub_time: datetime | None, text: str) -> None:
        super().__init__(text or "本机时间与县中心相差太大，请校准电脑的日期和时间。", "clock")
        self.hub_time = hub_time


def require_success(answer: Answer) -> None:
    """Raise what stands behind an answer that is not a success; a success passes."""
    if 200 <= answer.status < 300:
        return
    problem = read_problem(answer)
    if problem is None:
        raise _without_problem(answer)
    detail = f"{answer.status} {problem.code}"
    by_code = _BY_CODE.get(problem.code)
    if by_code is not None:
        raise by_code(answer, problem, detail)
    raise _BY_STATUS.get(answer.status, _fault)(answer, problem, detail)


def read_message(answer: Answer, kind: type[Message]) -> Message:
    """Return the message of a successful answer. Raises NotTheHub for anything that is not the hub's JSON."""
    require_success(answer)
    if answer.media_type not in _JSON:
        raise NotTheHub(f"{answer.status} {answer.media_type or 'no content type'}")
    try:
        data = json.loads(answer.body)
    except ValueError as error:
        raise HubUnreachable(f"cut JSON of {len(answer.body)} bytes") from error
    if not isinstance(data, dict) or not _required(kind) & set(data):
        raise NotTheHub(f"{answer.status} JSON without any field of {kind.__name__}")
    try:
        return kind.model_validate_json(answer.body)
    except ValidationError as error:
        raise HubFault(f"{kind.__name__}: {error.error_count()} wrong fields") from error


def read_problem(answer: Answer) -> ProblemMessage | None:
    """Return the hub's problem document, or None when the answer is not one."""
    if answer.media_type not in _JSON:
        return None
    try:
        return ProblemMessage.model_validate_json(answer.body)
    except ValidationError:
        return None


def hub_time_of(answer: Answer, problem: ProblemMessage | None = None) -> datetime | None:
    """Return the hub's time as a problem document or the Date header names it."""
    named = str(problem.extra.get("server_time", "")) if problem else ""
    try:
        if named:
            return datetime.fromisoformat(named)
        return parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return None


def patience_of(answer: Answer) -> float:
    """Return the Retry-After of an answer in seconds; a missing or odd one counts as the usual patience."""
    try:
        asked = float(answer.headers["retry-after"])
    except (KeyError, ValueError):
        return USUAL_PATIENCE_SECONDS
    return min(max(asked, 0.0), LONGEST_PATIENCE_SECONDS)


def _required(kind: type[BaseModel]) -> set[str]:
    return {name for name, info in kind.model_fields.items() if info.is_required()}


def _without_problem(answer: Answer) -> Unavailable:
    """Whoever answered did not speak the protocol: HEAD answers have no body, anything else is a stranger."""
    detail = f"{answer.status} {answer.media_type or 'no content type'}"
    if answer.status == 407:
        return NotTheHub(detail, "上网代理要求登录。请联系网络管理员开通本机访问县中心的权限。")
    if answer.status == 413:
        return TooLarge(detail)
    if answer.status in (429, 503):
        return HubBusy(patience_of(answer), detail)
    if answer.status in (404, 410) and not answer.body:
        return Gone(detail)
    if answer.status in (408, 502, 504):
        return HubUnreachable(detail)
    if answer.status >= 500 and answer.media_type != "text/html":
        return HubFault(detail)
    return NotTheHub(detail)


_Maker = Callable[[Answer, ProblemMessage, str], Unavailable]


def _fault(_: Answer, problem: ProblemMessage, detail: str) -> Unavailable:
    return HubFault(detail, problem.title)


def _gap(_: Answer, problem: ProblemMessage, detail: str) -> Unavailable:
    try:
        return ChainGap(ChainHeadMessage.model_validate(problem.extra), detail)
    except ValidationError:
        return HubFault(f"{detail}: a gap without its head")


def _clock(answer: Answer, problem: ProblemMessage, _: str) -> Unavailable:
    return WrongClock(hub_time_of(answer, problem), problem.title)


def _refuses(_: Answer, problem: ProblemMessage, detail: str) -> Unavailable:
    return HubRefusesDevice(detail, problem.title)


_BY_CODE: dict[str, _Maker] = {
    "chain-gap": _gap,
    "chain-fork": lambda answer, problem, detail: ChainForked(detail),
    "clock": _clock,
    "protocol-version": lambda answer, problem, detail: ProtocolTooOld(detail, problem.title),
    "unknown-code": lambda answer, problem, detail: CodeRefused(problem.title, detail),
    "wrong-offset": lambda answer, problem, detail: WrongOffset(detail),
}
_BY_STATUS: dict[int, _Maker] = {
    401: _refuses,
    403: _refuses,
    404: lambda answer, problem, detail: Gone(detail),
    410: lambda answer, problem, detail: Gone(detail),
    413: lambda answer, problem, detail: TooLarge(detail),
    426: lambda answer, problem, detail: ProtocolTooOld(detail, problem.title),
    429: lambda answer, problem, detail: HubBusy(patience_of(answer), detail),
    503: lambda answer, problem, detail: HubBusy(patience_of(answer), detail),
}
