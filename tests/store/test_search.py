"""Search: everything that is there is found, and nothing that lacks a word."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from stationapp.domain.events import CaseEvent
from stationapp.domain.refusal import Reason
from stationapp.store.initials import name_initials
from stationapp.store.rebuild import compare
from stationapp.store.records import CaseQuery
from stationapp.store.repositories import case_search
from stationapp.store.search_text import folded, words_of
from stationapp.store.station_store import StationStore
from store.world import AGENT, CLERK, DEVICE, QUICK, World, event, facts_of, fresh_store, handover

RARE = ("吴䶮", "㛃㛃", "田𬭎", "𡋾大山", "葛󠄀飾", "阿依古丽·买买提", "Mary-Ann O’Neil")


@dataclass(frozen=True)
class Findable:
    """A case as its applicant would describe it."""

    case_id: str
    name: str
    item: str
    address: str
    issued: str
    document: str
    phone: str
    code: str

    def has(self, word: str) -> bool:
        """The plain rule, written without any index."""
        texts = [folded(self.name), folded(self.item), folded(self.address), *name_initials(self.name)]
        texts.append("".join(lazy_pinyin(self.item, style=Style.FIRST_LETTER)))
        if any(word in text for text in texts):
            return True
        if word == folded(self.code):
            return True
        issued, personal = folded(self.issued), [folded(self.document), folded(self.phone)]
        if issued.startswith(word) or word in personal:
            return True
        if len(word) < 4:
            return False
        return issued.endswith(word) or any(n.startswith(word) or n.endswith(word) for n in personal)


def made(received: CaseEvent) -> Findable:
    """A receipt in the words it can be found by."""
    asked = received.facts["application"]
    who = asked["applicant"]
    return Findable(
        received.case_id,
        who["name"],
        asked["item_name"],
        who["address"],
        received.facts["receipt_number"],
        who["document_number"],
        who["phone"],
        received.facts["enquiry_code"],
    )


def receive(world: World, name: str, item: str, address: str, document: str, phone: str) -> CaseEvent:
    """A receipt with these words in it."""
    return world.receive(name=name, item_name=item, address=address, document_number=document, phone=phone)


def add(store: StationStore, world: World, *words: str) -> Findable:
    """Receive a case with these words in it."""
    received = receive(world, *words)
    world.append(store, received)
    return made(received)


def found(store: StationStore, text: str) -> set[str]:
    """The cases a search finds; counting must agree."""
    with store.read() as unit:
        ids = unit.cases.find(CaseQuery(text=text))
        assert unit.cases.count(CaseQuery(text=text)) == len(ids)
        assert set(unit.cases.find(CaseQuery(text=text), 100)) == set(ids)
        return set(ids)


CHARACTERS = st.sampled_from("张三丰王小明单曾长行乐䶮㛃𬭎a1")
NAMES = st.text(CHARACTERS, min_size=1, max_size=4)
ITEMS = st.sampled_from(["城乡居民基本养老保险参保登记", "临时救助", "老年人优待证", "失业登记（含更正）"])
DIGITS = st.text(st.sampled_from("1234"), min_size=1, max_size=8)
CASES = st.lists(st.tuples(NAMES, ITEMS, NAMES, DIGITS, DIGITS), min_size=1, max_size=12)


@settings(QUICK, max_examples=40)
@given(
    cases=CASES,
    queries=st.lists(st.one_of(NAMES, DIGITS, st.text("abcxyzlsq ", max_size=3)), max_size=8),
    few=st.integers(0, 3),
)
def test_a_search_finds_exactly_the_cases_with_every_word(
    cases: list[tuple[str, str, str, str, str]], queries: list[str], few: int
) -> None:
    with fresh_store() as store, pytest.MonkeyPatch.context() as patch:
        # With small limits all three ways to a first page are taken.
        patch.setattr(case_search, "MOST_LOOKED_UP", few)
        patch.setattr(case_search, "MOST_IN_A_SET", 2 * few)
        world = World()
        received = [receive(world, *case) for case in cases]
        world.append_together(store, *received)
        findable = [made(one) for one in received]
        asked = [*queries, *(query[:1] for query in queries), " ".join(queries[:2])]
        asked += [part for case in cases for part in (case[0], case[0][-2:], case[1][2:4], case[3])]
        for text in asked:
            words = [word.text for word in words_of(text)]
            expected = {case.case_id for case in findable if all(case.has(word) for word in words)}
            assert found(store, text) == expected, text
        assert compare(store) == []


@pytest.mark.parametrize("name", RARE)
def test_every_run_of_characters_of_a_name_finds_it(store: StationStore, world: World, name: str) -> None:
    case = add(store, world, name, "临时救助", "", "123456", "")
    add(store, world, "口", "口", "", "654321", "")
    runs = {name[start:end] for start in range(len(name)) for end in range(start + 1, len(name) + 1)}
    for run in runs:
        if words_of(run):
            assert found(store, run) == {case.case_id}, run


def test_a_number_is_found_with_or_without_hyphens_from_its_beginning(
    store: StationStore, world: World
) -> None:
    case = add(store, world, "张三", "临时救助", "", "510721194203078528", "13900001111")
    number = case.issued
    for text in (
        number,
        number.replace("-", ""),
        number[:13],
        number[:5],
        number[-7:],
        "１３９０",
        "1111",
        "078528",
    ):
        assert found(store, text) == {case.case_id}, text
    for text in (number[1:9], "0721194", "85280", "3900"):
        assert found(store, text) == set(), text


SUPPLEMENT = "游仙沉抗补告〔2026〕010007号"


@pytest.mark.parametrize(
    "text",
    [
        SUPPLEMENT,
        "游仙沉抗补告[2026]010007号",
        "游仙沉抗补告（2026）010007",
        "游仙沉抗补告2026",
        "游仙沉抗补告",
        "游仙沉",
    ],
)
def test_a_document_number_is_found_whole_and_from_its_beginning(
    store: StationStore, world: World, text: str
) -> None:
    case, other = world.receive(), world.receive()
    facts = {**facts_of("request_supplement"), "document_number": SUPPLEMENT}
    world.confirm(store, case, event(case.case_id, "request_supplement", CLERK, facts))
    world.confirm(store, other)
    assert found(store, text) == {case.case_id}
    assert compare(store) == []


def test_a_document_number_is_not_found_by_its_middle_or_end(store: StationStore, world: World) -> None:
    case = world.receive()
    facts = {**facts_of("request_supplement"), "document_number": SUPPLEMENT}
    world.confirm(store, case, event(case.case_id, "request_supplement", CLERK, facts))
    for text in ("沉抗补告", "2026010007", "010007号", SUPPLEMENT + "1"):
        assert found(store, text) == set(), text


def test_the_number_of_a_refused_paper_still_finds_its_case(store: StationStore, world: World) -> None:
    case = world.receive()
    facts = {**facts_of("accept"), "document_number": "游仙沉抗受〔2026〕010001号"}
    world.append(store, case, event(case.case_id, "accept", CLERK, facts))
    with store.write() as unit:
        unit.events.apply_verdict(DEVICE, 2, "refused", 0, "", [Reason("bad", "不能受理。")])
    assert found(store, "游仙沉抗受〔2026〕010001号") == {case.case_id}
    assert compare(store) == []


def test_a_batch_number_finds_all_cases_that_were_ever_in_it(store: StationStore, world: World) -> None:
    cases = [world.receive() for _ in range(3)]
    sent = [handover(cases[0].case_id, 1, 2), handover(cases[1].case_id, 1, 2), handover(cases[2].case_id, 2)]
    world.append_together(store, *cases, *sent)
    world.append(store, event(cases[1].case_id, "recall", AGENT, facts_of("recall")))
    number = sent[0].facts["batch_number"]
    both = {cases[0].case_id, cases[1].case_id}
    for text in (number, number.lower(), number.replace("-", ""), number[:-1]):
        assert found(store, text) == both, text
    assert found(store, number[:23]) == {case.case_id for case in cases}
    assert found(store, number[-8:]) == set()
    with store.read() as unit:
        assert unit.cases.by_number(number) is None
    assert compare(store) == []


def test_an_enquiry_code_is_found_only_whole(store: StationStore, world: World) -> None:
    case = add(store, world, "张三", "临时救助", "", "111111", "")
    code = case.code
    for text in (code, code.lower(), code.replace("-", ""), code.replace("-", " ").replace(" ", "－")):
        assert found(store, text) == {case.case_id}, text
    for text in (code[:-1], code[1:], code + "3"):
        assert found(store, text) == set(), text
    assert compare(store) == []


def test_an_identity_number_needs_four_characters(store: StationStore, world: World) -> None:
    case = add(store, world, "张三", "临时救助", "", "62012319420307852X", "")
    assert found(store, "620") == set()
    assert found(store, "6201") == {case.case_id}
    assert found(store, "852x") == {case.case_id}
    assert found(store, "52X") == set()


def test_initials_find_a_name_by_each_of_its_readings(store: StationStore, world: World) -> None:
    case = add(store, world, "单长乐", "办理户口", "", "123456", "")
    assert {"scl", "dcl", "szl", "scy"} <= set(name_initials("单长乐"))
    for text in ("scl", "DCL", "szl", "cl", "blhk", "scl 户口"):
        assert found(store, text) == {case.case_id}, text
    assert found(store, "xyz") == set()


def test_several_words_must_all_be_there(store: StationStore, world: World) -> None:
    first = add(store, world, "张三", "临时救助", "抗香村", "111111", "")
    add(store, world, "张三", "失业登记", "", "222222", "")
    add(store, world, "李四", "临时救助", "", "333333", "")
    assert found(store, "张三 临时") == {first.case_id}
    assert found(store, "  临时　张  抗香 ") == {first.case_id}
    assert found(store, "张三 临时 222222") == set()


def test_words_do_not_reach_over_the_end_of_a_field(store: StationStore, world: World) -> None:
    add(store, world, "张三", "临时救助", "抗香村", "111111", "")
    assert found(store, "三临") == set()
    assert found(store, "助抗") == set()


@pytest.mark.parametrize(
    "text",
    ['"', "'", "张 AND", "张*", "NEAR(张 三)", "pairs : 张", "^张", "张-三", "%", "_", "\\", "(", "张\x00三"],
)
def test_signs_of_the_query_language_mean_nothing(store: StationStore, world: World, text: str) -> None:
    case = add(store, world, "张三", "临时救助", "", "111111", "")
    expected = (
        {case.case_id}
        if text in {'"', "'", "张*", "^张", "张-三", "%", "_", "\\", "(", "张\x00三"}
        else set()
    )
    assert found(store, text) == expected


def test_a_search_follows_a_corrected_name(store: StationStore, world: World) -> None:
    noted = world.receive(name="张三")
    noted = replace(noted, move="note_missing")
    corrected = world.receive(noted.case_id, name="章三")
    world.append(store, noted, corrected)
    assert found(store, "张三") == set()
    assert found(store, "章三") == {noted.case_id}
    assert compare(store) == []
