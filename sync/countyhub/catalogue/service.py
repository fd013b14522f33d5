"""The acts on a change of the catalogue: each by a person the organisation knows, each written down.

Publishing goes through the one machine for reference documents: the next catalogue is signed like every other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from countyhub.catalogue import repository
from countyhub.hub import Hub
from countyhub.references import publishing
from countyhub.references import service as references
from stationapp.domain.catalogue import Catalogue, ItemStatus, ServiceItem
from stationapp.domain.catalogue_changes import (
    CatalogueChange,
    ChangeState,
    Step,
    acted,
    published,
    stopped,
    why_not_act,
    why_not_publishable,
    why_not_stoppable,
)
from stationapp.domain.item_form_rows import plain
from stationapp.domain.material_dictionary import MaterialDictionary
from stationapp.domain.organisation import DeskKind, Organisation
from stationapp.domain.refusal import Reason, Refused


def draft(
    connection: Connection,
    hub: Hub,
    login: str,
    reason: str,
    items: Sequence[ServiceItem],
    dictionary: MaterialDictionary | None = None,
    begins: date | None = None,
) -> CatalogueChange:
    """Write down what somebody wants to change; what equals the catalogue in force is left out.

    `begins` is the effective day of edited items that still bear the day of the version they replace. Raises
    Refused for an unknown person, a post that may not, no reason, or no difference.
    """
    references.lock_number(connection, references.CATALOGUE)
    law = references.Law(connection, hub)
    person_id = _person(law.current_organisation, login)
    number = repository.next_number(connection)
    blank = CatalogueChange(number, ChangeState.DRAFTED, reason, (), ())
    _refuse(why_not_act(blank, "draft", person_id, law.current_organisation, reason))
    change = _with_contents(blank, law.current_catalogue, items, dictionary, begins)
    change = acted(change, Step("draft", person_id, hub.stamp(), reason))
    repository.add(connection, change)
    return change


def amend(
    connection: Connection,
    hub: Hub,
    login: str,
    number: int,
    items: Sequence[ServiceItem],
    dictionary: MaterialDictionary | None = None,
    begins: date | None = None,
) -> CatalogueChange:
    """Replace what a change holds; it has to be reviewed again. Only the author may."""
    change, law, person_id = _taken(connection, hub, login, number)
    _refuse(why_not_act(change, "amend", person_id, law.current_organisation))
    change = _with_contents(change, law.current_catalogue, items, dictionary, begins)
    return _written(connection, hub, change, "amend", person_id, "")


def review(connection: Connection, hub: Hub, login: str, number: int, note: str = "") -> CatalogueChange:
    """Another person than the author finds a change ready to be published."""
    change, law, person_id = _taken(connection, hub, login, number)
    reasons = why_not_act(change, "review", person_id, law.current_organisation, note)
    _refuse(reasons or _why_not_publishable(change, law, hub))
    return _written(connection, hub, change, "review", person_id, note)


def reject(connection: Connection, hub: Hub, login: str, number: int, note: str) -> CatalogueChange:
    """Another person than the author sends a change back, saying why."""
    change, law, person_id = _taken(connection, hub, login, number)
    _refuse(why_not_act(change, "reject", person_id, law.current_organisation, note))
    return _written(connection, hub, change, "reject", person_id, note)


def publish(connection: Connection, hub: Hub, login: str, number: int) -> CatalogueChange:
    """Make a reviewed change part of the next catalogue, and put that in force.

    The change is looked at once more: the catalogue may have moved on since the review.
    """
    change, law, person_id = _taken(connection, hub, login, number)
    reasons = why_not_act(change, "publish", person_id, law.current_organisation)
    _refuse(reasons or _why_not_publishable(change, law, hub))
    after = _publish(connection, hub, law.current_catalogue, change.items, change.dictionary)
    change = replace(change, items=_newest(after, change.items), published_as=after.version)
    return _written(connection, hub, change, "publish", person_id, "")


def withdraw(
    connection: Connection, hub: Hub, login: str, number: int, note: str, day: date | None = None
) -> tuple[CatalogueChange, int]:
    """Take a change back. What was published already is undone from a day on, by default today.

    Returns the change and the version of the catalogue that undoes it, 0 when nothing was published.
    """
    change, law, person_id = _taken(connection, hub, login, number)
    _refuse(why_not_act(change, "withdraw", person_id, law.current_organisation, note))
    version = _undone(connection, hub, change, law, day) if change.published_as else 0
    return _written(connection, hub, change, "withdraw", person_id, note), version


def _undone(
    connection: Connection, hub: Hub, change: CatalogueChange, law: references.Law, day: date | None
) -> int:
    today, before = hub.now().date(), law.current_catalogue
    if day is not None and day < today:
        raise Refused(Reason("in-the-past", f"停用日期 {day} 已经过去，最早为{today}。", "on"))
    _refuse(why_not_stoppable(change.items, before))
    items = stopped(change.items, before, day or today)
    return _publish(connection, hub, before, items, None).version


def with_status(
    catalogue: Catalogue, codes: Iterable[str], status: ItemStatus, day: date
) -> list[ServiceItem]:
    """Return the newest versions of items with another status from a day on (暂停, 取消, 恢复).

    Raises Refused for a code the catalogue does not know.
    """
    items = []
    for code in codes:
        versions = catalogue.versions_of(code)
        if not versions:
            raise Refused(Reason("no-code", f"目录里没有编码为 {code} 的事项。", "code"))
        items.append(replace(versions[0], status=status, effective_from=day, effective_to=None))
    return items


def _beginning(item: ServiceItem, catalogue: Catalogue, day: date | None) -> ServiceItem:
    """An edited item that still has the effective day of the version it replaces begins on `day` instead."""
    same = any(item.effective_from == one.effective_from for one in catalogue.versions_of(item.code)[:1])
    return replace(item, effective_from=day) if same and day is not None else item


def _person(organisation: Organisation, login: str) -> str:
    person = organisation.person_by_login(login)
    if person is None:
        raise Refused(Reason("no-person", f"组织机构里没有登录名“{login}”。", "by"))
    return person.person_id


def _taken(
    connection: Connection, hub: Hub, login: str, number: int
) -> tuple[CatalogueChange, references.Law, str]:
    """Return a change that nobody else can act upon meanwhile, the law, and who acts."""
    references.lock_number(connection, references.CATALOGUE)
    law = references.Law(connection, hub)
    change = repository.load(connection, number)
    if change is None:
        raise Refused(Reason("no-change", f"没有第{number}号变更。", "number"))
    return change, law, _person(law.current_organisation, login)


def _refuse(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise Refused(*reasons)


def _why_not_publishable(change: CatalogueChange, law: references.Law, hub: Hub) -> tuple[Reason, ...]:
    desks = law.current_organisation.desks
    departments = {desk.department for desk in desks if desk.kind is DeskKind.DEPARTMENT}
    return why_not_publishable(change, law.current_catalogue, hub.now().date(), departments)


def _with_contents(
    change: CatalogueChange,
    catalogue: Catalogue,
    items: Sequence[ServiceItem],
    dictionary: MaterialDictionary | None,
    begins: date | None,
) -> CatalogueChange:
    new = tuple(
        _beginning(item, catalogue, begins) for item in _latest(items) if not is_known(item, catalogue)
    )
    if dictionary == catalogue.dictionary:
        dictionary = None
    if not new and dictionary is None:
        raise Refused(Reason("nothing-changed", "与现行目录相同，没有需要变更的内容。", "items"))
    return replace(change, items=new, dictionary=dictionary)


def _latest(items: Sequence[ServiceItem]) -> list[ServiceItem]:
    """Return the newest version of each code: a whole catalogue, exported and edited, holds the old ones too."""
    newest: dict[str, int] = {}
    for item in items:
        newest[item.code] = max(newest.get(item.code, 0), item.version)
    return [item for item in items if item.version == newest[item.code]]


def is_known(item: ServiceItem, catalogue: Catalogue) -> bool:
    """Tell whether nothing but its number differs from the newest version in the catalogue."""
    for last in catalogue.versions_of(item.code)[:1]:
        in_service = item.status.is_in_service and last.status.is_in_service
        status = last.status if in_service else item.status
        same = replace(item, version=last.version, status=status, form=plain(item.form))
        return same == replace(last, form=plain(last.form))
    return False


def _publish(
    connection: Connection,
    hub: Hub,
    before: Catalogue,
    items: Sequence[ServiceItem],
    dictionary: MaterialDictionary | None,
) -> Catalogue:
    at = hub.now().isoformat(timespec="seconds")
    after = published(before, tuple(items), dictionary, before.version + 1, at)
    publishing.publish_catalogue(connection, hub, after)
    return after


def _newest(catalogue: Catalogue, items: Sequence[ServiceItem]) -> tuple[ServiceItem, ...]:
    return tuple(catalogue.versions_of(item.code)[0] for item in items)


def _written(
    connection: Connection, hub: Hub, change: CatalogueChange, act: str, person_id: str, note: str
) -> CatalogueChange:
    change = acted(change, Step(act, person_id, hub.stamp(), note))
    repository.save(connection, change)
    return change
