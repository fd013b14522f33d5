"""The people a case is about: the applicant and what he hands in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies. Dates are ISO text; `document_kind` is a value of `identity_documents.DocumentKind`."""

    name: str
    document_kind: str
    document_number: str
    sex: str = ""
    birth_date: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A scan or photo by its content: `sha256` is lower-case hex, `size` is in bytes."""

    sha256: str
    size: int
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One material as it lies on the table: originals, copies, pages, and who keeps the original."""

    material_id: str
    name: str
    originals: int
    copies: int
    pages: int = 0
    keeper: str = "station"
    attachments: tuple[Attachment, ...] = ()
    promised_by: str = ""  # ISO day by which a material comes that was promised in writing (告知承诺)


@dataclass(frozen=True, slots=True)
class Application:
    """What was asked for, by whom, with which materials; `form` holds the item's own fields.

    `division` is the 12-digit division whose authority is competent, empty for that of the station; `result_to` the
    desk at which the applicant wants the result, empty for the one where he applied (同城通办). `attorney` says how
    the agent was authorised (委托): "paper" for a written power, empty where the applicant acts himself.
    """

    item_code: str
    item_version: int
    item_name: str
    applicant: Applicant
    form: Mapping[str, Any] = field(default_factory=dict)
    materials: tuple[HandedIn, ...] = ()
    division: str = ""
    result_to: str = ""
    attorney: str = ""

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """All attachments in the order of the materials."""
        return tuple(attachment for material in self.materials for attachment in material.attachments)


def application_to_mapping(application: Application) -> dict[str, Any]:
    """Return the JSON shape of an application as events carry it."""
    return {
        "item_code": application.item_code,
        "item_version": application.item_version,
        "item_name": application.item_name,
        "applicant": {name: getattr(application.applicant, name) for name in Applicant.__dataclass_fields__},
        "form": dict(application.form),
        "materials": [handed_in_to_mapping(row) for row in application.materials],
        **{name: text for name in _LATER if (text := getattr(application, name))},
    }


# What joined the application later is left out where it is empty, so that older events keep their bytes.
_LATER = ("division", "result_to", "attorney")


def application_from_mapping(data: Mapping[str, Any]) -> Application:
    """Read an application; raises KeyError, TypeError, ValueError or AttributeError on a malformed one."""
    return Application(
        item_code=str(data["item_code"]),
        item_version=int(data["item_version"]),
        item_name=str(data["item_name"]),
        applicant=applicant_from_mapping(data["applicant"]),
        form=dict(data.get("form", {})),
        materials=tuple(handed_in_from_mapping(row) for row in data.get("materials", ())),
        **{name: _text(data[name]) for name in _LATER if name in data},
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def handed_in_to_mapping(row: HandedIn) -> dict[str, Any]:
    """Return the JSON shape of one material."""
    plain: dict[str, Any] = {name: getattr(row, name) for name in HandedIn.__dataclass_fields__}
    if not row.promised_by:
        del plain["promised_by"]
    plain["attachments"] = [
        {name: getattr(attachment, name) for name in Attachment.__dataclass_fields__}
        for attachment in row.attachments
    ]
    return plain


def applicant_from_mapping(data: Mapping[str, Any]) -> Applicant:
    """Read an applicant; raises TypeError for a strange or missing part, or one that is no text."""
    _require_kinds(data, counts=())
    return Applicant(**data)


def handed_in_from_mapping(data: Mapping[str, Any]) -> HandedIn:
    """Read one material; raises TypeError for a strange or missing part, ValueError for an impossible count or day."""
    plain = {name: value for name, value in data.items() if name != "attachments"}
    _require_kinds(plain, counts=("originals", "copies", "pages"))
    if plain.get("promised_by"):
        date.fromisoformat(plain["promised_by"])
    attachments = tuple(_attachment_from_mapping(row) for row in data.get("attachments", ()))
    return HandedIn(**plain, attachments=attachments)


def _attachment_from_mapping(data: Mapping[str, Any]) -> Attachment:
    _require_kinds(data, counts=("size",))
    return Attachment(**data)


def _require_kinds(data: Mapping[str, Any], counts: Collection[str]) -> None:
    """What came as JSON may be anything: a count is a whole number from 0, everything else text."""
    for name, value in data.items():
        wanted = int if name in counts else str
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise TypeError(f"{name} is no {'number' if name in counts else 'text'}")
        if isinstance(value, int) and value < 0:
            raise ValueError(f"{name} is negative")
