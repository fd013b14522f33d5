"""The peer's side: one client of the program `anki`, driven line by line.

It runs in an environment of its own, which holds nothing of ours.

Each line on standard input names a phase and its argument; the answer is a line of JSON with the seconds it took.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from anki.collection import AddNoteRequest, Collection
from asked import answer

USER, PASSWORD = "bench", "bench"


class Peer:
    """A collection in a folder and the server it syncs with."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        folder.mkdir(parents=True)
        self.path, self.endpoint = str(folder / "collection.anki2"), endpoint
        self.collection = Collection(self.path)

    def upload(self, _: str) -> None:
        """Make the server's collection from this empty one."""
        self._whole(upload=True)

    def download(self, _: str) -> None:
        """Begin with the server's collection."""
        self._whole(upload=False)

    def _whole(self, *, upload: bool) -> None:
        self.auth = self.collection.sync_login(USER, PASSWORD, self.endpoint)
        self.collection.sync_collection(self.auth, sync_media=False)
        self.collection.close_for_full_sync()
        self.collection.full_upload_or_download(auth=self.auth, server_usn=None, upload=upload)
        self.collection.reopen(after_full_sync=True)

    def fill(self, corpus: str) -> None:
        """Add a note for each line of a file."""
        model = self.collection.models.by_name("Basic")
        deck, requests = self.collection.decks.id("cases"), []
        for number, line in enumerate(Path(corpus).read_text("utf-8").splitlines()):
            note = self.collection.new_note(model)
            note.fields[0], note.fields[1] = f"{Path(corpus).stem} {number}", line
            requests.append(AddNoteRequest(note, deck))
        self.collection.add_notes(requests)

    def sync(self, _: str) -> None:
        """Exchange records."""
        done = self.collection.sync_collection(self.auth, sync_media=False)
        if done.required != done.NO_CHANGES:
            raise RuntimeError(f"a whole sync is required: {done.required}")

    def files(self, folder: str) -> None:
        """Add attachments."""
        for file in sorted(Path(folder).iterdir()):
            self.collection.media.add_file(str(file))

    def media(self, _: str) -> None:
        """Exchange attachments."""
        self.collection.sync_media(self.auth)
        while self.collection.media_sync_status().active:
            time.sleep(0.005)

    def count(self, _: str) -> int:
        """How many notes are here."""
        return int(self.collection.note_count())

    def files_here(self, _: str) -> int:
        """How many attachments are here."""
        return len(list(Path(self.collection.media.dir()).iterdir()))


def main(folder: str, endpoint: str) -> None:
    """Do what is asked, until nothing more is."""
    answer(Peer(Path(folder), endpoint))


if __name__ == "__main__":
    main(*sys.argv[1:])
