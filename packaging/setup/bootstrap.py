"""Makes a fresh machine ready: `python3 packaging/setup/bootstrap.py run|test|bundle`.

Needs nothing but Python's standard library. Everything it does is skipped when it has been done before.
"""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        "本程序需要 Python 3.11、3.12 或 3.13，当前是 {0}.{1}。\n"
        "Python 3.11, 3.12 or 3.13 is needed; this is {0}.{1}.".format(*sys.version_info[:2])
    )

import environment
import fonts
import system_packages
from messages import SetupFailed, speak_any_language

LOCK = environment.ROOT / ".setup" / "lock"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second set-up in the same folder wait for the first."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def prepare(purpose: str) -> None:
    """Bring system packages, Python packages and fonts for `purpose` onto the machine."""
    with one_at_a_time():
        system_packages.ensure(purpose)
        environment.ensure(purpose)
        fonts.ensure()


def main(arguments: list[str]) -> int:
    """Prepare for the purpose named on the command line; 0 when the machine is ready."""
    speak_any_language()
    if len(arguments) != 1 or arguments[0] not in system_packages.PURPOSES:
        print(f"bootstrap.py {'|'.join(system_packages.PURPOSES)}", file=sys.stderr)
        return 2
    try:
        prepare(arguments[0])
    except SetupFailed as failure:
        print(f"\n安装没有完成。Set-up did not finish.\n{failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
