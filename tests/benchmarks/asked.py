"""A side of the comparison does what it is asked on its input, line by line, and tells what each piece of work cost."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable


def answer(side: object) -> None:
    """Do `method argument` for each line until there is none; print seconds, what was said, and peak memory in MB."""
    for line in sys.stdin:
        phase, _, argument = line.strip().partition(" ")
        work: Callable[[str], object] = getattr(side, phase)
        began = time.perf_counter()
        said = work(argument)
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "said": said, "peak_mb": peak}), flush=True)
