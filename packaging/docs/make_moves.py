"""Write docs/moves.md from the table of moves.

Usage: python packaging/docs/make_moves.py [--check]
With --check nothing is written; the exit code is 1 when the file on disk differs from what would be written.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "moves.md"

sys.path.insert(0, str(ROOT / "src"))

from stationapp.domain.affair_kinds import noun_of
from stationapp.domain.case import CASE, Custody, Effect, State
from stationapp.domain.case_flow import TABLE
from stationapp.domain.moves import ActsBy, Ask, Move
from stationapp.domain.organisation import PostKind
from stationapp.domain.states import CASE_STATES

HEADING = """# Moves

Everything that can happen to a case, and to the services around it, written from `src/stationapp/domain/case_flow.py`
by `make moves`. Do not edit this page: change the table and run the command. A test fails when page and table differ.

A move is possible when the case is in one of its *from* states, the acting desk stands to the case as the row says,
the person's post is one of those named and was left the *power*, and every [rule](rules.md#gates-and-checks) holds.
Station and hub ask the same function, `case_flow.judge`.

*Clock* tells what the move does to [the limits](rules.md#clocks). *Source* is the rule a row rests on: articles of
Chinese laws, national and local standards by their numbers, and SEED 000 to 004, which are five source documents that
[the glossary](glossary.md#sources) names. *domain* is the project's own description of the county's practice.
"""
RELATIONS = {
    ActsBy.OPENER: "opens the case, or holds it",
    ActsBy.HOLDER: "holds the case",
    ActsBy.ADDRESSEE: "is the addressee",
    ActsBy.PARTNER: "owes an opinion on a joint case",
    ActsBy.MEMBER: "is a department of a joint case",
    ActsBy.CONCERNED: "holds the case, or once did",
    ActsBy.ASKER: "asked for the supplement",
    ActsBy.COORDINATOR: "is the county window that passed the case on",
    ActsBy.ABOVE: "holds the case, or stands one level above",
    ActsBy.WATCHER: "sees the case",
    ActsBy.HUB: "is the hub itself",
}
CUSTODY = {
    Custody.KEEP: "stays",
    Custody.ADDRESS: "stays, until the addressee signs",
    Custody.TAKE: "passes to the addressee",
    Custody.RELEASE: "stays; no longer addressed to anybody",
    Custody.HAND_TO: "passes to the named desk at once",
}
COLUMNS = ("move", "", "of", "from", "to", "post", "desk", "power", "paper", "clock", "source")


def rendered() -> str:
    """The page."""
    return "\n".join((HEADING, *_overview(), "", *_details())) + "\n"


def _overview() -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|{'---|' * len(COLUMNS)}"
    for move in TABLE.values():
        cells = (
            f"[`{move.name}`](#{_anchor(move)})",
            move.title,
            noun_of(move.kind),
            _from(move),
            _to(move.effect),
            _posts(move),
            str(move.acts_by),
            move.power.label if move.power is not None else "",
            f"`{move.paper}`" if move.paper else "",
            move.clock,
            move.source,
        )
        yield f"| {' | '.join(cells)} |"


def _details() -> Iterator[str]:
    for move in TABLE.values():
        yield f"## {move.name} {move.title}\n"
        yield f"- from: {_from(move)}"
        yield f"- to: {_to(move.effect)}; custody {CUSTODY[move.effect.custody]}"
        yield f"- who: {_who(move)}"
        yield from _list("gates", (f"`{_name(gate)}`" for gate in move.gates))
        yield from _list("checks", (_check(check) for check in move.checks))
        yield from _list("asks for", (_ask(ask) for ask in move.asks))
        yield from _list("paper", [f"`{move.paper}`"] if move.paper else [])
        yield from _list("clock", [move.clock] if move.clock else [])
        yield from _list("source", [move.source] if move.source else [])
        if move.batched:
            yield "- made for many cases at once, with a handover list"
        yield ""


def _who(move: Move) -> str:
    if not move.posts:
        return "the hub itself"
    power = f", unless the matrix of powers takes {move.power.label} from the post" if move.power else ""
    return f"{_posts(move)}, whose desk {RELATIONS[move.acts_by]}{power}"


def _anchor(move: Move) -> str:
    return f"{move.name}-{move.title}"


def _list(label: str, values: Iterable[str]) -> Iterator[str]:
    shown = "; ".join(values)
    if shown:
        yield f"- {label}: {shown}"


def _from(move: Move) -> str:
    if move.kind == CASE and move.from_states >= CASE_STATES:
        return "any"
    states = [state.label for state in State if state in move.from_states]
    return "、".join(([f"（新{noun_of(move.kind)}）"] if move.opens else []) + states)


def _to(effect: Effect) -> str:
    if effect.to_state is not None:
        return effect.to_state.label
    if effect.resumes:
        return "as before it was interrupted"
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
