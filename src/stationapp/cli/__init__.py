"""The command line for technicians and scripts: all that a window can do, JSON out, documented exit codes."""

from stationapp.cli.command_line import main

__all__ = ["main"]
