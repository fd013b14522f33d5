"""How much goes into one request: less after trouble, until one event is left, and more again on a good road."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from stationapp.exchange.pace import Measure, Pace


@given(st.integers(1, 256))
def test_a_batch_that_stalls_is_not_sent_again_in_the_same_size(waiting: int) -> None:
    pace, sizes = Pace(), []
    for _ in range(12):
        sizes.append(min(waiting, pace.events.now))
        pace.shrink_batch(sizes[-1])
    for before, after in pairwise(sizes):
        assert after <= max(1, before // 2)
    assert sizes[-1] == 1


def test_success_doubles_up_to_the_most() -> None:
    pace = Pace()
    for _ in range(12):
        pace.shrink_batch()
    sizes = []
    for _ in range(10):
        sizes.append(pace.events.now)
        pace.grow_batch()
    assert sizes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 256]


@given(st.lists(st.sampled_from(["grow", "shrink", 1, 100, 10_000_000])))
def test_a_measure_stays_within_its_bounds(steps: list[str | int]) -> None:
    measure = Measure(16, 4096, 512)
    for step in steps:
        if step == "grow":
            measure.grow()
        elif step == "shrink":
            measure.shrink()
        else:
            measure.shrink_below(int(step))
        assert 16 <= measure.now <= 4096
