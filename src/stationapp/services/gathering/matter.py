"""What every gathering function is given, and the small readings several of them share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from stationapp.documents.forms.decision import GRANT, REFUSAL
from stationapp.documents.layout.words import long_date
from stationapp.domain.case import Case, fold
from stationapp.domain.case_flow import EFFECTS
from stationapp.domain.catalogue import Keeper
from stationapp.domain.due_dates import CurrentDue, acceptance_of, current_due, leading_due, limits_start
from stationapp.domain.events import CaseEvent
from stationapp.domain.excluded_periods import excluded_periods, periods_after, periods_of
from stationapp.domain.organisation import Desk, Organisation, PostKind
from stationapp.domain.people import HandedIn
from stationapp.domain.time_limits import working_days_between
from stationapp.services.workplace import Workplace
from stationapp.store.records import EventStatus, StoredEvent

_KEEPERS = {str(Keeper.APPLICANT): "核验后退还申请人", str(Keeper.STATION): "收存"}


@dataclass(frozen=True, slots=True)
class Matter:
    """A case, the event a paper is about, and the whole history."""

    workplace: Workplace
    case: Case
    event: CaseEvent
    history: tuple[StoredEvent, ...]
    about: str = ""  # a desk, where one act makes a paper for each of several

    @property
    def organisation(self) -> Organisation:
        """The organisation in force."""
        return self.workplace.organisation

    @property
    def desk(self) -> Desk:
        """The desk whose paper it is."""
        return known_desk(self.organisation, self.event.hand.desk_id)

    @property
    def representative(self) -> str:
        """The village's agent who runs the errand for the applicant (全程代办); empty where he came himself."""
        hand = self.history[0].event.hand
        post = self.organisation.post(hand.post_id)
        runs = post is not None and post.kind is PostKind.AGENT
        return hand.person_name if runs and self.case.application.attorney != "present" else ""

    @property
    def is_licence(self) -> bool:
        """Whether the Administrative Licensing Law governs the item (GB/T 39046 table A.1: 01 行政许可)."""
        item = self.workplace.item_of(self.case)
        return item is not None and item.item_type == "01"

    def basis(self, licensing: str) -> str:
        """Return the basis a paper names: the licensing law's article for a licence, else the item's own."""
        item = self.workplace.item_of(self.case)
        return item.basis if item is not None and not self.is_licence and item.basis else licensing

    def day(self, name: str) -> date | None:
        """Return a day named by a fact of the event, or None."""
        text = str(self.event.facts.get(name, ""))
        return date.fromisoformat(text) if text else None

    def fact_day(self, move: str, name: str) -> date | None:
        """Return a day named by the latest event of a move, or None."""
        text = str(self.case.fact(move, name) or "")
        return date.fromisoformat(text) if text else None

    @property
    def before(self) -> Case:
        """The case as it stood before the event; the event must not have opened it."""
        return self._folded(len(self._told) - 1)

    @property
    def after(self) -> Case:
        """The case as the event left it."""
        return self._folded(len(self._told))

    @property
    def _told(self) -> list[CaseEvent]:
        """What happened up to the event and with it, without what the hub refused."""
        taken = [row.event for row in self.history if row.status is not EventStatus.REFUSED]
        ids = [event.event_id for event in taken]
        upto = ids.index(self.event.event_id) + 1 if self.event.event_id in ids else len(taken)
        return taken[:upto]

    def _folded(self, count: int) -> Case:
        case = fold(self._told[:count], EFFECTS)
        if case is None:
            raise LookupError(f"nothing happened before {self.event.move}")
        return case

    def since(self, move: str) -> tuple[CaseEvent, ...]:
        """Return what happened from the latest event of a move before the paper's act on, to this day."""
        taken = [row.event for row in self.history if row.status is not EventStatus.REFUSED]
        first = max(
            (place for place, event in enumerate(self._told) if event.move == move), default=len(taken)
        )
        return tuple(taken[first:])

    def used(self, decided: CaseEvent) -> str:
        """Return the working days from acceptance to an event in words, without those that do not count (许可法 45);
        nothing for a case that was not accepted.
        """
        acceptance = acceptance_of(self.case)
        if acceptance is None:
            return ""
        start = limits_start(acceptance)
        events = [row.event for row in self.history if row.status is not EventStatus.REFUSED]
        excluded = periods_of(periods_after(start, excluded_periods(events)))
        count = working_days_between(start, decided.at.date(), self.workplace.calendar, excluded)
        return f"{count.days}个工作日"

    def due(self, case: Case, name: str = "") -> CurrentDue | None:
        """Return a due date of the case as it stood then; by default the one it is worked towards."""
        return current_due(case, name or leading_due(case), self.workplace.calendar)

    def text(self, name: str) -> str:
        """Return a fact of the event as text."""
        return str(self.event.facts.get(name, ""))


def accepted_on(case: Case) -> date | None:
    """Return the day of acceptance, by the authority or by its silence; None for a case that is not accepted."""
    acceptance = acceptance_of(case)
    return acceptance.at.date() if acceptance is not None else None


def due_limit(case: Case) -> str:
    """Return the limit a case is worked towards in words, as stated when it was accepted."""
    acceptance, name = acceptance_of(case), leading_due(case)
    return str(acceptance.facts[name].get("limit", "")) if acceptance is not None and name else ""


def decided_by(case: Case) -> CaseEvent | None:
    """Return the act that decided a case, None while nothing is decided."""
    return next((case.last[move] for move in DECISIONS if move in case.last), None)


def known_desk(organisation: Organisation, desk_id: str) -> Desk:
    """Return a desk; one that the organisation in force no longer has is shown by its code."""
    desk = organisation.desk(desk_id)
    return desk or Desk(desk_id, desk_id, organisation.county_window().level, desk_id[:12])


def masked_number(number: str) -> str:
    """Return an identity number as papers that many hands hold show it: the middle hidden, both ends to compare."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}" if len(number) > 10 else number


def material_name(row: HandedIn) -> str:
    """Return a material's name; one that was only promised (告知承诺) says by when it comes."""
    promised = not (row.originals or row.copies) and row.promised_by
    return (
        f"{row.name}（承诺{long_date(date.fromisoformat(row.promised_by))}前补交）" if promised else row.name
    )


def keeper_text(row: HandedIn) -> str:
    """Return who keeps the original, in words; nothing where there is none."""
    return _KEEPERS.get(row.keeper, row.keeper) if row.originals else "—"


def qr_text(case: Case) -> str:
    """Return what the QR code of a case's papers says: its number, readable by any program, and nothing
    personal.
    """
    return f"SJ:{case.receipt_number}"


# What the name of a paper or thing ends with that can be handed over; a result such as 津贴发放 is an act.
_HANDED_OVER = (*"书证单表函卡册本件", "凭证", "通知", "批复", "决定")


DECISIONS = {
    "grant": GRANT,
    "record_reply_granted": GRANT,
    "refuse": REFUSAL,
    "record_reply_refused": REFUSAL,
    "default_decision": "超时默认通知单",
}
"""What each move that decides a case gives the applicant."""


def result_documents(case: Case) -> tuple[tuple[str, str], ...]:
    """Return name and number of what a finished case gives the applicant: its decision, and its result if it is one."""
    decided = decided_by(case)
    title = DECISIONS[decided.move] if decided is not None else ""
    documents = [(title, str(decided.facts.get("document_number", "")))] if decided is not None else []
    made = "issue_result" if case.when("issue_result") else "handle_directly"
    name, number = str(case.fact(made, "result_name")), str(case.fact(made, "result_number"))
    if name and name != title and (number or not documents or name.endswith(_HANDED_OVER)):
        documents.append((name, number))
    return tuple(documents)
