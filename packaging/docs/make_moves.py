"""Write docs/moves.md from the table of moves.

Usage: python packaging/docs/make_moves.py [--check]
With --check nothing is written; the exit code is 1 when the file on disk differs from what would be written.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "moves.md"

sys.path.insert(0, str(ROOT / "src"))

from stationapp.domain.case import FINAL_STATES, Custody, Effect, State  # noqa: E402 - the source root comes first.
from stationapp.domain.case_flow import TABLE  # noqa: E402
from stationapp.domain.moves import ActsBy, Ask, Move  # noqa: E402
from stationapp.domain.organisation import PostKind  # noqa: E402

HEADING = """# Moves

Everything that can happen to a case, written from `src/stationapp/domain/case_flow.py` by `make moves`.
Do not edit this page: change the table and run the command. A test fails when page and table differ.

A move is possible when the case is in one of its *from* states, the acting desk stands in the named relation
to the case, the person's post is one of those named, and every rule below holds. Station and hub ask the same
function, `case_flow.judge`.
"""
RULES_HEADING = """## Rules

A *gate* needs no facts: it greys a button out and says why. A *check* looks at the facts that were filled in.
Both stand in `src/stationapp/domain/case_rules.py`, each with the sentence a person reads. SEED 000 to 004
are five source documents, which [the glossary](glossary.md#sources) names.
"""
RELATIONS = {
    ActsBy.OPENER: "opens the case, or holds it",
    ActsBy.HOLDER: "holds the case",
    ActsBy.ADDRESSEE: "is the addressee",
    ActsBy.HUB: "the hub itself",
}
CUSTODY = {
    Custody.KEEP: "stays",
    Custody.ADDRESS: "stays, until the addressee signs",
    Custody.TAKE: "passes to the addressee",
    Custody.RELEASE: "stays; no longer addressed to anybody",
    Custody.HAND_TO: "passes to the named desk at once",
}


def rendered() -> str:
    """The page."""
    parts = (HEADING, *_overview(), "", *_details(), RULES_HEADING, *_rules(), "", *_states())
    return "\n".join(parts) + "\n"


def _overview() -> Iterator[str]:
    yield "| move | | from | to | who | paper | clock |"
    yield "|---|---|---|---|---|---|---|"
    for move in TABLE.values():
        cells = (
            f"[`{move.name}`](#{_anchor(move)})",
            move.title,
            _from(move),
            _to(move.effect),
            _posts(move),
            f"`{move.paper}`" if move.paper else "",
            move.clock,
        )
        yield f"| {' | '.join(cells)} |"


def _details() -> Iterator[str]:
    for move in TABLE.values():
        yield f"## {move.name} {move.title}\n"
        yield f"- from: {_from(move)}"
        yield f"- to: {_to(move.effect)}; custody {CUSTODY[move.effect.custody]}"
        yield (
            f"- who: {_posts(move)}, whose desk {RELATIONS[move.acts_by]}"
            if move.posts
            else "- who: the hub itself"
        )
        yield from _list("gates", (f"`{_name(gate)}`" for gate in move.gates))
        yield from _list("checks", (_check(check) for check in move.checks))
        yield from _list("asks for", (_ask(ask) for ask in move.asks))
        yield from _list("paper", [f"`{move.paper}`"] if move.paper else [])
        yield from _list("clock", [move.clock] if move.clock else [])
        if move.batched:
            yield "- made for many cases at once, with a handover list"
        yield ""


def _rules() -> Iterator[str]:
    found: dict[str, str] = {}
    for move in TABLE.values():
        rules: tuple[Callable[..., Any], ...] = (*move.gates, *move.checks)
        for rule in rules:
            found.setdefault(_name(rule), _meaning(rule))
    yield "| rule | what it demands |"
    yield "|---|---|"
    for name in sorted(found):
        yield f"| `{name}` | {found[name]} |"


def _states() -> Iterator[str]:
    yield "## States\n"
    yield "| state | | left by |"
    yield "|---|---|---|"
    for state in State:
        names = [f"`{move.name}`" for move in TABLE.values() if state in move.from_states and move.posts]
        leaving = "nothing: the end" if state in FINAL_STATES else ", ".join(names)
        yield f"| `{state}` | {state.label} | {leaving} |"


def _anchor(move: Move) -> str:
    return f"{move.name}-{move.title}"


def _list(label: str, values: Iterable[str]) -> Iterator[str]:
    shown = "; ".join(values)
    if shown:
        yield f"- {label}: {shown}"


def _from(move: Move) -> str:
    if len(move.from_states) == len(State):
        return "any"
    states = [state.label for state in State if state in move.from_states]
    return "、".join((["（新办件）"] if move.opens else []) + states)


def _to(effect: Effect) -> str:
    if effect.to_state is not None:
        return effect.to_state.label
    return "as before it was sent" if effect.custody is Custody.RELEASE else "unchanged"


def _posts(move: Move) -> str:
    return ", ".join(f"`{post}`" for post in PostKind if post in move.posts) or "hub"


def _ask(ask: Ask) -> str:
    kind = f"{ask.kind}" + ("" if ask.required else ", may be left empty")
    choices = "：" + "、".join(f"`{value}` {title}" for value, title in ask.choices) if ask.choices else ""
    return f"`{ask.name}` {ask.title} ({kind}){choices}"


def _check(check: Callable[..., Any]) -> str:
    names = inspect.getclosurevars(check).nonlocals.get("names", ())
    return f"`{_name(check)}`" + (f" {'、'.join(names)}" if names else "")


def _name(rule: Callable[..., Any]) -> str:
    return rule.__qualname__.split(".")[0]


def _meaning(rule: Callable[..., Any]) -> str:
    maker = inspect.getmodule(rule)
    text = inspect.getdoc(getattr(maker, _name(rule))) or ""
    return re.sub(r"\s*\n\s*", " ", text.split("\n\n")[0]).replace("Return a check that the", "The")


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
