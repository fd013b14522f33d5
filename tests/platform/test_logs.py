"""Logs and crash reports tell where it broke and never about whom."""

from __future__ import annotations

import errno
import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.platform.clock import CHINA, FixedClock, SteppingClock
from stationapp.platform.crash_reports import (
    KEPT_REPORTS,
    CrashHooks,
    describe_crash,
    reports_in,
    write_crash_report,
)
from stationapp.platform.logs import close_log, open_log
from stationapp.platform.masking import describe_error, mask, scrub
from stationapp.platform.unavailable import Unavailable

# Invented, with a right check digit.
CITIZEN_ID = "510704199003079311"
CLOCK = FixedClock(datetime(2026, 11, 21, 9, 30, tzinfo=CHINA))


@given(
    before=st.sampled_from(["", "证件号", "id=", " ", "ID"]),
    digits=st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True),
)
def test_no_citizen_id_gets_through_whatever_stands_before_it(before: str, digits: str) -> None:
    masked = mask(f"{before}{digits}。")
    assert digits not in masked
    assert "[id]" in masked


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "手机13812345678，",
        "+86 13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "tel13812345678",
        "0816-2345678",
        "510704 19900307 9311",
        "５１０７０４１９９００３０７９３１１",
        "510704900307931",
    ],
)
def test_telephones_and_ids_are_masked_however_they_are_written(text: str) -> None:
    assert "[" in mask(text)
    assert not any(character.isdigit() for character in mask(text).replace("+86", ""))


@pytest.mark.parametrize(
    "text",
    [
        "510704104226-20261121-0007",
        "512000-20201223-003381",
        "2026-11-21T22:32:00+08:00",
        "018f3e1c-7d2a-7b11-9c3e-5a4b3c2d1e0f",
        "pulled 1200 entries in 350 ms",
    ],
)
def test_numbers_of_cases_and_moments_stay(text: str) -> None:
    assert mask(text) == text


def test_an_exceptions_message_keeps_only_what_no_person_wrote() -> None:
    assert scrub("KeyError: '吴䶮' at 张家村 7") == "KeyError: '…' at … 7"
    assert describe_error(KeyError("wu yan")) == "KeyError: '…'"
    assert describe_error(ValueError("no such column: cases.foo")) == "ValueError: no such column: cases.foo"
    assert describe_error(OSError(errno.ENOENT, "x", "/home/zhangsan/a")) == "FileNotFoundError: ENOENT"
    assert describe_error(Unavailable("网络不通", "ConnectError")).endswith("Unavailable: ConnectError")


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    level = logging.getLogger().level
    handler = open_log(tmp_path, logging.DEBUG)
    yield tmp_path / "station.log"
    close_log(handler)
    logging.getLogger().setLevel(level)


def fail_about(name: str, number: str) -> None:
    raise ValueError(f"{name} ({number}) is wrong")


def test_a_log_line_is_json_without_personal_data(log_file: Path) -> None:
    log = logging.getLogger("stationapp.tests")
    log.info("case of %s", CITIZEN_ID, extra={"fields": {"phone": 13812345678, "n": 3, "ids": [CITIZEN_ID]}})
    try:
        fail_about("吴䶮", CITIZEN_ID)
    except ValueError:
        log.exception("could not save")
    first, second = (json.loads(line) for line in log_file.read_text(encoding="utf-8").splitlines())
    assert first["message"] == "case of [id]"
    assert first["fields"] == {"phone": "[phone]", "n": 3, "ids": ["[id]"]}
    assert first["at"].endswith("+08:00")
    assert (second["level"], second["message"]) == ("ERROR", "could not save")
    assert "in fail_about" in second["error"]
    assert "吴䶮" not in log_file.read_text(encoding="utf-8")


def test_the_log_is_cut_into_files_and_old_ones_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stationapp.platform.logs.MAX_BYTES", 2000)
    handler = open_log(tmp_path)
    for number in range(200):
        logging.getLogger("stationapp.tests").warning("line %d", number)
    close_log(handler)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 6
    assert all(file.stat().st_size <= 2000 for file in files)
    assert '"line 199"' in (tmp_path / "station.log").read_text()


def test_a_log_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        open_log(tmp_path / "gone")


def caught(name: str) -> BaseException:
    try:
        try:
            fail_about(name, CITIZEN_ID)
        except ValueError as error:
            raise RuntimeError("could not fold") from error
    except RuntimeError as error:
        return error
    raise AssertionError("nothing was caught")


def test_a_report_names_code_and_versions_and_nobody(tmp_path: Path) -> None:
    path = write_crash_report(tmp_path, CLOCK, caught("钟𬭎"), "MainThread")
    text = path.read_text(encoding="utf-8")
    assert path.name.startswith("crash-20261121T093000-")
    assert "RuntimeError: could not fold" in text
    assert "caused by ValueError" in text
    assert "in fail_about" in text
    assert "SQLAlchemy: " in text
    for secret in ("钟𬭎", CITIZEN_ID, str(tmp_path.parent), str(Path(__file__).parent.parent)):
        assert secret not in text


def test_causes_in_a_circle_and_groups_are_told_once() -> None:
    first, second = ValueError("first"), KeyError("second")
    first.__cause__, second.__cause__ = second, first
    assert describe_crash(first, "x").count("ValueError") == 1
    group = ExceptionGroup("several", [OSError(errno.EIO, "x"), TypeError("inner")])
    assert "caused by TypeError: inner" in describe_crash(group, "x")


def test_only_the_newest_reports_are_kept(tmp_path: Path) -> None:
    clock = SteppingClock(CLOCK.moment, timedelta(minutes=1))
    written = [write_crash_report(tmp_path, clock, ValueError("x"), "x") for _ in range(KEPT_REPORTS + 3)]
    assert reports_in(tmp_path) == written[:2:-1]


@pytest.fixture
def told(tmp_path: Path) -> Iterator[list[Path | None]]:
    paths: list[Path | None] = []
    before = (sys.excepthook, threading.excepthook)
    hooks = CrashHooks(tmp_path, CLOCK, paths.append)
    hooks.install()
    yield paths
    hooks.remove()
    assert (sys.excepthook, threading.excepthook) == before


def test_an_uncaught_exception_of_any_thread_becomes_a_report(
    told: list[Path | None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error = caught("李㛃")
    sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=fail_about, args=("王𡋾", CITIZEN_ID), name="sync")
    thread.start()
    thread.join()
    assert sorted(path for path in told if path) == sorted(reports_in(tmp_path))
    assert "thread: sync" in (told[1] or tmp_path).read_text()
    assert "王𡋾" not in capsys.readouterr().err


def test_ending_on_purpose_is_no_crash(told: list[Path | None], capsys: pytest.CaptureFixture[str]) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    assert told == []


def test_a_report_that_cannot_be_written_is_still_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths: list[Path | None] = []
    hooks = CrashHooks(tmp_path, CLOCK, paths.append)
    hooks.install()
    try:
        hooks._folder = tmp_path / "gone"
        sys.excepthook(ValueError, ValueError("x"), None)
    finally:
        hooks.remove()
    assert paths == [None]
    assert "ValueError: x" in capsys.readouterr().err
