"""Service items of every shape, for tests that look for the one that does not come back."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from stationapp.domain.catalogue import (
    HandlingKind,
    ItemStatus,
    Keeper,
    Material,
    ServiceItem,
    Stage,
    StageLimit,
    YearlyWindow,
)
from stationapp.domain.catalogue_elements import ELEMENTS, ItemElements
from stationapp.domain.organisation import Level
from stationapp.domain.time_limits import Limit, LimitUnit

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
KEYS = st.from_regex(r"[A-Za-z0-9一-龥𬭎-]{1,12}", fullmatch=True)
LIMITS = st.one_of(
    st.none(),
    st.just(Limit(0, LimitUnit.ON_THE_SPOT)),
    st.builds(Limit, st.integers(1, 99), st.sampled_from([LimitUnit.WORKING_DAYS, LimitUnit.MONTHS])),
)
MATERIALS = st.lists(
    st.builds(
        Material,
        KEYS,
        TEXT,
        st.integers(0, 3),
        st.integers(0, 3),
        keeper=st.sampled_from(Keeper),
        note=TEXT,
        material_key=st.one_of(st.just(""), KEYS),
        promisable=st.booleans(),
        issue_requirement=TEXT,
    ),
    max_size=3,
    unique_by=lambda row: row.material_id,
).map(tuple)
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "bank": {"type": "string", "title": "开户银行", "maxLength": 30, "x-message": "请填银行。"},
        "ways": {
            "type": "array",
            "title": "发放方式",
            "items": {"type": "string", "enum": ["银行卡", "现\n金"]},
            "uniqueItems": True,
        },
        "members": {
            "type": "array",
            "title": "家庭成员",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "title": "姓名", "description": "=SUM(A1)"},
                    "age": {"type": "integer", "title": "年龄", "minimum": 0, "maximum": 130},
                    "number": {"type": "string", "format": "id-number", "title": "身份证号"},
                },
                "required": ["name"],
                "x-order": ["number", "name", "age"],
            },
        },
    },
    "required": ["members", "bank"],
    "x-order": ["members", "bank", "ways"],
}
ITEMS = st.builds(
    ServiceItem,
    code=st.from_regex(r"[0-9A-Z-]{1,64}", fullmatch=True),
    version=st.integers(1, 50),
    name=TEXT,
    item_type=st.just("20"),
    handling=st.sampled_from(HandlingKind),
    decides_at=st.sampled_from(Level),
    department=st.just("mzj"),
    department_name=TEXT,
    status=st.sampled_from(ItemStatus),
    effective_from=st.dates(),
    effective_to=st.one_of(st.none(), st.dates()),
    co_departments=st.lists(TEXT, max_size=2).map(tuple),
    statutory_limit=LIMITS,
    promised_limit=LIMITS,
    materials=MATERIALS,
    materials_known=st.booleans(),
    form=st.sampled_from([{}, FORM]),
    window=st.one_of(st.none(), st.just(YearlyWindow("05-01", "02-29"))),
    sources=st.lists(TEXT, max_size=2).map(tuple),
    gaps=st.lists(TEXT, max_size=2).map(tuple),
    stage_limits=st.lists(
        st.builds(StageLimit, st.sampled_from(Stage), LIMITS.filter(bool)),
        max_size=3,
        unique_by=lambda row: row.stage,
    ).map(tuple),
    default_on_timeout=st.booleans(),
    special_procedures=st.lists(st.sampled_from(["hearing", "testing"]), max_size=2).map(tuple),
    service_days=st.lists(st.integers(1, 7), max_size=3).map(tuple),
    extension_days=st.one_of(st.none(), st.integers(0, 30)),
    elements=st.dictionaries(st.sampled_from(sorted(ELEMENTS)), TEXT, max_size=4).map(
        lambda texts: ItemElements(**texts)
    ),
)
