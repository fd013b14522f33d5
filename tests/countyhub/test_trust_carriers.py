"""The courier's endpoints × everybody who is not the carrier, and what a question by stick may ask for.

A carrier is any device. What one has under way another can neither disturb nor read; what came of it anybody hears
who holds the very file, since a stick may be copied, and it is sealed for the station that wrote it.
"""

from __future__ import annotations

import hashlib
import io
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from countyhub.acceptance.tables import EnvelopeRow
from countyhub.courier import spool
from courier_files import carry, records_of, sealed, spooled_whole
from hubprotocol.courier import records
from hubprotocol.courier.boxes import open_key
from hubprotocol.courier.container import Scan, scan
from hubprotocol.courier.faults import CourierFault
from hubprotocol.courier.messages import CarryResponse
from hubprotocol.messages import CursorMessage
from problem_answers import PERSONAL, expect

VILLAGE, OTHER, TOWN, WINDOW = "510704105209", "510704105213", "510704105000", "510704000000"
SCAN = b"an identity card" * 100
SHA256 = hashlib.sha256(SCAN).hexdigest()
# The same queries run on both engines; other tests show that.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STRANGERS = pytest.mark.parametrize(
    ("station", "desks"),
    [(VILLAGE, ()), (OTHER, ()), (TOWN, ()), (WINDOW, (f"{WINDOW}-rsj",))],
    ids=["another PC of the village", "a neighbour", "another PC of the township", "a department"],
)


class Carrying(NamedTuple):
    """A village's file that the township has brought to the half."""

    county: Any
    village: Any
    town: Any
    data: bytes

    @property
    def path(self) -> str:
        return f"/sync/v1/courier/{hashlib.sha256(self.data).hexdigest()}"

    def envelopes(self) -> int:
        with self.county.hub.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(EnvelopeRow)).scalar_one())


@pytest.fixture
def carrying(county: Any, monkeypatch: pytest.MonkeyPatch) -> Carrying:
    monkeypatch.setattr(spool, "PIECE_BYTES", 1000)
    village, town = county.enrol(VILLAGE, "agent"), county.enrol(TOWN, "clerk")
    village.receive(attachments=(SCAN,))
    made = Carrying(county, village, town, sealed(county, village, scans=(SCAN,)))
    assert len(made.data) > 2000
    assert carry(town, made.data).json()["missing"] == 0
    assert town.http("PUT", f"{made.path}/0", made.data[:1000]).status_code == 204
    return made


@STRANGERS
def test_what_one_has_under_way_no_other_carrier_disturbs_or_reads(
    carrying: Carrying, station: str, desks: tuple[str, ...]
) -> None:
    stranger = carrying.county.enrol(station, desks=desks)
    for place in (0, 1):
        piece = f"{carrying.path}/{place}"
        expect(stranger.http("PUT", piece, bytes(1000)), {"not-found"}, ("PUT", place))
        expect(stranger.http("GET", piece), {"not-found"}, ("GET", place))
    for size in (len(carrying.data), 1):
        expect(carry(stranger, carrying.data, size=size), {"carried-by-another"}, ("POST", size))
    for number in range(spool.MOST_AT_ONCE + 3):
        carry(stranger, b"", hash_of=f"{number:064x}", size=10)
    assert carry(carrying.town, carrying.data).json()["missing"] == 1, "it goes on where it was"
    assert spooled_whole(carrying.town, carrying.data).taking == "taken"


def test_not_even_the_carrier_reads_back_what_goes_up(carrying: Carrying) -> None:
    expect(carrying.town.http("GET", f"{carrying.path}/0"), {"not-found"}, "GET")


def fetched(station: Any, told: CarryResponse) -> tuple[bytes, Scan]:
    """An answer as a carrier fetches it."""
    assert told.answer is not None
    places = range(-(-told.answer.size // told.piece_size))
    path = f"/sync/v1/courier/{told.answer.hash}"
    data = b"".join(station.http("GET", f"{path}/{place}").content for place in places)
    assert hashlib.sha256(data).hexdigest() == told.answer.hash
    return data, scan(io.BytesIO(data))


@STRANGERS
def test_who_holds_a_copy_hears_that_it_was_taken_and_can_read_nothing(
    carrying: Carrying, station: str, desks: tuple[str, ...]
) -> None:
    stranger = carrying.county.enrol(station, desks=desks)
    spooled_whole(carrying.town, carrying.data)
    answer = carry(stranger, carrying.data)
    told = CarryResponse.model_validate_json(answer.content)
    assert told.report is not None
    assert (told.report.taking, carrying.envelopes()) == ("again", 1), "a copy has no second effect"
    data, found = fetched(stranger, told)
    assert [word for word in PERSONAL if word in answer.text or word.encode() in data] == []
    assert found.header.device == carrying.village.device
    for reader in (stranger, carrying.town):
        with pytest.raises(CourierFault):
            open_key(reader.seed, bytes.fromhex(found.header.key))
    assert records_of(io.BytesIO(data), found, carrying.village.seed)


@STRANGERS
def test_an_answer_is_nothing_that_could_be_announced_overwritten_or_read_on(
    carrying: Carrying, station: str, desks: tuple[str, ...]
) -> None:
    stranger = carrying.county.enrol(station, desks=desks)
    spooled_whole(carrying.town, carrying.data)
    told = CarryResponse.model_validate_json(carry(carrying.town, carrying.data).content)
    assert told.answer is not None
    path = f"/sync/v1/courier/{told.answer.hash}"
    for who in (stranger, carrying.town):
        announced = carry(who, b"", hash_of=told.answer.hash, size=told.answer.size)
        expect(announced, {"carried-by-another"}, "POST")
        expect(who.http("PUT", f"{path}/0", bytes(1000)), {"not-found"}, "PUT")
        expect(who.http("GET", f"{path}/99999"), {"not-found"}, "GET")
    fetched(carrying.town, told)


@STRANGERS
def test_nobody_writes_a_file_in_the_village_s_name(
    carrying: Carrying, station: str, desks: tuple[str, ...]
) -> None:
    """Neither signed with a stranger's own key, nor with the village's envelopes in a stranger's own file."""
    county, village = carrying.county, carrying.village
    stranger = county.enrol(station, desks=desks)
    forged = spooled_whole(stranger, sealed(county, village, seed=stranger.seed))
    stolen = spooled_whole(stranger, sealed(county, stranger, envelopes=village.envelopes))
    assert [(one.taking, one.code) for one in (forged, stolen)] == [
        ("refused", "wrong-signature"),
        ("refused", "bad-content"),
    ]
    assert carrying.envelopes() == 0
    named = sealed(county, stranger, asks={"device": village.device})
    assert spooled_whole(stranger, named).code == "bad-content"


@STRANGERS
def test_a_question_by_stick_brings_nothing_of_others(
    carrying: Carrying, station: str, desks: tuple[str, ...]
) -> None:
    """A manipulated PC asks for the village's mailboxes and its scan; only the village may have them now."""
    county, village = carrying.county, carrying.village
    spooled_whole(carrying.town, carrying.data)
    stranger = county.enrol(station, desks=desks)
    epoch = stranger.exchange(envelopes=()).pages[0].epoch
    cursors = tuple(
        CursorMessage(feed=feed, epoch=epoch, position=0, hash="0" * 64)
        for feed in (VILLAGE, f"device:{village.device}")
    )
    asks = {"cursors": cursors, "wanted": (SHA256,)}
    data = sealed(county, stranger, asks=asks)
    spooled_whole(stranger, data)
    told = CarryResponse.model_validate_json(carry(stranger, data).content)
    answer, found = fetched(stranger, told)
    contents = records_of(io.BytesIO(answer), found, stranger.seed)
    brought = [content for kind, content in contents if kind == records.ATTACHMENT]
    messages = b"".join(content for kind, content in contents if kind in (records.ANSWER, records.SNAPSHOT))
    assert f"device:{village.device}".encode() not in messages
    if stranger.station == VILLAGE:  # Another PC of the village has what the village has.
        assert [scan_[32:] for scan_ in brought] == [SCAN]
    else:
        assert (brought, [word for word in PERSONAL if word.encode() in messages]) == ([], [])
        assert f'"{VILLAGE}"'.encode() not in messages
