"""Lets the bundle work as a village PC would: `python packaging/smoke_test.py [BUNDLE]`.

A county hub runs from the checkout; the bundle enrols with it, tests itself, receives a case, prints its receipt,
sends it, and shows its window. It has an empty home and nothing of the developer's machine in its environment, so
that it cannot lean on the checkout's packages, fonts or settings.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stationapp.demo.hub_process import HubProcess
from stationapp.demo.stations import AGENT, VILLAGE, demonstration_passwords
from stationapp.platform.fonts import BOLD, RARE, REGULAR
from stationapp.platform.paths import StationPaths

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "dist" / "stationapp" / "stationapp"
# Seconds until a program that does not end by itself counts as hung.
PATIENCE = 120
CARRIED = (
    *(f"resources/fonts/{name}" for name in (REGULAR, BOLD, *RARE)),
    *("resources/calendar", "resources/catalogue", "resources/divisions", "resources/icons"),
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
    "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so",
    "PySide6/Qt/translations/qtbase_zh_CN.qm",
)
LEFT_OUT = ("resources/demo", "*.dist-info/direct_url.json", "libcups.so*", "libgtk*", "libQt6Network*")
UNAVAILABLE = 3
# One character of each font file: plane 2 and extension A, from Noto Sans SC and from HanaMin.
NAME = "王䶮㛃𬭎𡋾"
RECEIPT = "material_receipt"
APPLICATION: dict[str, Any] = {
    "item": "512B0359100011-510704000000-000-12511301452262044F-1-00",
    "applicant": {
        "name": NAME,
        "document_kind": "resident_id",
        "document_number": "510704196203140312",
        "sex": "男",
        "birth_date": "1962-03-14",
        "phone": "13900000001",
        "address": "沉抗镇抗香村2组11号",
    },
    "form": {
        "tier": "500元/年",
        "household": "居民户口",
        "start_on": "2026-11-01",
        "bank": "绵阳农村商业银行",
        "account": "6214000000000000",
        "subsidised": False,
    },
    "materials": [
        {"material_id": "rs01-m1", "name": "户口簿", "originals": 1, "copies": 1, "keeper": "applicant"},
        {"material_id": "rs01-m2", "name": "居民身份证", "originals": 1, "copies": 1, "files": ["scan.png"]},
    ],
}


class BundleFault(Exception):
    """The bundle did not do what a station needs."""


def require(holds: bool, fault: str) -> None:
    """Raise BundleFault unless it holds."""
    if not holds:
        raise BundleFault(fault)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The program, the user's folder it runs in, and what a freshly signed-in user's environment holds."""

    program: Path
    user: Path
    screen: dict[str, str] = field(default_factory=lambda: {"QT_QPA_PLATFORM": "offscreen"})

    @property
    def paths(self) -> StationPaths:
        """The station's home in the user's folder."""
        return StationPaths.at(self.user / "station")

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start the program on the station's home."""
        return subprocess.Popen(
            [self.program, "--home", self.paths.home, "--as", AGENT, *arguments],
            cwd=self.user,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def answer(self, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
        """Run a command to its end and return what it prints; BundleFault when it ends with another code."""
        with self.start(*arguments) as process:
            try:
                printed, complaint = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired as hung:
                process.kill()
                raise BundleFault(f"{arguments[0]} hung") from hung
        require(process.returncode == code, f"{arguments[0]} ended with {process.returncode}\n{complaint}")
        answer: dict[str, Any] = json.loads(complaint if code else printed)
        return answer

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.user),
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "STATIONAPP_PASSWORD": demonstration_passwords()[AGENT],
            "XDG_CACHE_HOME": str(self.user / "cache"),
            "XDG_RUNTIME_DIR": str(self.user),
            **self.screen,
        }


def check_files(program: Path) -> None:
    """What must be in the folder is there, and what must not be is not."""
    inside = program.parent / "_internal"
    missing = [name for name in CARRIED if not (inside / name).exists()]
    require(not missing, f"missing from the bundle: {', '.join(missing)}")
    found = [str(path.relative_to(inside)) for pattern in LEFT_OUT for path in inside.glob(pattern)]
    require(not found, f"should not be in the bundle: {', '.join(found)}")


def check_demonstration(bundle: Bundle) -> None:
    """Both commands of the demonstration say that it is not here."""
    for command in ("demo", "tryout"):
        said = bundle.answer(command, code=UNAVAILABLE)
        require("make run" in said["unavailable"], f"{command} says {said}")


def check_self_test(bundle: Bundle) -> None:
    """What an installer runs: window, signing in, verifying; the bundle knows its version."""
    report = bundle.answer("self-test")
    require(report["window_shown"] and not report["differences"], f"the self-test says {report}")
    require(report["version"] != "0+source", "the bundle does not know its version")


def check_case(bundle: Bundle, hub: HubProcess) -> None:
    """Receive, print and send a case with a scan; the hub finds it by its printed number."""
    shutil.copy(ROOT / "resources" / "icons" / "check.png", bundle.user / "scan.png")
    file = bundle.user / "application.json"
    file.write_text(json.dumps(APPLICATION), encoding="utf-8")
    number = bundle.answer("case", "open", file)["receipt_number"]
    printed = bundle.answer("print", number, RECEIPT, "--out", bundle.user)
    check_receipt(Path(printed["file"]), number)
    sent = bundle.answer("sync")
    require(sent["agreed"] and not sent["only_here_events"], f"sync says {sent}")
    require(hub.known_numbers([number]) == {number}, f"the hub does not find {number}")
    require(not hub.faults(), f"the hub found {hub.faults()}")
    differences = bundle.answer("verify")["differences"]
    require(not differences, f"verify says {differences}")


def check_receipt(file: Path, number: str) -> None:
    """Read the paper back: its number, its title, and the name with characters only our fonts have."""
    import pypdfium2

    with contextlib.closing(pypdfium2.PdfDocument(file)) as paper:
        text = "".join(page.get_textpage().get_text_bounded() for page in paper)
    absent = [word for word in (NAME, number, "材料接收凭证") if word not in text]
    require(not absent, f"the receipt lacks {absent}: {text[:400]}")


def check_window(bundle: Bundle) -> None:
    """Open the program's window, wait until it was painted, end it; no crash and no error on the way."""
    log = bundle.paths.logs / "station.log"
    before = _paints(log)
    process = bundle.start()
    try:
        _wait_for_paint(process, log, before)
    finally:
        process.terminate()
        _, complaint = process.communicate(timeout=PATIENCE)
    # The file that waits for a fault inside a library is always there, and empty.
    reports = [report for report in bundle.paths.crash.iterdir() if report.stat().st_size]
    trouble = [*reports, *_lines(log, '"level": "ERROR"')]
    require(not trouble and "Traceback" not in complaint, f"the window had trouble: {trouble}\n{complaint}")


def _paints(log: Path) -> list[str]:
    from stationapp.ui.application import FIRST_PAINT

    return _lines(log, FIRST_PAINT)


def _wait_for_paint(process: subprocess.Popen[str], log: Path, before: list[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while _paints(log) == before:
        require(time.monotonic() < deadline, "the window was not painted")
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise BundleFault(f"the window ended by itself with {process.wait(timeout=0.1)}")


def _lines(log: Path, text: str) -> list[str]:
    return [line for line in log.read_text("utf-8").splitlines() if text in line] if log.exists() else []


@contextlib.contextmanager
def x_screen() -> Iterator[dict[str, str]]:
    """An X server that shows to nobody, so that the plugin of a real desktop is tried too."""
    line = ["Xvfb", "-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            display = server.stdout.readline().strip() if server.stdout else ""
            require(display.isdigit(), "Xvfb did not start")
            yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{display}"}
        finally:
            server.terminate()


def work_through(program: Path, folder: Path) -> None:
    """Everything a village PC does between its installation and its first confirmed case."""
    user = folder / "user"
    user.mkdir(mode=0o700)
    bundle = Bundle(program, user)
    check_demonstration(bundle)
    with HubProcess(folder / "hub") as hub:
        hub.initialise()
        hub.serve()
        code = hub.enrolment_code(VILLAGE)
        bundle.answer("enrol", "--hub", f"http://127.0.0.1:{hub.port}", "--code", code)
        check_self_test(bundle)
        check_case(bundle, hub)
    check_window(bundle)
    with x_screen() as screen:
        check_window(Bundle(program, user, screen))


def main(arguments: list[str]) -> int:
    """Try the bundle; 0 when a station could work with it."""
    program = Path(arguments[0]).resolve() if arguments else PROGRAM
    try:
        check_files(program)
        with tempfile.TemporaryDirectory(prefix="stationapp-smoke-") as folder:
            work_through(program, Path(folder))
    except BundleFault as fault:
        print(f"the bundle does not work: {fault}", file=sys.stderr)
        return 1
    files = [path for path in program.parent.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    print(f"bundle works: {size / 1e6:.0f} MB in {len(files)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
