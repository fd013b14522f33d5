"""What a desk looks at costs what is on it, however many cases it has had: counted in steps of the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest

from many_cases import counted, multiply
from small_county import COUNTY_ITEM, ID_NUMBER
from stationapp.domain.people import Applicant
from stationapp.services.worklists import WORKLISTS, case_ids, nearest_due, overview, summaries
from stationapp.services.workplace import Workplace
from stationapp.store.records.cases import CaseSort
from windows import received

OF_ALL = {"all", "finished"}
"""Lists that hold all cases, or all that have ended."""
TOO_DEAR = {key for key, row in WORKLISTS.items() if row.ids is not None}
"""Lists that are never counted, and made only for whoever opens them."""
ON_THE_DESK = sorted(WORKLISTS.keys() - OF_ALL - TOO_DEAR)
FEW, MORE = 200, 1000
SPARE = 30
"""Steps by which two measurements may differ: a tree that is one level higher."""


@pytest.fixture
def desk(village: Workplace) -> Workplace:
    """A village with a case under way, and some that have ended."""
    received(village, COUNTY_ITEM, Applicant("吴䶮", "resident_id", ID_NUMBER))
    multiply(village, FEW)
    return village


def steps_of(workplace: Workplace, work: Callable[[], object]) -> int:
    with counted(workplace) as steps:
        work()
    assert steps.taken > 0
    return steps.taken


def grown(workplace: Workplace, works: dict[str, Callable[[], object]]) -> dict[str, int]:
    """How many steps more each work takes when many more cases have ended."""
    before = {name: steps_of(workplace, work) for name, work in works.items()}
    multiply(workplace, MORE)
    return {name: steps_of(workplace, work) - before[name] for name, work in works.items()}


def count(workplace: Workplace, key: str) -> int:
    with workplace.store.read() as unit:
        return unit.cases.count(WORKLISTS[key].query(workplace))


def test_cases_that_have_ended_cost_no_list_of_the_desk_a_step(desk: Workplace) -> None:
    """Neither its number, nor its ids in any order, nor a search in it."""
    works: dict[str, Callable[[], object]] = {}
    for key in ON_THE_DESK:
        works[f"{key} counted"] = lambda key=key: count(desk, key)
        works[f"{key} searched"] = lambda key=key: case_ids(desk, key, "张三")
        for sort in get_args(CaseSort):
            works[f"{key} by {sort}"] = lambda key=key, sort=sort: case_ids(desk, key, sort=sort)
    works["nearest due"] = lambda: nearest_due(desk, 8)
    assert {name: more for name, more in grown(desk, works).items() if more > SPARE} == {}


def test_the_desk_counts_the_rest_in_an_index_alone(desk: Workplace) -> None:
    """Each list of all cases costs a few steps a case, which do not read the case's row."""
    more = grown(desk, {"overview": lambda: overview(desk)})["overview"]
    assert more < 10 * MORE
    assert count(desk, "all") == 1 + FEW + MORE


def test_rows_of_a_list_cost_what_is_seen(desk: Workplace) -> None:
    seen = case_ids(desk, "all")[:100]
    assert grown(desk, {"a block": lambda: summaries(desk, seen)})["a block"] <= SPARE
