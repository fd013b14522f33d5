"""Every paper of the registry, in every variant a station prints."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from stationapp.documents.preview import extract_text, render_pages
from stationapp.documents.registry import LARGE_TYPE, PAPERS, render
from stationapp.platform.fonts import find_fonts

KINDS = ("sample", "sample_long", "sample_sparse")
MOST_PAGES = {
    "handover_list": 40,
    "routing_slip": 10,
    "supplement_notice": 8,
    "item_guide": 6,
    "home_visit_kit": 8,
}
USUAL_PAGES = {"item_guide": 2}  # Others have a page for each part.
# What a paper carries for machines, or turns into other words.
NOT_SHOWN = {"qr_payload", "digest", "subject", "electronic_address", "postal_number", "refusal", "relation"}
# One cell over two pages is torn in the text as it is on paper.
LONGEST_UNTORN = 300


def squeezed(text: str) -> str:
    return "".join(text.split())


def texts_in(data: Any) -> Iterator[str]:
    for field in dataclasses.fields(data):
        value = getattr(data, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if dataclasses.is_dataclass(item):
                yield from texts_in(item)
            elif isinstance(item, str) and field.name not in NOT_SHOWN and len(item) <= LONGEST_UNTORN:
                yield item


@pytest.mark.skipif(bool(find_fonts().missing), reason="set-up has not fetched all fonts")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PAPERS)
def test_everything_in_the_data_can_be_read_out_of_the_pdf(name: str, kind: str, press: Any) -> None:
    found = squeezed(extract_text(press.sample(name, kind)))
    lost = [text for text in texts_in(getattr(PAPERS[name], kind)()) if squeezed(text) not in found]
    assert not lost


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PAPERS)
def test_a_reprint_in_large_type_keeps_its_number_and_says_on_every_page_that_it_is_one(
    name: str, kind: str, press: Any
) -> None:
    number = squeezed(PAPERS[name].compose(getattr(PAPERS[name], kind)()).number)
    original = extract_text(press.sample(name, kind, scale=LARGE_TYPE))
    reprint = extract_text(press.sample(name, kind, scale=LARGE_TYPE, copy=3))
    for page in original.split("\f"):
        assert number in squeezed(page)
        assert "补打" not in page
    for page in reprint.split("\f"):
        assert number in squeezed(page)
        assert "补打第2次" in squeezed(page)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_has_as_many_pages_as_it_needs_and_every_page_is_a4(name: str, kind: str, press: Any) -> None:
    pages = render_pages(press.sample(name, kind), 36)
    usual = USUAL_PAGES.get(name, len(PAPERS[name].parts))
    most = MOST_PAGES.get(name, 4) if kind == "sample_long" else usual
    assert 1 <= len(pages) <= most
    landscape = PAPERS[name].compose(getattr(PAPERS[name], kind)()).landscape
    expected = (421, 298) if landscape else (298, 421)
    assert {(page.width, page.height) for page in pages} == {expected}


@pytest.mark.parametrize("name", PAPERS)
def test_no_page_is_blank_and_nothing_is_drawn_into_the_margins(name: str, press: Any) -> None:
    for page in render_pages(press.sample(name, "sample_long", scale=LARGE_TYPE), 36):
        rows = [page.rgba[y * page.width * 4 : (y + 1) * page.width * 4] for y in range(page.height)]
        edge = 9  # A quarter of an inch at 36 dots to the inch; no office printer prints further out.
        # Leave out the cut line, which runs from edge to edge.
        dark = [row for row in rows if min(row) < 128 and min(row[: edge * 4] + row[-edge * 4 :]) > 200]
        assert len(dark) > 20
        margins = b"".join(rows[:edge] + rows[-edge:])
        assert min(margins) > 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PAPERS)
def test_every_font_in_the_file_is_embedded_and_can_be_searched(
    name: str, kind: str, press: Any, reader: Any
) -> None:
    fonts = reader.fonts(press.sample(name, kind))
    assert fonts
    assert [font for font, embedded in fonts.items() if not embedded] == []


@pytest.mark.parametrize("name", PAPERS)
def test_the_same_data_gives_the_same_bytes(name: str, press: Any) -> None:
    assert press.fresh(name) == press.sample(name)


@pytest.mark.parametrize("name", PAPERS)
def test_each_part_is_named_on_paper_and_the_registry_says_what_the_paper_rests_on(
    name: str, press: Any
) -> None:
    paper = PAPERS[name]
    text = extract_text(press.sample(name))
    assert all(part in text for part in paper.parts)
    assert paper.basis
    assert paper.name == name


def test_papers_printed_at_the_same_time_do_not_disturb_each_other(press: Any) -> None:
    wanted = {name: press.sample(name) for name in PAPERS}
    with ThreadPoolExecutor(4) as pool:
        printed = list(pool.map(press.fresh, [*PAPERS] * 3))
    assert printed == [*wanted.values()] * 3


def test_the_creation_date_is_the_time_of_printing(press: Any) -> None:
    assert b"D:20261121090600" in press.sample("decision")


def test_wrong_data_copies_and_scales_are_refused() -> None:
    now, data = datetime.fromisoformat("2026-11-21T09:06"), PAPERS["decision"].sample()
    with pytest.raises(TypeError, match="material_receipt needs MaterialReceipt"):
        render("material_receipt", data, printed_at=now, printed_by="何青禾")
    with pytest.raises(ValueError, match="copy 0"):
        render("decision", data, copy=0, printed_at=now, printed_by="何青禾")
    with pytest.raises(ValueError, match="scale 5"):
        render("decision", data, scale=5, printed_at=now, printed_by="何青禾")
    with pytest.raises(KeyError):
        render("no_such_paper", data, printed_at=now, printed_by="何青禾")
