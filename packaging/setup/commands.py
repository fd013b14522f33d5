"""Runs other programs quietly, and shows the end of what they said when they fail.

Addresses are blotted out: where packages come from is the business of the machine's own settings.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from messages import SetupFailed

ADDRESS = re.compile(r"\b(?:https?|ftp|file)://\S+")
LINES_SHOWN = 30


def blot_addresses(text: str) -> str:
    """`text` with every address replaced by an ellipsis."""
    return ADDRESS.sub("…", text)


def run_quietly(
    command: Sequence[str | Path],
    *,
    folder: Path | None = None,
    extra_environment: Mapping[str, str] | None = None,
) -> str:
    """Run `command` and return what it printed.

    Raises SetupFailed with the last lines of its output when it does not end with 0.
    """
    environment = {**os.environ, **(extra_environment or {})}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        shown = " ".join(str(part) for part in command)
        tail = "\n".join(blot_addresses(done.stdout).splitlines()[-LINES_SHOWN:])
        raise SetupFailed(
            f"命令没有成功（{done.returncode}）：{blot_addresses(shown)}",
            f"The command above failed; the end of its output:\n{tail}",
        )
    return done.stdout
