"""The page on the exchange suffices to write a client: its tables are the code's, its example can be recomputed."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from pathlib import Path

import pytest
from nacl.bindings import crypto_pwhash_alg, crypto_pwhash_ALG_ARGON2ID13
from nacl.public import PrivateKey
from nacl.signing import SigningKey, VerifyKey

from countyhub.acceptance import bench, former_posts, outdated_catalogues
from countyhub.acceptance.submission import MALFORMED, open_envelope
from countyhub.numbers.claims import RECEIPT, Claim
from hubprotocol.messages import EnvelopeMessage
from stationapp.domain.calendar import WorkCalendar
from stationapp.domain.calendar import to_mapping as calendar_to_mapping
from stationapp.domain.case import Custody
from stationapp.domain.case_flow import TABLE
from stationapp.domain.catalogue_codec import item_from_mapping, item_to_mapping
from stationapp.domain.check_character import check_character
from stationapp.domain.identity_documents import DocumentKind
from stationapp.domain.moves import ActsBy
from stationapp.domain.numbers import (
    ENQUIRY_ALPHABET,
    parse_batch_number,
    parse_case_number,
    parse_document_number,
    parse_enquiry_code,
    parse_receipt_number,
)
from stationapp.domain.organisation import organisation_from_mapping, organisation_to_mapping
from stationapp.domain.people import application_from_mapping, application_to_mapping
from stationapp.domain.refusal import Reason

PAGE = (Path(__file__).resolve().parents[2] / "sync" / "PROTOCOL.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- (\w+) -->\n```json\n(.*?)\n```", PAGE, re.DOTALL)
EXAMPLES = {name: json.loads(text) for name, text in BLOCKS}


def sha256(*lines):
    """The hash of lines as the page defines it."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def signed(public, signature, *lines):
    """Whether lines are signed; raises when they are not."""
    VerifyKey(bytes.fromhex(public)).verify("\n".join(lines).encode(), bytes.fromhex(signature))
    return True


@pytest.fixture
def sealed():
    return EXAMPLES["sealed"]


def test_a_password_yields_the_keys_on_the_page(sealed):
    person = sealed["person"]
    derived = crypto_pwhash_alg(
        64,
        person["password"].encode(),
        bytes.fromhex(person["salt"]),
        person["kdf_ops"],
        person["kdf_memory_kib"] * 1024,
        crypto_pwhash_ALG_ARGON2ID13,
    )
    assert (derived[:32].hex(), derived[32:].hex()) == (person["sign_seed"], person["box_private"])
    assert bytes(SigningKey(derived[:32]).verify_key).hex() == person["sign_public"]
    assert bytes(PrivateKey(derived[32:]).public_key).hex() == person["box_public"]


def test_the_envelope_on_the_page_is_sealed_as_the_page_says(sealed):
    envelope, device, person = sealed["envelope"], sealed["device"], sealed["person"]
    body = sha256(envelope["body"])
    lines = ("stationapp-envelope-1", envelope["device"], str(envelope["seq"]), envelope["prev"])
    lines = (*lines, envelope["kind"], body)
    assert sealed["body_sha256"] == body
    assert sealed["envelope_hash"] == sha256(*lines)
    assert bytes(SigningKey(bytes.fromhex(device["seed"])).verify_key).hex() == device["public"]
    assert signed(device["public"], envelope["signature"], *lines)
    person_lines = ("stationapp-person-1", envelope["kind"], body)
    assert signed(person["sign_public"], envelope["person_signature"], *person_lines)


def test_the_program_reads_the_envelope_on_the_page_and_seals_the_same(sealed):
    from hubprotocol.envelope import seal

    plain, device, person = sealed["envelope"], sealed["device"], sealed["person"]
    envelope = EnvelopeMessage(**plain).unpack()
    again = seal(
        plain["device"],
        plain["seq"],
        plain["prev"],
        plain["kind"],
        plain["body"],
        bytes.fromhex(device["seed"]),
        bytes.fromhex(person["sign_seed"]),
    )
    assert (again, again.hash) == (envelope, sealed["envelope_hash"])
    submission = open_envelope(envelope)
    assert submission.event is not None
    assert {one.kind for one in submission.mentions} == {RECEIPT}
    assert [one.size for one in submission.attachments] == [20]


def test_chains_and_sums_on_the_page_follow(sealed):
    from hubprotocol.envelope import GENESIS

    case_id = json.loads(sealed["envelope"]["body"])["case_id"]
    assert sealed["case_hash"] == sha256("stationapp-case-1", GENESIS, sealed["envelope_hash"])
    entry = ("stationapp-mailbox-1", GENESIS, "1", "put", case_id, sealed["envelope_hash"])
    assert sealed["mailbox_hash"] == sha256(*entry)
    assert sealed["holding"] == sha256("stationapp-holding-1", case_id, "1", sealed["case_hash"])


def test_the_request_on_the_page_is_signed_as_the_page_says(sealed):
    request = sealed["request"]
    headers = request["headers"]
    lines = ("stationapp-request-1", headers["X-Station-Device"], request["method"], request["target"])
    lines = (*lines, sha256(request["body"]), headers["X-Station-Time"])
    assert signed(sealed["device"]["public"], headers["X-Station-Signature"], *lines)
    reference = sealed["reference"]
    lines = (reference["name"], reference["version"], sha256(reference["body"]))
    assert signed(sealed["hub_public"], reference["signature"], *lines)


def test_the_check_character_is_worked_out_on_the_page():
    worked = EXAMPLES["check"]
    remainder, remainders = 0, []
    for digit in worked["digits"]:
        remainder = (remainder + int(digit)) * 2 % 11
        remainders.append(remainder)
    assert remainders == worked["remainders"]
    assert worked["character"] == "0123456789X"[(12 - remainder) % 11] == check_character(worked["digits"])


PARSERS = {
    "receipt": parse_receipt_number,
    "batch": parse_batch_number,
    "case": parse_case_number,
    "document": parse_document_number,
    "enquiry": parse_enquiry_code,
}


def test_every_number_on_the_page_is_one():
    numbers = EXAMPLES["numbers"]
    assert {name: str(PARSERS[name](text)) for name, text in numbers.items()} == numbers
    assert ENQUIRY_ALPHABET in PAGE
    for name in ("receipt", "batch"):
        digits = ("1" if name == "batch" else "") + numbers[name][:-1].replace("-", "").replace("P", "")
        assert numbers[name][-1] == check_character(digits)
    characters = [ENQUIRY_ALPHABET.index(one) for one in numbers["enquiry"].replace("-", "")]
    weights = [pow(5, place, 23) for place in range(8, -1, -1)]
    assert sum(a * b for a, b in zip(characters, weights, strict=True)) % 23 == 0


def test_the_documents_on_the_page_are_read_and_written_the_same():
    for name, read, write in (
        ("application", application_from_mapping, application_to_mapping),
        ("organisation", organisation_from_mapping, organisation_to_mapping),
        ("item", item_from_mapping, item_to_mapping),
    ):
        assert write(read(EXAMPLES[name])) == EXAMPLES[name], name
    from stationapp.domain.calendar import from_mapping

    calendar = from_mapping(EXAMPLES["calendar"])
    assert isinstance(calendar, WorkCalendar)
    assert calendar_to_mapping(calendar) == EXAMPLES["calendar"]


def test_every_kind_of_identity_document_is_on_the_page():
    assert [kind for kind in DocumentKind if f"`{kind}`" not in PAGE] == []


MORE = {"accept": ["[`statutory_due`]", "[`promised_due`]"], "assign_number": ["`case_number`"]}
KINDS = {"long_text": "text", "text": "text", "desk": "desk id"}
DESKS = {Custody.ADDRESS, Custody.HAND_TO}


def facts_of(move):
    """The facts of a move as the page's table names them; in brackets those that may be left out."""
    asks = {ask.name: ask for ask in move.asks}
    given = [
        name
        for check in move.checks
        for name in inspect.getclosurevars(check).nonlocals.get("names", ())
        if name not in asks
    ]
    names = ["`application`", "`receipt_number`", "`enquiry_code`"] if move.opens else []
    names += ["`to_desk`"] if move.effect.custody in DESKS and "to_desk" not in asks else []
    names += ["`batch_id`", "`batch_number`"] if move.batched else []
    for ask in asks.values():
        kind = "" if ask.kind in {"missing", "materials"} else f" {KINDS.get(ask.kind, ask.kind)}"
        if ask.choices:
            kind = " " + "/".join(value for value, _ in ask.choices)
        names.append(f"`{ask.name}`{kind}" if ask.required else f"[`{ask.name}`{kind}]")
    names += [f"`{name}`" for name in given]
    return ", ".join(names + MORE.get(move.name, [])) or "none"


def row_of(move):
    """A line of the page's table of moves."""
    who = "hub" if move.acts_by is ActsBy.HUB else ", ".join(sorted(str(post) for post in move.posts))
    return f"| `{move.name}` | {who} | {facts_of(move)} |"


def test_the_table_of_facts_is_that_of_the_moves():
    table = [
        line for line in PAGE.splitlines() if line[3 : line.find("`", 3)] in TABLE and line.startswith("| `")
    ]
    assert table == [row_of(move) for move in TABLE.values()]


def test_every_code_the_hub_has_of_its_own_is_on_the_page():
    reasons = {one.code for one in vars(bench).values() if isinstance(one, Reason)}
    reasons |= {MALFORMED.code, Claim(RECEIPT, "", "").clash.code}
    reasons |= {former_posts.CODE, former_posts.POWER_CODE, former_posts.KEY_CODE, outdated_catalogues.CODE}
    assert len(reasons) == 18
    assert [code for code in sorted(reasons) if f"| `{code}` |" not in PAGE] == []
