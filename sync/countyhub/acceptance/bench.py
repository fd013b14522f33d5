"""The bench: judges submissions one by one against cases held in memory, and has the hub's own acts follow.

Cases, numbers and attachments it looks at were loaded and locked before, and what it decides is written
afterwards, all in one transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from countyhub.acceptance.former_posts import Coming, why_key_too_late, why_too_late
from countyhub.acceptance.former_posts import why_power_too_late as power_too_late
from countyhub.acceptance.hub_acts import NUMBERED_AT, HubActs
from countyhub.acceptance.outdated_catalogues import why_too_late as item_too_late
from countyhub.acceptance.ruling import Confirmed, Ruling, Track
from countyhub.acceptance.submission import MALFORMED, TOO_LONG, Submission
from countyhub.acceptance.wrong_clocks import why_ahead, why_set_back
from countyhub.clock import CHINA_TIME
from countyhub.devices.repository import Device
from countyhub.numbers.claims import Claim, released_by
from countyhub.references.service import Law
from countyhub.upward.carried import why_not as why_not_carried
from hubprotocol.envelope import Envelope, is_signed_by_person
from hubprotocol.messages import Result
from stationapp.domain.affair_kinds import noun_of
from stationapp.domain.case import CASE, Case, evolve, open_case
from stationapp.domain.case_flow import EFFECTS, TABLE, judge, power_used
from stationapp.domain.catalogue import ServiceItem
from stationapp.domain.events import CaseEvent, Versions
from stationapp.domain.item_versions import judging_item
from stationapp.domain.moves import ActsBy, Situation
from stationapp.domain.organisation import Organisation
from stationapp.domain.refusal import Reason
from stationapp.domain.rule_editions import EDITION, is_bygone, went_back

UNKNOWN_KIND = Reason("unknown-kind", "县级平台尚不认识这种记录，升级后再办理。")
ATTACHMENT_MISSING = Reason("attachment-missing", "附件尚未全部传到县级平台，传齐后自动继续办理。")
ATTACHMENT_SIZE = Reason(
    "attachment-size", "所填的附件大小与实际文件不符，县级平台不能办理；请重新添加附件后再办理。", "size"
)
HUB_FAULT = Reason(
    "hub-fault", "县级平台处理这一步时出了故障，平台修好后自动继续办理；请通知县级平台管理员。"
)
PREDECESSOR_HELD = Reason("predecessor-held", "同一办件的前一步还在等待，前一步完成后自动继续办理。")
PREDECESSOR_MISSING = Reason("predecessor-missing", "县级平台还没有收到这个办件的前一步记录。")
BAD_PERSON_SIGNATURE = Reason("bad-person-signature", "经办人的签名不正确，县级平台不能承认这一步。")
FOREIGN_DESK = Reason("foreign-desk", "这台设备没有为该单位登记，不能以该单位的名义办理。", "desk_id")
HUBS_OWN_ACT = Reason("hubs-own-act", "这一步只能由县级平台自己办理。")
HUBS_OWN_FACT = Reason("hubs-own-fact", "办件编号只能由县级平台赋予。", "case_number")
SAME_EVENT_ID = Reason("same-event-id", "同一个记录标识已用于另一条不同的记录。")


def opening_refused(kind: str) -> Reason:
    """Return why an act on a case or affair is refused whose opening was: `opening-refused`."""
    first = f"县级平台没有承认这个{noun_of(kind)}的第一步，后面的步骤不能办理"
    return Reason("opening-refused", f"{first}；请看第一步的退回原因，重新办理并取得新号码。")


# What a rule can trip over when the facts have another shape, or lie in another age, than it expects.
_MISSHAPEN = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    IndexError,
    RecursionError,
    ArithmeticError,
)

_BEGINNING = datetime(2000, 1, 1, tzinfo=CHINA_TIME)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """An event that is part of a case already."""

    body: str
    revision: int
    received_at: str


ActsOf = Callable[[Envelope, datetime], Sequence[CaseEvent]]
"""Asks for the confirmed acts of an envelope's device that came before it, received since a moment."""

RefusedOf = Callable[[Envelope, str], Sequence[CaseEvent]]
"""Asks for the refused acts on a case of an envelope's device that came before it."""


@dataclass(slots=True)
class Bench:
    """Judges within one transaction; afterwards `confirmed`, `released`, `claimed` and `rulings` say what to write."""

    law: Law
    devices: Mapping[str, Device]
    tracks: dict[str, Track]
    known: dict[str, Known]
    complete: Mapping[str, Mapping[str, int]]  # of each device: bytes of the attachments it is known to have
    owners: dict[tuple[str, str], str]
    hub_acts: HubActs
    grace: timedelta  # so long acts in a lost post or by an old key, and cases by a replaced catalogue, are taken
    at: str
    mark_key: bytes = field(repr=False)  # what the marks of applications are made with
    acts_of: ActsOf = field(repr=False)
    refused_of: RefusedOf = field(repr=False)
    confirmed: list[Confirmed] = field(default_factory=list)
    claimed: dict[tuple[str, str], Claim] = field(default_factory=dict)
    released: list[Claim] = field(default_factory=list)
    rulings: dict[tuple[str, int], Ruling] = field(default_factory=dict)

    def submit(self, submission: Submission) -> None:
        """Judge a new submission, and then again what waited for it."""
        ruling = self._rule(submission)
        self._note(ruling)
        track = self.tracks.get(submission.case_id)
        if track is None:
            return
        if ruling.result is Result.HELD:
            track.held.append(submission)
        elif ruling.result is Result.ACCEPTED or _opens(submission.event):
            self.reconsider(track)

    def reconsider(self, track: Track) -> None:
        """Judge the held submissions of a case again, in the order in which they came, until none moves."""
        while any(self._moves_on(track, submission) for submission in list(track.held)):
            pass

    def act_itself(
        self, track: Track, move: str, facts: Mapping[str, Any], under: Versions | None = None
    ) -> None:
        """Make an own act of the hub on an opened case, and give the number that may follow from it.

        Raises ValueError for a case or a state in which the table knows no such act: the caller asked the wrong case.
        """
        row = TABLE[move]
        if track.case is None or row.acts_by is not ActsBy.HUB or track.case.state not in row.from_states:
            raise ValueError(f"{move} is no act of the hub on case {track.case_id}")
        self._seal_own(track, track.case, *self.hub_acts.act(track.case_id, move, facts, under))
        if move in NUMBERED_AT and not track.case.case_number:
            self._give_number(track, track.case)

    def _moves_on(self, track: Track, submission: Submission) -> bool:
        ruling = self._rule(submission)
        if ruling.result is Result.HELD:
            return False
        track.held.remove(submission)
        self._note(ruling)
        return True

    def _note(self, ruling: Ruling) -> None:
        envelope = ruling.submission.envelope
        self.rulings[envelope.device, envelope.seq] = ruling

    def _rule(self, submission: Submission) -> Ruling:
        if submission.is_too_long:
            return self._ruling(submission, Result.REFUSED, TOO_LONG)
        if submission.is_from_below:
            return self._rule_carried(submission)
        if not submission.is_known_kind:
            return self._ruling(submission, Result.HELD, UNKNOWN_KIND)
        event = submission.event
        if event is None:
            return self._ruling(submission, Result.REFUSED, MALFORMED)
        known = self.known.get(event.event_id)
        if known is not None:
            return self._known_before(submission, known)
        envelope, track = submission.envelope, self.tracks[event.case_id]
        try:
            judged = self._judged(submission, event, track)
        except _MISSHAPEN as error:
            log.warning("%s in envelope %s/%d", type(error).__name__, envelope.device, envelope.seq)
            return self._ruling(submission, Result.REFUSED, MALFORMED)
        except SQLAlchemyError:  # The database, not this act.
            raise
        except Exception as error:  # noqa: BLE001 - a fault of this program must not stop a PC's whole chain.
            log.error("%s in judging envelope %s/%d", type(error).__name__, envelope.device, envelope.seq)
            return self._ruling(submission, Result.HELD, HUB_FAULT)
        return judged if isinstance(judged, Ruling) else self._accept(submission, event, track, judged)

    def _rule_carried(self, submission: Submission) -> Ruling:
        """A hub below speaks for its own counties, and what it confirmed is not judged a second time."""
        envelope = submission.envelope
        reason = why_not_carried(self.devices[envelope.device], envelope)
        if reason is not None:
            return self._ruling(submission, Result.REFUSED, reason)
        return self._ruling(submission, Result.ACCEPTED)

    def _judged(self, submission: Submission, event: CaseEvent, track: Track) -> Ruling | Case:
        """The case as the event leaves it, or the ruling that it may not happen; nothing is changed by judging."""
        organisation = self.law.organisation(event.under.organisation)
        reason = self._not_genuine(submission, event, organisation)
        if reason is not None:
            return self._ruling(submission, Result.REFUSED, reason)
        reason = self._never_begun(submission, event, track)
        if reason is not None:
            return self._ruling(submission, Result.REFUSED, reason)
        reason = self._waits_for(submission, event, track)
        if reason is not None:
            return self._ruling(submission, Result.HELD, reason)
        if self._misstates_a_size(submission):
            return self._ruling(submission, Result.REFUSED, ATTACHMENT_SIZE)
        calendar = self.law.calendar(event.under.calendar)
        situation = Situation(track.case, organisation, self._item(track.case, event), calendar)
        reasons = judge(situation, event)
        reasons = reasons or self._feigns_an_older_program(situation, submission, event)
        reasons = reasons or self._power_lost_long_ago(situation, submission, event)
        reasons = reasons or (self._opened_too_late(event) if track.case is None else ())
        reasons = reasons or self._overrules_by_clock(submission, event, track)
        reasons = reasons or self._clashes(submission)
        if reasons:
            return self._ruling(submission, Result.REFUSED, *reasons)
        effect = EFFECTS[event.move]
        return evolve(track.case, event, effect) if track.case else open_case(event, effect)

    def _not_genuine(
        self, submission: Submission, event: CaseEvent, organisation: Organisation
    ) -> Reason | None:
        """The device works for the desk, and the person signed with a known key and may still act there."""
        envelope, hand = submission.envelope, event.hand
        if hand.desk_id not in self.devices[envelope.device].desks:
            return FOREIGN_DESK
        person = organisation.person(hand.person_id)
        if person is None or not person.active or not person.sign_public:
            return BAD_PERSON_SIGNATURE
        if not is_signed_by_person(envelope, bytes.fromhex(person.sign_public)):
            return BAD_PERSON_SIGNATURE
        if "case_number" in event.facts:
            return HUBS_OWN_FACT
        if event.move in TABLE and TABLE[event.move].acts_by is ActsBy.HUB:
            return HUBS_OWN_ACT
        coming = self._coming(submission, event)
        reason = why_ahead(event, coming.received_at) or why_too_late(self.law, event, coming)
        return reason or why_key_too_late(self.law, event, coming)

    def _coming(self, submission: Submission, event: CaseEvent) -> Coming:
        received_at = datetime.fromisoformat(self.at)
        return Coming(received_at, self.grace, lambda: self._acts_before(submission.envelope, event.at))

    def _acts_before(self, envelope: Envelope, since: datetime) -> Sequence[CaseEvent]:
        """What the device did before, as far as it was received since a moment: what may be dated later, too."""
        taken = (one for one in self.rulings.values() if one.result is Result.ACCEPTED)
        mine = (one for one in taken if one.submission.envelope.device == envelope.device)
        just_now = (one for one in mine if one.submission.envelope.seq < envelope.seq)
        return [*self.acts_of(envelope, since), *self._events_since(just_now, since)]

    def _events_since(self, rulings: Iterable[Ruling], since: datetime) -> Iterator[CaseEvent]:
        """What these take in now; of what a PC enrolled anew sends again, what first came since a moment."""
        for one in rulings:
            event = one.submission.event
            if event and (one.received_at == self.at or datetime.fromisoformat(one.received_at) >= since):
                yield event

    def _never_begun(self, submission: Submission, event: CaseEvent, track: Track) -> Reason | None:
        """An act on a case that its own device could not open waits for nothing: the opening will not come again."""
        move = TABLE.get(event.move)
        if track.case is not None or move is None or move.opens or _held_before(submission, track):
            return None
        mine = submission.envelope
        now = (one for one in self.rulings.values() if one.result is Result.REFUSED)
        just_now = [one.submission for one in now if one.submission.envelope.device == mine.device]
        refused = [
            one.event for one in just_now if one.envelope.seq < mine.seq and one.case_id == event.case_id
        ]
        if any(_opens(one) for one in (*refused, *self.refused_of(mine, event.case_id))):
            return opening_refused(move.kind)
        return None

    def _waits_for(self, submission: Submission, event: CaseEvent, track: Track) -> Reason | None:
        if _held_before(submission, track):
            return PREDECESSOR_HELD
        complete = self.complete[submission.envelope.device]
        if any(wanted.sha256 not in complete for wanted in submission.attachments):
            return ATTACHMENT_MISSING
        move = TABLE.get(event.move)
        if move is None:
            return UNKNOWN_KIND
        return PREDECESSOR_MISSING if track.case is None and not move.opens else None

    def _misstates_a_size(self, submission: Submission) -> bool:
        """Whoever fetches an attachment asks for as many bytes as the event says it has."""
        complete = self.complete[submission.envelope.device]
        return any(complete[wanted.sha256] != wanted.size for wanted in submission.attachments)

    def _item(self, case: Case | None, event: CaseEvent) -> ServiceItem | None:
        application = case.application if case else event.application
        named = self.law.named_catalogue(event.under.catalogue)
        current, day = self.law.current_catalogue, event.at.date()
        return judging_item(case, TABLE[event.move].kind, application, day, named, current)

    def _feigns_an_older_program(
        self, situation: Situation, submission: Submission, event: CaseEvent
    ) -> tuple[Reason, ...]:
        """Who knew today's rules before, or comes a year after them, is not forgiven for naming earlier ones."""
        if event.under.rules >= EDITION:
            return ()
        reasons = judge(situation, replace(event, under=replace(event.under, rules=EDITION)))
        if not reasons or is_bygone(event.under.rules, date.fromisoformat(self.at[:10])):
            return reasons
        before = self._acts_before(submission.envelope, _BEGINNING)
        return reasons if went_back(event.under.rules, (act.under.rules for act in before)) else ()

    def _power_lost_long_ago(
        self, situation: Situation, submission: Submission, event: CaseEvent
    ) -> tuple[Reason, ...]:
        """A power that the matrix has taken away since is not used for ever by naming the old matrix."""
        item = situation.item
        power = power_used(TABLE[event.move], item) if item is not None else None
        if item is None or power is None:
            return ()
        reason = power_too_late(self.law, event, power, item, self._coming(submission, event))
        return (reason,) if reason is not None else ()

    def _overrules_by_clock(
        self, submission: Submission, event: CaseEvent, track: Track
    ) -> tuple[Reason, ...]:
        """What overrules a lapse of time by having been done before it was not done by a clock that was set back."""
        reason = why_set_back(track.case, event, lambda: self._acts_before(submission.envelope, event.at))
        return (reason,) if reason is not None else ()

    def _opened_too_late(self, event: CaseEvent) -> tuple[Reason, ...]:
        """What opens a case names no catalogue that was replaced long ago."""
        if TABLE[event.move].kind != CASE:
            return ()
        received_at = datetime.fromisoformat(self.at)
        reason = item_too_late(self.law, event, event.application, received_at, self.grace)
        return (reason,) if reason is not None else ()

    def _clashes(self, submission: Submission) -> tuple[Reason, ...]:
        claims = submission.claims
        return tuple(one.clash for one in claims if self.owners.get(one.key, one.owner) != one.owner)

    def _accept(self, submission: Submission, event: CaseEvent, track: Track, case: Case) -> Ruling:
        self._settle_claims(submission, event, track)
        self._confirm(track, case, event, submission)
        ruling = self._ruling(submission, Result.ACCEPTED)
        ruling = replace(ruling, revision=track.revision, received_at=self.at)
        if event.move in NUMBERED_AT and not case.case_number:
            self._give_number(track, case)
        return ruling

    def _settle_claims(self, submission: Submission, event: CaseEvent, track: Track) -> None:
        for claim in released_by(track.case, event):
            self.released.append(claim)
            if self.owners.get(claim.key) == claim.owner:
                del self.owners[claim.key]
            self.claimed.pop(claim.key, None)
        for claim in submission.claims:
            if claim.key not in self.owners:
                self.owners[claim.key] = claim.owner
                self.claimed[claim.key] = claim

    def _confirm(self, track: Track, case: Case, event: CaseEvent, submission: Submission) -> None:
        envelope = submission.envelope
        self.confirmed.append(track.confirm(case, event, envelope, self.at))
        self.known[event.event_id] = Known(envelope.body, track.revision, self.at)

    def _give_number(self, track: Track, case: Case) -> None:
        self._seal_own(track, case, *self.hub_acts.number(case.case_id))

    def _seal_own(self, track: Track, case: Case, event: CaseEvent, envelope: Envelope) -> None:
        after = evolve(case, event, EFFECTS[event.move])
        self.confirmed.append(track.confirm(after, event, envelope, self.at))

    def _known_before(self, submission: Submission, known: Known) -> Ruling:
        """A PC that had to enrol anew sends its events again: the same event has one effect."""
        if known.body != submission.envelope.body:
            return self._ruling(submission, Result.REFUSED, SAME_EVENT_ID)
        return Ruling(submission, Result.ACCEPTED, (), known.revision, known.received_at)

    def _ruling(self, submission: Submission, result: Result, *reasons: Reason) -> Ruling:
        return Ruling(submission, result, reasons, received_at=self.at)


def _opens(event: CaseEvent | None) -> bool:
    """Tell whether an event is one that opens a case."""
    move = TABLE.get(event.move) if event is not None else None
    return move is not None and move.opens


def _held_before(submission: Submission, track: Track) -> bool:
    """Tell whether an earlier event of the case by the same device is held."""
    mine = submission.envelope
    return any(one.envelope.device == mine.device and one.envelope.seq < mine.seq for one in track.held)
