"""Where uploads and attachments are found at the hub."""

from __future__ import annotations

UPLOADS = "/sync/v1/uploads"
ATTACHMENTS = "/sync/v1/attachments"


def upload_path(upload_id: str) -> str:
    """Return the path of an upload."""
    return f"{UPLOADS}/{upload_id}"


def attachment_path(sha256: str) -> str:
    """Return the path of an attachment."""
    return f"{ATTACHMENTS}/{sha256}"
