"""A client written from sync/PROTOCOL.md alone: it enrols, pushes, pulls, uploads and downloads, and believes what it
can check.

Standard library, PyNaCl and zstandard; nothing of the product. Each line on its input is a JSON list of a word and what
belongs to it (`ACTS`); the answer is a line of JSON. A promise of the page that does not hold ends it with a sentence.
Usage: independent_client.py URL CODE LOGIN PASSWORD
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
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.late: list[dict[str, Any]] = []
        self.sent: dict[int, tuple[str, str]] = {}
        self.told: list[tuple[str, str]] = []
        self.organisations: dict[int, dict[str, Any]] = {}
        self.numbers = 0

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
        self.documents: dict[str, dict[str, Any]] = {}
        for name in ("organisation", "catalogue", "calendar", "devices"):
            self.documents[name] = self.document(name)

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
        self.sent[seq] = (sha256(own), case_id)
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
        for name, version in answer["references"].items():
            if str(self.documents[name]["version"]) != version:
                self.documents[name] = self.document(name)
        for page in answer["pages"]:
            self.take_in(page)
        return answer

    def push(self, case_id: str, move: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Do something, send it, and return the hub's verdict."""
        base = dict(self.head)
        answer = self.exchange(base, [self.seal(case_id, move, facts)], [])
        verdict: dict[str, Any] = answer["verdicts"][0]
        if answer["acknowledged"] != self.head:
            raise SystemExit("not acknowledged")
        return verdict

    def take_in(self, page: dict[str, Any]) -> None:
        """Section 5, mailboxes: every entry follows the one before, every envelope its device's key."""
        start = {"feed": page["feed"], "epoch": page["epoch"], "position": 0, "hash": GENESIS}
        if page["restart"]:
            self.held = {place: row for place, row in self.held.items() if place[0] != page["feed"]}
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
            self.told.append((entry["kind"], entry["case_id"]))
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
        VerifyKey(self.key_of(envelope["device"], envelope["seq"])).verify(
            text, bytes.fromhex(envelope["signature"])
        )
        if envelope["device"] != "hub":
            self.check_person(envelope)
        return sha256(text)

    def key_of(self, device: str, seq: int) -> bytes:
        """Section 2, keys that change: the key by which a device sealed its `seq`."""
        row = self.documents["devices"]["devices"][device]
        known = [one["public"] for one in row.get("keys", ()) if one["from"] <= seq]
        return bytes.fromhex(known[-1] if known else row["public"])

    def check_person(self, envelope: dict[str, Any]) -> None:
        """Section 4: the person of the hand signed it too, with the key in the organisation named by `under`."""
        event = json.loads(envelope["body"])
        version = event["under"]["organisation"]
        if version not in self.organisations:
            self.organisations[version] = self.document(f"organisation/{version}")
        persons = self.organisations[version]["persons"]
        who = next(row for row in persons if row["person_id"] == event["hand"]["person_id"])
        text = lines("stationapp-person-1", envelope["kind"], sha256(envelope["body"].encode()))
        VerifyKey(bytes.fromhex(who["sign_public"])).verify(text, bytes.fromhex(envelope["person_signature"]))

    def hold(self, feed: str, entry: dict[str, Any], hashes: list[str]) -> None:
        """Section 5, mailboxes and equality: what the entry makes visible, or what it says of a held envelope."""
        place = (feed, entry["case_id"])
        if entry["kind"] == "verdict":
            self.late.append({**entry["verdict"], "case_id": entry["case_id"]})
        elif entry["kind"] == "evict":
            del self.held[place]
            del self.events[entry["case_id"]]
        else:
            fresh = entry["kind"] == "put"
            revision, before = (0, GENESIS) if fresh else self.held[place]
            known = [] if fresh else self.events[entry["case_id"]]
            for row, one in zip(entry["events"], hashes, strict=True):
                revision, before = revision + 1, sha256(lines("stationapp-case-1", before, one))
                if row["revision"] != revision:
                    raise SystemExit(f"revision {row['revision']} is not the next")
                known.append(
                    {"hash": one, "device": row["envelope"]["device"], **json.loads(row["envelope"]["body"])}
                )
            self.held[place], self.events[entry["case_id"]] = (revision, before), known

    def check_late(self) -> None:
        """Section 5: a late verdict is about an envelope of ours, in its case, at the revision it names."""
        for verdict in self.late:
            own, case_id = self.sent[verdict["seq"]]
            if verdict["case_id"] != case_id or verdict["result"] not in ("accepted", "refused"):
                raise SystemExit(f"a strange verdict on {verdict['seq']}")
            at = (
                self.events[case_id][verdict["revision"] - 1]["hash"]
                if verdict["result"] == "accepted"
                else own
            )
            if at != own:
                raise SystemExit(f"{verdict['seq']} is not revision {verdict['revision']}")

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

    def download(self, scan: dict[str, Any]) -> bytes:
        """Section 6: in two stretches, of the same file; its length and digest are those the case names."""
        target, half = f"/sync/v1/attachments/{scan['sha256']}", scan["size"] // 2
        status, fields, first = self.send("GET", target, headers={"Range": f"bytes=0-{half - 1}"})
        told = f"sha-256=:{base64.b64encode(bytes.fromhex(scan['sha256'])).decode()}:"
        same = (fields["etag"], fields["repr-digest"]) == (f'"{scan["sha256"]}"', told)
        if (status, len(first), same) != (206, half, True):
            raise SystemExit(f"half of {scan['sha256']}: {status}, {len(first)} bytes, {fields}")
        more = {"Range": f"bytes={half}-", "If-Range": fields["etag"]}
        data = first + self.send("GET", target, headers=more)[2]
        if (len(data), sha256(data)) != (scan["size"], scan["sha256"]):
            raise SystemExit(f"{scan['sha256']} came as another file")
        return data


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


def number_of(client: Client, mark: str) -> str:
    """Section 8: the next receipt number of the day, or with the mark `P` the next batch number."""
    client.numbers += 1
    station, day = client.post["desk_id"][:12], now()[:10].replace("-", "")
    count = f"{client.slot:02d}{client.numbers:04d}"
    check = check_character(("1" if mark else "") + station + day + count)
    return f"{station}-{day}-{mark}{count}{check}"


def receive(client: Client, item_name: str) -> dict[str, Any]:
    """Take in a case with a scan: pushed twice, held for its scan, uploaded, and told of it late."""
    item = next(row for row in client.documents["catalogue"]["items"] if row["name"] == item_name)
    scan, case_id, number = secrets.token_bytes(100_000), id7(), number_of(client, "")
    facts = {"application": application(item, scan), "receipt_number": number, "enquiry_code": enquiry_code()}
    base = dict(client.head)
    envelope = client.seal(case_id, "receive", facts)
    first = client.exchange(base, [envelope], [{"sha256": sha256(scan), "size": len(scan)}])
    again = client.exchange(base, [envelope], [])
    client.upload(scan)
    last = client.exchange(client.head, [], [])
    first_verdict, repeated = first["verdicts"][0], again["verdicts"][0]
    return {
        "case_id": case_id,
        "receipt_number": number,
        "first": first_verdict["result"],
        "first_reasons": [row["code"] for row in first_verdict["reasons"]],
        "already": repeated["already"],
        "acknowledged": last["acknowledged"] == client.head,
    }


def act(client: Client, move: str, case_id: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Make a move; returns the verdict."""
    return client.push(case_id, move, facts)


def hand_over(client: Client, case_id: str, to_desk: str) -> dict[str, Any]:
    """Hand a case over in a batch of its own."""
    batch = {"batch_id": id7(), "batch_number": number_of(client, "P")}
    return client.push(case_id, "hand_over", {"to_desk": to_desk, **batch})


def look(client: Client) -> dict[str, Any]:
    """Read on until there is nothing more; tell what is held, what was done in it by whom, and what was told."""
    told = len(client.told)
    while True:
        pages = client.exchange(client.head, [], [])["pages"]
        if all(page["head"] == client.cursors[page["feed"]]["position"] for page in pages):
            break
    client.check_late()
    return {
        "held": {f"{feed} {case}": held for (feed, case), held in client.held.items()},
        "moves": {case: [row["move"] for row in rows] for case, rows in client.events.items()},
        "devices": {case: [row["device"] for row in rows] for case, rows in client.events.items()},
        "facts": {case: rows[-1]["facts"] for case, rows in client.events.items()},
        "late": [
            {name: row[name] for name in ("seq", "case_id", "result", "revision")} for row in client.late
        ],
        "entries": client.told[told:],
        "device": client.device,
    }


def download(client: Client, case_id: str) -> list[str]:
    """Fetch every scan of a case's application; returns the digests of what came."""
    materials = client.events[case_id][0]["facts"]["application"]["materials"]
    return [sha256(client.download(scan)) for row in materials for scan in row["attachments"]]


ACTS = {"receive": receive, "act": act, "hand_over": hand_over, "look": look, "download": download}


def main(url: str, code: str, login: str, password: str) -> None:
    """Do what is asked, until nothing more is."""
    client = Client(url)
    client.enrol(code)
    client.sign_in(login, password)
    for line in sys.stdin:
        word, *rest = json.loads(line)
        print(json.dumps(ACTS[word](client, *rest)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
