"""Telling where the stored projections differ from what the log says they should be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from stationapp.store.projection import Projected
from stationapp.store.repositories.projections import ProjectionQueries, found_by
from stationapp.store.search_text import Searchable


def differences(projections: ProjectionQueries) -> list[str]:
    """Return one line per difference, naming cases by key and columns, never what they hold; none when equal.

    Reads the whole log once and every derived table once.
    """
    terms, numbers = _sums(projections.search_terms()), _sums(projections.number_rows())
    lines = projections.line_keys()
    found: list[str] = []
    for key in projections.case_keys():
        expected = projections.derive(key)
        found += _in_rows(projections, key, expected)
        searched = found_by(expected.line if expected else None)
        if terms.pop(key, 0) != _sum(_terms(searched)):
            found.append(f"case {key}: text search")
        if numbers.pop(key, 0) != _sum(searched.tokens if searched else ()):
            found.append(f"case {key}: numbers")
        lines.discard(key)
    found += [f"case {key}: derived rows without a log" for key in sorted({*terms, *numbers, *lines})]
    return found


def _in_rows(projections: ProjectionQueries, key: int, expected: Projected | None) -> Iterator[str]:
    line, batches = projections.stored(key)
    if expected is None:
        if line is not None or batches:
            yield f"case {key}: shown, but should not be"
        return
    if line is None:
        yield f"case {key}: not shown, but should be"
        return
    wrong = [name for name, value in expected.line.items() if line[name] != value]
    if wrong:
        yield f"case {key}: {', '.join(wrong)}"
    if batches != expected.batches:
        yield f"case {key}: batches"


def _terms(searched: Searchable | None) -> Iterator[tuple[str, int, str]]:
    """What the text search should hold of a case."""
    if searched is not None:
        for column, tokens in (("pairs", searched.pairs), ("singles", searched.singles)):
            kept = (token for token in tokens.split(" ") if token)
            yield from ((column, place, token) for place, token in enumerate(kept))


def _sums(rows: Iterable[tuple[int, Hashable]]) -> dict[int, int]:
    """One number per case over everything it has, whatever the order: a set of millions would not fit."""
    sums: defaultdict[int, int] = defaultdict(int)
    for key, row in rows:
        sums[key] ^= hash(row)
    return sums


def _sum(rows: Iterable[Hashable]) -> int:
    total = 0
    for row in rows:
        total ^= hash(row)
    return total
