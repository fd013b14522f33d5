"""Who there is: divisions, desks, posts with their A and B holders, and persons.

Sources: three-level proxy model and AB-post rule (SEED 003, SEED 001), 12-digit statistical division codes
(domain section 3.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """The three levels of the proxy model; the values are those of GB/T 39046 table A.2."""

    COUNTY = "4"
    TOWNSHIP = "5"
    VILLAGE = "6"


class DeskKind(StrEnum):
    """What a desk is: a station of a level, or a department at the county."""

    STATION = "station"
    DEPARTMENT = "department"


class PostKind(StrEnum):
    """What the holder of a post does."""

    AGENT = "agent"  # 代办员
    CLERK = "clerk"  # 乡镇综合窗口
    WINDOW = "window"  # 县级综合窗口
    OFFICER = "officer"  # 部门经办人
    APPROVER = "approver"  # 部门审批人


class PostSide(StrEnum):
    """Whether a person acts as holder A of a post or stands in as B (AB岗)."""

    A = "A"
    B = "B"


@dataclass(frozen=True, slots=True)
class Division:
    """One row of the statistical division list of one edition."""

    code: str  # 12 digits
    level: Level
    name: str
    parent: str
    valid_from: str  # ISO date of the first edition that names it
    valid_to: str = ""  # ISO date from which it no longer exists, or empty
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """A place that can hold custody of a case: a station, or a department at the county."""

    desk_id: str  # the 12-digit station code, with "-key" behind it for a department
    name: str
    level: Level
    division: str  # 12 digits
    kind: DeskKind = DeskKind.STATION
    parent: str = ""  # desk id one level up, empty at the county
    organ: str = ""  # name of the organ as papers print it
    organ_short: str = ""  # 机关简称, the head of its document numbers
    phone: str = ""
    complaint_phone: str = ""

    @property
    def station_code(self) -> str:
        """The 12-digit code that heads this desk's receipt numbers."""
        return self.desk_id[:12]

    @property
    def department(self) -> str:
        """The department's key, or empty for a station."""
        return self.desk_id[13:]


@dataclass(frozen=True, slots=True)
class Post:
    """A post at a desk, with its holder A and the person who stands in as B."""

    post_id: str
    desk_id: str
    kind: PostKind
    title: str
    holder_a: str  # person id
    holder_b: str = ""

    def side_of(self, person_id: str) -> PostSide | None:
        """Return as which side a person may act in this post, or None."""
        if person_id == self.holder_a:
            return PostSide.A
        if person_id and person_id == self.holder_b:
            return PostSide.B
        return None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works at a desk. Only public key material is kept here.

    `salt`, `kdf_ops` and `kdf_memory_kib` are what Argon2id needs to derive the person's keys from the
    password;
    `sign_public` and `box_public` are the hex public keys that belong to them.
    """

    person_id: str
    name: str
    login: str
    staff_number: str = ""
    salt: str = ""
    kdf_ops: int = 3
    kdf_memory_kib: int = 65536
    sign_public: str = ""
    box_public: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Organisation:
    """The county's desks, posts and persons in one version, as the hub publishes it."""

    version: int
    county: str  # 6 digits
    county_name: str
    desks: tuple[Desk, ...]
    posts: tuple[Post, ...]
    persons: tuple[Person, ...]
    _desks: Mapping[str, Desk] = field(init=False, repr=False, compare=False)
    _persons: Mapping[str, Person] = field(init=False, repr=False, compare=False)
    _posts: Mapping[str, Post] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index by id once; a fold over thousands of events asks often."""
        object.__setattr__(self, "_desks", {desk.desk_id: desk for desk in self.desks})
        object.__setattr__(self, "_persons", {person.person_id: person for person in self.persons})
        object.__setattr__(self, "_posts", {post.post_id: post for post in self.posts})

    def desk(self, desk_id: str) -> Desk | None:
        """Return the desk of that id, if there is one."""
        return self._desks.get(desk_id)

    def person(self, person_id: str) -> Person | None:
        """Return the person of that id, if there is one."""
        return self._persons.get(person_id)

    def post(self, post_id: str) -> Post | None:
        """Return the post of that id, if there is one."""
        return self._posts.get(post_id)

    def person_by_login(self, login: str) -> Person | None:
        """Return the person who signs in with that name."""
        return next((person for person in self.persons if person.login == login), None)

    def posts_of(self, person_id: str) -> tuple[Post, ...]:
        """Return the posts in which a person may act, as A first."""
        mine = [post for post in self.posts if post.side_of(person_id)]
        return tuple(sorted(mine, key=lambda post: (str(post.side_of(person_id)), post.post_id)))

    def people_of(self, desk_ids: frozenset[str]) -> tuple[Person, ...]:
        """Return the active persons who hold a post at one of these desks."""
        ids = {i for post in self.posts if post.desk_id in desk_ids for i in (post.holder_a, post.holder_b)}
        return tuple(person for person in self.persons if person.person_id in ids and person.active)

    def county_window(self) -> Desk:
        """Return the county's comprehensive window, where cases from below arrive."""
        return next(d for d in self.desks if d.level is Level.COUNTY and d.kind is DeskKind.STATION)

    def department_desk(self, department: str) -> Desk | None:
        """Return the desk of a county department by its key."""
        return next(
            (d for d in self.desks if d.kind is DeskKind.DEPARTMENT and d.department == department), None
        )


def organisation_to_mapping(organisation: Organisation) -> dict[str, Any]:
    """Return the JSON shape in which the hub publishes an organisation."""
    return {
        "version": organisation.version,
        "county": organisation.county,
        "county_name": organisation.county_name,
        "desks": [_plain(desk) for desk in organisation.desks],
        "posts": [_plain(post) for post in organisation.posts],
        "persons": [_plain(person) for person in organisation.persons],
    }


def organisation_from_mapping(data: Mapping[str, Any]) -> Organisation:
    """Read what `organisation_to_mapping` wrote; raises KeyError or ValueError on a malformed document."""
    return Organisation(
        version=int(data["version"]),
        county=str(data["county"]),
        county_name=str(data["county_name"]),
        desks=tuple(
            Desk(**{**row, "level": Level(row["level"]), "kind": DeskKind(row["kind"])})
            for row in data["desks"]
        ),
        posts=tuple(Post(**{**row, "kind": PostKind(row["kind"])}) for row in data["posts"]),
        persons=tuple(Person(**row) for row in data["persons"]),
    )


def _plain(row: Desk | Post | Person) -> dict[str, Any]:
    names = [name for name in type(row).__dataclass_fields__ if not name.startswith("_")]
    values = {name: getattr(row, name) for name in names}
    return {name: str(value) if isinstance(value, StrEnum) else value for name, value in values.items()}
