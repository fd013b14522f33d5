"""`stationapp appointment …`."""

from __future__ import annotations

import argparse
from datetime import date

from stationapp.cli.affair_files import read_opening
from stationapp.cli.affairs import brief
from stationapp.cli.output import Exit, say
from stationapp.cli.signed_in import make_folder, workplace_of
from stationapp.domain.appointment_slots import seat_of
from stationapp.domain.refusal import Reason, Refused
from stationapp.services import appointments, papers, seats


def slots(options: argparse.Namespace) -> Exit:
    """Print the slots of a desk on a day, with the seats that are free as far as this station knows."""
    day = _day(options.day)
    with workplace_of(options) as workplace:
        offers = seats.slot_offers(workplace, options.desk, day)
    say(
        [
            {"start": one.slot.start, "end": one.slot.end, "free": list(one.free), "over": one.over}
            for one in offers
        ]
    )
    return Exit.DONE


def book(options: argparse.Namespace) -> Exit:
    """Book a seat."""
    opening = read_opening(options.file)
    with workplace_of(options) as workplace:
        case, _ = appointments.book(
            workplace, opening.subject, opening.applicant, opening.facts, item_code=opening.item
        )
    say({**brief(case), "seat": seat_of(case).text})
    return Exit.DONE


def list_day(options: argparse.Namespace) -> Exit:
    """Print the open appointments of this desk on a day."""
    day = _day(options.day)
    with workplace_of(options) as workplace:
        found = appointments.bookings(workplace, day)
    say(
        [
            {
                **brief(one.case),
                "slot": one.seat.start,
                "seat": one.seat.number,
                "home": one.is_home_visit,
                "address": one.address,
            }
            for one in found
        ]
    )
    return Exit.DONE


def visits(options: argparse.Namespace) -> Exit:
    """Save the sheets for the home visits of a day."""
    day = _day(options.day)
    with workplace_of(options) as workplace:
        paper = appointments.render_visit_kit(workplace, day, vehicle=options.vehicle)
        make_folder(options.out)
        path, _ = papers.save_paper(workplace, paper, options.out)
    say({"file": str(path), "number": paper.number, "copy": paper.copy})
    return Exit.DONE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(Reason("bad-day", f"“{text}”不是日期，应写成 2026-12-01 这样。", "day")) from error
