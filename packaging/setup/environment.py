"""The project's own Python environment in `.venv`: made once, kept in step with the pins."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import system_packages
from commands import run_quietly
from messages import SetupFailed, say

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "setup.json"
CONSTRAINTS = ROOT / "constraints.txt"
# What builds the project itself; installed from the same pins, instead of in a version of pip's choice.
BUILD_PACKAGES = ("hatchling", "editables")
# The developers' set contains everything; who only runs the program needs less.
EXTRAS = {"run": "hub,fonts", "test": "dev", "bundle": "dev"}
PIP_SETTINGS = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_REQUIRE_VIRTUALENV": "1"}


def fingerprint() -> str:
    """Changes when the pins, the project's declarations, the Python or the folder change."""
    digest = hashlib.sha256()
    for part in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(part.read_bytes())
    digest.update(f"{sys.version_info[:2]} {VENV}".encode())
    return digest.hexdigest()


def installed_extras() -> str | None:
    """The extras the environment holds in the pinned versions; None when it must be filled (again)."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp["extras"] if stamp["fingerprint"] == fingerprint() else None


def is_usable() -> bool:
    """Whether `.venv` starts, was made in this very folder, and by the same Python."""
    question = "import sys; print(sys.prefix); print(sys.version_info[:2]); import pip"
    if not PYTHON.exists():
        return False
    answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.split("\n")[:2] == [str(VENV), str(sys.version_info[:2])]


def require_venv_module() -> None:
    """Debian ships Python without ensurepip; fetch it."""
    if importlib.util.find_spec("ensurepip"):
        return
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if not system_packages.install((version,)):
        raise SetupFailed(f"没有 {version} 就不能继续。", f"Set-up cannot go on without {version}.")


def make() -> None:
    """Make an empty `.venv`."""
    require_venv_module()
    say("正在建立 Python 环境 .venv", "Making the Python environment.")
    if VENV.exists():
        shutil.rmtree(VENV)
    run_quietly([sys.executable, "-m", "venv", VENV])


def fill(extras: str) -> None:
    """Install the project in place, with every package in its pinned version."""
    say(
        "正在安装 Python 软件包，首次约需几分钟",
        "Installing Python packages; the first time takes some minutes.",
    )
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--prefer-binary",
        "--constraint",
        CONSTRAINTS,
    ]
    run_quietly([*pip, *BUILD_PACKAGES], extra_environment=PIP_SETTINGS)
    run_quietly(
        [*pip, "--no-build-isolation", "--editable", f".[{extras}]"],
        folder=ROOT,
        extra_environment=PIP_SETTINGS,
    )
    stamp = {"fingerprint": fingerprint(), "extras": extras}
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def ensure(purpose: str) -> None:
    """Have an environment for `purpose`; does nothing when it is there already."""
    wanted = EXTRAS[purpose]
    present = installed_extras()
    if present in (wanted, EXTRAS["test"]) and PYTHON.exists():
        return
    if not is_usable():
        make()
    fill(wanted)
