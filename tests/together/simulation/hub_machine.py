"""The hub's machine: the real application over a real database, which dies, starts again, is backed up and restored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from random import Random
from typing import Any

import httpx

from countyhub.acceptance import backups, bench
from countyhub.app import create_app
from countyhub.attachments.digests import field
from countyhub.attachments.files import FolderFiles
from countyhub.attachments.locations import UPLOADS
from countyhub.database import Database
from countyhub.devices import service as devices
from countyhub.hub import Hub
from countyhub.identity import repository as identities
from countyhub.initialise import new_epoch
from countyhub.serving import _make_ready
from stationapp.domain.case_flow import TABLE
from together.simulation.calls import Call, VirtualLoop
from together.simulation.clocks import MachineClock
from together.simulation.deaths import Crash, HubDied
from together.simulation.disks import Image, Space, image_of, put_back

_WHOLE = """
    SELECT c.device, coalesce(min(l.seq) - 1, c.seq) AS seq
    FROM chain c LEFT JOIN lost_envelope l ON l.device = c.device
    GROUP BY c.device, c.seq
"""
Misfit = tuple[str, str]
"""An upload that came out as another file: its id, and the digest it was announced with."""

Ends = dict[str, tuple[int, str]]
"""Position and running hash of the last entry of mailboxes."""


class ScarceFiles(FolderFiles):
    """The hub's attachments on a disk that can be full."""

    def __init__(self, folder: Path, space: Space) -> None:
        super().__init__(folder)
        self._space = space
        self.misfits: list[Misfit] = []
        self._write, self.append = self.append, self._append

    def finish(self, upload_id: str, sha256: str, length: int) -> bool:
        """Make a part a file, and remember one that is not what was announced."""
        fits = super().finish(upload_id, sha256, length)
        if not fits:
            self.misfits.append((upload_id, sha256))
        return fits

    def _append(self, upload_id: str, offset: int, data: bytes) -> None:
        if self._space.full:
            raise OSError(ENOSPC, "no space left")
        self._write(upload_id, offset, data)


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the hub's folder and, by device, how far its chain is in it."""

    image: Image
    chains: dict[str, int]


class HubMachine:
    """Serves requests; when it dies under one of them it starts again, and whoever waits is told nothing.

    `backed_up` says by device how far any backup ever had its chain, also one that is not to be restored any more.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        space: Space,
        clock: MachineClock,
        chance: Random,
        loop: VirtualLoop,
    ) -> None:
        self.folder = folder
        self.database = database
        self.space = space
        self.clock = clock
        self.hub: Hub
        self.backups: list[Backup] = []
        self.backed_up: dict[str, int] = {}
        self.misfits: list[Misfit] = []
        self._bent: set[str] = set()
        self._files: ScarceFiles | None = None
        self._chance = chance
        self._loop = loop
        self._app: Any = None
        self._stalled: list[Call] = []

    def start(self) -> None:
        """Start the program, as the command that serves does; what dies meanwhile is started once more."""
        self.prepare()
        try:
            _make_ready(self.hub)
        except Crash as crash:
            self._fall(crash)
            self.start()
            return
        self._app = create_app(self.hub)

    def prepare(self) -> None:
        """Put the hub together without serving it."""
        self.misfits += self._files.misfits if self._files else []
        self._files = ScarceFiles(self.folder / "files", self.space)
        self.hub = Hub(self.database, self._files, self.clock.now, self._chance.randbytes)

    def code(self, station: str) -> str:
        """A fresh enrolment code."""
        return devices.make_code(self.hub, station)[0]

    def stop(self) -> None:
        """The program is gone, with all that was in memory."""
        for call in self._stalled:
            call.drop()
        self._stalled.clear()
        self.database._listeners.clear()
        self.database.close()

    def restart(self) -> None:
        """Stop and start; somebody made room on the disk meanwhile."""
        self.stop()
        self.space.set_full(False)
        self.start()

    def serve(
        self, request: httpx.Request, body: bytes | None = None, *, ends: bool = True
    ) -> httpx.Response:
        """Answer a request. Raises HubDied when it dies over it."""
        self.go_on(0.2)
        parts = [request.content if body is None else body]
        return self._finish(Call(self._loop, self._app, request, parts, ends=ends))

    def begin(self, request: httpx.Request, parts: Sequence[bytes | None]) -> None:
        """Take a request whose body stalls on its way. Raises HubDied when it dies over it."""
        call = Call(self._loop, self._app, request, parts)
        call.begin()
        if call.task.done():
            self._finish(call)
        else:
            self._stalled.append(call)

    def go_on(self, chance: float = 1.0) -> None:
        """Let the rest of stalled bodies arrive, each with this chance; some were ended by newer requests."""
        for call in list(self._stalled):
            if call in self._stalled and (call.task.done() or self._chance.random() < chance):
                self._stalled.remove(call)
                self._finish_unheard(call)

    def back_up(self) -> None:
        """Copy everything, and then note that the copy holds every chain."""
        self.database.close()
        with self.database.read() as connection:
            held = backups.held(connection)
        heads = self.heads()
        self.database.close()
        self.backups.append(Backup(image_of(self.folder), heads))
        self.backed_up |= {device: max(seq, self.backed_up.get(device, 0)) for device, seq in heads.items()}
        backups.mark_heads(self.database, held)

    def restore(self, backup: Backup) -> None:
        """Go back to a copy and begin a new epoch, as the handbook of the hub says."""
        self.stop()
        put_back(self.folder, backup.image)
        self.space.set_full(False)
        self.start()
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        """Give the command, and give it again when the machine dies over it: without it nothing is restored."""
        epoch = new_epoch(self.hub)
        try:
            self.database.write(lambda connection: identities.set_epoch(connection, epoch))
        except Crash as crash:
            self._fall(crash)
            self.start()
            self._begin_epoch()

    def heads(self) -> dict[str, int]:
        """How far each device's chain is here without a gap."""
        with self.database.read() as connection:
            return {row.device: row.seq for row in connection.exec_driver_sql(_WHOLE)}

    def note_bent(self, request: httpx.Request) -> None:
        """A bit of a request turns over on its way: its upload may become another file, for a stream has no digest.

        A piece has one of its own, so that it has no such excuse.
        """
        path = request.url.path
        if request.method in ("POST", "PATCH") and path.startswith(UPLOADS):
            self._bent |= {path.rpartition("/")[2], request.headers.get("repr-digest", "")}

    def misfitting(self) -> list[str]:
        """The digests of uploads that were not what was announced although nothing of them was bent on its way."""
        found = self.misfits + (self._files.misfits if self._files else [])
        return [sha256 for upload_id, sha256 in found if not self._bent & {upload_id, field(sha256)}]

    def ends(self, feeds: Collection[str]) -> Ends:
        """Where those mailboxes end."""
        with self.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT feed, position, hash FROM mailbox")
            return {row.feed: (row.position, row.hash) for row in rows if row.feed in feeds}

    def forget_moves(self, moves: Sequence[str]) -> None:
        """Be an older program, which does not know some moves yet; none of them for today's."""
        known = {name: row for name, row in TABLE.items() if name not in moves}
        vars(bench)["TABLE"] = known if moves else TABLE

    def _finish(self, call: Call) -> httpx.Response:
        try:
            return call.finish()
        except Crash as crash:
            self._fall(crash)
            self.start()
            raise HubDied from crash

    def _finish_unheard(self, call: Call) -> None:
        try:
            self._finish(call)
        except HubDied:
            return  # Its sender gave up long ago.

    def _fall(self, crash: Crash) -> None:
        if not crash.of_hub:
            raise crash
        self.stop()
