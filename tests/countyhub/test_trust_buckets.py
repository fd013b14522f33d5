"""Token buckets: what was taken comes back with time, and no more than that."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from countyhub.limits.buckets import Buckets, Rate, limits_of


class Watch:
    """A clock that stands still until it is told otherwise."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_fills_again_and_never_overflows() -> None:
    watch = Watch()
    buckets = Buckets(Rate(3, 0.5), watch)
    assert [buckets.take("a") for _ in range(5)] == [0, 0, 0, 2, 2]
    assert buckets.take("b") == 0
    watch.now = 2
    assert [buckets.take("a") for _ in range(2)] == [0, 2]
    watch.now = 1000
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]
    assert limits_of(0) is None


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 5))
def test_nobody_ever_gets_more_than_the_burst_and_the_rate(pauses: list[float], burst: int) -> None:
    watch = Watch()
    buckets = Buckets(Rate(burst, 1.0), watch)
    got = 0
    for pause in pauses:
        watch.now += pause
        got += buckets.take("a") == 0
    assert got <= burst + sum(pauses)
