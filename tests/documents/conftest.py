"""Other people's eyes on our PDF files: poppler and zbar beside our own preview."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from stationapp.documents.registry import PAPERS, render

PRINTED_AT = datetime.fromisoformat("2026-11-21T09:06")


@dataclass(frozen=True)
class Reader:
    """Reads a PDF with the programs of others; `folder` holds what they need as files."""

    folder: Path

    def text(self, pdf: bytes) -> str:
        """Return the text poppler finds, pages parted by form feeds."""
        self._need("pdftotext")
        done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
        return done.stdout.decode()

    def fonts(self, pdf: bytes) -> dict[str, bool]:
        """Return the name of each font and whether it is embedded."""
        self._need("pdffonts")
        file = self.folder / "paper.pdf"
        file.write_bytes(pdf)
        done = subprocess.run(["pdffonts", str(file)], capture_output=True, check=True, text=True)
        rows = [line.split() for line in done.stdout.splitlines()[2:]]
        # The last columns are: embedded, subset, ToUnicode, object number and generation.
        return {row[0]: row[-5] == "yes" and row[-3] == "yes" for row in rows}

    def codes(self, png: bytes) -> list[str]:
        """Return the texts of the QR codes zbar reads in a picture."""
        self._need("zbarimg")
        file = self.folder / "page.png"
        file.write_bytes(png)
        done = subprocess.run(
            ["zbarimg", "--quiet", "--raw", str(file)], capture_output=True, check=True, text=True
        )
        return done.stdout.splitlines()

    def _need(self, program: str) -> None:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """A reader with a folder of its own."""
    return Reader(tmp_path)


@dataclass(frozen=True)
class Press:
    """Prints samples at a fixed time."""

    _printed: dict[tuple[Any, ...], bytes] = field(default_factory=dict)

    def sample(self, name: str, kind: str = "sample", **options: Any) -> bytes:
        """Return one of a paper's samples, as it was printed when it was first asked for."""
        wanted = (name, kind, *sorted(options.items()))
        if wanted not in self._printed:
            self._printed[wanted] = self.fresh(name, kind, **options)
        return self._printed[wanted]

    def fresh(self, name: str, kind: str = "sample", **options: Any) -> bytes:
        """Print one of a paper's samples."""
        return self.data(name, getattr(PAPERS[name], kind)(), **options)

    def data(self, name: str, data: object, **options: Any) -> bytes:
        """Print any data."""
        return render(name, data, printed_at=PRINTED_AT, printed_by="何青禾", **options)


@pytest.fixture(scope="module")
def press() -> Press:
    """The press."""
    return Press()
