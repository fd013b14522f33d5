"""Who plays: nine PCs at six stations, and the people who sit down at them one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stationapp.domain.organisation import Organisation, PostKind

PCS = {
    "kangxiang": "510704105209",
    "kangxiang-2": "510704105209",
    "tongwa": "510704105213",
    "shiyuan": "510704101210",
    "chenkang": "510704105000",
    "chenkang-2": "510704105000",
    "shima": "510704101000",
    "county": "510704000000",
    "county-2": "510704000000",
}
"""The PCs by name, each with its station; of each level one station has two."""
SECOND_PC = "@2"
"""Behind a name: the same person at the station's second PC."""

TOWN_OF = {
    "kangxiang": "chenkang",
    "tongwa": "chenkang",
    "shiyuan": "shima",
    "chenkang": "chenkang",
    "shima": "shima",
    "county": "county",
}
"""The township of a place."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in one of his posts at one PC."""

    name: str
    pc: str
    post_id: str
    login: str
    person_id: str


# What a role is called in the scenarios, the kind of its post, and whether holder A or B plays it.
_AT_VILLAGE = {"agent": (PostKind.AGENT, "A"), "deputy": (PostKind.AGENT, "B")}
_AT_TOWN = {
    "clerk": (PostKind.CLERK, "A"),
    "clerk-b": (PostKind.CLERK, "B"),
    "reviewer": (PostKind.OFFICER, "A"),
    "head": (PostKind.APPROVER, "A"),
}
_AT_WINDOW = {
    "window": (PostKind.WINDOW, "A"),
    "window-b": (PostKind.WINDOW, "B"),
    "supervisor": (PostKind.SUPERVISOR, "A"),
}
_AT_DEPARTMENT = {
    "officer": (PostKind.OFFICER, "A"),
    "officer-b": (PostKind.OFFICER, "B"),
    "approver": (PostKind.APPROVER, "A"),
    "approver-b": (PostKind.APPROVER, "B"),
    "chief": (PostKind.CHIEF, "A"),
}
_VILLAGES, _TOWNS, _COUNTY = ("kangxiang", "tongwa", "shiyuan"), ("chenkang", "shima"), "county"


def cast(organisation: Organisation) -> dict[str, Actor]:
    """Return everybody who can play, by name, villages first: `kangxiang.agent`, `county.window`, `mzj.officer`."""
    found: dict[str, Actor] = {}
    for place in _VILLAGES:
        for role, (kind, side) in _AT_VILLAGE.items():
            _add(found, organisation, f"{place}.{role}", place, f"{PCS[place]}/{kind}", side)
    for place in _TOWNS:
        for role, (kind, side) in _AT_TOWN.items():
            _add(found, organisation, f"{place}.{role}", place, f"{PCS[place]}/{kind}", side)
    for role, (kind, side) in _AT_WINDOW.items():
        _add(found, organisation, f"{_COUNTY}.{role}", _COUNTY, f"{PCS[_COUNTY]}/{kind}", side)
    for desk in organisation.desks:
        for role, (kind, side) in _AT_DEPARTMENT.items() if desk.department else ():
            _add(found, organisation, f"{desk.department}.{role}", _COUNTY, f"{desk.desk_id}/{kind}", side)
    twins = (replace(one, name=one.name + SECOND_PC, pc=f"{one.pc}-2") for one in found.values())
    return found | {twin.name: twin for twin in twins if twin.pc in PCS}


def _add(
    found: dict[str, Actor], organisation: Organisation, name: str, pc: str, post_id: str, side: str
) -> None:
    post = organisation.post(post_id)
    person_id = (post.holder_a if side == "A" else post.holder_b) if post is not None else ""
    person = organisation.person(person_id)
    if person is not None:
        found[name] = Actor(name, pc, post_id, person.login, person.person_id)


def actor_name(role: str, place: str, department: str) -> str:
    """Return who plays a role for a case opened at a place, of an item of a department; a full name is one already."""
    bare = role.removesuffix(SECOND_PC)
    return _full_name(bare, place, department) + role[len(bare) :]


def _full_name(role: str, place: str, department: str) -> str:
    if "." in role:
        return role
    if role in _AT_VILLAGE:
        return f"{place}.{role}"
    if role in _AT_TOWN:
        return f"{TOWN_OF[place]}.{role}"
    if role in _AT_WINDOW:
        return f"{_COUNTY}.{role}"
    if role in _AT_DEPARTMENT:
        return f"{department}.{role}"
    return role
