"""The ground the other tests stand on: isolation, databases, the watch over threads."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text


def test_home_is_a_temporary_folder() -> None:
    assert Path.home().is_relative_to(tempfile.gettempdir())
    assert "DBUS_SESSION_BUS_ADDRESS" not in os.environ


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_has_an_empty_database_of_its_own(database_url: str, turn: int) -> None:
    engine = create_engine(database_url)
    try:
        assert inspect(engine).get_table_names() == []
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE t (name TEXT)"))
            connection.execute(text("INSERT INTO t VALUES (:name)"), {"name": f"𡋾{turn}"})
            assert connection.execute(text("SELECT name FROM t")).scalars().all() == [f"𡋾{turn}"]
    finally:
        engine.dispose()


LEAKS = {
    "thread": """
import threading
def test_leaks():
    threading.Thread(target=threading.Event().wait, daemon=True).start()
""",
    "qthread": """
from PySide6.QtCore import QThread
kept = []
class Worker(QThread):
    pass
def test_leaks(qapp):
    kept.append(Worker())
    kept[0].start()
def teardown_module():
    kept[0].quit()
    kept[0].wait()
""",
}


@pytest.mark.parametrize("kind", LEAKS)
def test_a_test_that_leaves_a_thread_running_fails(kind: str, tmp_path: Path) -> None:
    conftest = Path(__file__).parents[1] / "conftest.py"
    (tmp_path / "conftest.py").write_text(conftest.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_leak.py").write_text(LEAKS[kind], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_leak.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "threads left running" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1
