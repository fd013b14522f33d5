"""Token buckets: how often one address and one device may ask, and how often a code may be guessed.

They live in the memory of one process: several workers together allow as many times more, and a start forgets
them. That is enough to keep a broken or hostile client from taking the hub from everybody else.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from countyhub.problems import Problem

_MOST_KNOWN = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in a row, and then so many each second."""

    burst: float
    per_second: float


# A whole county may come through the one address of a government network.
ADDRESS = Rate(10_000, 500)
# Eight connections with pieces of 16 KiB on a quick line, and no more.
DEVICE = Rate(2_000, 200)
# Codes have 80 bits; a person mistypes, a machine guesses.
GUESSES = Rate(10, 1 / 60)


class Buckets:
    """A bucket for each name, full at first. Names that were not heard of for long are forgotten, full as they are."""

    def __init__(self, rate: Rate, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, tokens: float = 1.0) -> float:
        """Take tokens; return 0.0, or when there are not so many the seconds until there will be."""
        with self._lock:
            left, now = self._filled(name)
            enough = left >= tokens
            self._left[name] = (left - tokens if enough else left, now)
            self._left.move_to_end(name)
            while len(self._left) > _MOST_KNOWN:
                self._left.popitem(last=False)
        return 0.0 if enough else (tokens - left) / self._rate.per_second

    def knows(self, name: str) -> bool:
        """Whether tokens of that name were taken and it is not forgotten yet."""
        with self._lock:
            return name in self._left

    def _filled(self, name: str) -> tuple[float, float]:
        now = self._now()
        left, before = self._left.get(name, (self._rate.burst, now))
        return min(self._rate.burst, left + max(0.0, now - before) * self._rate.per_second), now


class Limits:
    """The buckets of one serving process; `now` is monotonic, in seconds."""

    def __init__(
        self,
        address: Rate = ADDRESS,
        device: Rate = DEVICE,
        guesses: Rate = GUESSES,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._addresses = Buckets(address, now)
        self._devices = Buckets(device, now)
        self._guesses = Buckets(guesses, now)
        self._proven = Buckets(device, now)

    def count_address(self, address: str, device_id: str = "") -> None:
        """Count a request of an address, and of the device it names. Raises Problem `too-often`.

        Behind one address are many: those that name a device have a share of their own, and a device that signed
        from there before is heard when others have used up both.
        """
        seconds = self._addresses.take(f"{address} signed" if device_id else address)
        if seconds and self._proven.knows(f"{address} {device_id}"):
            seconds = self._proven.take(f"{address} {device_id}")
        _refuse(seconds)

    def count_device(self, address: str, device_id: str) -> None:
        """Count a request that a device signed; nobody else can use up its share. Raises Problem `too-often`."""
        self._proven.take(f"{address} {device_id}", 0.0)
        _refuse(self._devices.take(device_id))

    def count_guess(self, address: str) -> None:
        """Count a wrong code of an address. Raises Problem `too-often`."""
        _refuse(self._guesses.take(address))


def limits_of(address_rate: float) -> Limits | None:
    """Return the limits with so many requests a second for one address; none at all for 0."""
    return Limits(address=Rate(20 * address_rate, address_rate)) if address_rate > 0 else None


def _refuse(seconds: float) -> None:
    if seconds > 0:
        raise Problem("too-often").with_headers({"Retry-After": str(max(1, math.ceil(seconds)))})
