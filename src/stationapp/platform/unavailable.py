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
