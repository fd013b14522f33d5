"""Several processes that serve one hub: each accepts connections on the same port, and all they know is in the
database.

The parent serves nobody. It starts the workers, starts one again that ended, and ends them all when it is told to.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType

from countyhub.server import Address, reserved_port

_LOOK_EVERY_S = 0.2
_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
_LASTS_S = 30.0
_GRACE_S = 30.0

log = logging.getLogger(__name__)


def serve_with_workers(
    arguments: Sequence[str], address: Address, count: int, ready: Callable[[str, int], None]
) -> None:
    """Serve with so many processes until SIGINT or SIGTERM; `arguments` are those of this command.

    `ready` hears URL and port once every worker accepts connections. Raises OSError when the port is taken or a worker
    cannot begin.
    """
    told_to_stop = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        told_to_stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with reserved_port(address) as port:
        workers = [
            _Worker([*arguments, "--port", str(port), "--worker", str(n)]) for n in range(1, count + 1)
        ]
        try:
            for worker in workers:
                worker.start()
            ready(address.url(port), port)
            while not told_to_stop.wait(_LOOK_EVERY_S):
                for worker in workers:
                    worker.look(_LOOK_EVERY_S)
        finally:
            for worker in workers:
                worker.tell_to_stop()
            for worker in workers:
                worker.wait()


class _Worker:
    """One process and the command that starts it."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", "countyhub", *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self._pause, self._rest, self._age = _PAUSE_S, 0.0, 0.0

    def start(self) -> None:
        """Start it and wait until it accepts connections. Raises OSError when it ends instead."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE)  # noqa: S603  # this very program
        said = self._process.stdout
        if said is None or not said.readline():
            raise OSError(f"a worker ended with {self._process.wait()} before it could serve")
        log.info("worker %d serves", self._process.pid)
        self._age = 0.0

    def look(self, passed: float) -> None:
        """Start it again when it ended: at once, or after a growing pause when it never lasts."""
        process = self._process
        if process is not None and process.poll() is None:
            self._age += passed
            self._pause = _PAUSE_S if self._age > _LASTS_S else self._pause
            return
        if process is not None:
            log.error("worker %d ended with %s", process.pid, process.returncode)
            self._forget(process)
            self._rest = 0.0 if self._age > _LASTS_S else self._pause
            self._pause = min(_LONGEST_PAUSE_S, self._pause * 2)
        self._rest -= passed
        if self._rest <= 0:
            try:
                self.start()
            except OSError as error:
                log.error("%s", error)

    def _forget(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is not None:
            process.stdout.close()
        self._process = None

    def tell_to_stop(self) -> None:
        """Let it finish what it is at, and end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait(self) -> None:
        """Wait until it has ended; one that does not end in time is ended."""
        if self._process is None:
            return
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._forget(self._process)
