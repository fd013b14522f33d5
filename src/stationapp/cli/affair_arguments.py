"""The arguments of the commands around a case: appointments, consultations, complaints, absence, projects, queue."""

from __future__ import annotations

from pathlib import Path

from stationapp.cli.adding import Add, Commands, command, group

_FILE = "登记内容（JSON，格式见 docs/cli.md）"
_DAY = "日期，如 2026-12-01"


def _add_any(commands: Commands) -> None:
    affairs = group(commands, "affair", "各类服务事务：延时服务、窗口争议、指南建议、值班等")
    opened = command(affairs, "open", "登记一件", "affairs.open_any")
    opened.add_argument("kind")
    opened.add_argument("file", type=Path, help=_FILE)
    listed = command(affairs, "list", "列出一类", "affairs.list_any")
    listed.add_argument("kind")
    listed.add_argument("--text", default="")
    listed.add_argument("--open", dest="open_only", action="store_true", help="只列未了结的")
    listed.add_argument("--limit", type=int, default=50)


def _add_appointments(commands: Commands) -> None:
    appointments = group(commands, "appointment", "预约和上门服务")
    slots = command(appointments, "slots", "一个单位一天的时段和空号", "appointments.slots")
    slots.add_argument("desk")
    slots.add_argument("day", help=_DAY)
    book = command(appointments, "book", "预约", "appointments.book")
    book.add_argument("file", type=Path, help=_FILE)
    listed = command(appointments, "list", "本单位一天的预约", "appointments.list_day")
    listed.add_argument("day", help=_DAY)
    visits = command(appointments, "visits", "一天的上门服务单（PDF）", "appointments.visits")
    visits.add_argument("day", help=_DAY)
    visits.add_argument("--vehicle", default="")
    visits.add_argument("--out", type=Path, default=Path(), metavar="DIR")


def _add_consultations(commands: Commands) -> None:
    consult = group(commands, "consult", "咨询")
    ask = command(consult, "ask", "登记咨询；写明答复和依据的当场答复", "affairs.ask")
    ask.add_argument("file", type=Path, help=_FILE)
    listed = command(consult, "list", "咨询登记簿", "affairs.register")
    listed.add_argument("--text", default="")
    listed.add_argument("--limit", type=int, default=50)
    faq = command(consult, "faq", "按办事指南的常见问答", "affairs.faq")
    faq.add_argument("text")


def _add_complaints(commands: Commands) -> None:
    complaints = group(commands, "complaint", "投诉")
    filed = command(complaints, "file", "登记投诉，即交监察岗", "affairs.file_complaint")
    filed.add_argument("file", type=Path, help=_FILE)
    listed = command(complaints, "list", "列出可以查看的投诉和期限", "affairs.list_complaints")
    listed.add_argument("--text", default="")


def _add_absences(commands: Commands) -> None:
    absence = group(commands, "absence", "离岗和AB岗")
    leave = command(absence, "leave", "登记离岗", "affairs.leave")
    leave.add_argument("--facts", required=True, help="cause、until_on、until_at 等（JSON）")
    back = command(absence, "back", "登记返岗", "affairs.come_back")
    back.add_argument("number")
    command(absence, "list", "谁离岗、何时回岗、谁代办", "affairs.list_absences")


def _add_projects(commands: Commands) -> None:
    projects = group(commands, "project", "全程代办项目")
    opened = command(projects, "open", "立项", "affairs.open_project")
    opened.add_argument("file", type=Path, help=_FILE)
    for name, text in (("add", "把办件加入项目"), ("remove", "把办件移出项目")):
        change = command(projects, name, text, f"affairs.{name}_member")
        change.add_argument("number")
        change.add_argument("member")
        if name == "remove":
            change.add_argument("--reason", required=True)
    show = command(projects, "show", "项目及其各办件的状态", "affairs.show_project")
    show.add_argument("number")


def _add_queue(commands: Commands) -> None:
    queue = group(commands, "queue", "取号叫号（只在本机，不需要网络）")
    take = command(queue, "take", "取号", "queue.take")
    take.add_argument("--business", default="", metavar="TEXT")
    take.add_argument("--priority", action="store_true", help="绿色通道")
    take.add_argument("--out", type=Path, default=None, metavar="DIR", help="另存号票（PDF）")
    call = command(queue, "call", "叫下一个号", "queue.call")
    call.add_argument("--window", default="")
    for name, text in (("recall", "重呼"), ("skip", "过号"), ("done", "办完")):
        change = command(queue, name, text, f"queue.{name}")
        change.add_argument("count", type=int)
    command(queue, "list", "今天的全部号", "queue.list_today")


AFFAIR_GROUPS: tuple[Add, ...] = (
    _add_appointments,
    _add_consultations,
    _add_complaints,
    _add_absences,
    _add_projects,
    _add_queue,
    _add_any,
)
