"""One process per home, with real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import stationapp
from stationapp.platform.single_instance import AlreadyOpen, claim_home
from stationapp.platform.unavailable import Unavailable

SOURCES = Path(stationapp.__file__).parent.parent
HOLDER = """
import sys
from pathlib import Path
from stationapp.platform.single_instance import AlreadyOpen, claim_home
try:
    held = claim_home(Path(sys.argv[1]))
except AlreadyOpen as error:
    print("taken by", error.process_id, flush=True)
else:
    print("held", flush=True)
    sys.stdin.readline()
"""


def start(lock: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )


def test_another_process_is_told_who_holds_the_home(tmp_path: Path) -> None:
    with claim_home(tmp_path / "lock"), start(tmp_path / "lock") as other:
        answer, _ = other.communicate(timeout=60)
    assert answer.split() == ["taken", "by", str(os.getpid())]


def test_a_killed_process_leaves_nothing_locked(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with start(lock) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(AlreadyOpen, match=f"程序已经打开（进程号 {other.pid}）"):
            claim_home(lock)
        other.kill()
        other.wait(timeout=60)
    with claim_home(lock):
        assert lock.read_text() == str(os.getpid())


def test_a_released_home_can_be_claimed_again_and_homes_do_not_meet(tmp_path: Path) -> None:
    first = claim_home(tmp_path / "a")
    with claim_home(tmp_path / "b"), pytest.raises(AlreadyOpen):
        claim_home(tmp_path / "a")
    first.release()
    first.release()
    claim_home(tmp_path / "a").release()


def test_a_lock_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="拔出"):
        claim_home(tmp_path / "gone" / "lock")
