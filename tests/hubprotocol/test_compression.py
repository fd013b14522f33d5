"""Bodies come out as they went in, by every coding; what is damaged, strange or too long is told apart."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from hubprotocol import compression
from hubprotocol.compression import DCZ, IDENTITY, NEWEST, ZSTD, pack, unpack

ROOT = Path(__file__).parents[2]
LIMIT = 1_000_000
BODY = (
    b'{"protocol":1,"device":"d2997a91cf05c8a577581799eafd7b61","sent_at":"2026-03-02T09:00:50.123+08:00"}'
    * 3
)


@given(body=st.one_of(st.binary(max_size=300), st.binary(min_size=1, max_size=9).map(lambda one: one * 5000)))
@pytest.mark.parametrize("shared", ["", NEWEST])
def test_every_body_comes_out_as_it_went_in(body: bytes, shared: str) -> None:
    packed, coding = pack(body, shared)
    assert unpack(packed, coding, LIMIT) == body
    assert coding in ({IDENTITY, DCZ, ZSTD} if shared else {IDENTITY, ZSTD})


def test_the_coding_with_a_dictionary_is_that_of_the_standard() -> None:
    content = (ROOT / "sync/hubprotocol/dictionaries" / f"{NEWEST}.zdict").read_bytes()
    packed, coding = pack(BODY, NEWEST)
    assert coding == DCZ
    assert packed[:8].hex() == "5e2a4d1820000000"
    assert packed[8:40] == hashlib.sha256(content).digest()
    raw = zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    # The first forty bytes are a frame that any decoder skips.
    with zstandard.ZstdDecompressor(dict_data=raw).stream_reader(packed, read_across_frames=True) as reader:
        assert reader.read() == BODY


def test_a_short_body_is_shorter_with_the_dictionary_and_a_long_one_goes_without() -> None:
    assert len(pack(BODY, NEWEST)[0]) < len(pack(BODY)[0]) * 0.9
    assert pack(bytes(range(256)) * 200, NEWEST)[1] == ZSTD


def test_what_cannot_be_unpacked_is_told_apart() -> None:
    packed, _ = pack(BODY, NEWEST)
    for damaged in (packed[:30], packed[:50], b"x" + packed[1:], packed[:40] + b"no frame"):
        with pytest.raises(compression.NotUnpackable):
            unpack(damaged, DCZ, LIMIT)
    with pytest.raises(compression.StrangeCodingError):
        unpack(packed[:8] + bytes(32) + packed[40:], DCZ, LIMIT)
    with pytest.raises(compression.StrangeCodingError):
        unpack(packed, "gzip", LIMIT)


@pytest.mark.parametrize("shared", ["", NEWEST])
def test_a_bomb_is_not_unpacked(shared: str) -> None:
    packed, coding = pack(bytes(30_000), shared)
    assert len(packed) < 100
    with pytest.raises(compression.TooLong):
        unpack(packed, coding, 29_999)
    assert len(unpack(packed, coding, 30_000)) == 30_000


def test_a_dictionary_is_known_by_what_a_request_says_of_it() -> None:
    assert compression.announced(compression.available()) == NEWEST
    assert compression.announced(":AAAA:") == compression.announced("") == ""
    assert compression.used_in(pack(BODY, NEWEST)[0]) == NEWEST
    assert compression.used_in(b"") == ""


def test_the_stored_events_make_the_published_dictionary_again() -> None:
    """Trained with another version of the library it may differ; what is published counts, and still fits."""
    trainer = runpy.run_path(str(ROOT / "packaging" / "dictionary" / "train.py"))
    events = trainer["envelopes"]()
    assert len(events) > 1000
    body = trainer["request"](events[:1], events[0])
    assert len(pack(body, NEWEST)[0]) < len(pack(body)[0]) / 2
    assert len(compression.content_of(NEWEST)) == trainer["BYTES"]
