"""What each command of `countyhub` does. False means that the answer is no."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import Connection

from countyhub import initialise, schema
from countyhub.acceptance import backups
from countyhub.clock import china_now
from countyhub.devices import service as devices
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.identity.repository import NotInitialised
from countyhub.inspection import reports
from countyhub.inspection.unfinished import unfinished
from countyhub.inspection.verification import verify_hub
from countyhub.numbers import finding
from countyhub.opened import opened, opened_copy, say
from countyhub.references import importing, organisation_check, publishing
from stationapp.domain.catalogue import Catalogue
from stationapp.domain.organisation import Organisation
from stationapp.domain.refusal import Reason, Refused


def init(options: argparse.Namespace) -> None:
    """Make a database a hub."""
    organisation = publishing.read_organisation(options.organisation)
    catalogue = publishing.read_catalogue(options.catalogue)
    calendar = publishing.read_calendar(options.calendar)
    passwords = publishing.read_passwords(options.passwords) if options.passwords else {}
    with opened(options, check=False) as hub:
        warnings = [*_misplaced(options, hub, organisation), *_incomplete(options, hub, catalogue)]
        identity = initialise.initialise(hub, options.county, organisation, catalogue, calendar, passwords)
        public = identity.public.hex()
        say(county=identity.county, epoch=identity.epoch, hub_public=public, warnings=warnings)


def _misplaced(options: argparse.Namespace, hub: Hub, organisation: Organisation) -> list[dict[str, str]]:
    """Look for desks that cannot work and keys that are guessed soon, and compare the desks with `--divisions`,
    where given; return warnings.
    """
    found = [*organisation_check.thin_desks(organisation), *organisation_check.cheap_keys(organisation)]
    if options.divisions is not None:
        divisions = publishing.read_divisions(options.divisions)
        found += organisation_check.refuse_misplaced(organisation, divisions, hub.now().date())
    return [asdict(reason) for reason in found]


def _incomplete(options: argparse.Namespace, hub: Hub, catalogue: Catalogue) -> list[dict[str, str]]:
    """Refuse items that nobody could open a case of, or with `--allow-incomplete` warn of them."""
    found = publishing.refuse_incomplete(catalogue, hub.now().date(), allowed=options.allow_incomplete)
    return [asdict(reason) for reason in found]


def upgrade(options: argparse.Namespace) -> None:
    """Bring the schema up to date."""
    with opened(options, check=False) as hub:
        if not schema.holds_hub(hub.database):
            raise NotInitialised
        schema.upgrade(hub.database)
        say(upgraded=True)


def new_epoch(options: argparse.Namespace) -> None:
    """Begin a new epoch."""
    with opened(options) as hub:
        epoch = initialise.new_epoch(hub)
        hub.database.write(lambda connection: identities.set_epoch(connection, epoch))
        say(epoch=epoch, text=_EPOCH_BEGUN)


_EPOCH_BEGUN = (
    "已开始新的纪元：各站点下次联系时自动重新核对，补送平台没有的记录。本命令应在恢复数据库和附件以后、启动平台以前执行。"
    "如果平台正在运行，办件不会因此丢失；但恢复以后、本命令以前新登记的电脑，可能与备份以后登记过的电脑编出同样的收件号，"
    "请用 countyhub devices 查出这些新登记的电脑，停用后用新的登记码重新登记。"
)


def settings(options: argparse.Namespace) -> None:
    """Change what is given and say how the hub is set."""
    with opened(options) as hub:
        days = options.grace_days
        if days is not None and days < 0:
            raise Refused(Reason("negative-days", "天数不能是负数。", "grace-days"))
        if days is not None:
            hub.database.write(lambda connection: identities.set_grace_days(connection, days))
        with hub.database.read() as connection:
            say(grace_days=identities.load(connection).grace_days)


def mark_durable(options: argparse.Namespace) -> None:
    """Note what a backup holds of every chain."""
    if not options.backup:
        text = "请用 --backup 指明备份出来的数据库（sqlite:///文件 或 postgresql://…）：只有备份里真有的记录才能记为已备份。"
        raise Refused(Reason("no-backup", text, "backup"))
    with opened(options) as hub, opened_copy(options.backup) as copy:
        say(durable=True, **asdict(backups.mark_durable(hub, copy)))


def enrolment_code(options: argparse.Namespace) -> None:
    """Make a one-time code for each station that is named, a line for each."""
    with opened(options) as hub:
        with hub.database.read() as connection:
            public = identities.load(connection).public.hex()
        for station in options.station:
            code, expires_at = devices.make_code(hub, station, tuple(options.desks), options.days)
            say(code=code, station=station, expires_at=expires_at, hub_public=public)


def revoke_device(options: argparse.Namespace) -> bool:
    """Take a PC's rights away."""
    with opened(options) as hub:
        done = devices.revoke(hub, options.device)
        say(device=options.device, revoked=done, **({} if done else {"text": _NOT_REVOKED}))
        return done


_NOT_REVOKED = "没有这台电脑，或已经停用。请用 countyhub devices 查设备号。"


def publish(options: argparse.Namespace) -> None:
    """Publish a reference document."""
    if options.document != "organisation":
        _refuse_foreign_options(options)
    with opened(options) as hub:
        work, warnings = _READERS[options.document](options, hub)
        version = hub.database.write(work)
        say(document=options.document, version=version, warnings=warnings)


Work = tuple[Callable[[Connection], str], list[dict[str, str]]]
"""What publishes a document within a transaction, and the warnings about it."""


def _organisation_work(options: argparse.Namespace, hub: Hub) -> Work:
    organisation = publishing.read_organisation(options.file)
    passwords = publishing.read_passwords(options.passwords) if options.passwords else {}
    warnings = _misplaced(options, hub, organisation)
    return (lambda one: publishing.publish_organisation(one, hub, organisation, passwords)), warnings


def _catalogue_work(options: argparse.Namespace, hub: Hub) -> Work:
    catalogue = publishing.read_catalogue(options.file)
    warnings = _incomplete(options, hub, catalogue)
    return (lambda one: _publish_catalogue(one, hub, catalogue)), warnings


def _publish_catalogue(connection: Connection, hub: Hub, catalogue: Catalogue) -> str:
    publishing.refuse_altered(connection, hub, catalogue)
    return publishing.publish_catalogue(connection, hub, catalogue)


def _calendar_work(options: argparse.Namespace, hub: Hub) -> Work:
    calendar = publishing.read_calendar(options.file)
    return (lambda one: publishing.publish_calendar(one, hub, calendar)), []


def _refuse_foreign_options(options: argparse.Namespace) -> None:
    if options.passwords:
        raise Refused(Reason("no-passwords-here", "只有发布组织机构时才能给出初始密码。", "passwords"))
    if options.divisions:
        raise Refused(Reason("no-divisions-here", "只有发布组织机构时才能给出区划文件。", "divisions"))


_READERS = {"organisation": _organisation_work, "catalogue": _catalogue_work, "calendar": _calendar_work}


def import_catalogue(options: argparse.Namespace) -> bool:
    """Make a draft catalogue of a list another program published; False when rows were left out."""
    departments = importing.departments_of(options.organisation) if options.organisation else {}
    result = importing.read_list(options.file, departments)
    for level, rows in (("error", result.errors), ("warning", result.warnings)):
        for row in rows:
            say(level=level, **asdict(row))
    if options.out:
        importing.write_draft(options.out, result, options.version, china_now())
    say(**importing.summary(result), out=str(options.out) if options.out else "")
    return not result.errors


def set_password(options: argparse.Namespace) -> None:
    """Give a person the password that stands on the first line of standard input."""
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Refused(Reason("no-password", "请在标准输入的第一行给出新密码。", "password"))
    with opened(options) as hub:
        version = hub.database.write(
            lambda connection: publishing.set_password(connection, hub, options.login, password)
        )
        say(login=options.login, organisation=version)


_NOT_HERE = (
    "县级平台没有这个号码。请先核对号码；没有写错的，可能还在站点电脑里（仅存本机）或U盘上，"
    "请站点同步一次，或送U盘来读取，再查。"
)


def find(options: argparse.Namespace) -> bool:
    """Find cases by their numbers: one line each, and False when nothing is here of one of them."""
    known = True
    with opened(options) as hub:
        for number in options.numbers:
            found = finding.find(hub, number)
            missing = {} if found else {"text": _NOT_HERE}
            say(number=number, cases=[asdict(one) for one in found], **missing)
            known = known and any(one.status is not finding.Status.LOST for one in found)
    return known


def held(options: argparse.Namespace) -> None:
    """List what has no effect since something is missing, and what a PC has said to be lost: one line each."""
    with opened(options) as hub:
        for row in unfinished(hub):
            say(**row)


def cases(options: argparse.Namespace) -> None:
    """List every case."""
    with opened(options) as hub:
        rows = reports.cases(hub)
        if options.json:
            sys.stdout.write(json.dumps(list(rows), ensure_ascii=False) + "\n")
            return
        for row in rows:
            say(**row)


def stats(options: argparse.Namespace) -> None:
    """Count what is here."""
    with opened(options) as hub:
        say(**reports.stats(hub))


def verify(options: argparse.Namespace) -> bool:
    """Check everything that can be checked."""
    with opened(options) as hub:
        report = verify_hub(hub)
        say(ok=report.ok, checked=report.checked, faults=report.faults)
        return report.ok
