"""The arguments of every command."""

from __future__ import annotations

from pathlib import Path

from stationapp.cli.adding import Add, Commands
from stationapp.cli.adding import command as _command
from stationapp.cli.adding import group as _group
from stationapp.cli.affair_arguments import AFFAIR_GROUPS


def _add_station(commands: Commands) -> None:
    enrol = _command(commands, "enrol", "用登记码把本机登记到县级平台", "stations.enrol")
    enrol.add_argument("--hub", required=True, metavar="URL")
    enrol.add_argument("--code", required=True)
    enrol.add_argument("--ca", type=Path, metavar="FILE", help="县级证书（PEM），今后只认它签发的证书")
    again = _command(
        commands, "enrol-again", "县级平台不再认得本机时，用新登记码重新登记", "stations.enrol_again"
    )
    again.add_argument("--code", required=True)
    sync = _command(commands, "sync", "与县级平台同步一次", "stations.sync")
    sync.add_argument("--audit", action="store_true", help="再与县级平台逐件核对，只补取不一致的")
    _command(commands, "status", "本机还有什么没有送到县级平台", "stations.status")
    _command(commands, "verify", "核对哈希链、签名和各投影", "stations.verify")
    _command(commands, "self-test", "登录并核对一遍，供安装后自检", "stations.self_test")


def _add_courier(commands: Commands) -> None:
    group = _group(commands, "courier", "没有网络时用U盘送办件、取回执")
    write = _command(group, "write", "把没有送出的办件加密写到U盘，并读回核对", "courier.write")
    write.add_argument("folder", type=Path, metavar="DIR", help="U盘或其中的文件夹")
    write.add_argument("--only-new", action="store_true", help="只写以前的U盘文件里没有的")
    read = _command(group, "read", "读U盘：取回执；有网络时代送别站的文件", "courier.read")
    read.add_argument("folder", type=Path, metavar="DIR")
    read.add_argument("--offline", action="store_true", help="不用网络")
    text = "抢救导出：数据库打不开时，把没有上报的记录写到U盘，本机文件一个也不改动"
    rescue = _command(group, "rescue", text, "courier.rescue")
    rescue.add_argument("folder", type=Path, metavar="DIR", help="U盘或其中的文件夹")
    for one in (write, read, rescue):
        one.add_argument(
            "--part-mb", type=float, default=2000.0, metavar="MB", help="每个分块最大多少兆（2000）"
        )
    _command(group, "list", "哪些U盘文件还没有读到回执", "courier.list_waiting")


def _add_items(commands: Commands) -> None:
    group = _group(commands, "item", "查找事项、查看办事指南")
    search = _command(group, "search", "按拼音首字母、汉字或编码查找", "items.search")
    search.add_argument("text")
    show = _command(group, "show", "查看办事指南", "items.show")
    show.add_argument("code")
    held = _command(group, "catalogue", "本机事项目录的版本、新旧和变化", "items.catalogue")
    held.add_argument("--since", type=int)
    held.add_argument("--until", type=int)
    past = _command(group, "history", "一个事项的历次版本", "items.history")
    past.add_argument("code")
    _command(group, "coverage", "哪些事项在哪一级可以办（应进必进、底限性事项）", "items.coverage")
    way = _command(group, "route", "这个事项的办件从本单位送到哪里", "items.route")
    way.add_argument("code")
    way.add_argument("--division", default="", help="申请人所在地的12位区划代码，默认列出全部")


def _add_cases(commands: Commands) -> None:
    group = _group(commands, "case", "办件")
    opened = _command(group, "open", "收件；材料不齐时用 --note-missing 出具一次性告知书", "cases.open_case")
    opened.add_argument("file", type=Path, help="申请内容（JSON，格式见 docs/cli.md）")
    opened.add_argument("--note-missing", action="store_true")
    opened.add_argument("--completes", default="", metavar="NUMBER", help="补齐材料：沿用原收件号收件")
    listed = _command(group, "list", "列出办件", "cases.list_cases")
    listed.add_argument("--list", dest="key", default="all")
    listed.add_argument("--text", default="")
    listed.add_argument("--limit", type=int, default=50)
    show = _command(group, "show", "查看办件及其全部经过", "cases.show")
    show.add_argument("number")
    export = _command(group, "export", "把一件办件导出为文件，别的系统和 case open 都能读", "cases.export")
    export.add_argument("number")
    export.add_argument("--out", type=Path, default=Path(), metavar="DIR")
    move = _command(group, "move", "办理一步", "cases.move")
    move.add_argument("number")
    move.add_argument("move")
    move.add_argument("--facts", default="{}", help="本步需要填写的内容（JSON）")
    chain = _command(group, "at-once", "即办：把都由本人办理的几步一次办完", "at_once.at_once")
    chain.add_argument("number")
    chain.add_argument("chain", help="如 register_and_accept、grant_and_issue、serve_and_conclude")
    chain.add_argument("--facts", default="{}", help="各步需要填写的内容（JSON）")


def _add_batches(commands: Commands) -> None:
    group = _group(commands, "batch", "批次")
    send = _command(group, "send", "把办件装批移交", "batches.send")
    send.add_argument("numbers", nargs="+")
    listed = _command(group, "list", "列出批次", "batches.list_batches")
    listed.add_argument("--direction", choices=("in", "out"), default="out")
    sign = _command(group, "sign", "逐件签收", "batches.sign")
    sign.add_argument("numbers", nargs="+")
    sign.add_argument("--differences", default="{}", help="各件差异（JSON：收件号 → 说明）")


def _add_scans(commands: Commands) -> None:
    group = _group(commands, "scan", "扫描件和照片")
    add = _command(group, "add", "存入一份扫描件，给出 --facts 里要用的说明", "scans.add")
    add.add_argument("file", type=Path, help="JPEG、PNG 或 PDF 文件，不超过 20 MB")
    get = _command(group, "get", "把办件的扫描件存到文件夹（存出的文件不加密）", "scans.get")
    get.add_argument("number")
    get.add_argument("--out", type=Path, default=Path(), metavar="DIR")


def _add_waiting(commands: Commands) -> None:
    group = _group(commands, "trouble", "需处理：县级平台没有接受的操作")
    _command(group, "list", "列出尚未处理的", "waiting.list_troubles")
    settle = _command(group, "settle", "写明如何处理", "waiting.settle_trouble")
    settle.add_argument("event_id", metavar="EVENT")
    settle.add_argument("--note", required=True, metavar="TEXT")
    drafts = _group(commands, "draft", "草稿")
    _command(drafts, "list", "列出没有办完的收件草稿", "waiting.list_drafts")


def _add_papers(commands: Commands) -> None:
    paper = _command(commands, "print", "把文书存为 PDF（计入补打次数）", "cases.print_paper")
    paper.add_argument("number", help="收件号、办件编号或批次号")
    paper.add_argument("paper")
    paper.add_argument("--out", type=Path, default=Path())
    paper.add_argument("--large", action="store_true", help="大字版")
    ticket = _command(commands, "ticket", "在票据打印机上打印收件小票或评价单", "at_once.ticket")
    ticket.add_argument("number", help="收件号或办件编号")
    ticket.add_argument("ticket", choices=("receipt", "rating"))
    ticket.add_argument("--road", choices=("device", "network", "queue"), default="", help="打印机的接法")
    ticket.add_argument("--address", default="", help="设备文件、网络地址或打印机名称")
    ticket.add_argument("--roll", type=int, choices=(80, 58), default=80, help="纸卷宽度（毫米）")


def _add_seals(commands: Commands) -> None:
    group = _group(commands, "seal", "待盖章的文书")
    _command(group, "list", "列出本单位待盖章的文书", "seals.list_waiting")
    done = _command(group, "note", "登记文书已盖章", "seals.note")
    done.add_argument("number")


def _add_reports(commands: Commands) -> None:
    figures = _command(commands, "statistics", "本站办件的统计指标", "reports.statistics")
    figures.add_argument("--period", required=True, help="期间：2026Q4、2026-11 或 2026")
    figures.add_argument("--out", type=Path, default=None, metavar="DIR", help="另存为 CSV 和 Excel 文件")
    register = _command(
        commands, "document-register", "文书编号台账：编号、份数、补打、缺号", "reports.register"
    )
    register.add_argument("--year", type=int, default=None)
    register.add_argument("--out", type=Path, default=None, metavar="DIR", help="另存为 CSV 和 Excel 文件")
    register.add_argument("--explain", default="", metavar="NUMBER", help="写明一个缺号的原因")
    register.add_argument("--words", default="", metavar="TEXT", help="缺号的原因")
    there = _command(
        commands, "attendance", "各岗位上午、下午谁登录过，谁离岗，哪个窗口没有人", "attendance.show"
    )
    there.add_argument("--day", default="", metavar="DATE", help="哪一天，默认今天")
    export = _command(commands, "export-cases", "把办件导出为国家平台五张表和 Excel", "reports.export")
    export.add_argument("--out", type=Path, default=Path(), metavar="DIR")
    export.add_argument("--batch", default="", help="批次号，最长32个字符（默认按时间）")
    export.add_argument("--source", default="", help="数据来源，最长3个字符（默认取区划前三位）")
    export.add_argument(
        "--previous", type=Path, metavar="FILE", help="上次导出的 rows.txt，已报的记录按修改报送"
    )
    export.add_argument("--codes", type=Path, metavar="FILE", help="接收方的代码表（JSON）")


def _add_demonstration(commands: Commands) -> None:
    demo = _command(commands, "demo", "完整演示：一件办件从断网的村到县里再回来", "showing.demo")
    demo.add_argument("--headless", action="store_true", help="不显示窗口")
    demo.add_argument("--out", type=Path, default=Path("demo-out"), metavar="DIR")
    demo.add_argument("--database", default="", metavar="URL", help="县级平台的数据库，默认 SQLite")
    text = "main：一批办件走完全程；full：几十种情形走遍每个状态、每种文书"
    demo.add_argument("--story", choices=("main", "full"), default="main", help=text)
    demo.add_argument(
        "--every",
        type=int,
        default=1,
        choices=range(1, 21),
        metavar="N",
        help="完整演示只演每第 N 个情景（默认全部）",
    )
    demo.add_argument("--cases", type=int, default=3)
    demo.add_argument("--seed", type=int, default=1)
    tryout = _command(commands, "tryout", "试用：内置县级平台和三个站点，然后打开窗口", "showing.tryout")
    tryout.add_argument("--dir", type=Path, default=None, metavar="DIR")


GROUPS: tuple[Add, ...] = (
    _add_station,
    _add_courier,
    _add_items,
    _add_cases,
    *AFFAIR_GROUPS,
    _add_batches,
    _add_scans,
    _add_waiting,
    _add_papers,
    _add_seals,
    _add_reports,
    _add_demonstration,
)
