"""`make bench`: ratios measured in one run against a named baseline on the same machine; nothing here is a test.

Run one part with `python tests/benchmarks/run.py start|save|search|exchange|window`.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent, HERE.parents[1] / "src", HERE.parents[1] / "sync"):
    sys.path.insert(0, str(folder))


def _part(name: str) -> Callable[[Path], dict[str, Any]]:
    def run(place: Path) -> dict[str, Any]:
        module = __import__(f"measure_{name}")
        result: dict[str, Any] = module.measure(place)
        return result

    return run


PARTS = {name: _part(name) for name in ("start", "save", "search", "exchange", "window")}


def main(wanted: list[str]) -> int:
    """Run the wanted parts and print their figures; the exit code says whether every goal was reached."""
    results = {}
    for name in wanted or list(PARTS):
        with tempfile.TemporaryDirectory(prefix="stationapp-bench-") as place:
            results[name] = PARTS[name](Path(place))
        sys.stdout.write(json.dumps({name: results[name]}, ensure_ascii=False, indent=2) + "\n")
        sys.stdout.flush()
    missed = [
        f"{name}: {goal}" for name, row in results.items() for goal, met in row["goals"].items() if not met
    ]
    sys.stdout.write("".join(f"goal missed: {row}\n" for row in missed) or "every goal reached\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
