"""`countyhub attendance`."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from countyhub.attendance.service import attendance as of_now
from countyhub.opened import opened, say


def attendance(options: argparse.Namespace) -> None:
    """Say who is away, until when, who stands in, and who is on duty today."""
    with opened(options) as hub:
        found, now = of_now(hub), hub.now()
    away = [
        {
            "desk": desk,
            "post": one.post,
            "person": one.person,
            "until": one.until,
            "overdue": one.is_overdue(now),
            "stand_in": one.stand_in_name,
            "sign": one.sign,
        }
        for desk, one in found.away
    ]
    say(away=away, on_duty=[asdict(duty) for duty in found.on_duty])
