"""Writes the sample of today's layout: `make sample`, or `make sample OF=story` for the story of every move.

    python -m upgrades.write_sample [county|story]

The county's is made anew in ten seconds. The story, of some minutes, is wanted when an edition of the rules begins
(`rule_editions.EDITION`) or a move is new, so that every body a client ever wrote has its sample.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from upgrades.samples import COUNTY_FILE, FOLDER, newest_layout, pack_county
from upgrades.scenes import played
from upgrades.story import write_story

MOST_BYTES = 400_000
"""So large a packed file may be: samples are kept for ever."""


def write_county(folder: Path, target: Path) -> None:
    """Play the scenes in an empty folder and pack the county."""
    with played(folder):
        pass
    pack_county(folder / "world", target / COUNTY_FILE)


KINDS: Mapping[str, Callable[[Path, Path], None]] = {"county": write_county, "story": write_story}


def main(arguments: list[str]) -> int:
    """Write the sample and say where it lies; 1 when a file of it became too large."""
    parser = argparse.ArgumentParser(prog="write_sample", description=__doc__.splitlines()[0])
    parser.add_argument("kind", nargs="?", choices=sorted(KINDS), default="county")
    kind = parser.parse_args(arguments).kind
    hub, station = newest_layout()
    target = FOLDER / (f"hub-{hub}-station-{station}" + ("" if kind == "county" else f"-{kind}"))
    with TemporaryDirectory() as folder:
        KINDS[kind](Path(folder), target)
    sizes = {file.name: file.stat().st_size for file in sorted(target.iterdir())}
    sys.stdout.write(f"{target}: {sizes}\n")
    return int(max(sizes.values()) > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
