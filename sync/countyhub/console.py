"""`python -m countyhub.console`: commands one after the other in one process, for who gives many of them.

To start costs more than most answers. Each line that comes in is a JSON list of a command's arguments; each line
that goes out is an answer: the exit code, and what the command wrote on standard output and standard error.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import traceback
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import TextIO

from countyhub.loading import loaded

with loaded():
    from countyhub.cli import LOG_FORMAT, main

CRASHED = 1


def answer(arguments: Sequence[str]) -> dict[str, int | str]:
    """Run one command as if it were alone in a process."""
    output, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(output), redirect_stderr(errors):
        code = _run(arguments)
    return {"code": code, "output": output.getvalue(), "errors": errors.getvalue()}


def _run(arguments: Sequence[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as end:  # Wrong usage, or a question for help.
        return end.code if isinstance(end.code, int) else CRASHED
    except Exception:  # noqa: BLE001 - What would have ended its own process ends nobody else's.
        traceback.print_exc()
        return CRASHED


def serve(questions: TextIO, answers: TextIO) -> None:
    """Answer until nobody asks any more."""
    # Otherwise the log would go into the answer of the first command, and then nowhere.
    logging.basicConfig(level=logging.WARNING, format=LOG_FORMAT)
    for line in questions:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    # A command that asks for a password must not take the next question for it.
    asked, sys.stdin = sys.stdin, io.StringIO()
    serve(asked, sys.stdout)
