"""Starts the bundle as a village PC would and lets it test itself: `python packaging/smoke_test.py [BUNDLE]`.

The bundle runs without a screen, in an empty home, with nothing of the developer's machine in its
environment, so that it cannot lean on the checkout's fonts, packages or settings.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "dist" / "stationapp" / "stationapp"
# Seconds until a program that does not end by itself counts as hung.
PATIENCE = 120
CARRIED = (
    "resources/fonts/NotoSansSC-Regular.ttf",
    "resources/fonts/HanaMinB.ttf",
)


def bare_environment(home: Path) -> dict[str, str]:
    """What a freshly signed-in user has, without a screen."""
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.defpath,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_RUNTIME_DIR": str(home),
    }


def missing_files(program: Path) -> list[str]:
    """Files of the bundle that must be there and are not."""
    return [name for name in CARRIED if not (program.parent / "_internal" / name).is_file()]


def self_test(program: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the bundle's own test: it makes a home, signs in, receives a case and draws its receipt."""
    return subprocess.run(
        [program, "--home", home / "station", "self-test"],
        cwd=home,
        env=bare_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def main(arguments: list[str]) -> int:
    """Try the bundle; 0 when it carries its files and passes its own test."""
    program = Path(arguments[0]).resolve() if arguments else PROGRAM
    missing = missing_files(program)
    if missing:
        print("missing from the bundle: " + ", ".join(missing), file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="stationapp-smoke-") as home:
        done = self_test(program, Path(home))
    print(done.stdout, end="")
    if done.returncode != 0:
        print(f"the bundle's self-test ended with {done.returncode}\n{done.stderr}", file=sys.stderr)
        return 1
    size = sum(
        path.stat().st_size for path in program.parent.rglob("*") if path.is_file() and not path.is_symlink()
    )
    print(f"bundle works: {size / 1e6:.0f} MB in {program.parent.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
