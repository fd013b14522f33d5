"""Reading what came back over HTTP: is it the hub at all, and if it says no, whose fault is it?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from math import isnan
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from hubprotocol.messages import ChainHeadMessage, ProblemMessage
from stationapp.exchange.transport import (
    CarriedByAnother,
    ChainForked,
    ChainGap,
    CodeRefused,
    ForeignFeed,
    Gone,
    HubBusy,
    HubFault,
    HubRefusesDevice,
    HubUnreachable,
    NotComplete,
    NotTheHub,
    OtherSize,
    PositionGone,
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


def require_success(answer: Answer) -> None:
    """Raise what stands behind an answer that is not a success; a success passes."""
    if 200 <= answer.status < 300:
        return
    problem = read_problem(answer)
    if problem is None:
        raise _without_problem(answer)
    raise _refusal(_No(answer, problem, f"{answer.status} {problem.code}"))


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


def patience_of(answer: Answer) -> float:
    """Return the Retry-After of an answer in seconds; a missing or odd one counts as the usual patience.

    A date counts from the answer's own Date, since the clock of this machine may be wrong (RFC 9110 10.2.3).
    """
    asked = answer.headers.get("retry-after", "").strip()
    try:
        seconds = float(asked) if not asked.endswith("GMT") else _until(asked, answer.headers["date"])
    except (KeyError, ValueError, TypeError):
        return USUAL_PATIENCE_SECONDS
    if isnan(seconds):
        return USUAL_PATIENCE_SECONDS
    return min(max(seconds, 0.0), LONGEST_PATIENCE_SECONDS)


def _until(moment: str, date: str) -> float:
    return (parsedate_to_datetime(moment) - parsedate_to_datetime(date)).total_seconds()


def _required(kind: type[BaseModel]) -> set[str]:
    return {name for name, info in kind.model_fields.items() if info.is_required()}


def _without_problem(answer: Answer) -> Unavailable:
    """Whoever answered did not speak the protocol: HEAD answers have no body, anything else is a stranger."""
    detail = f"{answer.status} {answer.media_type or 'no content type'}"
    if answer.status == 407:
        return NotTheHub(detail, "上网代理要求登录。请联系网络管理员开通本机访问县级平台的权限。")
    if answer.status == 413:
        return TooLarge(detail)
    if answer.status in (429, 503):
        return HubBusy(patience_of(answer), detail)
    if answer.status in _BY_STATUS and answer.media_type in _JSON and not answer.body:
        # An answer to HEAD has the fields of a problem document without the document.
        return _BY_STATUS[answer.status](
            _No(answer, ProblemMessage(title="", status=answer.status, code=""), detail)
        )
    if answer.status in (408, 502, 504):
        return HubUnreachable(detail)
    if answer.status >= 500 and answer.media_type != "text/html":
        return HubFault(detail)
    return NotTheHub(detail)


@dataclass(frozen=True, slots=True)
class _No:
    """The hub's no: its answer, the problem document in it, and both in short for the log."""

    answer: Answer
    problem: ProblemMessage
    detail: str


def _gap(no: _No) -> Unavailable:
    try:
        return ChainGap(ChainHeadMessage.model_validate(no.problem.extra["acknowledged"]), no.detail)
    except (KeyError, ValidationError):
        return HubFault(f"{no.detail}: a gap without its head")


def _foreign_feed(no: _No) -> Unavailable:
    feeds = no.problem.extra.get("feeds")
    if not isinstance(feeds, list) or not all(isinstance(feed, str) for feed in feeds):
        return HubRefusesDevice(no.detail)  # An older hub does not say which mailboxes are left.
    return ForeignFeed(tuple(feeds), no.detail)


def _wrong_range(no: _No) -> Unavailable:
    size = no.problem.extra.get("size")
    return OtherSize(size) if isinstance(size, int) else HubFault(no.detail)


_BY_CODE: dict[str, Callable[[_No], Unavailable]] = {
    "gap": _gap,
    "foreign-feed": _foreign_feed,
    "position-gone": lambda no: PositionGone(no.detail),
    "carried-by-another": lambda no: CarriedByAnother(no.detail),
    "fork": lambda no: ChainForked(no.detail),
    "wrong-key": lambda no: ChainForked(no.detail),  # Another disk of this device changed its key otherwise.
    "unsupported-protocol": lambda no: ProtocolTooOld(no.detail),
    "incomplete": lambda no: NotComplete(no.detail),
    "wrong-code": lambda no: CodeRefused(no.detail),
    "wrong-range": _wrong_range,
    "wrong-offset": lambda no: WrongOffset(no.detail),
    "superseded": lambda no: WrongOffset(no.detail),
    "wrong-content-digest": lambda no: HubUnreachable(no.detail),  # Damaged on the way.
}
_BY_STATUS: dict[int, Callable[[_No], Unavailable]] = {
    401: lambda no: HubRefusesDevice(no.detail),
    403: lambda no: HubRefusesDevice(no.detail),
    404: lambda no: Gone(no.detail),
    408: lambda no: HubUnreachable(no.detail),
    410: lambda no: Gone(no.detail),
    413: lambda no: TooLarge(no.detail),
    426: lambda no: ProtocolTooOld(no.detail),
    429: lambda no: HubBusy(patience_of(no.answer), no.detail),
    503: lambda no: HubBusy(patience_of(no.answer), no.detail),
}


def _refusal(no: _No) -> Unavailable:
    make = _BY_CODE.get(no.problem.code) or _BY_STATUS.get(no.answer.status)
    return make(no) if make else HubFault(no.detail)
