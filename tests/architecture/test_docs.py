"""The documents say what the code does: links lead somewhere, commands and terms exist, pages are current."""

from __future__ import annotations

import argparse
import json
import re
import runpy
import shlex
import subprocess
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import countyhub.cli
from stationapp.cli.command_line import build_parser as station_parser
from stationapp.cli.output import Exit
from stationapp.documents.registry import PAPERS
from stationapp.domain.case import State
from stationapp.domain.case_flow import TABLE
from stationapp.domain.catalogue_codec import catalogue_from_mapping
from stationapp.domain.item_form import check_form
from stationapp.domain.people import Applicant, Application, HandedIn
from stationapp.domain.rules.materials import missing_materials
from stationapp.domain.supervision_rules import RULES
from stationapp.domain.waiting_clocks import WAITS

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "sync").glob("*.md")))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
PROJECT_PATH = re.compile(r"(?<![\w/])(?:src|sync|docs|packaging|resources|tests)/[\w./-]*")
SETTING = re.compile(r"\b(?:STATIONAPP|COUNTYHUB)_[A-Z_]+\b")
PROGRAM = re.compile(r"(?<![\w/.\"])(?:countyhub|stationapp) (?=[a-z-]+ --|--)")
SET_UP = ["make run", "make test"]


@cache
def text_of(path: Path) -> str:
    """A file's text."""
    return path.read_text(encoding="utf-8")


def page(name: str) -> str:
    """The text of a page in docs/."""
    return text_of(ROOT / "docs" / name)


def prose(text: str) -> str:
    """The text without its fenced blocks."""
    return FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """The anchors a Markdown page's headings get."""
    headings = re.findall(r"^#+ +(.+?)\s*$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def sections(text: str) -> dict[str, str]:
    """The body below each heading, up to the next one of any level."""
    parts = re.split(r"^#{1,3} +(.+?)\s*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every table row that is no heading."""
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for target in LINK.findall(prose(text_of(path))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists() or (anchor and anchor not in anchors(text_of(file))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_a_page_names_exists(path: Path) -> None:
    named = {name for span in CODE.findall(text_of(path)) for name in PROJECT_PATH.findall(span)}
    assert sorted(name for name in named if not (ROOT / name.rstrip(".")).exists()) == []


def test_the_readme_needs_two_commands_to_set_up() -> None:
    section = re.search(r"^## 安装与试用\n(.*?)^## ", text_of(ROOT / "README.md"), re.MULTILINE | re.DOTALL)
    assert section is not None
    blocks = FENCE.findall(section[1])
    lines = [line for block in blocks for line in block.splitlines()[1:-1]]
    assert [line.split("#")[0].strip() for line in lines if line.strip()] == SET_UP
    targets = re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE)
    assert {command.split()[1] for command in SET_UP} <= set(targets)


def test_make_help_names_every_target_but_the_set_ups() -> None:
    told = subprocess.run(
        ["make", "-C", str(ROOT), "help"], capture_output=True, text=True, check=True
    ).stdout
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"^  make ([a-z-]+) ", told, re.MULTILINE)) == {
        name for name in targets if not name.startswith("setup-")
    }


def test_people_the_readme_names_can_sign_in() -> None:
    passwords = json.loads(text_of(ROOT / "resources" / "demo" / "passwords.json"))
    county = json.loads(text_of(ROOT / "resources" / "demo" / "county.json"))
    names = {person["login"]: person["name"] for person in county["persons"]}
    found = [row for row in rows(text_of(ROOT / "README.md")) if len(row) == 5 and row[3].startswith("`")]
    assert len(found) >= 6
    for _, _, name, login, password in found:
        assert (names[login.strip("`")], passwords[login.strip("`")]) == (name, password.strip("`"))


@pytest.mark.parametrize("name", ["moves", "rules"])
def test_the_pages_of_moves_and_rules_are_what_the_code_says(name: str) -> None:
    maker = runpy.run_path(str(ROOT / "packaging" / "docs" / f"make_{name}.py"))
    assert page(f"{name}.md") == maker["rendered"]()


def test_the_page_of_rules_names_every_rule_state_paper_and_finding() -> None:
    text = page("rules.md")
    rules = {rule for move in TABLE.values() for rule in (*move.gates, *move.checks)}
    named = {f"{rule.__module__.rsplit('.', 1)[-1]}.{rule.__qualname__.split('.')[0]}" for rule in rules}
    expected = [*named, *(str(state) for state in State), *PAPERS, *(wait.name for wait in WAITS)]
    assert [one for one in expected if f"| `{one}` |" not in text] == []
    assert [rule.code for rule in RULES if f"| {rule.code} |" not in text] == []


def test_every_term_of_the_glossary_is_in_the_code_where_it_says() -> None:
    terms, lost = [], []
    for row in rows(page("glossary.md")):
        if len(row) != 3 or not CODE.search(row[2]):
            continue
        terms.append(row[0])
        spans = CODE.findall(row[2])
        files = [ROOT / span for span in spans if PROJECT_PATH.fullmatch(span)]
        code = "\n".join(text_of(file) for file in files)
        names = [span for span in spans if not PROJECT_PATH.fullmatch(span)]
        lost += [f"{row[0]}: {name}" for name in names if not re.search(rf"\b{re.escape(name)}\b", code)]
        assert names, f"{row[0]} names nothing in the code"
        assert files, f"{row[0]} names no file"
    assert lost == []
    assert len(terms) > 50
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


def commands(
    parser: argparse.ArgumentParser, path: tuple[str, ...]
) -> Iterator[tuple[str, list[argparse.Action]]]:
    """Every command of a parser with its own arguments."""
    own = [a for a in parser._actions if not isinstance(a, argparse._HelpAction | argparse._SubParsersAction)]
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if own or not groups:
        yield " ".join(path), own
    for group in groups:
        for name, child in group.choices.items():
            yield from commands(child, (*path, name))


def names_of(action: argparse.Action) -> list[str]:
    """How a page has to name an argument: every option string, or the placeholder of a positional one."""
    return list(action.option_strings) or [str(action.metavar or action.dest).upper()]


def undocumented(parser: argparse.ArgumentParser) -> list[str]:
    """Commands and arguments that docs/cli.md names neither in their own section nor in the program's."""
    documented, lacking = sections(page("cli.md")), []
    shared = documented[f"`{parser.prog}`"]
    for command, arguments in commands(parser, (parser.prog,)):
        section = documented.get(f"`{command}`")
        if section is None:
            lacking.append(command)
            continue
        named = set(re.findall(r"--[a-z][a-z-]*|\b[A-Z]+\b", section + shared))
        lacking += [f"{command} {n}" for a in arguments for n in names_of(a) if n not in named]
    return lacking


PARSERS = (station_parser(), countyhub.cli._parser())


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.prog)
def test_every_command_is_documented_and_no_other(parser: argparse.ArgumentParser) -> None:
    assert undocumented(parser) == []
    known = {f"`{command}`" for command, _ in commands(parser, (parser.prog,))}
    assert {name for name in sections(page("cli.md")) if name.startswith(f"`{parser.prog}")} == known


def test_every_command_of_the_county_handbook_is_one() -> None:
    text = re.sub(r"^ +", "", page("county-hub.zh.md"), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.strip() for block in FENCE.findall(text) for line in block.splitlines()]
    lines += [span for span in CODE.findall(prose(text)) if "--database" in span or "--as" in span]
    words = [shlex.split(line[match.start() :]) for line in lines if (match := PROGRAM.search(line))]
    parsers = {parser.prog: parser for parser in PARSERS}
    asked = [parsers[program].parse_args(rest) for program, *rest in words]
    assert len(asked) > 25


def test_the_application_file_shown_would_be_received() -> None:
    section = sections(page("cli.md"))["`stationapp case open`"]
    shown = json.loads(re.findall(r"```json\n(.*?)```", section, re.DOTALL)[0])
    catalogue = catalogue_from_mapping(json.loads(text_of(ROOT / "resources/catalogue/demonstration.json")))
    item = catalogue.in_force(shown["item"], date(2026, 11, 20))
    assert item is not None
    rows = [{name: row[name] for name in row if name != "files"} for row in shown["materials"]]
    applicant = Applicant(**shown["applicant"])
    handed_in = tuple(HandedIn(**row) for row in rows)
    application = Application(item.code, item.version, item.name, applicant, shown["form"], handed_in)
    assert check_form(item.form, application.form) == ()
    assert missing_materials(item, application) == []
    assert [row.name for row in handed_in] == [material.name for material in item.materials]


def exit_codes(program: str) -> dict[str, int]:
    """The exit codes docs/cli.md names for a program, by name."""
    section = sections(page("cli.md"))[f"What `{program}` answers with"]
    return {row[1].strip("`"): int(row[0]) for row in rows(section) if row[0].isdigit()}


def test_every_exit_code_is_documented() -> None:
    assert exit_codes("stationapp") == {code.name: code.value for code in Exit}
    hub = exit_codes("countyhub")
    assert hub == {name: getattr(countyhub.cli, name) for name in hub}
    assert sorted(hub.values()) == list(range(5))


def test_every_environment_variable_is_documented() -> None:
    files = (file for folder in ("src", "sync", "packaging") for file in (ROOT / folder).rglob("*.py"))
    read = {name for file in files for name in SETTING.findall(text_of(file))}
    assert read - set(SETTING.findall(page("cli.md"))) == set()
