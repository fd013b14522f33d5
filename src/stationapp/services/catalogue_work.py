"""The catalogue as this station holds it: its version and age, what a newer one changed, what is in service."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from stationapp.domain.catalogue import Catalogue
from stationapp.domain.catalogue_codec import catalogue_from_mapping
from stationapp.domain.catalogue_coverage import Coverage, coverage
from stationapp.domain.catalogue_history import ItemChange, ItemVersion, changes_between, history, standing
from stationapp.domain.refusal import Reason, Refused
from stationapp.services.workplace import Workplace

STALE_AFTER_DAYS = 30
"""So many days without a look at the hub's catalogue are too many: items may have been cancelled meanwhile."""

_CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True)
class CatalogueAge:
    """Which catalogue is in force here and how old it is; days are whole ones, 0 for today.

    `published_at` is None when the document names no readable time, `checked_at` when the hub never answered.
    """

    version: int
    published_at: datetime | None
    checked_at: datetime | None
    days: int
    unchecked_days: int

    @property
    def is_stale(self) -> bool:
        """The station has not asked for so long that it may work by a catalogue no longer in force."""
        return self.unchecked_days > STALE_AFTER_DAYS

    @property
    def line(self) -> str:
        """As on the status bar and in the guide: 事项目录第3版，2026-11-01发布（21天前）."""
        if self.published_at is None:
            return f"事项目录第{self.version}版"
        return f"事项目录第{self.version}版，{self.published_at.date()}发布（{_ago(self.days)}）"

    @property
    def warning(self) -> str:
        """What to tell the person when the catalogue is stale; empty when it is not."""
        if not self.is_stale:
            return ""
        return (
            f"已有{self.unchecked_days}天没有与县级平台核对事项目录（现为第{self.version}版），"
            "其中的事项可能已经修订、暂停或者取消。请尽快联网同步。"
        )


def _ago(days: int) -> str:
    return f"{days}天前" if days else "今天"


def catalogue_age(workplace: Workplace) -> CatalogueAge:
    """Return the version of the catalogue in force here, when it was published and when last compared.

    It counts as compared whenever the hub answered, or when the document itself arrived by whatever road.
    """
    with workplace.store.read() as unit:
        answered = [feed.at for feed in unit.mailboxes.agreement() if feed.at is not None]
        arrived = [at for _, at in unit.references.received(_CATALOGUE)[:1]]
    now = workplace.now()
    published = _moment(workplace.catalogue.published_at, now)
    checked = max([*answered, *arrived], default=None)
    return CatalogueAge(
        workplace.catalogue.version,
        published,
        checked,
        _days(published, now),
        _days(checked or published, now),
    )


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def _days(since: datetime | None, now: datetime) -> int:
    """Whole days; a station's clock may be behind the hub's, so never less than none."""
    return max(0, (now - since).days) if since else 0


def known_versions(workplace: Workplace) -> list[tuple[int, datetime]]:
    """Return the versions of the catalogue this station ever received and when they came, the newest first."""
    with workplace.store.read() as unit:
        return [(int(version), at) for version, at in unit.references.received(_CATALOGUE)]


def catalogue_changes(
    workplace: Workplace, since: int | None = None, until: int | None = None
) -> tuple[ItemChange, ...]:
    """Return what changed (新增, 修订, 暂停, 取消, 恢复) between two catalogues, in words.

    By default from the one this station had before to the one in force; nothing when it had none. Raises Refused
    for a version that never came here.
    """
    if since is None:
        earlier = [
            version for version, _ in known_versions(workplace) if version < workplace.catalogue.version
        ]
        if not earlier:
            return ()
        since = max(earlier)
    new = workplace.catalogue if until is None else _catalogue(workplace, until)
    return changes_between(_catalogue(workplace, since), new)


def _catalogue(workplace: Workplace, version: int) -> Catalogue:
    if version == workplace.catalogue.version:
        return workplace.catalogue
    with workplace.store.read() as unit:
        reference = unit.references.get_version(_CATALOGUE, str(version))
    if reference is None:
        raise Refused(Reason("no-version", f"本机没有收到过第{version}版事项目录。", "version"))
    return catalogue_from_mapping(json.loads(reference.body))


def item_history(workplace: Workplace, code: str) -> tuple[ItemVersion, ...]:
    """Return every version of an item, the oldest first (可追溯, SEED 004); empty when there is no such code."""
    return history(workplace.catalogue, code)


def item_standing(workplace: Workplace, code: str, day: date | None = None) -> str:
    """Return 在用, 修订, 暂停 or 取消 on a day, by default today; empty when there is no such code."""
    return standing(workplace.catalogue, code, day or workplace.now().date())


def items_in_service(workplace: Workplace, day: date | None = None) -> Coverage:
    """Return which items are in service where (应进必进), and what of the minimum set is not."""
    return coverage(workplace.catalogue, workplace.organisation, day or workplace.now().date())
