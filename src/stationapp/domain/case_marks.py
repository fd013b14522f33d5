"""What waits at a case besides its ordinary way, as short marks by which lists find it.

A mark is one word, or a word and an id with a colon between them; it names what is so now, by the events alone.
"""

from __future__ import annotations

from stationapp.domain.case import CASE, Case, State

URGED = "urged"  # 催办, not confirmed yet
WITHDRAWAL = "withdrawal"  # the applicant asked to withdraw, and nobody has answered
VOID_PROPOSED = "void"  # 作废 or deletion waits for a second person
PROMISE = "promise"  # a promised material (告知承诺) waits to be checked
DOUBLE = "double"  # 疑似重复申请
AT_PLACE = "at-place"  # the result lies where the applicant gets it
PART = "part"  # with the desk that owes its opinion
HANDLER = "handler"  # with the person a chief gave the case to

_CHECKED_AFTER = frozenset(
    {
        State.DEEMED_ACCEPTED,
        State.ACCEPTED,
        State.REVIEWED,
        State.CHECKED,
        State.GRANTED,
        State.RESULT_READY,
        State.RESULT_IN_TRANSIT,
        State.SERVED,
        State.CONCLUDED,
        State.ARCHIVED,
    }
)


def waits(case: Case, asked: str, answered: str) -> bool:
    """Tell whether a running case has an act of one move that none of another has followed."""
    if case.when(asked) is None or case.state.is_final:
        return False
    return case.when(answered) is None or case.last_order(answered, asked)


def marks_of(case: Case) -> tuple[str, ...]:
    """Return the marks of a case in the order of the alphabet; an affair has none."""
    if case.kind != CASE:
        return ()
    running = not case.state.is_final
    rows = (
        (URGED, waits(case, "urge", "acknowledge_urging")),
        (WITHDRAWAL, waits(case, "request_withdrawal", "dismiss_withdrawal")),
        (VOID_PROPOSED, running and case.void_proposed),
        (PROMISE, _promise_waits(case)),
        (DOUBLE, running and case.when("note_double") is not None),
        (AT_PLACE, case.state is State.RESULT_READY and case.holder == case.result_station),
        (f"{HANDLER}:{case.handler}", running and bool(case.handler)),
        *((f"{PART}:{part.desk_id}", running and part.state.is_open) for part in case.parts),
    )
    return tuple(sorted(mark for mark, is_so in rows if is_so))


def _promise_waits(case: Case) -> bool:
    promised = any(row.promised_by for row in case.application.materials)
    is_due = case.state in _CHECKED_AFTER and case.closed_as in (None, State.CONCLUDED)
    return promised and is_due and case.when("check_promise") is None
