"""Whatever order own acts, verdicts and mailbox entries arrive in, the store shows what its log comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from hubprotocol.envelope import Envelope
from stationapp.domain.case_flow import case_of
from stationapp.domain.events import CaseEvent
from stationapp.domain.refusal import Reason
from stationapp.store.rebuild import compare, rebuild
from stationapp.store.records import CaseQuery, CaseSummary
from stationapp.store.records.events import ConfirmedEvent
from stationapp.store.station_store import StationStore
from stationapp.store.units import WriteUnit
from store.world import (
    AGENT,
    CLERK,
    DEVICE,
    QUICK,
    Device,
    World,
    event,
    facts_of,
    fresh_store,
    handover,
    later,
)

OWN_MOVES = ("hand_over", "recall", "withdraw", "supply", "void")
OTHER_MOVES = ("sign_for", "decline_handover", "request_supplement", "accept")
RESULTS = ("accepted", "accepted", "accepted", "held", "refused")
NOBODY = Reason("test", "测试。")

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["own", "own", "other", "judge", "judge", "verdict", "verdict", "mailbox", "mailbox", "evict"]
        ),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    max_size=40,
)


@dataclass
class Hub:
    """A hub that orders what it is sent, and what it has to say to the station."""

    order: dict[str, list[tuple[CaseEvent, Envelope]]] = field(default_factory=dict)
    unsent: list[tuple[CaseEvent, Envelope]] = field(default_factory=list)
    held: list[tuple[CaseEvent, Envelope]] = field(default_factory=list)
    verdicts: list[tuple[int, str, int]] = field(default_factory=list)
    mailbox: list[ConfirmedEvent] = field(default_factory=list)
    read: int = 0

    def accept(self, told: CaseEvent, envelope: Envelope) -> int:
        """Give an event its place and tell the mailbox."""
        rows = self.order.setdefault(told.case_id, [])
        rows.append((told, envelope))
        self.mailbox.append((len(rows), later(len(rows)), envelope, told))
        return len(rows)

    def judge(self, result: str) -> None:
        """Answer the next envelope, or one that is held."""
        waiting = self.unsent or self.held
        if not waiting:
            return
        told, envelope = waiting.pop(0)
        opens = told.move == "receive"
        if result == "accepted" and (opens or told.case_id in self.order):
            self.verdicts.append((envelope.seq, result, self.accept(told, envelope)))
        elif result == "refused":
            self.verdicts.append((envelope.seq, result, 0))
        else:
            self.held.append((told, envelope))
            self.verdicts.append((envelope.seq, "held", 0))


class Play:
    """A station and its hub, one act after the other."""

    def __init__(self, store: StationStore) -> None:
        self.store, self.hub, self.world = store, Hub(), World()
        self.other = Device("pc-township")
        self.cases: list[str] = []

    def own(self, which: int, what: int) -> None:
        """A person acts: opens a case or moves one on."""
        if which >= len(self.cases):
            act = self.world.receive()
            self.cases.append(act.case_id)
        else:
            move = OWN_MOVES[what % len(OWN_MOVES)]
            case_id = self.cases[which]
            act = (
                handover(case_id, what + 1)
                if move == "hand_over"
                else event(case_id, move, AGENT, facts_of(move))
            )
        (envelope,) = self.world.append(self.store, act)
        self.hub.unsent.append((act, envelope))

    def other_desk(self, which: int, what: int) -> None:
        """Another desk acts on a case the hub knows."""
        known = sorted(self.hub.order)
        if known:
            move = OTHER_MOVES[what % len(OTHER_MOVES)]
            act = event(known[which % len(known)], move, CLERK, facts_of(move))
            self.hub.accept(act, self.other.seal(act))

    def hear_verdict(self, unit: WriteUnit, which: int) -> None:
        """Hear an answer, perhaps for the second time; a later answer to the same envelope comes after it."""
        if self.hub.verdicts:
            seq, result, revision = self.hub.verdicts[which % len(self.hub.verdicts)]
            latest = [verdict for verdict in self.hub.verdicts if verdict[0] == seq][-1]
            for answer in ((seq, result, revision), latest):
                unit.events.apply_verdict(DEVICE, answer[0], answer[1], answer[2], later(1), [NOBODY])

    def read_mailbox(self, unit: WriteUnit, count: int, again: int) -> None:
        """Read on in the mailbox, some of it for the second time."""
        start = max(0, self.hub.read - again)
        self.hub.read = min(len(self.hub.mailbox), self.hub.read + count)
        unit.events.apply_confirmed(self.hub.mailbox[start : self.hub.read])

    def evict(self, unit: WriteUnit, which: int) -> None:
        """The hub takes a case back; what it tells of the case later begins with all of it."""
        if self.cases:
            case_id = self.cases[which % len(self.cases)]
            unit.events.evict(case_id)
            behind = self.hub.mailbox[self.hub.read :]
            if any(row[3].case_id == case_id for row in behind):
                unit.events.apply_confirmed(
                    [row for row in self.hub.mailbox[: self.hub.read] if row[3].case_id == case_id]
                )

    def act(self, kind: str, first: int, second: int) -> None:
        """Do one thing."""
        if kind == "own":
            self.own(first % 4, second)
        elif kind == "other":
            self.other_desk(first, second)
        elif kind == "judge":
            self.hub.judge(RESULTS[first % len(RESULTS)])
        else:
            with self.store.write() as unit:
                if kind == "verdict":
                    self.hear_verdict(unit, first)
                elif kind == "mailbox":
                    self.read_mailbox(unit, first, second)
                else:
                    self.evict(unit, first)

    def hear_everything(self) -> None:
        """The line holds at last: every answer and every entry arrives, the entries from the beginning."""
        self.hub.read = 0
        with self.store.write() as unit:
            for seq, result, revision in self.hub.verdicts:
                unit.events.apply_verdict(DEVICE, seq, result, revision, later(1), [NOBODY])
            self.read_mailbox(unit, len(self.hub.mailbox), 0)


def lines(store: StationStore) -> list[CaseSummary]:
    """Everything lists show."""
    with store.read() as unit:
        return unit.cases.summary(unit.cases.find(CaseQuery(sort="received")))


@settings(QUICK, max_examples=60)
@given(acts=ACTS)
def test_every_interleaving_shows_what_the_log_comes_to(acts: list[tuple[str, int, int]]) -> None:
    with fresh_store() as store:
        play = Play(store)
        for kind, first, second in acts:
            play.act(kind, first, second)
            assert compare(store) == []
        play.hear_everything()
        shown = lines(store)
        rebuild(store)
        assert lines(store) == shown
        _agrees_with_the_hub(play)


def _agrees_with_the_hub(play: Play) -> None:
    """The hub's order first, own unanswered events on top; and no receipt is ever lost."""
    open_events = [*play.hub.held, *play.hub.unsent]
    with play.store.read() as unit:
        for case_id in play.cases:
            record = unit.cases.get(case_id)
            assert record is not None
            confirmed = [told for told, _ in play.hub.order.get(case_id, [])]
            mine = sorted(
                (row for row in open_events if row[0].case_id == case_id), key=lambda row: row[1].seq
            )
            told = [*confirmed, *(told for told, _ in mine)]
            assert [stored.event for stored in unit.events.of_case(case_id)] == told
            assert record.pending == len(mine)
            assert unit.cases.by_number(record.case.receipt_number) == case_id
            if not record.opening_refused:
                expected = case_of(told)
                assert expected is not None
                assert record.case == expected
