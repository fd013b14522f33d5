"""The lines that are tried, and what is sent over them."""

from __future__ import annotations

from dataclasses import dataclass

from together.links.line import Line


@dataclass(frozen=True, slots=True)
class Profile:
    """A line, so many cases, and so many scans of `scan_bytes`.

    `repeated`: so many times the scans' bytes may be sent by our own programs, not counting what TCP repeats. A line
    that dies in every minute costs what was on its way, and pieces that stall with seven others are asked for again.
    """

    name: str
    line: Line
    cases: int
    scans: int
    scan_bytes: int
    repeated: float


_VILLAGE = {"bits_per_second": 256_000, "round_trip_s": 0.6}
PROFILES = {
    profile.name: profile
    for profile in (
        Profile("clean", Line(10_000_000, 0.04), 300, 3, 300_000, 1.02),
        Profile("loss-5", Line(**_VILLAGE, loss=0.05), 300, 3, 300_000, 1.15),
        Profile("bursts-15", Line(**_VILLAGE, loss=0.15, burst=3), 300, 3, 300_000, 1.5),
        Profile("bursts-30", Line(**_VILLAGE, loss=0.30, burst=3), 100, 3, 60_000, 3.5),
        Profile("flapping", Line(**_VILLAGE, on_s=20, off_s=40), 300, 3, 200_000, 3.0),
        Profile("narrow", Line(64_000, 0.3), 300, 3, 100_000, 1.05),
    )
}
# Short enough for every day's tests.
SHORT = Profile("short", Line(2_000_000, 0.06, loss=0.02, burst=2), 12, 1, 50_000, 1.3)
