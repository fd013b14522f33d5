"""The command line for technicians and scripts: everything a window can do, JSON out, exit codes documented."""

from stationapp.cli.main import main

__all__ = ["main"]
