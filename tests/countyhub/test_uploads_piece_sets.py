"""Sets of pieces: what is missing, how far the beginning goes, and what a stream may write."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from countyhub.attachments import pieces


@given(st.integers(1, 200_000), st.data())
def test_what_is_missing_is_what_did_not_come(length, data):
    count = pieces.count(length)
    here = data.draw(st.sets(st.integers(0, count - 1)))
    reached = data.draw(st.integers(0, length))
    bits = ""
    for number in here:
        bits = pieces.with_piece(bits, number)
    reached = pieces.extended(bits, reached, length)
    there = {byte for number in here for byte in (pieces.bounds(number, length)[0],)}
    for number in range(count):
        first, end = pieces.bounds(number, length)
        assert pieces.is_there(bits, reached, number, length) == (first in there or end <= reached)
    runs = pieces.missing(bits, reached, length)
    listed = [number for first, last in runs for number in range(first, last + 1)]
    assert listed == [n for n in range(count) if not pieces.is_there(bits, reached, n, length)]
    assert all(after[0] > before[1] + 1 for before, after in pairwise(runs))
    assert reached == length or not pieces.is_there(bits, 0, reached // pieces.PIECE_BYTES, length)


@given(st.sets(st.integers(0, 12)), st.integers(0, 200_000), st.integers(0, 200_000))
def test_a_stream_writes_every_byte_outside_the_checked_pieces_and_none_within(here, start, size):
    bits = ""
    for number in here:
        bits = pieces.with_piece(bits, number)
    end = start + size
    covered = sum(stop - first for first, stop in pieces.gaps(bits, start, end))
    inside = sum(
        max(0, min(end, (n + 1) * pieces.PIECE_BYTES) - max(start, n * pieces.PIECE_BYTES)) for n in here
    )
    assert covered == size - inside
    for first, stop in pieces.gaps(bits, start, end):
        assert start <= first < stop <= end
        assert first // pieces.PIECE_BYTES not in here
