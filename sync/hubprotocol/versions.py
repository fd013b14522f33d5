"""Versions of the protocol. A hub names the range it speaks; a station outside it is told so before anything
else.

1 (2026-11-21): first version: enrolment, exchange, uploads, reference documents.
"""

from __future__ import annotations

MIN_VERSION = 1
MAX_VERSION = 1

CASE_EVENT_KIND = "case-event/1"
HUB_DEVICE = "hub"
