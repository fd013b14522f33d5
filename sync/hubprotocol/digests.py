"""What both sides count to know that they hold the same: a chain per case, a chain per mailbox, a sum of
holdings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from hubprotocol.envelope import GENESIS

EMPTY_HOLDINGS = "0" * 64


def next_case_hash(before: str, envelope_hash: str) -> str:
    """Return a case's hash after one more confirmed event; the first follows `GENESIS`."""
    return _hash("stationapp-case-1", before, envelope_hash)


def case_hash(envelope_hashes: Iterable[str]) -> str:
    """Return the hash of a case from its confirmed envelopes in hub order."""
    result = GENESIS
    for envelope_hash in envelope_hashes:
        result = next_case_hash(result, envelope_hash)
    return result


def next_mailbox_hash(before: str, position: int, kind: str, case_id: str, subjects: Iterable[str]) -> str:
    """Return a mailbox's hash after one more entry.

    `subjects` are the envelope hashes of the entry in order, or for a verdict its `seq`, result and revision.
    """
    return _hash("stationapp-mailbox-1", before, str(position), kind, case_id, *subjects)


def holding(case_id: str, revision: int, hash_of_case: str) -> str:
    """Return the part one held case has in the sum of holdings."""
    return _hash("stationapp-holding-1", case_id, str(revision), hash_of_case)


def add_holding(total: str, part: str) -> str:
    """Return the sum of holdings with a part added, or taken out again: exclusive or is its own inverse."""
    return f"{int(total, 16) ^ int(part, 16):064x}"


def bucket_of(case_id: str, buckets: int) -> int:
    """Return the bucket of a case among so many: part of a hash, since ids made at one time begin alike."""
    return int(_hash("stationapp-bucket-1", case_id)[:8], 16) % buckets


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
