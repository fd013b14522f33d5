"""Bytes sent to a printer as they are, for ticket printers that speak ESC/POS.

There are three roads: a device file (a printer on USB or a serial line), TCP on port 9100 (a printer on the network),
and a raw queue of the system's own spooler (CUPS, or the spooler of Windows).
"""

from __future__ import annotations

import os
import select
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from stationapp.platform.printers import print_raw
from stationapp.platform.unavailable import Unavailable

RAW_PORT = 9100
"""Where printers on a network take bytes as they come (JetDirect)."""

TIMEOUT_SECONDS = 10.0
_FAREWELL_SECONDS = 1.0
_CHECK = "请检查票据打印机的电源、数据线和纸卷"
_HALF = "票据可能没有打印完整，请先看打印机，再决定是否重新打印。"


class Road(StrEnum):
    """How the bytes reach the printer."""

    DEVICE = "device"
    NETWORK = "network"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class RawPrinter:
    """A printer that takes bytes; `address` is a device file, `host` or `host:port`, or the name of a queue.

    Raises ValueError for an address its road cannot lead to.
    """

    road: Road
    address: str

    def __post_init__(self) -> None:
        if not self.address.strip() or self.address.startswith("-"):
            raise ValueError("a printer has an address")
        if self.road is Road.NETWORK:
            host_and_port(self.address)


def host_and_port(address: str) -> tuple[str, int]:
    """Read `host`, `host:port` or `[v6]:port`; raises ValueError for anything else."""
    parts = urlsplit(f"//{address}")
    try:
        port = parts.port or RAW_PORT
    except ValueError as error:
        raise ValueError(f"{address} is no host and port") from error
    if not parts.hostname or parts.path or parts.query or parts.username is not None:
        raise ValueError(f"{address} is no host and port")
    return parts.hostname, port


def send_raw(printer: RawPrinter, data: bytes) -> None:
    """Send all of the bytes; raises Unavailable with what to look at when the printer does not take them."""
    _SENDERS[printer.road](printer.address, data)


def _to_network(address: str, data: bytes) -> None:
    try:
        connection = socket.create_connection(host_and_port(address), timeout=TIMEOUT_SECONDS)
    except OSError as error:
        text = f"连不上网络票据打印机（{address}），请检查打印机电源、网线和地址。"
        raise Unavailable(text, f"connect: {type(error).__name__}") from error
    with connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(_FAREWELL_SECONDS)
            # Closing with bytes unread on the way would make the network drop what was just sent.
            while connection.recv(4096):
                pass
        except TimeoutError:
            return  # Many printers keep the line open after a ticket; all was sent.
        except OSError as error:
            raise Unavailable(_HALF, f"send: {type(error).__name__}") from error


def _to_device(address: str, data: bytes) -> None:
    # Without O_CREAT: a printer that was pulled out must not become a file with somebody's ticket in it.
    flags = (
        os.O_WRONLY | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        device = os.open(address, flags)
    except PermissionError as error:
        raise Unavailable(f"没有使用票据打印机（{address}）的权限，请联系维护人员。", "permission") from error
    except OSError as error:
        text = f"找不到票据打印机（{address}）。{_CHECK}。"
        raise Unavailable(text, f"open: {type(error).__name__}") from error
    try:
        _write_all(device, data)
    except OSError as error:
        raise Unavailable(_HALF, f"write: {type(error).__name__}") from error
    finally:
        os.close(device)


def _write_all(device: int, data: bytes) -> None:
    """A printer without paper takes nothing and says nothing; nobody waits for it for ever."""
    left = memoryview(data)
    while left:
        if sys.platform != "win32" and not select.select((), (device,), (), TIMEOUT_SECONDS)[1]:
            raise Unavailable(f"票据打印机没有反应。{_CHECK}。{_HALF}", "device does not take bytes")
        left = left[os.write(device, left) :]


_SENDERS: dict[Road, Callable[[str, bytes], None]] = {
    Road.DEVICE: _to_device,
    Road.NETWORK: _to_network,
    Road.QUEUE: print_raw,
}
