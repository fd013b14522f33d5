"""What happens in the demonstration: who applies for what, and how each case is meant to end. Chosen by a
seed.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stationapp.domain.catalogue import Catalogue, ServiceItem
from stationapp.domain.item_form import FieldKind, FormField, fields_of
from stationapp.domain.people import Applicant
from stationapp.platform.resources import resource


class Fate(StrEnum):
    """How a case is meant to go."""

    TOWNSHIP = "township"  # decided within the township's power
    COUNTY = "county"  # granted by a county department
    REFUSED = "refused"  # refused by a county department
    SUPPLEMENT = "supplement"  # sent back once by the township, then granted by the county
    INCOMPLETE = "incomplete"  # materials missing at first, completed in the village, then granted


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """One case of the story."""

    item: str
    applicant: Applicant
    fate: Fate
    with_scan: bool


PENSION = "城乡居民基本养老保险参保登记"
_ITEMS = {
    Fate.TOWNSHIP: (PENSION, "老年人优待证申领", "社会保障卡启用（激活）"),
    Fate.COUNTY: ("80周岁以上老年人高龄津贴发放", "残疾人证换领", "城乡居民参保登记"),
    Fate.REFUSED: ("最低生活保障", "临时救助"),
    Fate.SUPPLEMENT: ("80周岁以上老年人高龄津贴发放", "残疾人证挂失补办"),
    Fate.INCOMPLETE: ("残疾人证换领", "80周岁以上老年人高龄津贴发放"),
}
# The story takes one day: what it grants is not publicised before.
_OPENING = (Fate.TOWNSHIP, Fate.SUPPLEMENT, Fate.INCOMPLETE, Fate.REFUSED, Fate.COUNTY)


def make_plan(cases: int, seed: int, catalogue: Catalogue) -> list[PlannedCase]:
    """Return the plan of that many cases. The first five show every way a case can go; the rest are drawn."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible story, not a secret
    people = demonstration_applicants()
    codes = {item.name: item.code for item in catalogue.items}
    plan = []
    for number in range(cases):
        fate = _OPENING[number] if number < len(_OPENING) else chance.choice(tuple(Fate))
        names = _ITEMS[fate]
        name = names[0] if number < len(_OPENING) else chance.choice(names)
        plan.append(PlannedCase(codes[name], people[number % len(people)], fate, number % 10 < 2))
    return plan


def demonstration_applicants() -> list[Applicant]:
    """Return the invented applicants, rare-character names among them."""
    data = json.loads(resource("demo", "applicants.json").read_text("utf-8"))
    return [Applicant(**row) for row in data["applicants"]]


def fill_form(item: ServiceItem, applicant: Applicant) -> dict[str, Any]:
    """Return values that fit an item's own form."""
    return {field.name: _value(field, applicant) for field in fields_of(item.form)}


def _value(field: FormField, applicant: Applicant) -> Any:
    if field.kind is FieldKind.TABLE:
        return [{column.name: _value(column, applicant) for column in field.columns}]
    if field.kind is FieldKind.CHOICES:
        return [field.choices[0]]
    if field.choices:
        return field.choices[0]
    texts = {
        "account": "6214000000000000",
        "contact_phone": applicant.phone,
        "certificate": f"{applicant.document_number}43",
    }
    values: dict[FieldKind, Any] = {
        FieldKind.INTEGER: 2,
        FieldKind.DATE: "2026-11-01",
        FieldKind.BOOLEAN: True,
        FieldKind.MONEY: "3000.00",
        FieldKind.PHONE: applicant.phone,
        FieldKind.ID_NUMBER: applicant.document_number,
        FieldKind.LONG_TEXT: applicant.address,
        FieldKind.TEXT: texts.get(field.name, applicant.address),
    }
    return values[field.kind]
