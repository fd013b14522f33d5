"""The layers of the house, checked by import-linter with the contracts in pyproject.toml."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def lint(folder: Path, *source_roots: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict on the packages in `source_roots`, with pyproject.toml's contracts."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(root) for root in source_roots)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_room_imports_only_what_stands_below_it(tmp_path: Path) -> None:
    verdict = lint(tmp_path, ROOT / "src", ROOT / "sync")
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
