"""The sealed file: what goes in comes out, and nothing else passes for it."""

from __future__ import annotations

import io
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubprotocol.courier import records
from hubprotocol.courier.boxes import open_key, seal_key
from hubprotocol.courier.container import BLOCK_BYTES, Record, Writer, opened, scan
from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.manifest import Contents, up_text
from hubprotocol.courier.messages import CarryRequest, Direction, HeaderMessage
from hubprotocol.courier.stick import StickWriter, find, folder_of, name_of
from hubprotocol.envelope import GENESIS
from hubprotocol.keys import sign_public_of

DEVICE, HUB = bytes([1] * 32), bytes([2] * 32)
KEY = bytes(range(32))


def sealed(contents, *, key=KEY, **changes):
    """A file with records of given kinds and bytes; returns its bytes and what the writer says of it."""
    out = io.BytesIO()

    def header(stream):
        fields = {
            "format": 1,
            "direction": Direction.UP,
            "device": "d" * 32,
            "station": "510704105209",
            "hub": sign_public_of(HUB).hex(),
            "number": 1,
            "previous_number": 0,
            "previous_hash": GENESIS,
            "made_at": "2026-11-22T09:00:00+08:00",
            "key": seal_key(sign_public_of(HUB), key).hex(),
            "stream": stream.hex(),
            "manifest": GENESIS,
        }
        return HeaderMessage(**fields | changes)

    writer = Writer(out.write, key, header)
    for kind, data in contents:
        writer.record(kind, len(data), (data,))
    written = writer.finish(DEVICE)
    return out.getvalue(), written


def unsealed(data, key=KEY):
    found = scan(io.BytesIO(data))
    return [(record.kind, b"".join(record.blocks)) for record in opened(io.BytesIO(data), found, key)]


@given(st.lists(st.tuples(st.sampled_from([b"A", b"E", b"?"]), st.binary(max_size=200)), max_size=8))
def test_what_goes_in_comes_out(contents):
    data, written = sealed(contents)
    found = scan(io.BytesIO(data))
    assert found == written
    assert found.is_signed_by(sign_public_of(DEVICE))
    assert not found.is_signed_by(sign_public_of(HUB))
    assert unsealed(data) == contents


def test_long_records_stream_through_many_blocks():
    data = secrets.token_bytes(3 * BLOCK_BYTES + 17)
    file, written = sealed([(b"A", data), (b"E", b""), (b"A", data[:BLOCK_BYTES])])
    assert written.size == len(file)
    assert unsealed(file) == [(b"A", data), (b"E", b""), (b"A", data[:BLOCK_BYTES])]


def passes(data):
    """Whether bytes are a whole file signed by the device; every other answer has its sentence."""
    try:
        return scan(io.BytesIO(data)).is_signed_by(sign_public_of(DEVICE))
    except CourierFault as fault:
        return not fault.text


SMALL, _ = sealed([(b"E", b"one act"), (b"A", b"a scan")])


@given(st.integers(0, len(SMALL) - 1), st.integers(1, 255))
def test_no_changed_byte_passes(place, change):
    data = bytearray(SMALL)
    data[place] ^= change
    assert passes(SMALL)
    assert not passes(bytes(data))


@given(st.integers(0, len(SMALL) - 1))
def test_no_shortened_file_passes(length):
    with pytest.raises(CourierFault, match="truncated"):
        scan(io.BytesIO(SMALL[:length]))


@given(st.binary(min_size=1, max_size=20))
def test_nothing_may_follow(more):
    with pytest.raises(CourierFault, match="altered"):
        scan(io.BytesIO(SMALL + more))


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_with_a_reason(data):
    with pytest.raises(CourierFault):
        scan(io.BytesIO(data))


def test_another_key_opens_nothing():
    found = scan(io.BytesIO(SMALL))
    assert open_key(HUB, bytes.fromhex(found.header.key)) == KEY
    with pytest.raises(CourierFault, match="wrong-addressee"):
        open_key(DEVICE, bytes.fromhex(found.header.key))
    with pytest.raises(CourierFault, match="altered"):
        list(opened(io.BytesIO(SMALL), found, bytes(32)))


def test_a_file_that_changes_between_two_readings_is_found_out():
    first, second = sealed([(b"E", b"one")])[0], sealed([(b"E", b"two")])[0]
    found = scan(io.BytesIO(first))
    with pytest.raises(CourierFault, match="altered"):
        list(opened(io.BytesIO(second), found, KEY))


def test_a_newer_format_is_not_read_but_named():
    data, _ = sealed([], format=2)
    with pytest.raises(CourierFault, match="newer-format"):
        scan(io.BytesIO(data))


def test_a_record_holds_what_it_announced():
    with pytest.raises(ValueError, match="too few"):
        Writer(io.BytesIO().write, KEY, lambda stream: scan(io.BytesIO(SMALL)).header).record(
            b"A", 3, (b"ab",)
        )
    data, _ = sealed([(b"A", b"short")])
    found = scan(io.BytesIO(data))
    (record,) = opened(io.BytesIO(data), found, KEY)
    with pytest.raises(CourierFault, match="bad-content"):
        records.read_attachment(record)


def test_names_are_short_and_the_text_is_for_notepad():
    assert name_of(Direction.UP, 7) == "U0000007"
    text = up_text(
        "510704105209", "抗香村便民服务室", 7, "2026-11-22 09:00", "沉抗镇", Contents(2, 1, 3, ("R-1",))
    )
    assert text.startswith(b"\xef\xbb\xbf")
    assert all(line.endswith(b"\r\n") for line in text.splitlines(keepends=True))
    assert "办件 1 件，办理记录 2 条，扫描件 3 个" in text.decode("utf-8-sig")


@given(data=st.binary(max_size=300), part=st.integers(1, 100))
def test_parts_hold_what_was_written(tmp_path_factory, data, part):
    root = tmp_path_factory.mktemp("stick")
    writer = StickWriter(folder_of(root, "ab" * 16), "U0000001", max(part, 1 + len(data) // 900))
    writer.write(data)
    file = writer.place(b"text")
    assert [one.name for one in find(root)] == ["U0000001"]
    assert all(path.stat().st_size <= writer._part_bytes for path in file.parts)
    with find(root)[0].opened() as stream:
        assert b"".join(iter(lambda: stream.read(7), b"")) == data
    assert min(path.name for path in file.folder.iterdir()) == "U0000001.001"


def test_no_name_is_given_twice_and_no_half_file_has_one(tmp_path):
    folder = folder_of(tmp_path, "ab" * 16)
    writer = StickWriter(folder, "U0000001", 4)
    writer.write(b"half of it")
    assert find(tmp_path) == []
    writer.discard()
    assert list(folder.iterdir()) == []
    whole = StickWriter(folder, "U0000001", 4)
    whole.write(b"all of it")
    whole.place(b"")
    with pytest.raises(FileExistsError):
        StickWriter(folder, "U0000001")
    (folder / "U0000001.002").unlink()
    with pytest.raises(CourierFault, match="missing-part"), find(tmp_path)[0].opened():
        pass


def record_of(data):
    return Record(records.RECEIPT, len(data), iter([data]))


def packed(text, window):
    from zstandard import ZstdCompressionParameters, ZstdCompressor

    parameters = ZstdCompressionParameters.from_level(3, window_log=window)
    coder = ZstdCompressor(compression_params=parameters).compressobj()
    return coder.compress(text) + coder.flush()


def test_a_message_that_wants_a_huge_window_or_grows_without_end_is_refused(monkeypatch):
    text = CarryRequest(hash=GENESIS, size=1).model_dump_json().encode()
    assert records.read_message(record_of(packed(text, 20)), CarryRequest).size == 1
    with pytest.raises(CourierFault, match="bad-content"):
        records.read_message(record_of(packed(text, 27)), CarryRequest)
    monkeypatch.setattr(records, "MOST_UNPACKED_BYTES", 1000)
    with pytest.raises(CourierFault, match="message too long"):
        records.read_message(record_of(packed(text + b" " * 1000, 20)), CarryRequest)
