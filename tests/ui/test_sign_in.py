"""Signing in and enrolling, by keyboard, against a real vault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from hubprotocol.keys import KdfParams, derive_person_keys, public_of
from small_county import organisation
from stationapp.domain.refusal import Reason, Refused
from stationapp.platform.unavailable import Unavailable
from stationapp.platform.vault import Sealer, Vault
from stationapp.services import enrolment
from stationapp.services.roster import PostChoice, Roster, RosterEntry, read_roster, write_roster
from stationapp.services.workplace import Workplace
from stationapp.ui.enrol_view import EnrolView
from stationapp.ui.field_note import FieldNote
from stationapp.ui.messages import Messages, Notice, Weight
from stationapp.ui.sign_in_view import SignInView
from stationapp.ui.tasks import Tasks
from windows import show
from workplaces import DATA_KEY

Wait = Callable[[], None]
PASSWORD = "cunmin-1"  # noqa: S105 - an invented person of the tests.
CHEAP = KdfParams(1, 8 * 1024)
SALT = bytes(16)
POSTS = (PostChoice("agent", "代办员", "抗香村便民服务室"), PostChoice("other", "代办员", "邻村便民服务室"))
PEOPLE = (
    RosterEntry("p-agent", "wuyan", "吴䶮", "代办员", POSTS[:1]),
    RosterEntry("p-agent-b", "hexiang", "何𡋾香", "代办员、代办员", POSTS),
)


@pytest.fixture
def roster(workplace: Workplace) -> Roster:
    """The village's people; the store is closed, the vault opens it for the agent."""
    workplace.store.close()
    public = public_of(derive_person_keys(PASSWORD, SALT, CHEAP))
    sealers = [Sealer(person.person_id, public.box_public, SALT, CHEAP) for person in PEOPLE]
    Vault.create(workplace.paths.home, sealers, lambda count: DATA_KEY[:count])
    write_roster(workplace.paths.home, "抗香村便民服务室", PEOPLE)
    found = read_roster(workplace.paths.home)
    assert found is not None
    return found


@pytest.fixture
def view(qtbot: QtBot, roster: Roster, workplace: Workplace, tasks: Tasks, messages: Messages) -> SignInView:
    """The sign-in window, shown."""
    view = SignInView(roster, workplace.paths, workplace.clock, tasks, messages)
    qtbot.addWidget(view)
    show(qtbot, view)
    return view


def note(widget: QWidget) -> str:
    """What stands at a field."""
    found = FieldNote.at(widget)
    return found.text() if found is not None else ""


def test_name_password_and_enter_open_the_station(qtbot: QtBot, view: SignInView) -> None:
    assert view.people.hasFocus()
    qtbot.keyClick(view.people, Qt.Key.Key_Return)
    assert view.password.hasFocus()
    qtbot.keyClicks(view.password, PASSWORD)
    with qtbot.waitSignal(view.signed_in, timeout=10_000) as signed:
        qtbot.keyClick(view.password, Qt.Key.Key_Return)
    workplace = signed.args[0]
    assert (workplace.person.person_id, workplace.desk.name) == ("p-agent", "抗香村便民服务室")
    workplace.store.close()


def test_a_wrong_password_is_said_at_the_field_and_can_be_typed_over(
    qtbot: QtBot, view: SignInView, settled: Wait
) -> None:
    qtbot.keyClicks(view.password, "falsch")
    qtbot.keyClick(view.password, Qt.Key.Key_Return)
    assert not view.button.isEnabled()
    settled()
    assert note(view.password) == "用户名或密码不对，请重新输入。"
    assert view.password.hasFocus()
    assert view.password.selectedText()
    assert view.button.isEnabled()
    qtbot.keyClicks(view.password, "n")
    assert note(view.password) == ""


def test_an_empty_password_is_not_even_tried(qtbot: QtBot, view: SignInView, tasks: Tasks) -> None:
    qtbot.keyClick(view.password, Qt.Key.Key_Return)
    assert note(view.password) == "请输入密码。"
    assert tasks.idle


def test_the_post_is_asked_for_only_when_there_are_several(view: SignInView) -> None:
    assert not view.post.isVisible()
    view.people.setCurrentRow(1)
    assert view.post.isVisible()
    assert [view.post.itemData(row) for row in range(view.post.count())] == ["agent", "other"]


def test_caps_lock_is_noticed_by_what_is_typed(qtbot: QtBot, view: SignInView) -> None:
    hint = next(label for label in view.findChildren(QLabel) if "Caps Lock" in label.text())
    qtbot.keyClick(view.password, "A", Qt.KeyboardModifier.NoModifier)
    assert hint.isVisible()
    qtbot.keyClick(view.password, "B", Qt.KeyboardModifier.ShiftModifier)
    assert not hint.isVisible()


def test_station_people_and_version_can_be_read(view: SignInView) -> None:
    words = " ".join(label.text() for label in view.findChildren(QLabel))
    assert "抗香村便民服务室" in words
    assert "版本" in words
    assert [view.people.item(row).text() for row in range(2)] == [
        "吴䶮　抗香村便民服务室 · 代办员",
        "何𡋾香　抗香村便民服务室 · 代办员、邻村便民服务室 · 代办员",
    ]


@pytest.fixture
def enrol(qtbot: QtBot, workplace: Workplace, tasks: Tasks, messages: Messages) -> EnrolView:
    """The window of a PC that nobody knows."""
    view = EnrolView(workplace.paths, workplace.clock, tasks, messages)
    qtbot.addWidget(view)
    show(qtbot, view)
    return view


def test_enrolling_asks_the_county_with_address_and_code(
    qtbot: QtBot, enrol: EnrolView, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(enrolment, "enrol_station", lambda paths, clock, url, code: asked.append((url, code)))
    qtbot.keyClicks(enrol.hub_url, " https://hub.example ")
    qtbot.keyClick(enrol.hub_url, Qt.Key.Key_Return)
    assert enrol.code.hasFocus()
    qtbot.keyClicks(enrol.code, "ABCD-1234")
    with qtbot.waitSignal(enrol.enrolled, timeout=10_000):
        qtbot.keyClick(enrol.code, Qt.Key.Key_Return)
    assert asked == [("https://hub.example", "ABCD-1234")]


def test_an_empty_code_is_not_even_sent(qtbot: QtBot, enrol: EnrolView, tasks: Tasks) -> None:
    qtbot.keyClicks(enrol.hub_url, "https://hub.example")
    enrol.button.click()
    assert note(enrol.code) == "请填写登记码。"
    assert tasks.idle


def test_a_county_out_of_reach_is_told_and_can_be_tried_again(
    qtbot: QtBot, enrol: EnrolView, settled: Wait, notices: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("联系不上县级平台。", "offline")

    monkeypatch.setattr(enrolment, "enrol_station", fail)
    qtbot.keyClicks(enrol.hub_url, "https://hub.example")
    qtbot.keyClicks(enrol.code, "ABCD")
    enrol.button.click()
    settled()
    assert notices == [Notice(Weight.UNAVAILABLE, "联系不上县级平台。")]
    assert enrol.button.isEnabled()


def test_a_refused_code_is_said_at_the_code(
    qtbot: QtBot, enrol: EnrolView, settled: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refused(Reason("code-used", "登记码已经用过。", "code"))

    monkeypatch.setattr(enrolment, "enrol_station", refuse)
    qtbot.keyClicks(enrol.hub_url, "https://hub.example")
    qtbot.keyClicks(enrol.code, "ABCD")
    enrol.button.click()
    settled()
    assert note(enrol.code) == "登记码已经用过。"


def test_the_small_county_has_the_people_of_this_test() -> None:
    ids = {person.person_id for person in organisation().persons}
    assert {entry.person_id for entry in PEOPLE} <= ids


def test_the_roster_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    write_roster(tmp_path, "抗香村便民服务室", PEOPLE)
    assert read_roster(tmp_path) == Roster("抗香村便民服务室", PEOPLE)
