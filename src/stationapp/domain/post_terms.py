"""The terms of window posts (窗口人员一年一任, SEED 001): since when and until when a person holds a post."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from stationapp.domain.organisation import Organisation, Post

LONGEST_YEARS = 1
"""Window staff are sent for a year, and for another one afterwards (SEED 001)."""


@dataclass(frozen=True, slots=True)
class PostTerm:
    """A post with its holders' names and the term of its A holder; days may be None where none was settled."""

    post: Post
    holder_a: str
    holder_b: str
    since: date | None
    until: date | None
    days_left: int | None

    @property
    def is_over(self) -> bool:
        """Its last day has passed: somebody has to be sent, or sent again."""
        return self.days_left is not None and self.days_left < 0


def terms(organisation: Organisation, today: date) -> tuple[PostTerm, ...]:
    """Return every post with its term, those that end first first and those without a term last."""
    rows = [_term(organisation, post, today) for post in organisation.posts]
    return tuple(sorted(rows, key=lambda row: (row.until or date.max, row.post.desk_id, row.post.post_id)))


def term_faults(post: Post) -> Iterator[str]:
    """What is wrong with a post's term, as the second half of a Chinese sentence."""
    days = {}
    for name, text in (("任职起始日", post.since), ("任期截止日", post.until)):
        try:
            days[name] = _day(text)
        except ValueError:
            yield f"{name}“{text}”不是日期（应如 2026-11-01）。"
    first, last = days.get("任职起始日"), days.get("任期截止日")
    if first is None or last is None:
        return
    if last < first:
        yield "任期截止日早于任职起始日。"
    elif last >= _years_later(first):
        yield f"任期超过{LONGEST_YEARS}年；窗口人员一年一任，续任请另起一个任期。"


def _term(organisation: Organisation, post: Post, today: date) -> PostTerm:
    until = _day(post.until)
    left = (until - today).days if until is not None else None
    names = (_name(organisation, post.holder_a), _name(organisation, post.holder_b))
    return PostTerm(post, *names, _day(post.since), until, left)


def _name(organisation: Organisation, person_id: str) -> str:
    person = organisation.person(person_id)
    return person.name if person is not None else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _years_later(day: date) -> date:
    """The day a year later; 29 February's is 1 March."""
    try:
        return day.replace(year=day.year + LONGEST_YEARS)
    except ValueError:
        return date(day.year + LONGEST_YEARS, 3, 1)
