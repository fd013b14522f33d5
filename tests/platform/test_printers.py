"""Printing through `lp`, against programs on the PATH that answer as CUPS does."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from stationapp.platform import printers
from stationapp.platform.printers import PrintJob, is_waiting, list_printers, print_pdf, takes_pdf
from stationapp.platform.unavailable import Unavailable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="CUPS is a matter of Linux")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "-流转单.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    return path


def program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def failing(folder: Path, name: str, complaint: str) -> None:
    program(folder, name, f"echo '{complaint}' >&2; exit 1")


def test_printers_come_with_their_state_and_the_default_first(programs: Path) -> None:
    program(
        programs,
        "lpstat",
        """[ "$LC_ALL" = C ] || exit 9
cat <<'.'
printer A4PDF is idle.  enabled since Sat 21 Nov 2026 09:00:00 AM CST
printer Hall disabled since Sat 21 Nov 2026 09:00:00 AM CST -
	Paused
printer Office now printing Office-7.  enabled since Sat 21 Nov 2026 09:00:00 AM CST
system default destination: Office
.""",
    )
    found = list_printers()
    assert [(printer.name, printer.ready, printer.text) for printer in found] == [
        ("Office", True, "正在打印"),
        ("A4PDF", True, "空闲"),
        ("Hall", False, "已停用"),
    ]
    assert [printer.is_default for printer in found] == [True, False, False]


def test_no_printer_is_an_empty_list(programs: Path) -> None:
    failing(programs, "lpstat", "lpstat: No destinations added.")
    assert list_printers() == ()


def test_a_pdf_is_sent_as_it_is_with_its_options(programs: Path, pdf: Path, tmp_path: Path) -> None:
    program(
        programs,
        "lp",
        f"""for word in "$@"; do printf "%s\\n" "$word"; done > {tmp_path}/arguments
echo 'request id is A4-PDF-12 (1 file(s))'""",
    )
    job = print_pdf(pdf, printer="A4-PDF", copies=2, title="收件回执 0007")
    assert job == PrintJob("A4-PDF-12")
    assert (tmp_path / "arguments").read_text(encoding="utf-8").splitlines() == [
        *("-n", "2", "-o", "media=A4", "-o", "fit-to-page"),
        *("-d", "A4-PDF", "-t", "收件回执 0007", "--", str(pdf)),
    ]


@pytest.mark.parametrize(
    ("complaint", "words"),
    [
        ("lp: Error - no default destination available.", "没有可用的打印机"),
        ("lp: Error - scheduler is not running.", "打印服务没有运行"),
        ("lp: The printer or class does not exist.", "找不到这台打印机"),
        ("lp: Destination Hall is not accepting jobs.", "暂停接收"),
        ("lp: Forbidden", "权限"),
        ("lp: something new", "打印失败"),
    ],
)
def test_each_complaint_says_what_to_do(programs: Path, pdf: Path, complaint: str, words: str) -> None:
    failing(programs, "lp", complaint)
    with pytest.raises(Unavailable, match=words) as caught:
        print_pdf(pdf)
    assert caught.value.detail == complaint


def test_a_service_that_is_down_is_not_an_empty_list(programs: Path) -> None:
    failing(programs, "lpstat", "lpstat: Unable to connect to server")
    with pytest.raises(Unavailable, match="没有运行"):
        list_printers()


def test_silence_warns_that_the_paper_may_have_gone_out(
    programs: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printers, "TIMEOUT_SECONDS", 0.2)
    program(programs, "lp", "exec tail -f /dev/null")
    with pytest.raises(Unavailable, match="先看打印机"):
        print_pdf(pdf)
    program(programs, "lp", "exit 0")
    monkeypatch.setattr(printers, "TIMEOUT_SECONDS", 20.0)
    with pytest.raises(Unavailable, match="先看打印机"):
        print_pdf(pdf)


def test_a_job_waits_until_the_queue_no_longer_names_it(programs: Path) -> None:
    program(programs, "lpstat", "echo 'A4PDF-12   agent   2048   Sat 21 Nov 2026'")
    assert is_waiting(PrintJob("A4PDF-12"))
    assert not is_waiting(PrintJob("A4PDF-1"))
    failing(programs, "lpstat", "lpstat: Unable to connect to server")
    with pytest.raises(Unavailable):
        is_waiting(PrintJob("A4PDF-12"))


def test_a_machine_without_cups_and_a_file_that_is_gone(
    programs: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(Unavailable, match="没有安装打印服务"):
        print_pdf(pdf)
    with pytest.raises(Unavailable, match="找不到要打印的文件"):
        print_pdf(pdf.with_name("gone.pdf"))


@pytest.mark.parametrize(
    ("printer", "copies", "title", "complaint"),
    [("-o", 1, "", "option"), (None, 0, "", "copies"), (None, 100, "", "copies"), (None, 1, "-x", "option")],
)
def test_arguments_cannot_pose_as_options(
    pdf: Path, printer: str | None, copies: int, title: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        print_pdf(pdf, printer=printer, copies=copies, title=title)


def test_windows_prints_from_its_window(pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert not takes_pdf()
    with pytest.raises(Unavailable, match="程序窗口直接打印"):
        print_pdf(pdf)
