"""The invariants I1–I10, each a function that yields what is wrong; asked once all is calm and has agreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from countyhub.inspection.verification import verify_hub
from hubprotocol.digests import case_hash
from hubprotocol.envelope import GENESIS
from hubprotocol.versions import CASE_EVENT_KIND, HUB_DEVICE
from stationapp.domain.case_flow import TABLE
from stationapp.platform.unavailable import Unavailable
from together.simulation.county import County
from together.simulation.pcs import Pc
from together.simulation.promises import (
    claims_of_age_are_not_believed,
    decisions_were_publicised,
    keys_agree,
    no_order_is_left,
    nobody_acts_with_what_is_void,
    old_acts_are_judged_by_old_rules,
    the_promised_survived_wiping,
)
from together.simulation.sight import Sight
from together.simulation.truth import HubTruth, Logged, PcTruth


def every_act_reaches_the_hub(sight: Sight) -> Iterator[str]:
    """I1: what was committed anywhere, and not lost with its only disk, lies at the hub with an answer."""
    for event_id, deed in sight.county.ledger.deeds.items():
        if event_id not in sight.county.ledger.lost and event_id not in sight.hub.answers:
            yield f"{deed.event.move} {event_id} of {deed.pc} never reached the hub"
    for pc, truth in sight.pcs:
        head, acknowledged = truth.chain
        if head != acknowledged:
            yield f"{pc.name} has {head} acts, of which {acknowledged} are acknowledged"


def nothing_is_deleted(sight: Sight) -> Iterator[str]:
    """I1: whatever the hub said to it, an act stays in the log of its PC, unless an older copy was put back."""
    logs = {pc.name: {row.event_id for row in truth.log} | pc.given_up for pc, truth in sight.pcs}
    for event_id, deed in sight.county.ledger.deeds.items():
        if event_id not in logs.get(deed.pc, {event_id}):
            yield f"{deed.event.move} {event_id} is gone from {deed.pc}"


def every_act_is_told_its_answer(sight: Sight) -> Iterator[str]:
    """I1: a PC shows of each of its acts what the hub says: confirmed, held or refused."""
    confirmed = {row[2] for rows in sight.hub.cases.values() for row in rows}
    for pc, truth in sight.pcs:
        for row in truth.log:
            answers = sight.hub.answers.get(row.event_id, [])
            results = {one.result for one in answers if (one.device, one.seq) == (row.device, row.seq)}
            expected = {"confirmed"} if row.event_id in confirmed else results
            if row.own and row.status not in expected:
                yield f"{pc.name} shows {row.event_id} as {row.status}, the hub says {sorted(expected)}"


def nothing_waits_for_ever(sight: Sight) -> Iterator[str]:
    """I1: an act is held in the end only for something that never comes: what opens its case, a scan, a program."""
    for pc, truth in sight.pcs:
        held = [row for row in truth.log if row.own and row.status == "held"]
        hopeless = {row.case_id for row in held if _is_hopeless(sight, row)}
        for row in held:
            if row.case_id not in hopeless:
                yield f"{pc.name} still waits for the answer to {row.event_id}"


def _is_hopeless(sight: Sight, row: Logged) -> bool:
    deed = sight.county.ledger.deeds[row.event_id]
    unreadable = deed.kind != CASE_EVENT_KIND or deed.event.move not in TABLE
    return unreadable or "attachment" in deed.event.facts or not _can_open(sight, row.case_id)


def _can_open(sight: Sight, case_id: str) -> bool:
    """Whether a case is open, or what opens it was done, not lost, and not refused."""
    ledger = sight.county.ledger
    openings = [
        event_id
        for event_id, deed in ledger.deeds.items()
        if (deed.event.case_id, deed.event.move) == (case_id, "receive") and event_id not in ledger.lost
    ]
    answers = [one for event_id in openings for one in sight.hub.answers.get(event_id, [])]
    return case_id in sight.hub.cases or any(one.result != "refused" for one in answers)


def no_act_has_two_effects(sight: Sight) -> Iterator[str]:
    """I2: effects are the acts that were done and accepted, one each, and the hub's own."""
    effects = Counter(row[2] for rows in sight.hub.cases.values() for row in rows)
    for event_id, times in effects.items():
        if times != 1:
            yield f"{event_id} has {times} effects"
        own = all(one.device == HUB_DEVICE for one in sight.hub.answers.get(event_id, []))
        if event_id not in sight.county.ledger.deeds and not own:
            yield f"{event_id} was never done by anybody"
    for event_id, answers in sight.hub.answers.items():
        since = sight.hub.since.get(event_id)
        if since and any(one.result == "refused" and one.at > since for one in answers):
            yield f"{event_id} has its effect, and was refused when it came again"
        if len({one.device for one in answers}) != len(answers):
            yield f"{event_id} lies twice in the chain of one device"


def mirrors_equal_the_hub(sight: Sight) -> Iterator[str]:
    """I3: what a PC shows of the cases in its scope is what the hub has, event by event."""
    for pc, truth in sight.pcs:
        mirror = truth.confirmed()
        for case_id in sorted(sight.hub.seen_by(pc.identity.desks)):
            if mirror.get(case_id) != sight.hub.cases.get(case_id):
                yield f"{pc.name} differs from the hub in case {case_id}"
        for desk in pc.identity.desks:
            yield from _holdings(pc, desk, truth, sight.hub)


def _holdings(pc: Pc, desk: str, truth: PcTruth, hub: HubTruth) -> Iterator[str]:
    held = truth.held.get(desk, {})
    seen = {
        case_id: (len(hub.cases[case_id]), case_hash(row[1] for row in hub.cases[case_id]))
        for case_id in hub.visible.get(desk, set())
    }
    if held != seen:
        yield f"{pc.name} holds {len(held)} cases of {desk}, the hub shows {len(seen)}, or others"


def nothing_had_to_be_mended(sight: Sight) -> Iterator[str]:
    """I3: whatever was restored or copied, comparing with the hub finds no difference, so it has none to mend."""
    yield from (f"{name} differed from the hub and was mended" for name in sight.county.mended)


def nothing_foreign_is_left(sight: Sight) -> Iterator[str]:
    """I4: no case outside of a PC's scope is shown as one of its own."""
    for pc, truth in sight.pcs:
        foreign = truth.confirmed().keys() - sight.hub.seen_by(pc.identity.desks)
        for case_id in sorted(foreign):
            yield f"{pc.name} still shows case {case_id}"


def receipts_stay_as_issued(sight: Sight) -> Iterator[str]:
    """I5: the receipt of a case is one that was issued for it; every chain is whole, every signature right."""
    issued: dict[str, set[str]] = {}
    for deed in sight.county.ledger.deeds.values():
        issued.setdefault(deed.event.case_id, set()).add(str(deed.event.facts.get("receipt_number", "")))
    for case_id, row in sight.hub.heads.items():
        if row.receipt_number not in issued.get(case_id, set()):
            yield f"case {case_id} has the receipt {row.receipt_number}, which nobody issued"
    for pc, _ in sight.pcs:
        with pc.store.read() as unit:
            yield from (f"{pc.name}: {fault}" for fault in _breaks(list(unit.inspection.own_links())))
    for fault in verify_hub(sight.county.hub.hub).faults:
        yield f"hub: {fault}"


def _breaks(links: list[tuple[str, int, str, str]]) -> Iterator[str]:
    for device, seq, prev, _ in links:
        if seq == 1 and prev != GENESIS:
            yield f"chain of {device} begins with another"
    for before, after in pairwise(links):
        if before[0] == after[0] and (after[1], after[2]) != (before[1] + 1, before[3]):
            yield f"chain of {after[0]} breaks at {after[1]}"


def numbers_are_unique(sight: Sight) -> Iterator[str]:
    """I6: no official number stands on two cases, and none that was shown belongs to another case later."""
    for name in ("receipt_number", "case_number"):
        given = Counter(getattr(row, name) for row in sight.hub.heads.values())
        yield from (
            f"{name} {number} on {times} cases" for number, times in given.items() if number and times > 1
        )
    for row in sight.hub.heads.values():
        owner = sight.county.ledger.numbers.get(row.case_number, row.case_id)
        if owner != row.case_id:
            yield f"case number {row.case_number} stood on the paper of another case"
    yield from _printed_twice(sight)


def _printed_twice(sight: Sight) -> Iterator[str]:
    """Receipt numbers that two devices printed for two cases: one of them the hub has to refuse, and nobody finds it.

    Two disks of one device, copied, print with one slot until they are enrolled again; nothing can keep them from it.
    """
    printed: dict[str, dict[str, str]] = {}
    for deed in sight.county.ledger.deeds.values():
        if number := str(deed.event.facts.get("receipt_number", "")):
            printed.setdefault(number, {})[deed.event.case_id] = deed.device
    for number, cases in printed.items():
        if len(set(cases.values())) > 1:
            yield f"receipt number {number} was printed for {len(cases)} cases by {sorted(set(cases.values()))}"


def mailboxes_have_no_gap(sight: Sight) -> Iterator[str]:
    """I7: a PC stands at the end of each of its mailboxes, with the same running hash."""
    for pc, truth in sight.pcs:
        for feed, place in truth.cursors.items():
            if sight.hub.feeds.get(feed) != place:
                yield f"{pc.name} stands at {place[0]} in {feed}, the hub at {sight.hub.feeds.get(feed)}"


def attachments_are_whole(sight: Sight) -> Iterator[str]:
    """I8: what an accepted act refers to lies at the hub, and at each desk that works with it, unaltered."""
    yield from (
        f"{sha256} is referred to, not complete" for sha256 in sight.hub.referred - sight.hub.complete
    )
    for pc, truth in sight.pcs:
        if truth.missing or truth.unsent:
            yield f"{pc.name} misses {len(truth.missing)} attachments, has {truth.unsent} unsent"
        with pc.store.read() as unit:
            here = unit.attachments.all_here()
        for sha256 in here:
            try:
                pc.files.get(sha256)
            except Unavailable as trouble:
                yield f"{pc.name}: attachment {sha256}: {trouble}"


def uploads_are_what_was_announced(sight: Sight) -> Iterator[str]:
    """I8: bytes arrive in their places; only an upload that was altered on its way is not what its digest says."""
    yield from (f"upload of {sha256} came out as another file" for sha256 in sight.county.hub.misfitting())


def the_durable_survived(sight: Sight) -> Iterator[str]:
    """I9: what was told to be durable lies in the hub, whatever it was restored from."""
    heads = sight.county.hub.heads()
    for pc, _ in sight.pcs:
        with pc.store.read() as unit:
            durable = unit.chain.durable_upto()
        if durable > heads.get(pc.identity.device, 0):
            yield f"{pc.name} was told that {durable} is durable"


CHECKERS: dict[str, tuple[Callable[[Sight], Iterator[str]], ...]] = {
    "I1": (
        every_act_reaches_the_hub,
        nothing_is_deleted,
        every_act_is_told_its_answer,
        nothing_waits_for_ever,
        old_acts_are_judged_by_old_rules,
    ),
    "I2": (no_act_has_two_effects, claims_of_age_are_not_believed, decisions_were_publicised),
    "I3": (mirrors_equal_the_hub, nothing_had_to_be_mended),
    "I4": (nothing_foreign_is_left,),
    "I5": (receipts_stay_as_issued, keys_agree, nobody_acts_with_what_is_void),
    "I6": (numbers_are_unique,),
    "I7": (mailboxes_have_no_gap,),
    "I8": (attachments_are_whole, uploads_are_what_was_announced),
    "I9": (the_durable_survived, the_promised_survived_wiping),
    "I10": (no_order_is_left,),
}
"""That all is quiet within half a day, I10, is what the story itself waits for."""


def check(county: County) -> list[str]:
    """Return everything that is wrong, each with its invariant."""
    for pc in county.pcs:
        county.note_numbers(pc)
    sight = Sight.of(county)
    found = [
        f"{name} {fault}"
        for name, checkers in CHECKERS.items()
        for checker in checkers
        for fault in checker(sight)
    ]
    return county.faults + found
