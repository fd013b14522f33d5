"""The draw by lot: anybody draws the same, and nobody inspects his own case."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stationapp.domain.random_draw import Candidate, Inspector, draw, draw_to_mapping, list_digest
from stationapp.domain.refusal import Refused

PEOPLE = [Inspector(f"p{n}", f"测试{n}", "desk") for n in range(6)]
CASES = [Candidate(f"case-{n:03}", f"No{n}", frozenset({f"p{n % 3}"})) for n in range(50)]


def test_the_published_algorithm_is_the_one_that_draws():
    made = draw(CASES, PEOPLE, "20261201公开摇号0731", 5)
    lots = {
        hashlib.sha256(f"20261201公开摇号0731|case|{row.case_id}".encode()).hexdigest(): row for row in CASES
    }
    assert [row.case_id for row in made.drawn] == [lots[one].case_id for one in sorted(lots)[:5]]
    first = made.drawn[0]
    free = [one for one in PEOPLE if one.person_id not in lots[first.lot].touched_by]
    own = {
        hashlib.sha256(
            f"20261201公开摇号0731|inspector|{first.case_id}|{one.person_id}".encode()
        ).hexdigest(): one
        for one in free
    }
    assert list(first.inspectors) == [own[one] for one in sorted(own)[:2]]


@given(st.permutations(CASES[:12]), st.permutations(PEOPLE), st.text(min_size=1).filter(str.strip))
def test_the_order_of_the_lists_does_not_matter(cases, people, seed):
    made = draw(cases, people, seed, 4)
    assert made == draw(CASES[:12], PEOPLE, seed, 4)
    for row in made.drawn:
        touched = next(one.touched_by for one in CASES if one.case_id == row.case_id)
        assert not touched & {one.person_id for one in row.inspectors}
        assert len({one.person_id for one in row.inspectors}) == 2


def test_another_seed_draws_others_and_more_never_changes_who_came_first():
    made = draw(CASES, PEOPLE, "1", 10)
    assert made.drawn != draw(CASES, PEOPLE, "2", 10).drawn
    assert made.drawn[:4] == draw(CASES, PEOPLE, "1", 4).drawn
    assert len(draw(CASES[:3], PEOPLE, "1", 10).drawn) == 3


def test_a_draw_says_what_it_drew_from():
    made = draw_to_mapping(draw(CASES, PEOPLE, "1", 2, 1))
    assert (made["candidates"], made["inspectors"], made["seed"]) == (50, 6, "1")
    assert made["cases_digest"] == list_digest(row.case_id for row in CASES)
    assert [len(row["inspectors"]) for row in made["drawn"]] == [1, 1]


@pytest.mark.parametrize(
    ("seed", "wanted", "people"), [(" ", 1, PEOPLE), ("1", 0, PEOPLE), ("1", 1, PEOPLE[:1])]
)
def test_a_draw_that_cannot_be_fair_is_refused(seed, wanted, people):
    with pytest.raises(Refused):
        draw(CASES, people, seed, wanted)


def test_a_case_that_everybody_touched_is_named():
    touched = Candidate("case-x", "游仙2026-1", frozenset(one.person_id for one in PEOPLE))
    with pytest.raises(Refused, match="游仙2026-1没有经手过的抽查人员只有0名"):
        draw([touched], PEOPLE, "1", 1)
