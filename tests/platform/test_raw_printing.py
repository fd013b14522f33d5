"""Bytes to a ticket printer: a device file, a printer on the network, a raw queue."""

from __future__ import annotations

import os
import socket
import stat
import sys
import threading
from pathlib import Path

import pytest

from stationapp.platform import raw_printing
from stationapp.platform.raw_printing import RAW_PORT, RawPrinter, Road, host_and_port, send_raw
from stationapp.platform.unavailable import Unavailable
from stationapp.platform.windows_spooler import spool_raw

TICKET = b"\x1b@" + bytes(range(256)) * 2000 + b"\x1dVB\x18"
linux = pytest.mark.skipif(sys.platform == "win32", reason="device files and CUPS are a matter of Linux")


class PaperEater(threading.Thread):
    """A printer on the loopback that takes one ticket, whole, and hangs up."""

    def __init__(self) -> None:
        super().__init__()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.taken = bytearray()

    def run(self) -> None:
        line, _ = self._listening.accept()
        with self._listening, line:
            while part := line.recv(65536):
                self.taken += part


def test_a_printer_on_the_network_gets_every_byte() -> None:
    printer = PaperEater()
    printer.start()
    send_raw(RawPrinter(Road.NETWORK, printer.address), TICKET)
    printer.join(10)
    assert bytes(printer.taken) == TICKET


def test_a_printer_that_is_switched_off_is_told_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
    with pytest.raises(Unavailable, match=address):
        send_raw(RawPrinter(Road.NETWORK, address), TICKET)


@linux
def test_a_device_gets_every_byte(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    send_raw(RawPrinter(Road.DEVICE, str(device)), TICKET)
    assert device.read_bytes() == TICKET


@linux
def test_a_device_that_is_gone_leaves_no_file_behind(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="找不到票据打印机"):
        send_raw(RawPrinter(Road.DEVICE, str(tmp_path / "lp0")), TICKET)
    assert list(tmp_path.iterdir()) == []


@linux
def test_a_device_that_takes_nothing_more_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    monkeypatch.setattr(raw_printing, "TIMEOUT_SECONDS", 0.05)
    try:
        with pytest.raises(Unavailable, match="没有反应"):
            send_raw(RawPrinter(Road.DEVICE, str(pipe)), TICKET)
    finally:
        os.close(reading)


@linux
def test_a_queue_gets_the_bytes_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lp = tmp_path / "lp"
    lp.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/told\ncat > {tmp_path}/taken\n', encoding="utf-8")
    lp.chmod(lp.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    send_raw(RawPrinter(Road.QUEUE, "Tickets"), TICKET)
    assert (tmp_path / "taken").read_bytes() == TICKET
    assert (tmp_path / "told").read_text("utf-8").split() == ["-d", "Tickets", "-o", "raw"]
    lp.write_text("#!/bin/sh\necho 'lp: Error - The printer or class does not exist.' >&2; exit 1\n", "utf-8")
    with pytest.raises(Unavailable, match="找不到这台打印机"):
        send_raw(RawPrinter(Road.QUEUE, "Tickets"), TICKET)


@linux
def test_the_spooler_of_windows_is_said_to_be_missing_elsewhere() -> None:
    with pytest.raises(Unavailable):
        spool_raw("Tickets", TICKET)


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("192.168.1.50", ("192.168.1.50", RAW_PORT)),
        ("printer.local:9101", ("printer.local", 9101)),
        ("[fe80::1]:9100", ("fe80::1", 9100)),
    ],
)
def test_an_address_names_host_and_port(address: str, read: tuple[str, int]) -> None:
    assert host_and_port(address) == read


@pytest.mark.parametrize("address", ["", " ", "-d", "http://printer", "printer/x", "printer:port"])
def test_what_is_no_address_is_not_taken(address: str) -> None:
    with pytest.raises(ValueError, match=r"address|host and port"):
        RawPrinter(Road.NETWORK, address)
