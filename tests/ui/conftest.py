"""A window's surroundings: a real store of the small county, tasks that must have ended, and no crash overlooked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from small_county import COUNTY_ITEM, application
from stationapp.domain.case import Case
from stationapp.domain.people import application_from_mapping
from stationapp.services.intake import new_draft, receive
from stationapp.services.workplace import Workplace
from stationapp.ui.bus import Bus
from stationapp.ui.context import Context
from stationapp.ui.messages import Messages, Notice
from stationapp.ui.tasks import Tasks
from workplaces import make_workplace


@pytest.fixture
def workplace(tmp_path: Path) -> Iterator[Workplace]:
    """The village agent at her desk."""
    workplace = make_workplace(tmp_path / "home")
    yield workplace
    workplace.store.close()


@pytest.fixture
def notices() -> list[Notice]:
    """Everything the banner was told."""
    return []


@pytest.fixture
def crashes() -> list[Path | None]:
    """Reports of bugs; a test that does not expect them fails by them."""
    return []


@pytest.fixture
def messages(
    qapp: object, workplace: Workplace, notices: list[Notice], crashes: list[Path | None]
) -> Iterator[Messages]:
    """Messages whose news are kept; unexpected crashes fail the test."""
    messages = Messages(workplace.paths.crash, workplace.clock)
    messages.noticed.connect(notices.append)
    messages.crashed.connect(crashes.append)
    yield messages
    assert [path.read_text("utf-8") if path else "no report" for path in crashes] == []


@pytest.fixture
def tasks(messages: Messages) -> Iterator[Tasks]:
    """Tasks that are joined at the end."""
    tasks = Tasks(messages)
    yield tasks
    tasks.close()


@pytest.fixture
def context(workplace: Workplace, tasks: Tasks, messages: Messages) -> Context:
    """What every view is given; no sync worker runs."""
    return Context(workplace, tasks, Bus(), messages, None)


@pytest.fixture
def settled(qtbot: QtBot, tasks: Tasks) -> Callable[[], None]:
    """Waits until all work asked for has been shown."""

    def wait() -> None:
        qtbot.waitUntil(lambda: tasks.idle, timeout=10_000)

    return wait


@pytest.fixture
def received(workplace: Workplace) -> Callable[..., Case]:
    """Receives a complete application and returns its case."""

    def make(name: str = "吴䶮", code: str = COUNTY_ITEM) -> Case:
        item = workplace.catalogue.in_force(code, workplace.now().date())
        assert item is not None
        draft = new_draft(workplace, item)
        filled = replace(draft, application=application_from_mapping(application(code, name)))
        return receive(workplace, filled)[0]

    return make
