"""`countyhub sweep`."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from countyhub.opened import opened, say
from countyhub.sweeps.service import sweep as sweep_hub


def sweep(options: argparse.Namespace) -> None:
    """Do what time has left to do, once."""
    with opened(options) as hub:
        say(**asdict(sweep_hub(hub)))
