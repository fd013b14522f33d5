"""From process start to the painted sign-in window, against a bare PySide6 window with one label. Goal: 1.5 times."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROUNDS = 11
_BARE = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
class Window(QLabel):
    def paintEvent(self, event):
        super().paintEvent(event)
        sys.stdout.write("painted\\n"); sys.stdout.flush()
app = QApplication([]); window = Window("登录"); window.resize(800, 600); window.show()
while True: app.processEvents()
"""
# The command as installed, from its entry point on; it notes the first paint in its log.
_OURS = """
import logging, sys
class Watch(logging.Handler):
    def emit(self, record):
        if record.getMessage() == "first window painted":
            sys.stdout.write("painted\\n"); sys.stdout.flush()
logging.getLogger("stationapp.ui.application").addHandler(Watch())
from stationapp.cli import main
main(["--home", sys.argv[1]])
"""


def measure(place: Path) -> dict[str, Any]:
    """Return medians in milliseconds and their ratio; the two programs take turns, after one start each unmeasured."""
    _roster(place)
    programs = {"bare": _BARE, "ours": _OURS}
    times: dict[str, list[float]] = {name: [] for name in programs}
    for turn in range(ROUNDS + 1):
        for name, program in programs.items():
            spent = _time_to_paint(program, place)
            if turn:
                times[name].append(spent)
    bare, ours = (statistics.median(times[name]) for name in ("bare", "ours"))
    ratio = ours / bare
    return {
        "baseline": "a bare PySide6 window with one label, painted",
        "bare_ms": round(bare),
        "ours_ms": round(ours),
        "ratio": round(ratio, 2),
        "goals": {"ratio ≤ 1.5": ratio <= 1.5},
    }


def _roster(place: Path) -> None:
    from stationapp.services.roster import RosterEntry, write_roster

    people = [
        RosterEntry("p1", "hekangsheng", "何抗生", "代办员"),
        RosterEntry("p2", "zhaoguixiang", "赵桂香", "代办员"),
    ]
    write_roster(place, "抗香村便民服务室", people)


def _time_to_paint(program: str, place: Path) -> float:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONPYCACHEPREFIX": str(place / "bytecode"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # An installed program has its bytecode.
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(place)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    spent = (time.perf_counter() - began) * 1000
    process.kill()
    process.wait()
    process.stdout.close()
    assert line == "painted\n", line
    return spent
