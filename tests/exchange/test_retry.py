"""The delay before the next attempt: bounded, spread out, and forgotten after a success."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stationapp.exchange.retry import (
    CAP_SECONDS,
    FRESH_CAP_SECONDS,
    FRESH_OUTAGE_SECONDS,
    Failures,
    Patience,
    ceiling,
    delay,
)

CHANCE = st.floats(0, 1)
ATTEMPTS = st.integers(1, 10_000)


@given(ATTEMPTS, st.floats(0, 1e9), CHANCE)
def test_a_delay_is_never_longer_than_five_minutes(attempts: int, lasting: float, chance: float) -> None:
    assert 0 <= delay(Failures(attempts, lasting), lambda: chance) <= CAP_SECONDS


@given(ATTEMPTS, st.floats(0, 1e9), CHANCE, st.floats(1, 3600))
def test_nobody_comes_back_earlier_than_the_hub_asked_for(
    attempts: int, lasting: float, chance: float, asked: float
) -> None:
    assert asked <= delay(Failures(attempts, lasting), lambda: chance, asked) <= asked + CAP_SECONDS
    assert asked <= Patience(lambda: chance).after_success(60, asked) <= asked * 1.2 + 1e-6


@given(ATTEMPTS, st.floats(0, FRESH_OUTAGE_SECONDS, exclude_max=True), CHANCE)
def test_in_the_first_hour_of_an_outage_the_link_is_tried_every_minute(
    attempts: int, lasting: float, chance: float
) -> None:
    assert delay(Failures(attempts, lasting), lambda: chance) <= FRESH_CAP_SECONDS


@given(st.integers(1, 50))
def test_the_ceiling_never_falls_while_failures_go_on(attempts: int) -> None:
    later = FRESH_OUTAGE_SECONDS + attempts
    assert ceiling(Failures(attempts, later)) <= ceiling(Failures(attempts + 1, later))


def test_the_delay_is_spread_over_its_whole_range() -> None:
    failures = Failures(4)
    assert delay(failures, lambda: 0.0) == 0.0
    assert delay(failures, lambda: 1.0) == ceiling(failures) == 32.0
    assert delay(failures, lambda: 0.5) == 16.0


def test_what_the_hub_asks_for_comes_on_top_of_the_spread() -> None:
    assert delay(Failures(1), lambda: 0.5, at_least=120) == 122.0


def test_without_a_failure_there_is_no_delay() -> None:
    assert delay(Failures(), lambda: 1.0) == 0.0


def test_failures_add_up_until_a_success_or_a_person_who_wants_it_now() -> None:
    patience = Patience(lambda: 1.0)
    assert [patience.after_failure(0.0) for _ in range(3)] == [4.0, 8.0, 16.0]
    patience.forget()
    assert patience.after_failure(0.0) == 4.0
    patience.after_success(60)
    assert patience.after_failure(0.0) == 4.0


def test_a_long_outage_is_tried_less_often() -> None:
    patience = Patience(lambda: 1.0)
    first = [patience.after_failure(0.0) for _ in range(20)]
    assert max(first) == FRESH_CAP_SECONDS
    assert patience.after_failure(FRESH_OUTAGE_SECONDS) == CAP_SECONDS


@given(st.floats(0, 1e6), CHANCE)
def test_the_hubs_wish_for_the_next_look_is_kept_within_bounds(wish: float, chance: float) -> None:
    assert 4.0 <= Patience(lambda: chance).after_success(wish) <= CAP_SECONDS
