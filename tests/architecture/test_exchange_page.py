"""The page on the exchange names tests that are there, every invariant, and every pitfall."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "exchange.md").read_text("utf-8")
PATHS = sorted(set(re.findall(r"`((?:src|sync|tests|docs|packaging)/[\w/.]+)", PAGE)))
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@cache
def functions_of(file: str) -> frozenset[str]:
    """The names of the functions of a file."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_the_page_names_is_there(file: str, name: str) -> None:
    assert name in functions_of(file)


@pytest.mark.parametrize("path", PATHS)
def test_every_file_the_page_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_invariant_has_a_row_with_a_test() -> None:
    rows = dict(re.findall(r"^\| (L\d+) \|(.*)$", PAGE, re.MULTILINE))
    assert list(rows) == [f"L{number}" for number in range(1, 20)]
    assert [name for name, row in rows.items() if not re.search(r"`tests/[\w/]+\.py(::\w+)?`", row)] == []


def test_the_page_names_many_tests() -> None:
    assert len(NAMED) > 80
