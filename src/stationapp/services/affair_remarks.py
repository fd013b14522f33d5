"""What an affair's history says: each answer under the title its move asks for it by."""

from __future__ import annotations

from typing import Any

from stationapp.domain.events import CaseEvent
from stationapp.domain.moves import Ask, AskKind, Move
from stationapp.domain.organisation import Organisation


def answers_told(organisation: Organisation, move: Move, event: CaseEvent) -> str:
    """Return the answers of an event in one line, in the order in which they are asked for; unanswered ones are left
    out.
    """
    told = ((ask, event.facts.get(ask.name)) for ask in move.asks)
    parts = (f"{ask.title}：{_shown(organisation, ask, value)}" for ask, value in told if value)
    return "；".join(part.rstrip("。；") for part in parts)


def _shown(organisation: Organisation, ask: Ask, value: Any) -> str:
    text = str(value)
    if ask.kind is AskKind.CHOICE:
        return dict(ask.choices).get(text, text)
    if ask.kind is AskKind.DESK:
        desk = organisation.desk(text)
        return desk.name if desk is not None else text
    if ask.kind is AskKind.PERSON:
        person = organisation.person(text)
        return person.name if person is not None else text
    post = organisation.post(text) if ask.name == "post_id" else None
    return post.title if post is not None else text
