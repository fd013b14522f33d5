"""The small files of a station: its roster and the hub's address."""

from __future__ import annotations

from pathlib import Path

import pytest

from stationapp.platform.paths import StationPaths
from stationapp.platform.unavailable import Unavailable
from stationapp.services.hub_address import hub_address, set_hub_address
from stationapp.services.roster import PostChoice, Roster, RosterEntry, read_roster, write_roster

PEOPLE = (
    RosterEntry("p-1", "wuyan", "吴䶮", "代办员岗", (PostChoice("v/agent", "代办员岗", "抗香村"),)),
    RosterEntry("p-2", "zhao", "赵㛃", "代办员岗"),
)


def test_a_roster_comes_back_as_it_was_written(tmp_path: Path) -> None:
    assert read_roster(tmp_path) is None
    write_roster(tmp_path, "抗香村便民服务室", PEOPLE)
    assert read_roster(tmp_path) == Roster("抗香村便民服务室", PEOPLE)


@pytest.mark.parametrize("login", ["wuyan", "吴䶮", "p-1"])
def test_people_are_found_by_login_name_or_id(login: str) -> None:
    found = Roster("抗香村便民服务室", PEOPLE).find(login)
    assert found == PEOPLE[0]
    assert Roster("", PEOPLE).find("nobody") is None


DAMAGE = [b"", b"\x00\xff", b"[]", b'{"station": "x"}', b'{"station": "x", "people": [{"login": 1, "x": 2}]}']


@pytest.mark.parametrize("bytes_there", DAMAGE)
def test_a_damaged_roster_is_made_good_by_its_copy(tmp_path: Path, bytes_there: bytes) -> None:
    write_roster(tmp_path, "抗香村便民服务室", PEOPLE)
    (tmp_path / "roster.json").write_bytes(bytes_there)
    assert read_roster(tmp_path) == Roster("抗香村便民服务室", PEOPLE)
    (tmp_path / "roster.json").unlink()
    assert read_roster(tmp_path) == Roster("抗香村便民服务室", PEOPLE)


@pytest.mark.parametrize("bytes_there", DAMAGE)
def test_when_both_copies_are_damaged_it_says_that_no_case_is_lost(
    tmp_path: Path, bytes_there: bytes
) -> None:
    for name in ("roster.json", "roster.json.bak"):
        (tmp_path / name).write_bytes(bytes_there)
    with pytest.raises(Unavailable, match="办件数据没有受影响"):
        read_roster(tmp_path)


def test_the_hubs_address_is_the_enrolled_one_until_another_is_set(tmp_path: Path) -> None:
    paths = StationPaths.at(tmp_path)
    assert hub_address(paths, "https://a") == "https://a"
    paths.settings.write_text('{"large_type": true}', "utf-8")
    assert hub_address(paths, "https://a") == "https://a"
    set_hub_address(paths, "https://b")
    assert hub_address(paths, "https://a") == "https://b"
    assert '"large_type": true' in paths.settings.read_text("utf-8")


@pytest.mark.parametrize("text", ["{", "\ufeffnot json", ""])
def test_damaged_settings_are_explained_and_not_overwritten(tmp_path: Path, text: str) -> None:
    paths = StationPaths.at(tmp_path)
    paths.settings.write_text(text, "utf-8")
    for ask in (lambda: hub_address(paths, "https://a"), lambda: set_hub_address(paths, "https://b")):
        with pytest.raises(Unavailable, match="设置文件"):
            ask()
    assert paths.settings.read_text("utf-8") == text
