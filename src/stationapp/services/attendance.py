"""Who was at which post in which half of a day (考勤巡查, SEED 001), from the sessions at this PC and told absences.

A station with several PCs sees here only those of this one; each act bears its person's signature anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from stationapp.domain.affair_kinds import AffairKind
from stationapp.domain.case import Case
from stationapp.domain.organisation import Post
from stationapp.services.workplace import Workplace
from stationapp.store.records import CaseQuery, SignIn

SHIFTS = (("上午", time(0), time(13)), ("下午", time(13), time.max))
"""Name, beginning and end of each shift."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A post in one shift: the names of who was there, whose absence was told, and whether nobody was though it had
    begun on a working day and no absence was told.
    """

    name: str
    present: tuple[str, ...]
    away: tuple[str, ...]
    unmanned: bool


@dataclass(frozen=True, slots=True)
class PostAttendance:
    """A post of this PC's desks on a day, shift by shift."""

    post: Post
    shifts: tuple[Shift, ...]

    @property
    def was_unmanned(self) -> bool:
        """There is a shift in which the window was empty and nobody had said so."""
        return any(shift.unmanned for shift in self.shifts)


def begin_session(workplace: Workplace) -> None:
    """Note that the person signed in to the post; raises Unavailable when the disk does not let us."""
    now = workplace.now()
    with workplace.store.write() as unit:
        unit.sign_ins.begin(now.date().isoformat(), workplace.person.person_id, workplace.post.post_id, now)


def end_session(workplace: Workplace, post: Post) -> None:
    """Note that the person left a post; raises Unavailable when the disk does not let us."""
    with workplace.store.write() as unit:
        unit.sign_ins.end(workplace.person.person_id, post.post_id, workplace.now())


def change_session(workplace: Workplace, before: Post) -> None:
    """Note that the person went over from a post to the one he has now; raises Unavailable as the others."""
    end_session(workplace, before)
    begin_session(workplace)


def attendance(workplace: Workplace, day: date) -> tuple[PostAttendance, ...]:
    """Return every post of this PC's desks on a day, in the organisation's order."""
    with workplace.store.read() as unit:
        sessions = unit.sign_ins.of_day(day.isoformat())
        query = CaseQuery(kind=AffairKind.ABSENCE)
        records = [unit.cases.get(case_id) for case_id in unit.cases.find(query)]
    absences = [record.case for record in records if record is not None and not record.opening_refused]
    posts = (post for post in workplace.organisation.posts if post.desk_id in workplace.identity.desks)
    return tuple(
        PostAttendance(
            post, tuple(_shift(workplace, post, day, shift, sessions, absences) for shift in SHIFTS)
        )
        for post in posts
    )


def _shift(
    workplace: Workplace,
    post: Post,
    day: date,
    shift: tuple[str, time, time],
    sessions: Iterable[SignIn],
    absences: Iterable[Case],
) -> Shift:
    name, first, last = shift
    now = workplace.now()
    begins, ends = (datetime.combine(day, at, now.tzinfo) for at in (first, last))
    there = {row.person for row in sessions if row.post == post.post_id and _overlaps(row, begins, ends, now)}
    away = {person for case in absences if (person := _away(case, post, begins, ends))}
    begun = begins <= now and day <= now.date() and workplace.calendar.is_workday(day).yes
    return Shift(
        name,
        _names(workplace, there),
        _names(workplace, away),
        unmanned=begun and not there and not away,
    )


def _overlaps(row: SignIn, begins: datetime, ends: datetime, now: datetime) -> bool:
    """A session without an end counts until now on its own day, and for its first shift on an earlier one."""
    until = row.until_at or (now if row.day == now.date().isoformat() else row.from_at)
    return row.from_at < ends and until >= begins


def _away(case: Case, post: Post, begins: datetime, ends: datetime) -> str:
    """Whose told absence from a post overlaps with a shift; empty where none does."""
    left = case.last["leave_post"].facts
    if left["post_id"] != post.post_id:
        return ""
    last = case.last["prolong_absence"].facts if "prolong_absence" in case.last else left
    back = case.when("come_back")
    until = back or _moment(last["until_on"], last["until_at"], begins)
    overlaps = _moment(left["from_on"], left["from_at"], begins) < ends and until > begins
    return str(left["person_id"]) if overlaps else ""


def _moment(day: object, at: object, zoned: datetime) -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=zoned.tzinfo)


def _names(workplace: Workplace, people: Iterable[str]) -> tuple[str, ...]:
    found = (workplace.organisation.person(one) for one in sorted(people))
    return tuple(person.name for person in found if person is not None)
