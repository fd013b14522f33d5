"""A client written from sync/PROTOCOL.md alone: it enrols, pushes, pulls and uploads, and believes what it can check.

Standard library, PyNaCl and zstandard; nothing of the product. Prints one JSON document.
Usage: independent_client.py URL CODE LOGIN PASSWORD ITEM
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import secrets
import sys
import time
import unicodedata
import uuid
from typing import Any
from urllib.parse import urlsplit

import nacl.pwhash.argon2id
import zstandard
from nacl.signing import SigningKey, VerifyKey

GENESIS = "0" * 64
ALPHABET = "3456789ACEFGHJKMNPRTWXY"
CHINA = 8 * 3600


def sha256(data: bytes) -> str:
    """64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def lines(*parts: str) -> bytes:
    """What the page calls lines."""
    return "\n".join(parts).encode()


def id7() -> str:
    """A UUID of version 7."""
    value = int(time.time() * 1000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    return str(uuid.UUID(int=value & ~(3 << 62) | 2 << 62))


def now() -> str:
    """The station's time with its offset."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + CHINA))


class Client:
    """One PC: its connection, its keys, its chain."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        self.key = SigningKey.generate()
        self.device = ""
        self.head = {"seq": 0, "hash": GENESIS}
        self.cursors: dict[str, dict[str, Any]] = {}
        self.held: dict[tuple[str, str], tuple[int, str]] = {}
        self.requests = 0

    def send(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        signed: bytes | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        """One request, signed once the device is known; `signed` is what the signature covers instead of the body."""
        more, at = dict(headers or {}), now()
        if self.device:
            digest = sha256(body if signed is None else signed)
            text = lines("stationapp-request-1", self.device, method, target, digest, at)
            more |= {
                "X-Station-Device": self.device,
                "X-Station-Time": at,
                "X-Station-Signature": self.key.sign(text).signature.hex(),
            }
        self.requests += 1
        self.connection.request(method, target, body or None, more)
        answer = self.connection.getresponse()
        data = answer.read()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        if fields.get("content-encoding") == "zstd":
            data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
        if answer.status >= 300:
            raise SystemExit(f"{method} {target}: {answer.status} {data.decode()}")
        return answer.status, fields, data

    def call(self, target: str, message: dict[str, Any]) -> dict[str, Any]:
        """Post a message; return the answer's JSON."""
        packed = zstandard.ZstdCompressor().compress(json.dumps(message, ensure_ascii=False).encode())
        headers = {"Content-Type": "application/json", "Content-Encoding": "zstd", "Accept-Encoding": "zstd"}
        answer: dict[str, Any] = json.loads(self.send("POST", target, packed, headers)[2])
        return answer

    def enrol(self, code: str) -> None:
        """Section 2."""
        public = self.key.verify_key.encode().hex()
        got = self.call(
            "/sync/v1/enrol", {"protocol": 1, "code": code, "device_public": public, "machine": "independent"}
        )
        self.device, self.station, self.slot = got["device"], got["station"], got["slot"]
        self.desks, self.hub = got["desks"], VerifyKey(bytes.fromhex(got["hub_public"]))
        self.documents = {
            name: self.document(name) for name in ("organisation", "catalogue", "calendar", "devices")
        }

    def document(self, name: str) -> dict[str, Any]:
        """Section 3: a document is believed when the hub signed it."""
        got = json.loads(self.send("GET", f"/sync/v1/reference/{name}")[2])
        text = lines(got["name"], got["version"], sha256(got["body"].encode()))
        self.hub.verify(text, bytes.fromhex(got["signature"]))
        body: dict[str, Any] = json.loads(got["body"])
        return body

    def sign_in(self, login: str, password: str) -> None:
        """Section 3: 64 bytes of Argon2id are the seed of the person's Ed25519 key, and a box key not needed here."""
        organisation = self.documents["organisation"]
        self.person = next(row for row in organisation["persons"] if row["login"] == login)
        keys = nacl.pwhash.argon2id.kdf(
            64,
            unicodedata.normalize("NFC", password).encode(),
            bytes.fromhex(self.person["salt"]),
            opslimit=self.person["kdf_ops"],
            memlimit=self.person["kdf_memory_kib"] * 1024,
        )
        self.person_key = SigningKey(keys[:32])
        if self.person_key.verify_key.encode().hex() != self.person["sign_public"]:
            raise SystemExit("wrong password")
        mine = (row for row in organisation["posts"] if row["holder_a"] == self.person["person_id"])
        self.post = next(row for row in mine if row["desk_id"] in self.desks)

    def seal(self, case_id: str, move: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Section 4: the next envelope of the chain."""
        hand = {
            "desk_id": self.post["desk_id"],
            "post_id": self.post["post_id"],
            "person_id": self.person["person_id"],
            "person_name": self.person["name"],
            "side": "A",
        }
        under = {name: self.documents[name]["version"] for name in ("organisation", "catalogue", "calendar")}
        event = {
            "event_id": id7(),
            "case_id": case_id,
            "move": move,
            "at": now(),
            "hand": hand,
            "facts": facts,
            "under": {**under, "rules": 2},
        }
        body = json.dumps(event, ensure_ascii=False)
        seq, kind, digest = self.head["seq"] + 1, "case-event/1", sha256(body.encode())
        own = lines("stationapp-envelope-1", self.device, str(seq), str(self.head["hash"]), kind, digest)
        envelope = {
            "device": self.device,
            "seq": seq,
            "prev": self.head["hash"],
            "kind": kind,
            "body": body,
            "signature": self.key.sign(own).signature.hex(),
            "person_signature": self.person_key.sign(
                lines("stationapp-person-1", kind, digest)
            ).signature.hex(),
        }
        self.head = {"seq": seq, "hash": sha256(own)}
        return envelope

    def exchange(
        self, base: dict[str, Any], envelopes: list[dict[str, Any]], offered: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Section 5: one request; its pages are checked and taken in."""
        answer = self.call(
            "/sync/v1/exchange",
            {
                "protocol": 1,
                "device": self.device,
                "sent_at": now(),
                "base": base,
                "envelopes": envelopes,
                "cursors": list(self.cursors.values()),
                "offered": offered,
            },
        )
        for page in answer["pages"]:
            self.take_in(page)
        return answer

    def take_in(self, page: dict[str, Any]) -> None:
        """Section 5, mailboxes: every entry follows the one before, every envelope its device's key."""
        start = {"feed": page["feed"], "epoch": page["epoch"], "position": 0, "hash": GENESIS}
        cursor = start if page["restart"] else self.cursors.get(page["feed"], start)
        for entry in page["entries"]:
            hashes = [self.checked(row["envelope"]) for row in entry["events"]]
            verdict = entry.get("verdict")
            subjects = [str(verdict[name]) for name in ("seq", "result", "revision")] if verdict else hashes
            follows = lines(
                "stationapp-mailbox-1",
                cursor["hash"],
                str(cursor["position"] + 1),
                entry["kind"],
                entry["case_id"],
                *subjects,
            )
            if entry["position"] != cursor["position"] + 1 or entry["hash"] != sha256(follows):
                raise SystemExit(f"entry {entry['position']} does not follow")
            cursor = {**cursor, "position": entry["position"], "hash": entry["hash"]}
            self.hold(page["feed"], entry, hashes)
        self.cursors[page["feed"]] = cursor
        if cursor["position"] == page["head"]:
            self.compare(page)

    def checked(self, envelope: dict[str, Any]) -> str:
        """Section 4: the hash of an envelope that its device sealed."""
        text = lines(
            "stationapp-envelope-1",
            envelope["device"],
            str(envelope["seq"]),
            envelope["prev"],
            envelope["kind"],
            sha256(envelope["body"].encode()),
        )
        known = self.documents["devices"]["devices"][envelope["device"]]["public"]
        VerifyKey(bytes.fromhex(known)).verify(text, bytes.fromhex(envelope["signature"]))
        return sha256(text)

    def hold(self, feed: str, entry: dict[str, Any], hashes: list[str]) -> None:
        """Section 5, equality: what the entry makes visible."""
        place = (feed, entry["case_id"])
        if entry["kind"] == "evict":
            self.held.pop(place, None)
        elif entry["kind"] in ("put", "event"):
            _, before = self.held.get(place, (0, GENESIS))
            before = GENESIS if entry["kind"] == "put" else before
            for one in hashes:
                before = sha256(lines("stationapp-case-1", before, one))
            self.held[place] = (entry["events"][-1]["revision"], before)

    def compare(self, page: dict[str, Any]) -> None:
        """Both sides hold the same, or something is wrong."""
        mine = {case: held for (feed, case), held in self.held.items() if feed == page["feed"]}
        total = 0
        for case, (revision, digest) in mine.items():
            total ^= int(sha256(lines("stationapp-holding-1", case, str(revision), digest)), 16)
        if page["holdings"] != {"count": len(mine), "digest": f"{total:064x}"}:
            raise SystemExit(f"{page['feed']}: not the same")

    def upload(self, data: bytes) -> None:
        """Section 6: half of it, the offset asked for, and the rest."""
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        fields = {
            "Upload-Length": str(len(data)),
            "Upload-Complete": "?0",
            "Repr-Digest": f"sha-256=:{digest}:",
        }
        place = self.send("POST", "/sync/v1/uploads", headers=fields, signed=b"")[1]["location"]
        partial = {"Content-Type": "application/partial-upload"}
        first = {**partial, "Upload-Offset": "0", "Upload-Complete": "?0"}
        self.send("PATCH", place, data[: len(data) // 2], first, b"")
        offset = int(self.send("HEAD", place, signed=b"")[1]["upload-offset"])
        rest = {**partial, "Upload-Offset": str(offset), "Upload-Complete": "?1"}
        if self.send("PATCH", place, data[offset:], rest, b"")[1]["upload-complete"] != "?1":
            raise SystemExit("the upload is not complete")


def check_character(digits: str) -> str:
    """Section 8: ISO/IEC 7064 MOD 11-2."""
    rest = 0
    for digit in digits:
        rest = (rest + int(digit)) * 2 % 11
    return "0123456789X"[(12 - rest) % 11]


def enquiry_code() -> str:
    """Section 8: eight random characters and their check, in threes."""
    own = [secrets.randbelow(23) for _ in range(8)]
    weights = [pow(5, 8 - place, 23) for place in range(8)]
    check = -sum(one * weight for one, weight in zip(own, weights, strict=True)) % 23
    text = "".join(ALPHABET[one] for one in [*own, check])
    return "-".join(text[start : start + 3] for start in (0, 3, 6))


def application(item: dict[str, Any], scan: bytes) -> dict[str, Any]:
    """Section 4: a whole application with one scan."""
    materials = [
        {
            "material_id": row["material_id"],
            "name": row["name"],
            "originals": row["originals"],
            "copies": row["copies"],
            "pages": 1,
            "keeper": row["keeper"],
            "attachments": [],
        }
        for row in item["materials"]
        if row["required"] and not row["shared"]
    ]
    row = {"sha256": sha256(scan), "size": len(scan), "name": "扫描件.jpg", "media_type": "image/jpeg"}
    materials[0]["attachments"] = [row]
    applicant = {"name": "吴䶮", "document_kind": "resident_id", "document_number": "510721194203078528"}
    return {
        "item_code": item["code"],
        "item_version": item["version"],
        "item_name": item["name"],
        "applicant": applicant,
        "form": {name: _value(field) for name, field in (item["form"].get("properties") or {}).items()},
        "materials": materials,
    }


def _value(field: dict[str, Any]) -> Any:
    """Section 9: a value a field of an item's form takes."""
    if "enum" in field:
        return field["enum"][0]
    shaped = {"date": "2026-03-01", "money": "1200.50"}
    if field.get("format") in shaped:
        return shaped[field["format"]]
    whole = {"integer": field.get("minimum", 1), "boolean": True}
    return whole.get(field["type"], "\u4e00" * field.get("minLength", 1))


def main(url: str, code: str, login: str, password: str, item_name: str) -> None:
    """Play it once."""
    client = Client(url)
    client.enrol(code)
    client.sign_in(login, password)
    item = next(row for row in client.documents["catalogue"]["items"] if row["name"] == item_name)
    scan, case_id, day = secrets.token_bytes(100_000), id7(), now()[:10].replace("-", "")
    head = f"{client.post['desk_id'][:12]}{day}{client.slot:02d}0001"
    number = f"{head[:12]}-{head[12:20]}-{head[20:]}{check_character(head)}"
    facts = {"application": application(item, scan), "receipt_number": number, "enquiry_code": enquiry_code()}
    base = dict(client.head)
    envelope = client.seal(case_id, "receive", facts)
    first = client.exchange(base, [envelope], [{"sha256": sha256(scan), "size": len(scan)}])
    again = client.exchange(base, [envelope], [])
    client.upload(scan)
    last = client.exchange(client.head, [], [])
    first_verdict, repeated = first["verdicts"][0], again["verdicts"][0]
    print(
        json.dumps(
            {
                "receipt_number": number,
                "first": first_verdict["result"],
                "first_reasons": [row["code"] for row in first_verdict["reasons"]],
                "already": repeated["already"],
                "acknowledged": last["acknowledged"] == client.head,
                "held": {f"{feed} {case}": held for (feed, case), held in client.held.items()},
                "case_id": case_id,
                "requests": client.requests,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
