"""A paper whose printing was cut short does not lie on the disk beyond the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from stationapp.platform.unavailable import Unavailable
from stationapp.services.workplace import Workplace
from stationapp.ui.context import Context
from stationapp.ui.main_window import MainWindow
from stationapp.ui.paper.leftovers import sweep_leftovers

ROOT = Path(__file__).resolve().parents[2]
# A print service that has got the paper and does not answer.
SLOW_LP = """\
#!/bin/sh
touch "{mark}"
exec sleep 60
"""
PRINTING = """
    import sys
    from pathlib import Path
    from types import SimpleNamespace
    from stationapp.platform.paths import StationPaths
    from stationapp.services.papers import RenderedPaper
    from stationapp.ui.paper.printing import print_paper

    paper = RenderedPaper("material_receipt", "材料接收凭证", "0100011", "case-1", b"%PDF-1.7", 1)
    print_paper(SimpleNamespace(paths=StationPaths.at(Path(sys.argv[1]))), paper, "")
"""


def killed_while_printing(qtbot: QtBot, home: Path, programs: Path) -> None:
    """Kill a program, and its print command, while the printer takes its time."""
    mark, lp = programs / "reached", programs / "lp"
    lp.write_text(SLOW_LP.format(mark=mark), "utf-8")
    lp.chmod(0o700)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("src", "sync")),
        "PYTHONUTF8": "1",
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    line = [sys.executable, "-c", textwrap.dedent(PRINTING), str(home)]
    process = subprocess.Popen(line, env=environment, start_new_session=True)
    try:
        qtbot.waitUntil(mark.exists, timeout=30_000)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="there no file is written for the printer")
def test_the_next_session_sweeps_what_a_killed_one_was_printing(
    qtbot: QtBot, context: Context, workplace: Workplace, settled: Callable[[], None], tmp_path: Path
) -> None:
    papers, programs = workplace.paths.papers, tmp_path / "programs"
    programs.mkdir()
    killed_while_printing(qtbot, workplace.paths.home, programs)
    assert [path.read_bytes() for path in papers.glob("*/paper.pdf")] == [b"%PDF-1.7"]
    (papers / "saved.pdf").write_bytes(b"%PDF-1.7")
    window = MainWindow(context)
    qtbot.addWidget(window)
    settled()
    assert [path.name for path in papers.iterdir()] == ["saved.pdf"]


def test_what_cannot_be_swept_is_told(tmp_path: Path) -> None:
    elsewhere, papers = tmp_path / "elsewhere", tmp_path / "papers"
    for folder in (elsewhere, papers):
        folder.mkdir()
    (papers / "print-stuck").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(Unavailable, match="print-stuck"):
        sweep_leftovers(papers)
    assert elsewhere.is_dir()
