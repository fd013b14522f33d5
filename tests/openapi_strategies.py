"""Requests made of the published OpenAPI document: as it says, and not quite as it says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["\x00", "\ud800", "￾", "𡋾", "0" * 64, "9999-12-31", "../..", "' OR 1=1"]),
    st.lists(st.none(), max_size=3),
    st.dictionaries(st.text(max_size=4), st.none(), max_size=2),
)
_PLAIN = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="%?#"), max_size=40)


@dataclass(frozen=True)
class Call:
    """A request to be signed; `hub` tells what is served under which path."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def values(schema: dict[str, Any], schemas: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What a schema allows."""
    if "$ref" in schema:
        return st.deferred(lambda: values(schemas[schema["$ref"].rpartition("/")[2]], schemas))
    if "anyOf" in schema:
        return st.one_of([values(one, schemas) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = {
        "string": _text,
        "integer": _number,
        "boolean": _boolean,
        "null": _none,
        "array": _list,
        "object": _object,
    }
    return kinds[schema["type"]](schema, schemas)


def _text(schema: dict[str, Any], _: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True).filter(str.isascii)
    return st.text(min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 30), 30))


def _number(schema: dict[str, Any], _: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.integers(schema.get("minimum", -5), schema.get("maximum", 2**63 - 1))


def _boolean(_: dict[str, Any], __: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.booleans()


def _none(_: dict[str, Any], __: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.none()


def _list(schema: dict[str, Any], schemas: dict[str, Any]) -> st.SearchStrategy[Any]:
    fewest = schema.get("minItems", 0)
    return st.lists(values(schema["items"], schemas), min_size=fewest, max_size=max(fewest, 3))


def _object(schema: dict[str, Any], schemas: dict[str, Any]) -> st.SearchStrategy[Any]:
    shapes = {name: values(one, schemas) for name, one in schema.get("properties", {}).items()}
    needed = {name: shapes.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional=shapes)


@st.composite
def calls(
    draw: st.DrawFn,
    document: dict[str, Any],
    known: dict[str, list[str]],
    place: tuple[str, str] | None = None,
) -> Call:
    """An endpoint, any but for a `place` (method, path), with values that fit, some of them exchanged for odd ones;
    `known` are ids that exist.
    """
    path = place[1] if place else draw(st.sampled_from(sorted(document["paths"])))
    method = place[0].lower() if place else draw(st.sampled_from(sorted(document["paths"][path])))
    operation, schemas = document["paths"][path][method], document["components"]["schemas"]
    target, query, headers = path, [], {}
    for one in operation["parameters"]:
        text = draw(st.sampled_from(known.get(one["name"], [""])) | _PLAIN)
        if one["in"] == "path":
            target = target.replace("{" + one["name"] + "}", text.replace("/", "") or "x")
        elif one["in"] == "query" and (one["required"] or draw(st.booleans())):
            query.append(f"{one['name']}={text.replace('&', '')}")
        elif not one["name"].startswith("X-Station") and (one["required"] or draw(st.booleans())):
            headers[one["name"]] = text
    body = b""
    for media, content in operation.get("requestBody", {"content": {}})["content"].items():
        headers["Content-Type"] = media
        body = draw(
            _bodies(content["schema"], schemas) if media == "application/json" else st.binary(max_size=50)
        )
    return Call(method.upper(), target + ("?" + "&".join(query) if query else ""), body, headers)


@st.composite
def _bodies(draw: st.DrawFn, schema: dict[str, Any], schemas: dict[str, Any]) -> bytes:
    value = draw(values(schema, schemas))
    for _ in range(draw(st.integers(0, 2))):
        value = mutated(draw, value)
    return json.dumps(value).encode()


def mutated(draw: st.DrawFn, value: Any) -> Any:
    """The same with one place in it changed."""
    if draw(st.integers(0, 3)) == 0:
        return draw(_ODD)
    if isinstance(value, dict) and value:
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: mutated(draw, value[name])}
    if isinstance(value, list) and value:
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], mutated(draw, value[place]), *value[place + 1 :]]
    return draw(_ODD)
