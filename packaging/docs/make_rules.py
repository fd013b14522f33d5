"""Write docs/rules.md: every state, rule, clock, paper and supervision rule, with what it rests on.

Usage: python packaging/docs/make_rules.py [--check]
With --check nothing is written; the exit code is 1 when the file on disk differs from what would be written.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "rules.md"

sys.path.insert(0, str(ROOT / "src"))

from stationapp.documents.registry import PAPERS
from stationapp.domain.case import Case, State
from stationapp.domain.case_clocks import TERMS
from stationapp.domain.case_flow import TABLE
from stationapp.domain.exchange_codes import case_status_code, closing_code
from stationapp.domain.moves import Move
from stationapp.domain.people import Applicant, Application
from stationapp.domain.stage_clocks import ROWS as STAGES
from stationapp.domain.states import CASE_STATES, ENDED_STATES
from stationapp.domain.supervision_rules import RULES
from stationapp.domain.waiting_clocks import WAITS

HEADING = """# Rules

What stands behind [the table of moves](moves.md), written from the code by `make moves`. Do not edit this page:
change the code and run the command. A test fails when they differ.

SEED 000 to 004 are five source documents, which [the glossary](glossary.md#sources) names. Numbers of articles are
those of the law or standard named with them.
"""
STATES_HEADING = """## States

*Closing code* (办结结果) and *status code* (办件状态) are what other systems get; a decided case closes with the code
of its decision. *Moves* are those that can be made there.
"""
GATES_HEADING = """## Gates and checks

A *gate* needs no facts: it greys a button out and says why. A *check* looks at the facts that were filled in. They
stand in `src/stationapp/domain/rules/`. The third column is what a person reads when the rule is broken; … stands for
what the case fills in.
"""
CLOCKS_HEADING = """## Clocks

The limits of a case, of its stages and of what it waits for. A stage takes the limit the catalogue gives it, else the
county's default of that name, else none.
"""
PAPERS_HEADING = """## Papers

What is printed, on which basis, and by which move; a paper without a move is printed when somebody asks for it.
"""
SUPERVISION_HEADING = """## Supervision

What the electronic supervision (电子监察) finds by itself in the log. A county may give a rule another grade.
"""
SPEAKERS = ("stationapp.domain.rules.", "stationapp.domain.catalogue")
"""Modules whose functions say no in their own words; names, numbers and forms have sentences of their own beside."""
CLOSED_BY_DECISION = "by the decision: 0, 4 or 6"


def rendered() -> str:
    """The page."""
    parts = (
        *(HEADING, STATES_HEADING, *_states()),
        *("", GATES_HEADING, *_rules()),
        *("", CLOCKS_HEADING, *_clocks()),
        *("", PAPERS_HEADING, *_papers()),
        *("", SUPERVISION_HEADING, *_supervision()),
    )
    return "\n".join(parts) + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    cells = tuple(head)
    yield f"| {' | '.join(cells)} |"
    yield f"|{'---|' * len(cells)}"
    for row in rows:
        yield f"| {' | '.join(one.replace('|', '/') for one in row)} |"


def _states() -> Iterator[str]:
    rows = (
        (f"`{state}`", state.label, _closing(state), _status(state), _moves(_made_in(state)))
        for state in State
    )
    return _table(("state", "", "closing code", "status code", "moves"), rows)


def _made_in(state: State) -> Iterator[Move]:
    return (move for move in TABLE.values() if state in move.from_states and move.posts)


def _closing(state: State) -> str:
    if state is State.CONCLUDED:
        return CLOSED_BY_DECISION
    return closing_code(_case(state)) if state in ENDED_STATES else ""


def _status(state: State) -> str:
    return case_status_code(_case(state)) if state in CASE_STATES else ""


def _case(state: State) -> Case:
    application = Application("", 1, "", Applicant("", "", ""))
    closed = state if state in ENDED_STATES else None
    return Case("", state, "", "", application, "", "", (), closed_as=closed)


def _rules() -> Iterator[str]:
    found: dict[str, tuple[Callable[..., Any], list[Move]]] = {}
    for move in TABLE.values():
        rules: tuple[Callable[..., Any], ...] = (*move.gates, *move.checks)
        for rule in dict.fromkeys(rules):
            found.setdefault(_key(rule), (rule, []))[1].append(move)
    rows = (
        (f"`{key}`", _meaning(rule), "<br>".join(_sentences(rule)), _moves(dict.fromkeys(moves)))
        for key, (rule, moves) in sorted(found.items())
    )
    return _table(("rule", "what it demands", "what a person reads", "moves"), rows)


def _key(rule: Callable[..., Any]) -> str:
    return f"{rule.__module__.rsplit('.', 1)[-1]}.{rule.__qualname__.split('.')[0]}"


def _maker(rule: Callable[..., Any]) -> Any:
    return getattr(inspect.getmodule(rule), rule.__qualname__.split(".")[0])


def _meaning(rule: Callable[..., Any]) -> str:
    first = (inspect.getdoc(_maker(rule)) or "").split("\n\n")[0]
    text = re.sub(r"\s*\n\s*", " ", first)
    return re.sub(r"^Return a (check that the|gate:) (\w)", lambda found: _capital(found), text)


def _capital(found: re.Match[str]) -> str:
    return f"The {found[2]}" if found[1].endswith("the") else found[2].upper()


def _sentences(rule: Callable[..., Any]) -> list[str]:
    """The sentences a rule and the helpers of its module can refuse with, in the order of the source."""
    return list(dict.fromkeys(_sentences_of(_maker(rule), sys.modules[rule.__module__], set())))


def _sentences_of(function: Any, module: ModuleType, seen: set[str]) -> Iterator[str]:
    for node in _leaves(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Constant | ast.JoinedStr):
            text = _text(node)
            if text.endswith(("。", "，…")):
                yield text
        elif isinstance(node, ast.Name) and node.id not in seen:
            seen.add(node.id)
            yield from _sentences_behind(getattr(module, node.id, None), seen)


def _sentences_behind(named: Any, seen: set[str]) -> Iterator[str]:
    """The sentences of a helper among the rules, or of a constant that holds them."""
    if isinstance(named, FunctionType) and named.__module__.startswith(SPEAKERS):
        yield from _sentences_of(named, sys.modules[named.__module__], seen)
    elif isinstance(named, str) and named.endswith("。"):
        yield named
    elif isinstance(named, dict | tuple):
        for one in named.values() if isinstance(named, dict) else named:
            yield from _sentences_behind(one, seen)


def _leaves(node: ast.AST) -> Iterator[ast.AST]:
    """Names and whole strings, in the order in which they are written."""
    if isinstance(node, ast.Constant | ast.JoinedStr | ast.Name):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _leaves(child)


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(_text(part) if isinstance(part, ast.Constant) else "…" for part in node.values)


def _clocks() -> Iterator[str]:
    rows = (
        *((terms.name, terms.title, "case", "", terms.source) for terms in TERMS),
        *((row.name, row.title, "stage", _default(row.default), row.source) for row in STAGES),
        *((wait.name, wait.title, "what it waits for", "", wait.source) for wait in WAITS),
    )
    return _table(
        ("clock", "", "of", "county's default", "source"),
        ((f"`{name}`", *others) for name, *others in rows),
    )


def _default(name: str) -> str:
    return f"`{name}`" if name else ""


def _papers() -> Iterator[str]:
    rows = (
        (
            f"`{name}`",
            paper.title,
            "；".join(paper.basis),
            _moves(move for move in TABLE.values() if move.paper == name),
        )
        for name, paper in PAPERS.items()
    )
    return _table(("paper", "", "basis", "moves"), rows)


def _supervision() -> Iterator[str]:
    rows = (
        (rule.code, rule.title, rule.grade.label, rule.kind.label, rule.source, _plain(rule.sentence))
        for rule in RULES
    )
    return _table(("code", "", "grade", "kind", "source", "what a person reads"), rows)


def _plain(sentence: str) -> str:
    return re.sub(r"\{\w+\}", "…", sentence)


def _moves(moves: Iterable[Move]) -> str:
    return ", ".join(f"`{move.name}`" for move in moves)


def main(arguments: list[str]) -> int:
    """Write the page, or with --check only say whether it is current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = rendered()
    if parser.parse_args(arguments).check:
        return int(not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
