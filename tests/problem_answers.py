"""What whoever has no business with something hears of it: a problem document, and nobody's data."""

from __future__ import annotations

import httpx

PERSONAL = ("王䶮", "510704196203140", "何䶮", "参保", "身份证")
"""Words of the applications and people of the tests' county, none of which a refusal may hold."""


def expect(answer: httpx.Response, codes: set[str], place: object) -> None:
    """A problem with one of these codes, and nobody's data in it."""
    assert 400 <= answer.status_code < 500, (place, answer.status_code)
    assert answer.headers["Content-Type"] == "application/problem+json", place
    assert [word for word in PERSONAL if word in answer.text] == [], place
    if answer.text:  # An answer to HEAD has none.
        assert answer.json()["code"] in codes, (place, answer.json())
