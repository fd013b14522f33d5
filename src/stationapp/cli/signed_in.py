"""Signing in on the command line: the password comes from STATIONAPP_PASSWORD or is asked for."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path

from stationapp.cli.output import say_notice
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths, set_private_umask
from stationapp.platform.single_instance import claim_home
from stationapp.platform.unavailable import Unavailable
from stationapp.services.session import require_set_up, sign_in, sign_out
from stationapp.services.workplace import Workplace


@contextmanager
def workplace_of(options: argparse.Namespace) -> Iterator[Workplace]:
    """Sign in for the length of a command; nobody else may have the home open meanwhile."""
    paths, login, password = credentials_of(options)
    with claim_home(paths.lock):
        workplace = sign_in(paths, SystemClock(), login, password, options.post)
        if workplace.notice:
            say_notice(workplace.notice)
        try:
            yield workplace
        finally:
            sign_out(workplace)


def credentials_of(options: argparse.Namespace) -> tuple[StationPaths, str, str]:
    """Return the home, and who wants to open it with which password; nothing is opened or written."""
    set_private_umask()
    paths = StationPaths.at(options.home)
    require_set_up(paths)
    if not options.login:
        raise Refused(Reason("no-login", "请用 --as 写明以谁的身份办理。", "login"))
    return paths, options.login, os.environ.get("STATIONAPP_PASSWORD") or _asked_password()


def _asked_password() -> str:
    try:
        return getpass("密码：")
    except EOFError as error:
        text = "没有给出密码：请在终端输入，或设置环境变量 STATIONAPP_PASSWORD。"
        raise Refused(Reason("no-password", text, "password")) from error


def case_id_of(workplace: Workplace, number: str) -> str:
    """Return the case of a receipt or case number, or of its id; raises Refused when this station has none.

    Only by their ids are two cases told apart that a copied PC gave one number.
    """
    with workplace.store.read() as unit:
        case_id = unit.cases.by_number(number) or (number if unit.cases.get(number) else None)
    if case_id is None:
        raise Refused(Reason("no-case", f"本站没有“{number}”这个办件，请核对号码。", "number"))
    return case_id


def make_folder(folder: Path) -> None:
    """Make a folder somebody named for what a command writes; raises Unavailable when that is not possible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"建不了文件夹“{folder}”。", type(error).__name__) from error
