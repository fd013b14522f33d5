"""The measure of a road: data go in, and out comes how to carry and whether to wait for news."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stationapp.exchange.link import (
    LONGEST_STALL_SECONDS,
    MOST_PROOF,
    PROOF,
    STALL_SECONDS,
    Link,
    Mode,
    StallTimer,
)

BLOCK = 16 * 1024
AT_LINE_RATE = 0.5  # seconds a block takes at 256 kbit/s


def moving(link: Link, blocks: int, seconds: float = AT_LINE_RATE) -> Link:
    for _ in range(blocks):
        link.note_moved(BLOCK, seconds)
    return link


def broken() -> Link:
    """A link on which streams broke twice in a row."""
    link = Link()
    link.note_trouble(2)
    return link


def test_a_fresh_link_streams_and_is_not_called_good_before_it_was_measured() -> None:
    assert Link().mode is Mode.STREAM
    assert not Link().is_good


def test_one_broken_connection_changes_nothing() -> None:
    link = moving(Link(), 10)
    link.note_trouble()
    assert moving(link, 5).mode is Mode.STREAM


def test_a_link_that_breaks_twice_in_a_row_carries_pieces() -> None:
    link = moving(Link(), 100)
    link.note_trouble()
    moving(link, 5)
    link.note_trouble()
    assert link.mode is Mode.PIECES


def test_breaks_far_apart_are_forgotten() -> None:
    link = Link()
    for _ in range(10):
        link.note_trouble()
        moving(link, 64)
    assert link.mode is Mode.STREAM


def test_gaps_count_as_stalls_though_no_connection_broke() -> None:
    link = moving(Link(), 20)
    for _ in range(3):
        moving(link, 2)
        link.note_moved(BLOCK, STALL_SECONDS)
    assert link.mode is Mode.PIECES


def test_a_slow_link_is_no_bad_one() -> None:
    link = moving(Link(), 200, seconds=6.0)
    assert (link.mode, link.trouble) == (Mode.STREAM, 0.0)
    assert moving(link, 20, seconds=12.0).mode is Mode.STREAM


def test_it_streams_again_when_the_link_heals() -> None:
    link = broken()
    assert moving(link, PROOF - 1).mode is Mode.PIECES
    assert moving(link, 30).mode is Mode.STREAM


def test_a_stall_among_the_pieces_begins_the_proof_anew() -> None:
    link = moving(broken(), PROOF - 1)
    link.note_trouble()
    assert moving(link, PROOF - 1).mode is Mode.PIECES


def blocks_until_streaming(link: Link) -> int:
    blocks = 0
    while link.mode is Mode.PIECES:
        moving(link, 1)
        blocks += 1
    return blocks


def test_who_came_back_too_early_shows_twice_as_much_the_next_time() -> None:
    link, shown = broken(), []
    for _ in range(8):
        shown.append(blocks_until_streaming(link))
        link.note_trouble(2)
    assert shown[2:5] == [4 * PROOF, 8 * PROOF, 16 * PROOF]
    assert shown[-1] == MOST_PROOF


def test_a_whole_attachment_without_trouble_makes_the_next_proof_short_again() -> None:
    link = broken()
    for _ in range(5):
        blocks_until_streaming(link)
        link.note_trouble(2)
    blocks_until_streaming(link)
    link.note_whole()
    link.note_trouble(2)
    assert blocks_until_streaming(link) < 3 * PROOF


def answering(link: Link, times: int, seconds: float) -> Link:
    for _ in range(times):
        link.note_answer(seconds)
    return link


def test_a_quick_and_steady_link_is_worth_a_wait_at_the_hub() -> None:
    assert answering(Link(), 3, 0.6).is_good
    assert not answering(Link(), 2, 0.6).is_good
    assert not answering(Link(), 10, 3.0).is_good
    assert not answering(broken(), 3, 0.6).is_good


def test_a_break_ends_the_waiting_until_some_answers_came() -> None:
    link = answering(Link(), 10, 0.1)
    link.note_trouble()
    assert not answering(link, 2, 0.1).is_good
    assert answering(link, 10, 0.1).is_good


NOTES = st.lists(
    st.one_of(
        st.floats(0.01, 60).map(lambda seconds: ("moved", seconds)),
        st.floats(0.01, 30).map(lambda seconds: ("answered", seconds)),
        st.just(("trouble", 0.0)),
    ),
    max_size=80,
)


@given(NOTES)
def test_whatever_was_a_long_quiet_spell_leads_back_to_streams(notes: list[tuple[str, float]]) -> None:
    link = Link()
    for kind, seconds in notes:
        if kind == "moved":
            link.note_moved(BLOCK, seconds)
        elif kind == "answered":
            link.note_answer(seconds)
        else:
            link.note_trouble()
        assert link.trouble >= 0
    moving(link, MOST_PROOF + 200)
    assert link.mode is Mode.STREAM
    assert link.trouble < 0.1


def test_silence_is_borne_four_times_as_long_as_a_piece_takes() -> None:
    timer = StallTimer()
    assert timer.seconds == STALL_SECONDS
    for _ in range(100):
        timer.note_moved(5.0)
    assert 19.9 < timer.seconds <= 20.0


def test_a_stall_doubles_the_patience_once_however_many_connections_stalled() -> None:
    timer = StallTimer()
    for _ in range(8):
        timer.note_stall(STALL_SECONDS)
    assert timer.seconds == 2 * STALL_SECONDS
    for borne in (16.0, 32.0, 64.0, 120.0, 120.0):
        timer.note_stall(borne)
    assert timer.seconds == LONGEST_STALL_SECONDS
    timer.note_moved(1.0)
    assert timer.seconds == STALL_SECONDS
