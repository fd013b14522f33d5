"""Sessions of people at this PC (考勤)."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from stationapp.store.moments import from_micros, to_micros
from stationapp.store.records.events import Moment
from stationapp.store.records.sign_ins import SignIn
from stationapp.store.repositories.base import Repository
from stationapp.store.tables import SignInRow
from stationapp.store.tables.base import table_of

_TABLE = table_of(SignInRow)
_T = _TABLE.c


class SignInQueries(Repository):
    """Reads sessions."""

    def of_day(self, day: str) -> list[SignIn]:
        """Return the sessions that began on an ISO day, the earliest first."""
        rows = self._connection.execute(select(_TABLE).where(_T.day == day).order_by(_T.from_at))
        return [
            SignIn(
                row.day,
                row.person,
                row.post,
                from_micros(row.from_at),
                None if row.until_at is None else from_micros(row.until_at),
            )
            for row in rows
        ]


class SignIns(SignInQueries):
    """Notes sessions."""

    def begin(self, day: str, person: str, post: str, at: Moment) -> None:
        """Note that a session began; the same one twice changes nothing."""
        values = {"day": day, "person": person, "post": post, "from_at": to_micros(at)}
        self._connection.execute(insert(_TABLE).values(values).on_conflict_do_nothing())

    def end(self, person: str, post: str, at: Moment) -> None:
        """Note the end of the person's latest session in a post, unless it has ended."""
        mine = (_T.person == person) & (_T.post == post)
        latest = select(_T.from_at).where(mine).order_by(_T.from_at.desc()).limit(1).scalar_subquery()
        open_one = mine & (_T.from_at == latest) & _T.until_at.is_(None)
        self._connection.execute(update(_TABLE).where(open_one).values(until_at=to_micros(at)))
