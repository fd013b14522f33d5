"""The files under resources/ are found from a checkout, an installed wheel and a bundle alike."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from stationapp.platform.resources import resource
from stationapp.platform.unavailable import Unavailable

ROOT = Path(__file__).resolve().parents[2]
ASK = "from stationapp.platform.resources import resource; print(resource())"


def build_wheel(folder: Path) -> Path:
    """Build the project's wheel into `folder` and unpack it there."""
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True)
    unpacked = folder / "unpacked"
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(unpacked)
    return unpacked


def test_a_checkout_uses_the_folder_at_its_top() -> None:
    assert resource() == ROOT / "resources"


def test_an_installed_wheel_carries_its_resources(tmp_path: Path) -> None:
    site = build_wheel(tmp_path)
    answer = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(answer.stdout.strip()) == site / "stationapp" / "resources"
    wanted = {
        path.relative_to(ROOT / "resources") for path in (ROOT / "resources").rglob("*") if path.is_file()
    }
    carried = site / "stationapp" / "resources"
    assert {path.relative_to(carried) for path in carried.rglob("*") if path.is_file()} == wanted


def test_a_bundle_prefers_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "resources" / "styles" / "window.qss"
    inside.parent.mkdir(parents=True)
    inside.write_text("QWidget {}", encoding="utf-8")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource("styles", "window.qss") == inside


def test_a_missing_file_is_said_in_chinese() -> None:
    with pytest.raises(Unavailable, match="请重新安装本程序") as failure:
        resource("help", "无此页.md")
    assert "缺少“help/无此页.md”" in failure.value.text
    assert failure.value.detail == "no resource help/无此页.md"
