"""The second kind of bad news: the machine or the network cannot do it now, and work goes on."""

from __future__ import annotations


class Unavailable(Exception):
    """Disk, network, printer, keyring or hub version stands in the way.

    `text` is the Chinese sentence a person reads; `detail` is for the log and holds no personal data.
    """

    def __init__(self, text: str, detail: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.detail = detail


class DiskTrouble(Unavailable):
    """A disk is full, read-only or gone: what is on it is as it was, and nothing can be added."""


class DiskDamaged(DiskTrouble):
    """A disk or the database on it gives back something else than what was written."""
