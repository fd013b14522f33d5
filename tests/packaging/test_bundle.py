"""The bundle's start, what its smoke test notices, and the answer of a station without the demonstration."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest

from stationapp.documents.registry import PAPERS, render
from stationapp.platform.clock import CHINA

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Loads a script of packaging/ by its name."""

    def load_script(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"packaging_{name}", ROOT / "packaging" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        spec.loader.exec_module(module)
        return module

    return load_script


@pytest.mark.parametrize(
    ("given", "passed_on"),
    [
        ({"LD_LIBRARY_PATH": "/bundle"}, {}),
        (
            {"LD_LIBRARY_PATH": "/bundle:/theirs", "LD_LIBRARY_PATH_ORIG": "/theirs"},
            {"LD_LIBRARY_PATH": "/theirs"},
        ),
        ({"PATH": "/bin"}, {"PATH": "/bin"}),
    ],
)
def test_a_program_started_from_the_bundle_loads_the_systems_libraries(
    load: Callable[[str], ModuleType], given: dict[str, str], passed_on: dict[str, str]
) -> None:
    load("entry").give_children_their_own_libraries(given)
    assert given == passed_on


@pytest.mark.parametrize("command", ["demo", "tryout"])
def test_without_the_demonstration_its_commands_say_where_to_find_it(command: str, tmp_path: Path) -> None:
    leave_out = shutil.ignore_patterns("demo", "__pycache__")
    shutil.copytree(ROOT / "src" / "stationapp", tmp_path / "stationapp", ignore=leave_out)
    answer = subprocess.run(
        [sys.executable, "-m", "stationapp.cli", command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 3
    assert "make run" in json.loads(answer.stderr)["unavailable"]


@pytest.fixture
def complete(load: Callable[[str], ModuleType], tmp_path: Path) -> tuple[ModuleType, Path]:
    """The smoke test, and the program of a folder that holds everything it asks for."""
    smoke = load("smoke_test")
    for name in smoke.CARRIED:
        file = tmp_path / "_internal" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return smoke, tmp_path / "stationapp"


def test_a_bundle_with_everything_passes_the_look_at_its_files(complete: tuple[ModuleType, Path]) -> None:
    smoke, program = complete
    smoke.check_files(program)


def test_a_bundle_without_the_printing_plugin_is_noticed(complete: tuple[ModuleType, Path]) -> None:
    smoke, program = complete
    (program.parent / "_internal/PySide6/Qt/plugins/printsupport/libcupsprintersupport.so").unlink()
    with pytest.raises(smoke.BundleFault, match="libcupsprintersupport"):
        smoke.check_files(program)


@pytest.mark.parametrize(
    "name", ["resources/demo/passwords.json", "stationapp-1.0.dist-info/direct_url.json", "libcups.so.2"]
)
def test_a_bundle_with_what_must_stay_behind_is_noticed(complete: tuple[ModuleType, Path], name: str) -> None:
    smoke, program = complete
    file = program.parent / "_internal" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    with pytest.raises(smoke.BundleFault, match="should not be"):
        smoke.check_files(program)


def test_a_receipt_of_somebody_else_is_noticed(load: Callable[[str], ModuleType], tmp_path: Path) -> None:
    smoke, file = load("smoke_test"), tmp_path / "receipt.pdf"
    sample = PAPERS[smoke.RECEIPT].sample()
    moment = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
    file.write_bytes(render(smoke.RECEIPT, sample, printed_at=moment, printed_by="何抗生"))
    with pytest.raises(smoke.BundleFault, match=smoke.NAME):
        smoke.check_receipt(file, "510704105209-20261120-0100001")


def test_a_program_that_ends_with_another_code_is_noticed(
    load: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    smoke = load("smoke_test")
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho gone >&2\nexit 3\n", encoding="utf-8")
    program.chmod(0o700)
    with pytest.raises(smoke.BundleFault, match="sync ended with 3\ngone"):
        smoke.Bundle(program, tmp_path).answer("sync")
