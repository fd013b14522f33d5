"""What recent requests say of the road to the hub: in which way attachments travel, whether to wait for news.

A healthy road carries an attachment in one stream. Where connections stall or break again and again, no single
request survives, and small pieces over several connections get through all the same. The figures come from
trials with CUBIC senders on 256 kbit/s and 600 ms: up to 15 % loss a stream with a stall timer is enough, at
30 % only pieces of 16 KiB over several connections arrive at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

STALL_SECONDS = 8.0
LONGEST_STALL_SECONDS = 120.0
PROOF = 16
MOST_PROOF = 512
# Two breaks within about 200 kB, or three within 500 kB.
_BAD = 1.5
_CALM = 0.5
_FORGET_BY_MOVE = 0.95
_FORGET_BY_ANSWER = 0.9
_SMOOTHING = 0.125
_SLOWER = 4.0
_GOOD_ROUND_TRIP = 1.5
_GOOD_ANSWERS = 3


class Mode(StrEnum):
    """How an attachment travels."""

    STREAM = "stream"  # one request with the whole rest
    PIECES = "pieces"  # small requests that may be repeated, over several connections


@dataclass(slots=True)
class StallTimer:
    """How long to bear silence, in seconds: four times what a piece usually takes, twice that after each stall."""

    least: float = STALL_SECONDS
    most: float = LONGEST_STALL_SECONDS
    _smoothed: float = 0.0
    _doublings: int = 0

    @property
    def seconds(self) -> float:
        """The silence to bear now."""
        usual = max(self.least, _SLOWER * self._smoothed)
        return float(min(self.most, usual * 2 ** min(self._doublings, 10)))

    def note_moved(self, seconds: float) -> None:
        """One piece took so long."""
        self._smoothed = smooth(self._smoothed, seconds)
        self._doublings = 0

    def note_stall(self, borne: float) -> None:
        """Nothing came for so long; of several connections that stall together only the first one counts."""
        if borne >= self.seconds:
            self._doublings += 1


@dataclass(slots=True)
class Link:
    """Measures one road. Trouble is a count of stalls and breaks that good progress wears away."""

    mode: Mode = Mode.STREAM
    trouble: float = 0.0
    seconds_per_byte: float = 0.0
    round_trip: float = 0.0
    _calm: int = 0
    _answers: int = 0
    _proof: int = field(default=PROOF)

    @property
    def is_good(self) -> bool:
        """Whether a request may lie at the hub until there is news: quick and steady of late."""
        steady = self.mode is Mode.STREAM and self.trouble < _CALM
        return steady and self._answers >= _GOOD_ANSWERS and self.round_trip <= _GOOD_ROUND_TRIP

    def note_answer(self, seconds: float) -> None:
        """A small request was answered after so long."""
        self.round_trip = smooth(self.round_trip, seconds)
        self._answers += 1
        self.trouble *= _FORGET_BY_ANSWER
        self._judge()

    def note_moved(self, size: int, seconds: float) -> None:
        """So many bytes of an attachment went their way in so many seconds; a long gap counts as a stall."""
        expected = size * self.seconds_per_byte
        self.seconds_per_byte = smooth(self.seconds_per_byte, seconds / size)
        if seconds >= max(STALL_SECONDS, _SLOWER * expected):
            self.note_trouble()
            return
        self.trouble *= _FORGET_BY_MOVE
        self._calm += 1
        self._judge()

    def note_trouble(self, times: int = 1) -> None:
        """Connections stalled or broke."""
        self.trouble += times
        self._calm = 0
        self._answers = 0
        self._judge()

    def note_whole(self) -> None:
        """A whole attachment went through without trouble: the next bad spell is judged afresh."""
        if self.mode is Mode.STREAM and self.trouble < _CALM:
            self._proof = PROOF

    def _judge(self) -> None:
        """Change the mode; who came back to streams too early has to show twice as much the next time."""
        if self.mode is Mode.STREAM and self.trouble >= _BAD:
            self.mode = Mode.PIECES
            self._calm = 0
        elif self.mode is Mode.PIECES and self._calm >= self._proof and self.trouble < _CALM:
            self.mode = Mode.STREAM
            self._proof = min(MOST_PROOF, self._proof * 2)


def smooth(before: float, fresh: float) -> float:
    """Return the moving average; the first value stands for itself."""
    return fresh if before == 0.0 else before + _SMOOTHING * (fresh - before)
