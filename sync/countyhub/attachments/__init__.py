"""Attachments: resumable uploads, storage by content, downloads for those who see the case."""
