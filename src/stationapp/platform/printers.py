"""Printers of a Linux machine, and files sent to them as they are.

CUPS takes the PDF itself: the page stays vector and its fonts exact. Windows has no such road without a
foreign PDF program whose result nobody learns of; there the window draws the pages into the system's own
print dialog. `takes_pdf` tells which of the two holds.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from stationapp.platform.unavailable import Unavailable

TIMEOUT_SECONDS = 20.0
MAX_COPIES = 99
_STATE_LINE = re.compile(r"^printer (?P<name>\S+) (?P<rest>.*)$")
_DEFAULT_LINE = re.compile(r"^system default destination: (?P<name>\S+)$", re.MULTILINE)
_REQUEST = re.compile(r"\b(\S+-\d+)\b \(\d+ file")
_STATES = (("disabled", "已停用"), ("now printing", "正在打印"), ("is idle", "空闲"))
_NO_PRINTER = "没有可用的打印机。请连接打印机并在系统设置中添加后重试。"
_NO_CUPS = "本机没有安装打印服务（CUPS），请联系维护人员安装。"
_NO_SERVICE = "打印服务没有运行，请重新启动电脑或联系维护人员。"
_SILENT = "打印服务没有回应。文件可能已经送出，请先看打印机再决定是否重新打印。"
# What CUPS says in the C locale, and what a person can do about it; the first that fits counts.
_COMPLAINTS = (
    ("no destinations", _NO_PRINTER),
    ("no default destination", _NO_PRINTER),
    ("scheduler is not running", _NO_SERVICE),
    ("unable to connect", _NO_SERVICE),
    ("bad file descriptor", _NO_SERVICE),
    ("does not exist", "找不到这台打印机，可能已被移除。请重新选择打印机。"),
    ("unknown destination", "找不到这台打印机，可能已被移除。请重新选择打印机。"),
    ("not accepting", "这台打印机暂停接收任务，请在系统打印设置中恢复，或换一台打印机。"),
    ("forbidden", "没有使用这台打印机的权限，请联系维护人员。"),
    ("unauthorized", "没有使用这台打印机的权限，请联系维护人员。"),
)
_OTHER_COMPLAINT = "打印失败，请检查打印机后重试。"


@dataclass(frozen=True, slots=True)
class Printer:
    """A print queue. `ready` is False when it is stopped; `text` is its state in Chinese."""

    name: str
    is_default: bool
    ready: bool
    text: str


@dataclass(frozen=True, slots=True)
class PrintJob:
    """What the queue answered: its own number for the request, such as `A4PDF-12`."""

    request_id: str


def takes_pdf() -> bool:
    """Whether `print_pdf` works on this system; False on Windows, where the window prints by itself."""
    return sys.platform != "win32"


def list_printers() -> tuple[Printer, ...]:
    """The queues CUPS knows, the default one first; empty when there are none. Raises Unavailable."""
    answer = _run("lpstat", "-p", "-d")
    if answer.returncode != 0 and "no destinations" not in answer.stderr.lower():
        raise _complaint(answer.stderr)
    default = _DEFAULT_LINE.search(answer.stdout)
    default_name = default.group("name") if default else ""
    found = [_STATE_LINE.match(line) for line in answer.stdout.splitlines()]
    printers = [_printer(match, default_name) for match in found if match]
    return tuple(sorted(printers, key=lambda printer: (not printer.is_default, printer.name)))


def print_pdf(
    pdf: Path, printer: str | None = None, copies: int = 1, title: str = "", media: str = "A4"
) -> PrintJob:
    """Queue a PDF on `printer` (None: the default one) and return the job.

    `title` stands in the queue for everybody to see, so it holds a document number, never a name. Raises
    Unavailable with what to do, ValueError for arguments no printer understands.
    """
    if not 1 <= copies <= MAX_COPIES:
        raise ValueError(f"copies must be 1 to {MAX_COPIES}")
    for word in (printer or "", title, media):
        if word.startswith("-"):
            raise ValueError("a leading dash would be read as an option")
    if not pdf.is_file():
        raise Unavailable("找不到要打印的文件，可能已被移动或删除。", "pdf missing")
    arguments = ["-n", str(copies), "-o", f"media={media}", "-o", "fit-to-page"]
    arguments += ["-d", printer] if printer else []
    arguments += ["-t", title] if title else []
    answer = _run("lp", *arguments, "--", str(pdf.absolute()))
    if answer.returncode != 0:
        raise _complaint(answer.stderr)
    request = _REQUEST.search(answer.stdout)
    if request is None:
        raise Unavailable(_SILENT, "lp named no request")
    return PrintJob(request.group(1))


def print_raw(printer: str, data: bytes) -> None:
    """Queue bytes that the printer itself understands, past all drivers. Raises Unavailable with what to do."""
    if sys.platform == "win32":
        from stationapp.platform.windows_spooler import spool_raw

        spool_raw(printer, data)
        return
    answer = _run("lp", "-d", printer, "-o", "raw", stdin=data)
    if answer.returncode != 0:
        raise _complaint(answer.stderr)


def is_waiting(job: PrintJob) -> bool:
    """Whether the job is still queued or printing. Raises Unavailable."""
    answer = _run("lpstat", "-W", "not-completed", "-o")
    if answer.returncode != 0:
        raise _complaint(answer.stderr)
    return any(line.split()[:1] == [job.request_id] for line in answer.stdout.splitlines())


def _printer(match: re.Match[str], default_name: str) -> Printer:
    rest = match.group("rest")
    text = next((chinese for english, chinese in _STATES if english in rest), "状态未知")
    return Printer(match.group("name"), match.group("name") == default_name, "disabled" not in rest, text)


def _run(program: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    if not takes_pdf():
        raise Unavailable("本机由程序窗口直接打印，请在打印预览中选择打印机。", "no lp on Windows")
    found = shutil.which(program)
    if found is None:
        raise Unavailable(_NO_CUPS, f"{program} not found")
    try:
        done = subprocess.run(  # noqa: S603 - a list without a shell, arguments checked by the callers.
            [found, *arguments],
            capture_output=True,
            input=stdin,
            timeout=TIMEOUT_SECONDS,
            env={**os.environ, "LC_ALL": "C", "LANGUAGE": "C"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(_SILENT, f"{program} timed out") from error
    except OSError as error:
        raise Unavailable(_NO_CUPS, f"{program}: {type(error).__name__}") from error
    texts = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, *texts)


def _complaint(stderr: str) -> Unavailable:
    lowered = stderr.lower()
    text = next((chinese for english, chinese in _COMPLAINTS if english in lowered), _OTHER_COMPLAINT)
    return Unavailable(text, stderr.strip()[:200])
