"""The command `countyhub`: set up and run a county hub. Every answer is one line of JSON."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from countyhub import commands, serving
from countyhub.attendance import commands as attendance
from countyhub.catalogue.arguments import add_catalogue
from countyhub.courier import commands as courier
from countyhub.devices import commands as devices
from countyhub.identity.repository import NotInitialised
from countyhub.mailboxes import commands as mailboxes
from countyhub.staff.commands import staff
from countyhub.statistics import commands as statistics
from countyhub.supervision import commands as supervision
from countyhub.sweeps import commands as sweeps
from countyhub.system_errors import sentence_of
from countyhub.upward import commands as upward
from stationapp.domain.refusal import Refused

OK, NO, USAGE, REFUSED, UNAVAILABLE = range(5)
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_PIPE_CLOSED = 128 + 13  # What a shell sees of other programs that end by SIGPIPE.

_EXIT_CODES = """exit codes:
  0  done
  1  the answer is no: number unknown, device unknown, verification found faults
  2  wrong usage
  3  refused: a file or an argument does not fit; nothing was changed
  4  unavailable: no hub in the database, database or file not reachable, port taken"""


_NO_HUB = "这个数据库里没有可用的县级平台，请先初始化或升级。"
_DATABASE = (
    "数据库不可用：{}。请核对 --database 的地址、账户权限，数据库服务是否在运行。"
    "文件可能已损坏时，不要删除，也不要新建，先复制一份，再按《县级平台手册》从备份恢复。"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    options.arguments = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=options.log_level.upper(), format=LOG_FORMAT)
    try:
        return NO if options.command(options) is False else OK
    except Refused as refused:
        reasons = [{"code": one.code, "text": one.text, "field": one.field} for one in refused.reasons]
        return _complain(REFUSED, reasons[0]["code"], str(refused), reasons=reasons)
    except NotInitialised as nothing:
        return _complain(UNAVAILABLE, "not-initialised", str(nothing) or _NO_HUB)
    except DBAPIError as error:
        return _complain(UNAVAILABLE, "database", _DATABASE.format(type(error.orig).__name__))
    except BrokenPipeError:
        return _end_quietly()
    except (OSError, SQLAlchemyError) as error:
        return _complain(UNAVAILABLE, "unavailable", sentence_of(error))


def _end_quietly() -> int:
    """Whoever read the answer has gone, as `head` does; the interpreter must not stumble over it when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return _PIPE_CLOSED


def _complain(code: int, name: str, text: str, **more: object) -> int:
    sys.stderr.write(json.dumps({"error": name, "text": text, **more}, ensure_ascii=False) + "\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="countyhub",
        description="Set up and run a county hub.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="warning")
    names = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_setting_up, _add_serving, _add_publishing, _add_asking):
        add(names)
    add_catalogue(names, _command)
    courier.add(names, _command)
    devices.add(names, _command)
    statistics.add(names, _command)
    supervision.add(names, _command)
    mailboxes.add(names, _command)
    upward.add(names, _command)
    return parser


def _command(
    names: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    function: object,
    text: str,
    *,
    one_database: bool = True,
) -> argparse.ArgumentParser:
    parser = names.add_parser(name, help=text, description=text)
    if one_database:
        parser.add_argument(
            "--database", required=True, metavar="URL", help="sqlite:///FILE or postgresql://…"
        )
    place = "attachments: a folder (default beside the database), or s3://BUCKET/PREFIX"
    parser.add_argument("--files", metavar="PLACE", help=place)
    parts = "uploads into an object store, until they are whole; default beside the database"
    parser.add_argument("--parts", type=Path, metavar="DIR", help=parts)
    shift = "for demonstrations: go ahead of the machine's clock by the seconds in this file"
    parser.add_argument("--time-shift", type=Path, metavar="FILE", help=shift)
    if name != "init":  # There it says what is made.
        text = "which one, where the database holds several (6 digits)"
        parser.add_argument("--county", metavar="CODE", help=text)
    parser.set_defaults(command=function, county="")
    return parser


def _add_setting_up(names: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    new = _command(names, "init", commands.init, "make a database a county hub")
    new.add_argument("--county", required=True, metavar="CODE", help="6 digits")
    for document in ("organisation", "catalogue", "calendar"):
        new.add_argument(f"--{document}", required=True, type=Path, metavar="FILE")
    new.add_argument("--passwords", type=Path, metavar="FILE", help="initial passwords: login → password")
    _add_checks(new)
    _command(names, "upgrade", commands.upgrade, "bring the database to this program's schema")
    _command(
        names, "new-epoch", commands.new_epoch, "begin a new epoch after restoring a backup (hub stopped)"
    )
    settings = _command(names, "settings", commands.settings, "show, and change, how the hub is set")
    settings.add_argument(
        "--grace-days", type=int, metavar="DAYS", help="so long acts in a lost post are taken (30)"
    )
    text = "note what a backup holds, so that stations and hubs below need not keep it"
    mark = _command(names, "mark-durable", commands.mark_durable, text)
    text = "the copy itself, a file or restored: sqlite:///FILE or postgresql://…; it is only read"
    mark.add_argument("--backup", metavar="URL", help=text)


def _add_serving(names: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    code = _command(names, "enrolment-code", commands.enrolment_code, "make a one-time code for a PC")
    code.add_argument(
        "--station", required=True, nargs="+", metavar="CODE", help="12 digits; several, several codes"
    )
    code.add_argument("--desks", nargs="+", default=(), metavar="DESK", help="only these of its desks")
    code.add_argument("--days", type=int, default=7, help="days until it expires (7)")
    revoke = _command(names, "revoke-device", commands.revoke_device, "take a PC's rights away")
    revoke.add_argument("device")
    _command(names, "sweep", sweeps.sweep, "do now what the serving hub does every ten minutes by itself")
    _command(names, "attendance", attendance.attendance, "who is away, who stands in, who is on duty")
    people = _command(names, "staff", staff, "who holds which post, and until when")
    people.add_argument("--within", type=int, metavar="DAYS", help="only terms that end within so many days")
    server = _command(names, "serve", serving.serve, "serve stations over HTTP", one_database=False)
    serving.add(server)


def _add_publishing(names: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    publish = _command(names, "publish", commands.publish, "publish a reference document")
    publish.add_argument("document", choices=("organisation", "catalogue", "calendar"))
    publish.add_argument("file", type=Path)
    publish.add_argument("--passwords", type=Path, metavar="FILE", help="initial passwords of new persons")
    _add_checks(publish)
    draft = names.add_parser("import-catalogue", help="make a draft catalogue of another program's list")
    draft.add_argument("file", type=Path)
    draft.add_argument("--out", type=Path, metavar="FILE", help="write the draft here")
    draft.add_argument("--version", type=int, default=1, help="the draft's version (1)")
    draft.add_argument(
        "--organisation", type=Path, metavar="FILE", help="find departments by their names in here"
    )
    draft.set_defaults(command=commands.import_catalogue)
    password = _command(
        names, "set-password", commands.set_password, "give a person the password on standard input"
    )
    password.add_argument("login")


def _add_checks(parser: argparse.ArgumentParser) -> None:
    text = "compare the organisation's desks with these divisions of today"
    parser.add_argument("--divisions", type=Path, metavar="FILE", help=text)
    text = "publish items in use of which nobody can open a case, since their facts are incomplete"
    parser.add_argument("--allow-incomplete", action="store_true", help=text)


def _add_asking(names: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    find = _command(names, "find", commands.find, "find cases by receipt, case, batch or document number")
    find.add_argument("numbers", nargs="+", metavar="NUMBER")
    text = "list the acts that wait for something, and the numbers whose acts a PC has lost"
    _command(names, "held", commands.held, text)
    cases = _command(names, "cases", commands.cases, "list every case")
    cases.add_argument("--json", action="store_true", help="one JSON list instead of one line per case")
    _command(names, "stats", commands.stats, "count what is here")
    _command(names, "verify", commands.verify, "check every chain, signature, projection and file")


if __name__ == "__main__":
    sys.exit(main())
