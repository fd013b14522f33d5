"""Pieces of a file of fixed size, and what of a file is there: a contiguous beginning, and pieces behind it.

Which pieces are there is a set of bits in hexadecimal, the lowest bit for piece 0, so that it fits a text column.
"""

from __future__ import annotations

from collections.abc import Iterator

PIECE_BYTES = 16 * 1024


def count(length: int) -> int:
    """Return the number of pieces of a file of `length` bytes."""
    return -(-length // PIECE_BYTES)


def bounds(number: int, length: int) -> tuple[int, int]:
    """Return the first byte of a piece and the byte after its last."""
    return number * PIECE_BYTES, min((number + 1) * PIECE_BYTES, length)


def with_piece(bits: str, number: int) -> str:
    """Return the set with one more piece."""
    return f"{int(bits or '0', 16) | 1 << number:x}"


def extended(bits: str, reached: int, length: int) -> int:
    """Return how far the contiguous beginning goes, when all bytes before `reached` are there."""
    there = int(bits or "0", 16)
    while reached < length and there >> (reached // PIECE_BYTES) & 1:
        reached = bounds(reached // PIECE_BYTES, length)[1]
    return reached


def is_there(bits: str, reached: int, number: int, length: int) -> bool:
    """Tell whether a piece is there, by itself or as part of the beginning."""
    return bounds(number, length)[1] <= reached or bool(int(bits or "0", 16) >> number & 1)


def missing(bits: str, reached: int, length: int) -> list[tuple[int, int]]:
    """Return the runs of pieces that are not there: first and last number of each."""
    runs: list[tuple[int, int]] = []
    for number in range(count(length)):
        if is_there(bits, reached, number, length):
            continue
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def gaps(bits: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches from `start` to before `end` that no piece covers: what is checked is not overwritten."""
    there = int(bits or "0", 16)
    while start < end:
        number = start // PIECE_BYTES
        stop = min((number + 1) * PIECE_BYTES, end)
        if not there >> number & 1:
            yield start, stop
        start = stop
