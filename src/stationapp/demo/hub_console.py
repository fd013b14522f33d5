"""One process that answers many commands of the county hub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from stationapp.platform.unavailable import Unavailable


class HubConsole:
    """Runs commands through `python -m countyhub.console`; what that says of itself goes into the file `log`."""

    def __init__(self, log: Path) -> None:
        with log.open("a", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "countyhub.console"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment(),
            )

    def run(self, command: Sequence[str]) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error of a command; raises Unavailable when it is no more
        there to answer.
        """
        questions, answers = self._streams()
        try:
            questions.write(json.dumps(command) + "\n")
            questions.flush()
            line = answers.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise Unavailable("县级平台的命令进程已经中断，请查看演示文件夹中的 hub.log。", "no answer")
        answer = json.loads(line)
        return answer["code"], answer["output"], answer["errors"]

    def _streams(self) -> tuple[IO[str], IO[str]]:
        questions, answers = self._process.stdin, self._process.stdout
        if questions is None or answers is None:
            raise AssertionError("the process was started with both")
        return questions, answers

    def __enter__(self) -> HubConsole:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nobody asks any more, and so it ends."""
        self._process.communicate()


def environment() -> dict[str, str]:
    """The hub's packages are found by the same search path as this program's."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONUTF8": "1"}
