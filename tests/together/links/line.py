"""What a line does to the packets that are put on it; time and chance are arguments.

Loss in bursts follows Gilbert and Elliott: the line is either good and loses nothing, or bad and loses everything.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True, slots=True)
class Line:
    """A line, the same both ways. `queue_s`: what would have to wait longer before the line is thrown away.

    `loss` is the share of packets that is lost, `burst` how many are lost in a row on average. A line that flaps
    is alive for `on_s` seconds, dead for `off_s`, and so on; with `off_s` 0 it is always alive.
    """

    bits_per_second: float
    round_trip_s: float
    loss: float = 0.0
    burst: float = 1.0
    on_s: float = 0.0
    off_s: float = 0.0
    queue_s: float = 1.5

    def seconds(self, size: int) -> float:
        """How long so many bytes occupy the line."""
        return size * 8 / self.bits_per_second

    def flaps_down(self, age: float) -> bool:
        """Whether it is in a dead spell so long after it began."""
        return self.off_s > 0 and age % (self.on_s + self.off_s) >= self.on_s


class Loss:
    """Says of each packet whether it is lost."""

    def __init__(self, line: Line, chance: Random) -> None:
        self._chance = chance
        self._bad = False
        self._share = line.loss
        self._ends = 1 / line.burst
        self._begins = line.loss / (line.burst * (1 - line.loss))

    def loses(self) -> bool:
        """Whether the next packet is lost."""
        if self._ends == 1:  # No bursts: each packet for itself.
            return self._chance.random() < self._share
        turns = self._chance.random() < (self._ends if self._bad else self._begins)
        self._bad = self._bad is not turns
        return self._bad


@dataclass(slots=True)
class Counts:
    """What passed, both ways as (up, down): bytes on the line and bytes of TCP that were not sent before.

    `turns` counts how often something new went up after something new came down: round trips. What TCP repeats counts
    as bytes and not as a turn.
    """

    bytes: list[int] = field(default_factory=lambda: [0, 0])
    fresh: list[int] = field(default_factory=lambda: [0, 0])
    packets: int = 0
    lost: int = 0
    turns: int = 0
    last: int = 1

    def note(self, way: int, size: int, fresh: int) -> None:
        """A packet of `size` bytes goes up (0) or down (1); `fresh` bytes of its load were never sent before."""
        self.packets += 1
        self.bytes[way] += size
        self.fresh[way] += fresh
        if fresh:
            self.turns += way < self.last
            self.last = way


class Channel:
    """One way of a line: what is put on it comes out later, in its order, or never."""

    def __init__(self, line: Line, chance: Random) -> None:
        self._line = line
        self._loss = Loss(line, chance)
        self._free_at = 0.0
        self._travelling: deque[tuple[float, bytes]] = deque()

    def put(self, packet: bytes, now: float) -> bool:
        """Put a packet on the line; False says that it is lost."""
        begins = max(now, self._free_at)
        if begins - now > self._line.queue_s:
            return False
        self._free_at = begins + self._line.seconds(len(packet))
        if self._loss.loses():
            return False
        self._travelling.append((self._free_at + self._line.round_trip_s / 2, packet))
        return True

    def due(self, now: float) -> list[bytes]:
        """Take out what has arrived by now."""
        arrived = []
        while self._travelling and self._travelling[0][0] <= now:
            arrived.append(self._travelling.popleft()[1])
        return arrived

    @property
    def next_at(self) -> float | None:
        """When the next packet arrives."""
        return self._travelling[0][0] if self._travelling else None


class Freshness:
    """Tells of each TCP packet how much of its load was not seen before in its connection."""

    def __init__(self) -> None:
        self._ends: dict[bytes, int] = {}

    def of(self, packet: bytes) -> tuple[int, int]:
        """The fresh and all the bytes of load of an IPv4 packet; (0, 0) for what is no TCP."""
        if packet[0] >> 4 != 4 or packet[9] != 6:
            return 0, 0
        begin = (packet[0] & 15) * 4
        load = int.from_bytes(packet[2:4]) - begin - (packet[begin + 12] >> 4) * 4
        flow, end = (
            packet[12:20] + packet[begin : begin + 4],
            int.from_bytes(packet[begin + 4 : begin + 8]) + load,
        )
        if packet[begin + 13] & 2:  # SYN: a new connection, perhaps between the ports of an old one.
            self._ends[flow] = end + 1
            return 0, 0
        ahead = (end - self._ends.get(flow, end - load) + 2**31) % 2**32 - 2**31
        if ahead > 0:
            self._ends[flow] = end % 2**32
        return max(0, min(ahead, load)), load
