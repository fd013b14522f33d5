"""Whether an organisation can be worked with: what would print two papers with one number is not published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from hubprotocol.keys import KdfParams
from stationapp.domain.divisions import Divisions
from stationapp.domain.numbers import DocumentNumber
from stationapp.domain.organisation import Desk, DeskKind, Level, Organisation, PostKind
from stationapp.domain.post_terms import term_faults
from stationapp.domain.refusal import Reason, Refused
from stationapp.domain.typed_text import compact

_STATION_ID = re.compile(r"[0-9]{12}")
_DEPARTMENT_ID = re.compile(r"[0-9]{12}-[a-z0-9]{1,16}")
_LEVELS = {Level.COUNTY: "县级", Level.TOWNSHIP: "乡镇级", Level.VILLAGE: "村级"}
_ABOVE = {Level.VILLAGE: Level.TOWNSHIP, Level.TOWNSHIP: Level.COUNTY}
_LONGEST_NATURE = "补告"
_NAMED = 3
_NEEDED_POSTS = {
    (Level.TOWNSHIP, DeskKind.STATION): (PostKind.CLERK, PostKind.APPROVER),
    (Level.COUNTY, DeskKind.DEPARTMENT): (PostKind.OFFICER, PostKind.APPROVER),
    (Level.COUNTY, DeskKind.STATION): (PostKind.WINDOW,),
}
_POST_NAMES = {
    PostKind.CLERK: "综合窗口岗（clerk）",
    PostKind.APPROVER: "审批岗（approver）",
    PostKind.OFFICER: "经办岗（officer）",
    PostKind.WINDOW: "县级窗口岗（window）",
}


def refuse_unsound(organisation: Organisation) -> None:
    """Raise Refused with every fault of an organisation that is to be published."""
    desks = organisation.desks
    reasons = [*_repeated(desks), *_shared_short_names(desks), *_windows(organisation)]
    for desk in desks:
        reasons += [reason for reason in _of_desk(desk, organisation) if reason]
    for post in organisation.posts:
        if organisation.desk(post.desk_id) is None:
            reasons.append(_fault("unknown-desk", f"岗位“{post.title}”所在的单位 {post.desk_id} 不存在。"))
        for holder in filter(None, (post.holder_a, post.holder_b)):
            if organisation.person(holder) is None:
                reasons.append(_fault("unknown-person", f"岗位“{post.title}”的任职人员 {holder} 不存在。"))
        reasons += [_fault("bad-term", f"岗位“{post.title}”的{fault}") for fault in term_faults(post)]
    if reasons:
        raise Refused(*reasons)


def _of_desk(desk: Desk, organisation: Organisation) -> tuple[Reason | None, ...]:
    return (_bad_id(desk, organisation), _bad_parent(desk, organisation), _bad_short_name(desk))


def _repeated(desks: Sequence[Desk]) -> Iterator[Reason]:
    for desk_id, times in Counter(desk.desk_id for desk in desks).items():
        if times > 1:
            yield _fault("repeated-desk", f"单位代码 {desk_id} 出现了 {times} 次。")


def _windows(organisation: Organisation) -> Iterator[Reason]:
    """Cases from below arrive at one window."""
    windows = [one for one in organisation.desks if _is_window(one)]
    if len(windows) != 1:
        yield _fault("county-window", f"县级综合窗口须有且只有一个，现在有 {len(windows)} 个。")


def _is_window(desk: Desk) -> bool:
    return desk.level is Level.COUNTY and desk.kind is DeskKind.STATION


def _bad_id(desk: Desk, organisation: Organisation) -> Reason | None:
    """A station's numbers begin with its code, so the code is of this county and of the desk's own place."""
    shape = _STATION_ID if desk.kind is DeskKind.STATION else _DEPARTMENT_ID
    fits = shape.fullmatch(desk.desk_id) and desk.desk_id.startswith(organisation.county)
    if fits and desk.division == desk.station_code:
        return None
    return _fault(
        "bad-desk-id",
        f"“{desk.name}”的单位代码 {desk.desk_id} 不对：站点应为本县（{organisation.county}）的12位区划代码，"
        "并与所属区划一致；部门应为县级窗口代码加“-”和部门简码（小写字母、数字）。",
    )


def _bad_parent(desk: Desk, organisation: Organisation) -> Reason | None:
    if _is_window(desk):
        return _fault("bad-parent", f"“{desk.name}”是县级综合窗口，不应有上级单位。") if desk.parent else None
    parent = organisation.desk(desk.parent)
    if parent is not None and parent.kind is DeskKind.STATION and parent.level is _level_above(desk):
        return None
    return _fault("bad-parent", f"“{desk.name}”的上级单位“{desk.parent}”不存在或级别不对。")


def _level_above(desk: Desk) -> Level | None:
    if desk.kind is DeskKind.DEPARTMENT:
        return Level.COUNTY if desk.level is Level.COUNTY else None
    return _ABOVE[desk.level]


def _bad_short_name(desk: Desk) -> Reason | None:
    if not desk.organ_short:
        text = f"“{desk.name}”（{desk.desk_id}）没有机关简称，不能编文书编号。"
        return _fault("no-short-name", text)
    try:
        DocumentNumber(f"{desk.organ_short}{_LONGEST_NATURE}", 2026, 99, 9999)
    except ValueError:
        text = (
            f"“{desk.name}”的机关简称“{desk.organ_short}”不能用于文书编号："
            "最多15个字，不能有数字、空格和〔〕，字母用半角大写。"
        )
        return _fault("bad-short-name", text)
    return None


def _shared_short_names(desks: Iterable[Desk]) -> Iterator[Reason]:
    """Two desks with one short name and PCs of the same slot would print the same document number."""
    sharing: dict[str, list[Desk]] = {}
    for desk in desks:
        if desk.organ_short:
            sharing.setdefault(compact(desk.organ_short), []).append(desk)
    for same in sharing.values():
        if len(same) > 1:
            names = "、".join(f"“{desk.name}”（{desk.desk_id}）" for desk in same)
            text = f"{names}的机关简称都是“{same[0].organ_short}”，会印出相同的文书编号，请改成各不相同。"
            yield _fault("shared-short-name", text)


def refuse_inherited_short_names(organisation: Organisation, earlier: Iterable[Organisation]) -> None:
    """Raise Refused when a desk takes a short name that another desk numbered papers with.

    `earlier` are the organisations in force this year: the year stands in a document number, so a name that was
    given up may pass on in the next.
    """
    users: dict[str, set[str]] = {}
    for before in earlier:
        for desk in before.desks:
            users.setdefault(compact(desk.organ_short), set()).add(desk.desk_id)
    reasons = [
        _fault(
            "inherited-short-name",
            f"机关简称“{desk.organ_short}”今年已由 {'、'.join(sorted(used_by))} 用于文书编号，"
            f"“{desk.name}”（{desk.desk_id}）今年不能再用，请另定简称。原单位停用后，次年起才能给别的单位使用。",
        )
        for desk in organisation.desks
        if (used_by := users.get(compact(desk.organ_short), set())) and desk.desk_id not in used_by
    ]
    if reasons:
        raise Refused(*reasons)


def refuse_misplaced(organisation: Organisation, divisions: Divisions, today: date) -> list[Reason]:
    """Return a warning for each desk whose code is no division of today.

    Raises Refused when a desk's code is one, but of another level.
    """
    rows = [(desk, divisions.division(desk.division, today)) for desk in organisation.desks]
    wrong = [
        _fault(
            "other-level",
            f"“{desk.name}”是{_LEVELS[desk.level]}单位，而区划 {desk.division}（{row.name}）是{_LEVELS[row.level]}。",
        )
        for desk, row in rows
        if row is not None and row.level is not desk.level
    ]
    if wrong:
        raise Refused(*wrong)
    return [
        _fault("no-division", f"“{desk.name}”的区划代码 {desk.division} 不在今天有效的区划中，请核对。")
        for desk, row in rows
        if row is None
    ]


def thin_desks(organisation: Organisation) -> list[Reason]:
    """Return a warning for each desk without a post its work needs: cases that come to it would wait there."""
    return [
        _fault("no-such-post", f"“{desk.name}”没有{'、'.join(lacking)}，办件到这里会停住，请设岗。")
        for desk in organisation.desks
        if (lacking := _lacking_posts(desk, organisation))
    ]


def cheap_keys(organisation: Organisation) -> list[Reason]:
    """Return a warning when keys follow from passwords at less than the usual cost: such passwords are guessed sooner.

    Demonstrations do so, whose passwords everybody knows; their file may become a county's first draft.
    """
    usual = KdfParams()
    cheap = [
        one.name
        for one in organisation.persons
        if one.kdf_ops < usual.ops or one.kdf_memory_kib * 1024 < usual.memory_bytes
    ]
    named = "、".join(cheap[:_NAMED]) + ("等" if len(cheap) > _NAMED else "")
    text = f"{named}共 {len(cheap)} 人的口令保护强度低于默认值，只适合演示，正式使用前请改为默认值。"
    return [_fault("cheap-keys", text)] if cheap else []


def _lacking_posts(desk: Desk, organisation: Organisation) -> list[str]:
    there = {post.kind for post in organisation.posts if post.desk_id == desk.desk_id}
    wanted = _NEEDED_POSTS.get((desk.level, desk.kind), ())
    return [_POST_NAMES[kind] for kind in wanted if kind not in there]


def _fault(code: str, text: str) -> Reason:
    return Reason(code, text, "organisation")
