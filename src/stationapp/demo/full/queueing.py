"""A morning at a window: numbers are taken, called, passed over, called again, and served."""

from __future__ import annotations

from stationapp.demo.paperwork import Paperwork
from stationapp.services import queue
from stationapp.services.workplace import Workplace


def play_queue(workplace: Workplace, papers: Paperwork) -> None:
    """Serve three people; whoever has priority is called first. Raises AssertionError when the order is wrong."""
    first, _ = queue.take(workplace, "养老待遇资格认证")
    papers.keep(workplace, queue.render_ticket(workplace, first))
    second, _ = queue.take(workplace, "残疾人证换领", priority=True)
    third, _ = queue.take(workplace, "社保卡激活")
    called = [queue.call_next(workplace)[0] for _ in range(3)]
    wanted = [second.number, first.number, third.number]
    if [place.number for place in called if place is not None] != wanted:
        raise AssertionError(f"called {called}, not {wanted}")
    queue.skip(workplace, first.ticket.count)
    queue.call_again(workplace, first.ticket.count)
    for place in (second, first, third):
        queue.finish(workplace, place.ticket.count)
