"""Who there is: divisions, desks, posts with their A and B holders, and persons.

Sources: three-level proxy model and AB-post rule (SEED 003, SEED 001), 12-digit statistical division codes
(domain section 3.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    CHIEF = "chief"  # 首席代表
    SUPERVISOR = "supervisor"  # 监察岗


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
    serves: tuple[str, ...] = ()  # 12-digit divisions a shared station serves besides its own
    opening_hours: str = ""

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
    """A post at a desk, with its holder A and the person who stands in as B.

    `since` and `until` are the first and the last day (ISO) of holder A's term, empty where none is settled.
    """

    post_id: str
    desk_id: str
    kind: PostKind
    title: str
    holder_a: str  # person id
    holder_b: str = ""
    since: str = ""
    until: str = ""

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


class Power(StrEnum):
    """The powers of a window (授权到位, SEED 001: five powers), and review and decision at the department."""

    ACCEPT = "accept"  # 受理决定权
    DECIDE_IMMEDIATE = "decide_immediate"  # 即办件审批权
    COORDINATE = "coordinate"  # 承诺件组织协调权
    SERVE = "serve"  # 送达权
    LITIGATE = "litigate"  # 应诉代理权
    REVIEW = "review"
    DECIDE = "decide"

    @property
    def label(self) -> str:
        """The power's name."""
        return _POWERS[self]


_POWERS = {
    Power.ACCEPT: "受理决定权",
    Power.DECIDE_IMMEDIATE: "即办件审批权",
    Power.COORDINATE: "组织协调权",
    Power.SERVE: "送达权",
    Power.LITIGATE: "应诉代理权",
    Power.REVIEW: "审查权",
    Power.DECIDE: "审批权",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One cell of the matrix of powers: a power of a post, for some items or all of them.

    A post without a row for a power has it as its kind does by the table of moves; with rows it has it for the items
    they name, and never for one that a row takes away (`allowed` false).
    """

    post_id: str
    power: Power
    items: tuple[str, ...] = ()  # item codes; empty for all
    allowed: bool = True

    def covers(self, item_code: str) -> bool:
        """Tell whether the row speaks of an item."""
        return not self.items or item_code in self.items


def _by_holder(posts: Sequence[Post]) -> dict[str, tuple[Post, ...]]:
    """The posts of each person: those held as A first, then by id."""
    held: dict[str, list[tuple[str, str, Post]]] = {}
    for post in posts:
        for person_id in {post.holder_a, post.holder_b}:
            if side := post.side_of(person_id):
                held.setdefault(person_id, []).append((side, post.post_id, post))
    return {
        person_id: tuple(row[2] for row in sorted(rows, key=lambda row: row[:2]))
        for person_id, rows in held.items()
    }


@dataclass(frozen=True, slots=True)
class Organisation:
    """The county's desks, posts and persons in one version, as the hub publishes it."""

    version: int
    county: str  # 6 digits
    county_name: str
    desks: tuple[Desk, ...]
    posts: tuple[Post, ...]
    persons: tuple[Person, ...]
    grants: tuple[Grant, ...] = ()
    supervision: Mapping[str, Any] = field(default_factory=dict)  # thresholds; empty for those of the program
    _desks: Mapping[str, Desk] = field(init=False, repr=False, compare=False)
    _persons: Mapping[str, Person] = field(init=False, repr=False, compare=False)
    _posts: Mapping[str, Post] = field(init=False, repr=False, compare=False)
    _posts_of: Mapping[str, tuple[Post, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index by id once; a fold over thousands of events asks often."""
        object.__setattr__(self, "_desks", {desk.desk_id: desk for desk in self.desks})
        object.__setattr__(self, "_persons", {person.person_id: person for person in self.persons})
        object.__setattr__(self, "_posts", {post.post_id: post for post in self.posts})
        object.__setattr__(self, "_posts_of", _by_holder(self.posts))

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
        return self._posts_of.get(person_id, ())

    def people_of(self, desk_ids: frozenset[str]) -> tuple[Person, ...]:
        """Return the active persons who hold a post at one of these desks."""
        ids = {i for post in self.posts if post.desk_id in desk_ids for i in (post.holder_a, post.holder_b)}
        return tuple(person for person in self.persons if person.person_id in ids and person.active)

    def county_window(self) -> Desk:
        """Return the county's comprehensive window, where cases from below arrive."""
        return next(d for d in self.desks if d.level is Level.COUNTY and d.kind is DeskKind.STATION)

    def has_power(self, post_id: str, power: Power, item_code: str) -> bool:
        """Tell whether the matrix leaves a post a power for an item."""
        rows = [row for row in self.grants if row.post_id == post_id and row.power is power]
        if any(row.covers(item_code) and not row.allowed for row in rows):
            return False
        given = [row for row in rows if row.allowed]
        return not given or any(row.covers(item_code) for row in given)

    def station_of(self, division: str) -> Desk | None:
        """Return the station that serves a division: its own one, or a shared one (多居委会共用服务站)."""
        stations = [desk for desk in self.desks if desk.kind is DeskKind.STATION]
        own = (desk for desk in stations if desk.division == division)
        shared = (desk for desk in stations if division in desk.serves)
        return next(own, None) or next(shared, None)

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
        "posts": [_post(post) for post in organisation.posts],
        "persons": [_plain(person) for person in organisation.persons],
        "grants": [_plain(grant) for grant in organisation.grants],
        "supervision": dict(organisation.supervision),
    }


def organisation_from_mapping(data: Mapping[str, Any]) -> Organisation:
    """Read what `organisation_to_mapping` wrote; raises KeyError or ValueError on a malformed document."""
    return Organisation(
        version=int(data["version"]),
        county=str(data["county"]),
        county_name=str(data["county_name"]),
        desks=tuple(
            Desk(
                **{
                    **row,
                    "level": Level(row["level"]),
                    "kind": DeskKind(row["kind"]),
                    "serves": tuple(row.get("serves", ())),
                }
            )
            for row in data["desks"]
        ),
        posts=tuple(Post(**{**row, "kind": PostKind(row["kind"])}) for row in data["posts"]),
        persons=tuple(Person(**row) for row in data["persons"]),
        grants=tuple(
            Grant(**{**row, "power": Power(row["power"]), "items": tuple(row["items"])})
            for row in data.get("grants", ())
        ),
        supervision=dict(data.get("supervision", {})),
    )


def _post(post: Post) -> dict[str, Any]:
    """A term that is not settled is left out, so that older documents keep their bytes."""
    plain = _plain(post)
    return {name: value for name, value in plain.items() if value or name not in _TERM}


_TERM = ("since", "until")


def _plain(row: Desk | Post | Person | Grant) -> dict[str, Any]:
    names = [name for name in type(row).__dataclass_fields__ if not name.startswith("_")]
    return {name: _plain_value(getattr(row, name)) for name in names}


def _plain_value(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
