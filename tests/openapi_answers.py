"""Compares an answer with what the published OpenAPI document says of its very endpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
from jsonschema import Draft202012Validator

Document = Mapping[str, Any]
PROBLEM = "application/problem+json"
# What any answer may have, whatever it is about.
_ANYWHERE = frozenset(
    {
        *(
            "allow",
            "cache-control",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "date",
        ),
        *("retry-after", "server", "vary", "x-content-type-options"),
    }
)


class Described:
    """What a document says; `expect` compares an answer with it."""

    def __init__(self, document: Document) -> None:
        self._paths = document["paths"]
        self._components = {"components": _closed(document["components"])}
        self._shapes = {
            re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(one))): str(one) for one in self._paths
        }
        self._validators: dict[str, Draft202012Validator] = {}

    def template(self, path: str) -> str:
        """The path of the document that a path as sent, with or without a query, belongs to; empty for none."""
        sent = path.partition("?")[0]
        return next((one for shape, one in self._shapes.items() if shape.fullmatch(sent)), "")

    def expect(self, method: str, path: str, answer: httpx.Response) -> None:
        """Status, media type, header fields and body are those that the document has for this endpoint."""
        where = f"{method} {path} {answer.status_code}"
        assert answer.status_code < 500, where
        told = self._paths.get(self.template(path), {}).get(method.lower())
        if answer.status_code >= 400:
            row = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/ProblemMessage"}}}}
            assert told is None or told["responses"]["default"]["content"] == row["content"], where
            self._expect_body(row, answer, where)
            return
        assert told is not None, where
        row = told["responses"].get(str(answer.status_code))
        assert row is not None, where
        named = {name.lower() for name in row.get("headers", {})}
        assert {name.lower() for name in answer.headers} - _ANYWHERE <= named, where
        self._expect_body(row, answer, where)

    def _expect_body(self, row: Mapping[str, Any], answer: httpx.Response, where: str) -> None:
        media = answer.headers.get("Content-Type", "").partition(";")[0]
        content = row.get("content", {})
        assert ({media} if media else set()) == content.keys(), (where, media)
        if not content:
            assert answer.content == b"", where
        elif media.endswith("json") and answer.content:  # An answer to HEAD has none.
            self._validator(content[media]["schema"]).validate(answer.json())

    def _validator(self, schema: Mapping[str, Any]) -> Draft202012Validator:
        name = json.dumps(schema)
        if name not in self._validators:
            self._validators[name] = Draft202012Validator(_closed(schema) | self._components)
        return self._validators[name]


def _closed(schema: Any) -> Any:
    """The same, but a field that is not described fits nowhere; clients have to bear it, the hub has to describe it."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(one) for name, one in schema.items()}
    return {"additionalProperties": False} | closed if "properties" in schema else closed
