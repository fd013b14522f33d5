"""Several processes that serve one hub finish the same upload at the same moment."""

from __future__ import annotations

import pytest

from countyhub.attachments.files import FolderFiles
from countyhub.attachments.parts import Parts
from uploads_over_http import SCAN, sha


class Overtaken(Parts):
    """Parts of which another process finishes one just before this process compares it."""

    other: FolderFiles

    def fits(self, upload_id: str, sha256: str, length: int) -> bool:
        self.other.finish(upload_id, sha256, length)
        return super().fits(upload_id, sha256, length)


@pytest.mark.parametrize(("content", "expected"), [(SCAN, True), (SCAN[:-1] + b"x", False)])
def test_whoever_comes_second_says_what_the_first_said(tmp_path, content, expected):
    here, there = FolderFiles(tmp_path), FolderFiles(tmp_path)
    here.append("upload", 0, content)
    here._parts = Overtaken(tmp_path / "parts")
    here._parts.other = there
    assert here.finish("upload", sha(SCAN), len(SCAN)) is expected
    assert there.has(sha(SCAN)) is expected
    assert there.parts() == ([] if expected else ["upload"])  # What differs is discarded with its row.
