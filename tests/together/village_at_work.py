"""A village PC at work in a process of its own, to be killed at any moment: it says only what is durable."""

from __future__ import annotations

import random
from multiprocessing.connection import Connection
from pathlib import Path

from stationapp.demo.acts import cases_here, send_all, take_in
from stationapp.demo.plan import Fate, PlannedCase, demonstration_applicants
from stationapp.domain.case import State
from stationapp.platform.clock import SystemClock
from stationapp.platform.paths import StationPaths
from stationapp.services.papers import render_latest
from stationapp.services.session import sign_in
from stationapp.services.synchronise import sync_once


def work(home: str, login: str, password: str, seed: int, said: str, ready: Connection) -> None:
    """Receive cases, print receipts, hand batches over and sync, in an order drawn from the seed, until killed."""
    workplace = sign_in(StationPaths.at(Path(home)), SystemClock(), login, password)
    ready.send_bytes(b"signed in")
    chance, people = random.Random(seed), demonstration_applicants()
    items = [item.code for item in workplace.catalogue.items if item.name in _ITEMS]
    with Path(said).open("a", encoding="utf-8") as journal:
        while True:
            act = chance.choice(("receive", "receive", "receive", "print", "batch", "sync"))
            if act == "receive":
                planned = PlannedCase(
                    chance.choice(items), chance.choice(people), Fate.COUNTY, chance.random() < 0.3
                )
                case = take_in(workplace, planned)
                journal.write(f"{case.receipt_number}\n")
                journal.flush()
            elif act == "print":
                for waiting in cases_here(workplace, State.RECEIVED)[:1]:
                    render_latest(workplace, waiting.case_id, "material_receipt")
            elif act == "batch":
                for sent in send_all(workplace, "to_send"):
                    journal.write(f"{sent.batch_number}\n")
                    journal.flush()
            else:
                sync_once(workplace)


_ITEMS = ("临时救助", "80周岁以上老年人高龄津贴发放", "城乡居民基本养老保险参保登记")
