"""Tries the profiles, several at a time, and prints a JSON document for each (`make bad-links`).

python -m together.links [PROFILE …] [--proxy] [--seed N]     (with tests, src and sync on the path)
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from functools import partial

from hub_world import quick_folder
from together.links.county import prepare
from together.links.profiles import PROFILES, SHORT
from together.links.trial import run

_KNOWN = {**PROFILES, SHORT.name: SHORT}


def main(words: Sequence[str]) -> int:
    """Try and print; the exit code says whether every promise held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("profiles", nargs="*", metavar="PROFILE", help=" ".join(_KNOWN))
    parser.add_argument(
        "--proxy", action="store_true", help="the TCP fault proxy, as where namespaces are refused"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=3, metavar="N", help="profiles at a time (3)")
    options = parser.parse_args(words)
    held = True
    with quick_folder() as folder, ThreadPoolExecutor(options.at_once) as pool:
        work = partial(run, prepared=prepare(folder), seed=options.seed, proxy=options.proxy)
        asked = [_KNOWN[name] for name in options.profiles or PROFILES]
        for done in as_completed([pool.submit(work, profile) for profile in asked]):
            if (bug := done.exception()) is not None:  # The others go on.
                traceback.print_exception(bug)
                held = False
                continue
            report = done.result()
            held = held and not report.faults
            print(json.dumps(asdict(report), ensure_ascii=False, indent=1), flush=True)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
