"""One material has one key and one entry, whatever the items call it."""

from __future__ import annotations

import json

import pytest

from stationapp.domain.catalogue import Catalogue
from stationapp.domain.catalogue_codec import catalogue_from_mapping, catalogue_to_mapping
from stationapp.domain.material_dictionary import (
    MaterialDictionary,
    MaterialEntry,
    dictionary_from_mapping,
    dictionary_to_mapping,
)

CARD = MaterialEntry("id-card", "居民身份证", ("身份证", "申请人身份证"), issuer="公安机关", valid_days=365)
BOOK = MaterialEntry("household-book", "户口簿")
DICTIONARY = MaterialDictionary((CARD, BOOK))


def test_an_entry_is_found_by_each_of_its_names() -> None:
    assert DICTIONARY.named("申请人身份证") is CARD
    assert DICTIONARY.named("居民身份证") is CARD
    assert DICTIONARY.named("护照") is None
    assert DICTIONARY.entry("household-book") is BOOK


@pytest.mark.parametrize("other", [MaterialEntry("id-card", "护照"), MaterialEntry("card", "身份证")])
def test_a_key_or_a_name_stands_only_once(other: MaterialEntry) -> None:
    with pytest.raises(ValueError, match="share"):
        MaterialDictionary((CARD, other))


def test_a_dictionary_comes_back_as_it_was_also_inside_a_catalogue() -> None:
    wire = json.dumps(dictionary_to_mapping(DICTIONARY), ensure_ascii=False)
    assert dictionary_from_mapping(json.loads(wire)) == DICTIONARY
    catalogue = Catalogue(3, "2026-01-01T00:00:00+08:00", (), DICTIONARY)
    assert catalogue_from_mapping(json.loads(json.dumps(catalogue_to_mapping(catalogue)))) == catalogue


@pytest.mark.parametrize(
    "row", [{"key": "", "name": "表"}, {"key": "k", "name": ""}, {"key": "k", "name": "表", "issuer": 7}]
)
def test_a_malformed_entry_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="material"):
        dictionary_from_mapping({"materials": [row]})
