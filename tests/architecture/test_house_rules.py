"""The house rules that no linter knows: sizes, names, clocks, heavy imports, and what is never written."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE_FOLDERS = ("src", "sync", "tests", "packaging")
SKIPPED = {
    ".git", ".venv", ".setup", ".cache", "build", "dist", "demo-out", "__pycache__", "node_modules",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache",
}  # fmt: skip
LONGEST_FILE = 600
LONGEST_FUNCTION = 40
EXPENSIVE = {"alembic", "fontTools", "httpx", "keyring", "nacl", "pypdfium2", "reportlab", "zstandard"}
# Alembic loads these files itself, and only when the tables must change.
LOADED_ON_DEMAND = re.compile(r"/migrations/")
CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
MAY_READ_THE_CLOCK = re.compile(
    r"^(src/stationapp/(platform|demo|app|cli|__main__)(/|\.py)|sync/countyhub/(clock|cli|app)\.py|tests/|packaging/)"
)
FORBIDDEN_NAMES = re.compile(r"(Manager|Helper)s?$")
FORBIDDEN_FILES = {"utils.py", "common.py", "helpers.py", "misc.py", "manager.py"}
# Spelled in pieces, so that this file does not name what it forbids.
REGISTRY = re.compile(
    "|".join(("pypi" + r"\.org", "python" + "hosted", "npmjs" + r"\.", "debian" + r"\.org/debian"))
)
PACKAGE_ADDRESS = re.compile(r"https?://[^ \"']*(/simple\b|/packages/|\.whl\b|\.tgz\b|\.tar\.gz\b)")
MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9_.])/(root|work|farm)/[A-Za-z.]")
LEFT_FOR_LATER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def walk(folder: Path) -> Iterator[Path]:
    """Every file below `folder` that is part of the project."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in SKIPPED and not path.name.endswith(".egg-info"):
                yield from walk(path)
        else:
            yield path


@cache
def python_files() -> tuple[Path, ...]:
    """The project's Python files."""
    return tuple(path for name in CODE_FOLDERS for path in walk(ROOT / name) if path.suffix == ".py")


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def short(path: Path) -> str:
    """The file's name from the project's folder."""
    return path.relative_to(ROOT).as_posix()


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every text file of the project."""
    for path in walk(ROOT):
        try:
            yield short(path), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # A picture or a stored database says nothing in words.


def lines_matching(pattern: re.Pattern[str], name: str, text: str) -> list[str]:
    """`name:number` of every line in `text` in which `pattern` occurs."""
    return [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the end."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def dotted(node: ast.expr) -> str:
    """`a.b` for the expression a.b; empty for anything that is not made of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def imported(node: ast.stmt) -> set[str]:
    """First parts of the module names `node` imports from outside its own package."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return {node.module.split(".")[0]}
    return set()


def is_for_type_checkers(node: ast.stmt) -> bool:
    """Whether `node` is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and dotted(node.test).endswith("TYPE_CHECKING")


def statements_run_on_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement that runs when the module is imported: not in functions, not for type checkers only."""
    for node in body:
        if is_for_type_checkers(node) or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        yield node
        for field in ("body", "orelse", "finalbody"):
            yield from statements_run_on_import(getattr(node, field, []))


def test_no_file_is_longer_than_600_lines() -> None:
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    functions = (
        (f"{short(path)}:{node.lineno} {node.name}", body_lines(node))
        for path in python_files()
        if "migrations/versions" not in short(path)  # A migration is a list of statements and stands alone.
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert {name: length for name, length in functions if length > LONGEST_FUNCTION} == {}


def test_every_module_says_what_it_is() -> None:
    assert [short(path) for path in python_files() if not ast.get_docstring(tree(path))] == []


def test_no_class_or_file_has_a_name_that_says_nothing() -> None:
    classes = [
        f"{short(path)}: {node.name}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and FORBIDDEN_NAMES.search(node.name)
    ]
    assert classes == []
    assert [short(path) for path in python_files() if path.name in FORBIDDEN_FILES] == []


def test_expensive_packages_are_imported_only_where_they_are_used() -> None:
    early = [
        f"{short(path)}:{node.lineno}"
        for path in python_files()
        if short(path).startswith("src/stationapp/") and not LOADED_ON_DEMAND.search(short(path))
        for node in statements_run_on_import(tree(path).body)
        if imported(node) & EXPENSIVE
    ]
    assert early == []


def test_time_is_an_argument_below_the_clock() -> None:
    read = [
        f"{short(path)}:{node.lineno}"
        for path in python_files()
        if not MAY_READ_THE_CLOCK.match(short(path))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ".".join(dotted(node.func).split(".")[-2:]) in CLOCK_CALLS
    ]
    assert read == []


def test_the_domain_is_plain_python() -> None:
    allowed = sys.stdlib_module_names | {"stationapp"}
    foreign = [
        f"{short(path)}:{node.lineno}"
        for path in python_files()
        if short(path).startswith("src/stationapp/domain/")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.stmt) and imported(node) - allowed
    ]
    assert foreign == []


def test_nothing_names_a_package_registry() -> None:
    assert [hit for name, text in texts() for hit in lines_matching(REGISTRY, name, text)] == []
    assert [hit for name, text in texts() for hit in lines_matching(PACKAGE_ADDRESS, name, text)] == []


def test_nothing_names_a_path_of_one_machine() -> None:
    assert [hit for name, text in texts() for hit in lines_matching(MACHINE_PATH, name, text)] == []


def test_nothing_is_left_for_later() -> None:
    assert [hit for name, text in texts() for hit in lines_matching(LEFT_FOR_LATER, name, text)] == []


def normal(name: str) -> str:
    """A distribution's name in its one normal spelling."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    """Normal names of the distributions pyproject.toml asks for, without the project itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wishes = [
        *project["dependencies"],
        *(w for extra in project["optional-dependencies"].values() for w in extra),
    ]
    return {normal(re.split(r"[\[<>=!~; ]", wish)[0]) for wish in wishes} - {"stationapp"}


def pinned() -> set[str]:
    """Normal names of the distributions constraints.txt fixes."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {normal(line.split("==")[0]) for line in lines if not line.startswith("#")}


def test_every_pin_is_exact() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [
        line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)
    ] == []


def test_every_dependency_is_pinned_and_explained() -> None:
    assert declared() - pinned() == set()
    explained = set(
        re.findall(r"^\| `([^`]+)`", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), re.MULTILINE)
    )
    assert declared() == {normal(name) for name in explained}


def test_everything_installed_for_development_is_pinned() -> None:
    from importlib.metadata import distributions

    wanted, seen = declared(), set()
    requirements = {normal(d.metadata["Name"]): d.requires or [] for d in distributions()}
    while wanted - seen:
        name = (wanted - seen).pop()
        seen.add(name)
        needs = (
            normal(re.split(r"[\[<>=!~;( ]", wish)[0])
            for wish in requirements.get(name, ())
            if "extra ==" not in wish
        )
        wanted |= {need for need in needs if need in requirements}
    assert seen - pinned() == set()


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRY, "see https://files.python" + "hosted.org"),
        (PACKAGE_ADDRESS, "x @ https:" + "//example.org/packages/x.whl"),
        (MACHINE_PATH, 'open("/' + 'root/notes.txt")'),
        (LEFT_FOR_LATER, "# TO" + "DO: later"),
    ],
)
def test_the_rules_see_what_they_forbid(pattern: re.Pattern[str], line: str) -> None:
    assert lines_matching(pattern, "name", f"fine\n{line}\n") == ["name:2"]
