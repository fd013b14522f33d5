"""The web application: every topic's endpoints over one hub."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI

from countyhub import openapi, problems
from countyhub.acceptance import endpoints as acceptance
from countyhub.acceptance.service import look
from countyhub.attachments import endpoints as attachments
from countyhub.attachments.writers import OpenWriters
from countyhub.audit import endpoints as audit
from countyhub.courier import endpoints as courier
from countyhub.devices import endpoints as devices
from countyhub.hub import Hub
from countyhub.limits.buckets import Limits
from countyhub.limits.gate import Gate
from countyhub.load.admission import Admission
from countyhub.load.waiting import Waiting
from countyhub.references import endpoints as references
from countyhub.snapshots import endpoints as snapshots
from countyhub.unread_bodies import CloseUnread


def create_app(hub: Hub, limits: Limits | None = None) -> FastAPI:
    """Return the application that serves a hub; its database is initialised and at the newest schema.

    Without `limits` anybody may ask as often as he likes.
    """
    app = FastAPI(title="county hub", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.hub = hub
    app.state.admission = Admission()
    app.state.waiting = Waiting(partial(look, hub))
    hub.database.on_commit(app.state.waiting.ring)
    app.state.limits = limits
    app.add_middleware(Gate, limits=limits)
    app.state.writers = OpenWriters()
    for topic in (devices, references, acceptance, attachments, snapshots, audit, courier, openapi):
        app.include_router(topic.router)
    problems.install(app)
    app.add_middleware(CloseUnread)
    return app
