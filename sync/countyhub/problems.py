"""Problem documents (RFC 9457): every refusal of a request, with a title a person can read."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from hubprotocol.messages import ProblemMessage

if TYPE_CHECKING:  # A command raises problems too, and never answers a request.
    from fastapi import FastAPI, Request, Response

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 30

log = logging.getLogger(__name__)

# code: status and title. The codes are part of the protocol.
_KINDS = {
    "bad-request": (400, "请求的内容不符合接口约定"),
    "bad-encoding": (400, "请求的压缩内容无法解开"),
    "unsupported-protocol": (400, "程序版本与县级平台不匹配，请升级程序"),
    "bad-signature": (401, "设备签名不正确"),
    "unknown-device": (401, "县级平台不认识这台设备，请重新登记"),
    "revoked-device": (403, "这台设备已被县级平台停用"),
    "lost-device": (403, "这台设备已登记为丢失，县级平台只接收它没有送出的内容"),
    "foreign-feed": (403, "不能读取其他单位的信箱"),
    "wrong-code": (403, "登记码不正确、已使用或已过期"),
    "not-found": (404, "县级平台没有这项内容"),
    "method-not-allowed": (405, "接口不支持这种请求方式"),
    "fork": (409, "这台设备的记录与县级平台已收到的不一致，可能使用了旧的或复制的硬盘"),
    "gap": (409, "这台设备的记录中间有缺漏"),
    "carried-by-another": (409, "另一台电脑正在代送这份文件"),
    "no-slot": (409, "这个站点登记的设备已达上限"),
    "wrong-offset": (409, "附件续传的位置不对"),
    "superseded": (409, "这次上传已由更新的请求接替"),
    "stalled": (408, "上传长时间没有进展，已经断开"),
    "inconsistent-length": (400, "附件的长度前后不一致"),
    "wrong-digest": (400, "附件内容与其摘要不符，请重新上传"),
    "wrong-content-digest": (400, "收到的这一段与其摘要不符，请重新发送"),
    "position-gone": (410, "信箱的这个位置不能再续读，请重新读取"),
    "too-large": (413, "请求的内容超过允许的大小"),
    "unsupported-media": (415, "不支持这种内容格式或压缩方式"),
    "no-order": (409, "县级平台没有要求这台设备清除数据"),
    "incomplete": (409, "这台设备还有内容没有送到县级平台"),
    "wrong-key": (409, "密钥更换与县级平台的记录不一致"),
    "long-target": (414, "请求的地址过长"),
    "wrong-range": (416, "请求的字节范围不存在"),
    "too-often": (429, "请求过于频繁，请稍后再试"),
    "long-headers": (431, "请求的标头过多或过长"),
    "bug": (500, "县级平台内部出错，请稍后再试"),
    "busy": (503, "县级平台现在繁忙，请稍后再试"),
    "unavailable": (503, "县级平台暂时无法保存，请稍后再试"),
    "upload-quota": (507, "这台设备上传了太多没有用到办件里的附件，暂时不能再上传"),
}

# Types registered, or about to be, with the IANA, and what their documents call our extra values.
_REGISTERED = "https://iana.org/assignments/http-problem-types#"
_TYPES = {
    "wrong-offset": "mismatching-upload-offset",
    "inconsistent-length": "inconsistent-upload-length",
    "wrong-digest": "digest-mismatched-values",
    "wrong-content-digest": "digest-mismatched-values",
}
_MEMBERS = {
    "expected_offset": "expected-offset",
    "provided_offset": "provided-offset",
    "mismatched_digests": "mismatched_digests",
}


_CODES_OF_STATUS = {404: "not-found", 405: "method-not-allowed", 500: "bug"}


class Problem(Exception):
    """A request is refused. `extra` holds JSON values named by the protocol."""

    def __init__(self, code: str, detail: str = "", **extra: Any) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        status, title = _KINDS[code]
        kind = _REGISTERED + _TYPES[code] if code in _TYPES else "about:blank"
        self.message = ProblemMessage(
            type=kind, title=title, status=status, code=code, detail=detail, extra=extra
        )
        self.headers: dict[str, str] = {}

    def with_headers(self, headers: Mapping[str, str]) -> Problem:
        """Return the problem, answered with these fields as well."""
        self.headers.update(headers)
        return self


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document.

    The handlers are asynchronous: others would wait for a thread, and whoever is turned away must not.
    """
    from starlette.exceptions import HTTPException

    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(HTTPException, _answer_http)
    for kind in (OperationalError, InterfaceError, NoConnection, OSError):
        app.add_exception_handler(kind, _answer_unavailable)
    app.add_exception_handler(DataError, _answer_unstorable)
    app.add_exception_handler(Exception, _answer_bug)


def respond(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """Return the response of a problem."""
    from starlette.responses import Response

    message = problem.message
    members = {_MEMBERS[name]: value for name, value in message.extra.items() if name in _MEMBERS}
    document = json.dumps(message.model_dump(mode="json") | members, ensure_ascii=False)
    return Response(document, message.status, problem.headers | (headers or {}), MEDIA_TYPE)


async def _answer_problem(request: Request, error: Exception) -> Response:
    log.info("%s refused: %s", _place(request), error)
    return respond(error if isinstance(error, Problem) else Problem("bug"))


async def _answer_http(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    return await _answer_problem(request, Problem(_CODES_OF_STATUS.get(status, "bad-request")))


async def _answer_unavailable(request: Request, error: Exception) -> Response:
    log.error("%s: storage says %s", _place(request), type(error).__name__)
    return respond(Problem("unavailable"), {"Retry-After": str(RETRY_AFTER_S)})


async def _answer_unstorable(request: Request, error: Exception) -> Response:
    """A text no database takes, such as one with a zero character where only an id can stand."""
    log.info("%s: storage does not take a value: %s", _place(request), type(error).__name__)
    return respond(Problem("bad-request", "a value"))


def _place(request: Request) -> str:
    """The endpoint as the code names it: what stood in the path, in a query or a header is never logged."""
    return f"{request.method[:10]} {getattr(request.scope.get('route'), 'path', 'elsewhere')}"


async def _answer_bug(request: Request, error: Exception) -> Response:
    # Starlette raises the error again behind this answer, so the server's log has the traceback.
    log.error("%s failed: %s", _place(request), type(error).__name__)
    return respond(Problem("bug"))
