"""The county hub in a process of its own, on loopback, as a county would run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from stationapp.demo.hub_console import HubConsole, environment
from stationapp.platform.resources import resource
from stationapp.platform.unavailable import Unavailable

_NUMBERS_AT_ONCE = 500
_NO = 1  # The exit code of a hub command whose answer is no.
_NOT_HERE = "县级平台没有启动，请查看演示文件夹中的 hub.log。"


class HubProcess:
    """Initialises, serves and questions a hub through its own command line. `time_shift` is the file that says how far
    it goes ahead of the machine's clock.
    """

    def __init__(self, folder: Path, database: str = "", time_shift: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._own = folder / "hub.db"
        self.database = database or f"sqlite:///{self._own}"
        self._shift = ("--time-shift", str(time_shift)) if time_shift is not None else ()
        self._process: subprocess.Popen[str] | None = None
        self._console: HubConsole | None = None
        self.port = 0

    @property
    def is_initialised(self) -> bool:
        """Whether the hub's own SQLite database was made before, whole."""
        return self._own.exists()

    def initialise(self, catalogue: Path | None = None) -> None:
        """Make the hub's database with the real divisions' desks, catalogue, calendar and invented people.

        The hub's own file gets its name when it is whole, so that an interrupted start can be repeated.
        """
        documents = {
            "organisation": resource("demo", "county.json"),
            "catalogue": catalogue or resource("catalogue", "demonstration.json"),
            "calendar": resource("calendar", "cn-workdays.json"),
            "passwords": resource("demo", "passwords.json"),
        }
        arguments = [word for name, path in documents.items() for word in (f"--{name}", str(path))]
        if self.database != f"sqlite:///{self._own}":
            self.ask("init", "--county", "510704", *arguments)
            return
        unfinished = self._own.with_suffix(".new")
        for leftover in self._folder.glob(f"{unfinished.name}*"):
            leftover.unlink()
        self._ask(f"sqlite:///{unfinished}", "init", "--county", "510704", *arguments)
        unfinished.replace(self._own)

    def enrolment_code(self, station: str) -> str:
        """Return a one-time code for a PC of that station."""
        return self.enrolment_codes([station])[0]

    def enrolment_codes(self, stations: Sequence[str]) -> list[str]:
        """Return a one-time code for a PC of each of the stations, in their order."""
        return [str(row["code"]) for row in self.ask("enrolment-code", "--station", *stations)]

    def ask(self, command: str, *arguments: str, answers: Sequence[int] = (0,)) -> list[Any]:
        """Run a hub command on this hub's database and return the JSON lines it prints.

        `answers` are the exit codes that are an answer; raises Unavailable for any other.
        """
        return self._ask(self.database, command, *arguments, answers=answers)

    def _ask(self, database: str, command: str, *arguments: str, answers: Sequence[int] = (0,)) -> list[Any]:
        place = ("--database", database, "--files", str(self._folder / "files"), *self._shift)
        code, output, errors = self._run((command, *place, *arguments))
        crashed = code == _NO and not output  # A crash ends with the code that says no.
        if code not in answers or crashed:
            raise Unavailable(f"县级平台命令“{command}”没有成功。", errors.strip()[-2000:])
        return [json.loads(row) for row in output.splitlines()]

    def _run(self, command: Sequence[str]) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error of a command."""
        if self._console is not None:
            return self._console.run(command)
        done = subprocess.run(  # noqa: S603 - our own program
            (*_countyhub(), *command), capture_output=True, text=True, check=False, env=environment()
        )
        return done.returncode, done.stdout, done.stderr

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Let one process answer all commands of the block: to start one for each takes longer than to answer."""
        with HubConsole(self._folder / "hub.log") as self._console:
            try:
                yield
            finally:
                self._console = None

    def known_numbers(self, numbers: Sequence[str]) -> set[str]:
        """Return those of the printed numbers that the hub finds in what it has."""
        known: set[str] = set()
        for start in range(0, len(numbers), _NUMBERS_AT_ONCE):
            found = self.ask("find", *numbers[start : start + _NUMBERS_AT_ONCE], answers=(0, _NO))
            known.update(
                row["number"] for row in found if any(one["status"] != "lost" for one in row["cases"])
            )
        return known

    def faults(self) -> list[str]:
        """Let the hub check every chain, signature and projection, and return what it found wrong."""
        (report,) = self.ask("verify", answers=(0, _NO))
        return [str(fault) for fault in report["faults"]]

    def serve(self) -> None:
        """Start serving on a free loopback port and wait until it is ready."""
        log = (self._folder / "hub.log").open("a", encoding="utf-8")
        line = (
            *_countyhub(),
            "serve",
            "--database",
            self.database,
            "--files",
            str(self._folder / "files"),
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            *self._shift,
        )
        with log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                line, stdout=subprocess.PIPE, stderr=log, text=True, env=environment()
            )
        ready_line = self._process.stdout.readline() if self._process.stdout else ""
        if not ready_line.startswith("{"):
            self.stop()
            raise Unavailable(_NOT_HERE, "no ready line")
        self.port = int(json.loads(ready_line)["url"].rsplit(":", 1)[1])

    def stop(self) -> None:
        """End the process that was started here."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._process = None

    def kill(self) -> None:
        """End the process that was started here as a power cut would: at once and in the middle of everything."""
        if self._process is not None:
            self._process.kill()
            self.stop()

    def __enter__(self) -> HubProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _countyhub() -> Sequence[str]:
    return (sys.executable, "-m", "countyhub")
