"""How cases stand in a list, in one place for every list of cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from stationapp.domain import case_marks
from stationapp.services.unrecognised import TITLE, sentence_of
from stationapp.ui.id_table import Column
from stationapp.ui.state_tones import STATE_TONES
from stationapp.ui.words import Tone, due_words, moment_text, short_moment_text

if TYPE_CHECKING:
    from stationapp.store.records.cases import CaseSummary

DeskName = Callable[[str], str]


def case_columns(desk_name: DeskName, today: Callable[[], date]) -> tuple[Column[CaseSummary], ...]:
    """The columns of a case list. `desk_name` turns a desk's id into its name."""
    return (
        Column("收件号", lambda row: row.receipt_number, 31, "receipt_number", least=30),
        Column("申请人", lambda row: row.applicant_name, 9, tip=_applicant, least=7),
        Column("事项", lambda row: row.item_name, 26, least=8),
        Column("状态", state_text, 10, tone=state_tone, tip=sentence_of, least=8),
        Column(
            "提示",
            mark_text,
            14,
            tip=mark_text,
            least=7,
            tone=lambda row: Tone.GOOD if row.priority and not row.marks else Tone.WARN,
        ),
        Column(
            "到期",
            lambda row: due(row, today())[0],
            24,
            "due",
            tone=lambda row: due(row, today())[1],
            least=18,
        ),
        Column("报送", sent_text, 9, tone=sent_tone, tip=sent_tip, least=8),
        Column("现在何处", lambda row: whereabouts(row, desk_name), 18, least=8),
        moment_column("收件时间", lambda row: row.received_at, "received", today),
        moment_column("最近变动", lambda row: row.updated_at, "updated", today),
    )


def moment_column(
    title: str, moment: Callable[[CaseSummary], datetime], sort: str, today: Callable[[], date]
) -> Column[CaseSummary]:
    """A moment in its short form; the whole of it is the tip."""
    return Column(
        title,
        lambda row: short_moment_text(moment(row), today()),
        11,
        sort,
        tip=lambda row: moment_text(moment(row)),
    )


_MARKS = {
    case_marks.URGED: "催办",
    case_marks.WITHDRAWAL: "申请撤回",
    case_marks.VOID_PROPOSED: "作废待复核",
    case_marks.PROMISE: "承诺待核查",
    case_marks.DOUBLE: "疑似重复",
    case_marks.PART: "联办待回执",
}


def mark_text(row: CaseSummary) -> str:
    """What is special about a case, or waits at it besides its ordinary way."""
    kinds = dict.fromkeys(mark.split(":")[0] for mark in row.marks)
    found = [_MARKS[kind] for kind in kinds if kind in _MARKS]
    return "、".join((*(("绿色通道",) if row.priority else ()), *found))


def mark_tone(row: CaseSummary) -> Tone:
    """A warning while something waits."""
    return Tone.WARN if row.marks else Tone.GOOD


def state_text(row: CaseSummary) -> str:
    """How a case stands; one whose opening the hub refused stands nowhere."""
    return TITLE if row.opening_refused else row.state.label


def state_tone(row: CaseSummary) -> Tone:
    """The tone of the same."""
    return Tone.RED if row.opening_refused else STATE_TONES[row.state]


def sent_text(row: CaseSummary) -> str:
    """Whether the hub has all of the case: the gravest word, what exists only here before what the hub holds."""
    standings = (
        (row.opening_refused, TITLE),
        (row.refused, "被退回"),
        (row.unsent, "仅存本机"),
        (row.held, "县级暂存"),
        (row.unknown_moves, "需升级"),
    )
    return next((word for count, word in standings if count), "已报送")


def sent_tone(row: CaseSummary) -> Tone:
    """Red when the hub refused something, a warning while something is only here."""
    if row.refused or row.opening_refused:
        return Tone.RED
    return Tone.WARN if row.pending or row.unknown_moves else Tone.QUIET


def sent_tip(row: CaseSummary) -> str:
    """The same in full words."""
    lines = [sentence_of(row)] if row.opening_refused else []
    if row.unsent:
        lines.append(f"{row.unsent} 条记录仅存本机，联网后自动报送；一直送不出去的，打开办件看原因。")
    if row.held:
        lines.append(f"{row.held} 条记录县级平台已收到、还没有生效，没有丢失。打开办件查看原因。")
    if row.refused:
        lines.append(f"{row.refused} 条记录被县级平台退回，请到“需处理”查看。")
    if row.unknown_moves:
        lines.append(f"有 {row.unknown_moves} 步是用新版程序办的，请升级本程序后再看。")
    return "\n".join(lines) or "县级平台已收到全部记录。"


def whereabouts(row: CaseSummary, desk_name: DeskName) -> str:
    """Who holds the case, and to whom it is on its way; what nobody recognised lies where it was opened."""
    if row.opening_refused:
        return desk_name(row.origin)
    if row.addressed_to:
        return f"{desk_name(row.holder)} → {desk_name(row.addressed_to)}"
    return desk_name(row.holder)


def due(row: CaseSummary, today: date) -> tuple[str, Tone]:
    """The due day in words; a case that is over has none to fear."""
    if row.state.is_final:
        return "", Tone.QUIET
    return due_words(row.due_day, today, provisional=row.due_provisional)


def _applicant(row: CaseSummary) -> str:
    return f"{row.applicant_name} {row.document_number_masked}".strip()
