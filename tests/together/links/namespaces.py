"""Two network namespaces and a line between them: each has a TUN device, a thread here carries the packets.

Above it is the kernel's own TCP. It takes the rights of root and Linux; `NotAllowed` says what was refused.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from random import Random

from together.links.line import Channel, Counts, Freshness, Line

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_LARGEST = 65_535
_SERIAL = count(1)


class NotAllowed(Exception):
    """This machine does not let us make namespaces or TUN devices."""


class TunRoad:
    """A line between the namespace of a hub and that of its PCs."""

    name = "network namespaces, TUN devices, packets lost below TCP"
    hub_host = "10.77.0.1"

    def __init__(self, line: Line, seed: int, sender: str = "cubic") -> None:
        self.line = line
        self.counts = Counts()
        # A county's hub runs Linux, where BBR can be chosen.
        self.senders = {"pc": sender, "hub": "bbr"}
        self._channels = [Channel(line, Random(f"{way} {seed}")) for way in ("up", "down")]
        self._freshness = Freshness()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._cut = (0.0, 0.0)
        self._mark = f"{os.getpid() % 100_000}-{next(_SERIAL)}"
        self._stack = ExitStack()
        self._ends: list[int] = []  # The PCs' device, the hub's.
        self._thread = threading.Thread(target=self._carry, name="line")

    def __enter__(self) -> TunRoad:
        with self._stack:
            self._ends = [self._end("pc", "10.77.0.2"), self._end("hub", self.hub_host)]
            self._stack = self._stack.pop_all()
        self._began = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._stack.close()

    def inside(self, side: str) -> Sequence[str]:
        """The words before a command that is to run at the `hub` or at a `pc`."""
        return ("ip", "netns", "exec", self._namespace(side))

    def reach(self, port: int) -> tuple[str, int]:
        """Where PCs reach what listens at the hub's end."""
        return self.hub_host, port

    def begin(self) -> Counts:
        """Count from here on."""
        with self._lock:
            self.counts = Counts()
        return self.counts

    def cut(self, after: float, seconds: float) -> None:
        """Let the line be dead for a while, from so many seconds from now on."""
        begins = time.monotonic() + after
        self._cut = (begins, begins + seconds)

    def _namespace(self, side: str) -> str:
        return f"line-{self._mark}-{side}"

    def _end(self, side: str, address: str) -> int:
        namespace, device = self._namespace(side), f"l{self._mark}{side[0]}"
        _ip("netns", "add", namespace)
        self._stack.callback(_ip, "netns", "del", namespace)
        end = _tun(device)
        self._stack.callback(os.close, end)
        _ip("link", "set", device, "netns", namespace)
        for words in (("addr", "add", f"{address}/30", "dev", device), ("link", "set", device, "up")):
            _ip("-n", namespace, *words)
        _ip("-n", namespace, "link", "set", "lo", "up")
        self.senders[side] = self._choose(side, device)
        return end

    def _choose(self, side: str, device: str) -> str:
        """Choose how TCP sends from there, where the kernel knows it; returns what it is."""
        wanted = self.senders[side]
        try:
            _ip(
                "-n",
                self._namespace(side),
                "route",
                "change",
                "10.77.0.0/30",
                "dev",
                device,
                "congctl",
                wanted,
            )
        except NotAllowed:
            return Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text("ascii").strip()
        return wanted

    def _carry(self) -> None:
        while not self._ended.is_set():
            ready, _, _ = select.select(self._ends, (), (), self._pause())
            now = time.monotonic()
            with self._lock:
                for end in ready:
                    self._take(end, now)
            for way, channel in enumerate(self._channels):
                for packet in channel.due(now):
                    if not self._is_down(now):
                        os.write(self._ends[1 - way], packet)

    def _pause(self) -> float:
        times = [channel.next_at for channel in self._channels]
        due = [moment for moment in times if moment is not None]
        return max(0.0, min((*(moment - time.monotonic() for moment in due), 0.1)))

    def _take(self, end: int, now: float) -> None:
        way = self._ends.index(end)
        while True:
            try:
                packet = os.read(end, _LARGEST)
            except BlockingIOError:
                return
            fresh, load = self._freshness.of(packet)
            if load or packet[0] >> 4 == 4:
                self.counts.note(way, len(packet), fresh)
            if self._is_down(now) or not self._channels[way].put(packet, now):
                self.counts.lost += 1

    def _is_down(self, now: float) -> bool:
        return self._cut[0] <= now < self._cut[1] or self.line.flaps_down(now - self._began)


def _tun(device: str) -> int:
    try:
        end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        raise NotAllowed(f"/dev/net/tun: {error.strerror}") from error
    try:
        fcntl.ioctl(end, _TUNSETIFF, struct.pack("16sH22x", device.encode(), _IFF_TUN | _IFF_NO_PI))
    except OSError as error:
        os.close(end)
        raise NotAllowed(f"TUN device: {error.strerror}") from error
    return end


def _ip(*words: str) -> None:
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True)
    except OSError as error:
        raise NotAllowed(f"ip: {error.strerror}") from error
    if done.returncode:
        raise NotAllowed(f"ip {words[0]}: {done.stderr.strip()[:200]}")
