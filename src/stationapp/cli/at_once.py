"""`stationapp case at-once` and `stationapp ticket`: what is done, or given, while the applicant waits."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from stationapp.cli.json_arguments import read_object
from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import case_id_of, workplace_of
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.raw_printing import Road
from stationapp.services import tickets
from stationapp.services.at_once import make_chain
from stationapp.services.tickets import RenderedTicket, Roll, TicketPrinter
from stationapp.services.workplace import Workplace

_RENDER: Mapping[str, Callable[[Workplace, str, Roll], RenderedTicket]] = {
    "receipt": tickets.render_receipt_ticket,
    "rating": tickets.render_rating_slip,
}


def at_once(options: argparse.Namespace) -> Exit:
    """Make several moves that are all this person's in one step, or none."""
    facts = read_object(options.facts)
    with workplace_of(options) as workplace:
        made, _ = make_chain(workplace, case_id_of(workplace, options.number), options.chain, facts)
    papers = [{"paper": row.name, "title": row.title, "number": row.number} for row in made.papers]
    case = made.case
    say({"receipt_number": case.receipt_number, "state": case.state, "holder": case.holder, "papers": papers})
    return Exit.DONE


def ticket(options: argparse.Namespace) -> Exit:
    """Print a ticket of a case on the ticket printer of this PC."""
    with workplace_of(options) as workplace:
        target = _printer(workplace, options)
        found = _RENDER[options.ticket](workplace, case_id_of(workplace, options.number), target.roll)
        printed, _ = tickets.print_ticket(workplace, found, target.printer)
    say({"ticket": printed.name, "number": printed.number, "copy": printed.copy})
    return Exit.DONE


def _printer(workplace: Workplace, options: argparse.Namespace) -> TicketPrinter:
    """The printer named, which is remembered, or else the one remembered."""
    if options.road:
        return tickets.set_ticket_printer(workplace, Road(options.road), options.address, Roll(options.roll))
    known = tickets.ticket_printer(workplace)
    if known is None:
        raise Refused(
            Reason("no-printer", "本机还没有设置票据打印机，请用 --road 和 --address 写明。", "road")
        )
    return known
