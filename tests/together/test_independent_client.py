"""A client written from the protocol's page alone works with the hub, and has nothing of the product in it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

from hub_in_a_process import PASSWORDS, address, serving
from stationapp.demo.stations import AGENT, VILLAGE

SCRIPT = Path(__file__).with_name("independent_client.py")
OURS = {"stationapp", "countyhub", "hubprotocol"}
NEEDED = {"nacl", "zstandard"}


def test_it_imports_nothing_of_the_product() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        )
    }
    assert not names & OURS
    assert names - NEEDED <= sys.stdlib_module_names


def test_it_enrols_pushes_pulls_and_uploads(tmp_path: Path) -> None:
    with serving(tmp_path / "hub") as hub:
        line = (address(hub), hub.enrolment_code(VILLAGE), AGENT, PASSWORDS[AGENT], "临时救助")
        done = subprocess.run(
            [sys.executable, "-I", str(SCRIPT), *line],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["first"], told["first_reasons"]) == ("held", ["attachment-missing"])
        assert told["already"]
        assert told["acknowledged"]
        assert told["held"].keys() == {f"{VILLAGE} {told['case_id']}"}
        assert hub.known_numbers([told["receipt_number"]]) == {told["receipt_number"]}
        assert [row["state"] for row in hub.ask("cases")] == ["received"]
        assert hub.faults() == []
