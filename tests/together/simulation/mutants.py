"""Planted bugs that the simulation must find: each is one wrong step of the protocol in place of the right one."""

from __future__ import annotations

from typing import Any

from countyhub.acceptance import judgement
from countyhub.acceptance import repository as acceptance
from countyhub.acceptance import service as exchange
from countyhub.acceptance.bench import Bench
from countyhub.acceptance.ruling import Ruling
from countyhub.attachments import repository as uploads
from countyhub.attachments.parts import Parts
from countyhub.mailboxes import fan_out
from countyhub.mailboxes import repository as mailboxes
from countyhub.problems import Problem
from hubprotocol.messages import EntryKind, Result
from stationapp.exchange import asking, engine, feeds, outbox
from stationapp.store.records import ChainHead, Cursor
from stationapp.store.repositories import events as log
from stationapp.store.repositories.case_keys import CaseKeys
from stationapp.store.repositories.chain import ChainQueries
from stationapp.store.station_store import StationStore
from together.simulation.mutant import Mutant, Wrong
from together.simulation.mutants_of_rescue import RESCUE
from together.simulation.mutants_of_trust import TRUST


def _acknowledged_when_sent(right: Any) -> Any:
    def compose(self: asking.Questioner, *arguments: Any) -> Any:
        request, sent = right(self, *arguments)
        if sent:
            with self._store.write() as unit:
                unit.chain.set_acknowledged(ChainHead(sent[-1].seq, sent[-1].hash), unit.chain.durable_upto())
        return request, sent

    return compose


def _cursor_before_effects(right: Any) -> Any:
    def take_in(store: Any, page: Any, before: Any, checked: Any, desks: Any) -> Any:
        if checked.entries and before.epoch == page.epoch and not page.restart:
            last = checked.entries[-1].message
            with store.write() as unit:
                unit.mailboxes.advance(Cursor(page.feed, page.epoch, last.position, last.hash))
            with store.write() as unit:
                for entry in checked.entries:
                    feeds._apply(unit, page.feed, entry, desks)
            return last.position
        return right(store, page, before, checked, desks)

    return take_in


def _events_not_recognised(_: Any) -> Any:
    def rule(self: Bench, submission: Any, known: Any) -> Any:
        track = self.tracks[submission.event.case_id]
        judged = self._judged(submission, submission.event, track)
        return (
            judged
            if isinstance(judged, Ruling)
            else self._accept(submission, submission.event, track, judged)
        )

    return rule


def _kind_left_out(kind: EntryKind) -> Wrong:
    def wrong(right: Any) -> Any:
        return lambda one: (delivery for delivery in right(one) if delivery.kind is not kind)

    return wrong


def _evict_forgets_to_mark(_: Any) -> Any:
    return lambda unit, feed, case_id: unit.mailboxes.drop(feed, case_id)


def _evict_deletes_all(right: Any) -> Any:
    def evict(self: log.Events, case_id: str) -> bool:
        key = CaseKeys(self._connection).find(case_id)
        done = bool(right(self, case_id))
        self._connection.exec_driver_sql("DELETE FROM event WHERE case_key = ?", (key or 0,))
        return done

    return evict


def _sequence_counts_what_is_acknowledged(_: Any) -> Any:
    return lambda self, device: self.acknowledged()


def _one_number_for_many(right: Any) -> Any:
    """The database would refuse a number that was used, so it is not asked to look."""

    def opened(*arguments: Any) -> StationStore:
        store: StationStore = right.__func__(StationStore, *arguments)
        with store._writer.begin() as connection:
            connection.exec_driver_sql("DROP INDEX IF EXISTS ix_event_own")
        return store

    return staticmethod(opened)


def _fork_is_called_passing(_: Any) -> Any:
    return lambda head, seq: Problem("unavailable")


def _own_hash_not_compared(_: Any) -> Any:
    return lambda unit, head: None


def _chain_not_checked(right: Any) -> Any:
    def hashes(connection: Any, device: str, first: int, last: int) -> Any:
        class Whatever(dict[int, str]):
            def __getitem__(self, seq: int) -> Any:
                return _Equal()

            def get(self, seq: int, default: Any = None) -> Any:
                return super().get(seq) if default is None else default

        return Whatever(right(connection, device, first, last))

    return hashes


class _Equal(str):
    """Equal to every hash."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False


def _repeated_verdict_ignored(right: Any) -> Any:
    def apply(unit: Any, envelope: Any, verdict: Any) -> str:
        return outbox.ids_of(envelope)[1] if verdict.already else str(right(unit, envelope, verdict))

    return apply


def _refused_stops_the_queue(right: Any) -> Any:
    def settle(unit: Any, sent: Any, response: Any) -> Any:
        wanted = list(response.verdicts)
        refused = next((n for n, one in enumerate(wanted) if one.result is Result.REFUSED), len(wanted))
        return right(unit, sent, response.model_copy(update={"verdicts": tuple(wanted[:refused])}))

    return settle


def _late_verdicts_dropped(right: Any) -> Any:
    return lambda connection, confirmed, verdicts: right(connection, confirmed, ())


def _offset_ignored(right: Any) -> Any:
    def append(self: Parts, upload_id: str, offset: int, data: bytes) -> None:
        path = self.path(upload_id)
        right(self, upload_id, path.stat().st_size if path.exists() else 0, data)

    return append


def _digest_not_compared(_: Any) -> Any:
    return lambda self, upload_id, sha256, length: self.path(upload_id).exists()


def _attachments_not_awaited(right: Any) -> Any:
    def possessed(connection: Any, device: Any, wanted: Any) -> Any:
        known = right(connection, device, wanted)
        return wanted | known if isinstance(wanted, dict) else known

    return possessed


def _entry_skipped(right: Any) -> Any:
    def entries(connection: Any, feed: str, after: int, upto: int, limit: int) -> Any:
        rows = right(connection, feed, after, upto, limit)
        return rows[1:] if len(rows) > 1 else rows

    return entries


def _epoch_not_noted(_: Any) -> Any:
    return lambda unit, identity, response: None


def _rewound_one_too_few(right: Any) -> Any:
    def rewind(unit: Any, head: Any) -> Any:
        lost = right(unit, head)
        after = unit.chain.hash_at(head.seq + 1)
        if after is not None:
            unit.chain.set_acknowledged(ChainHead(head.seq + 1, after), unit.chain.durable_upto())
        return lost

    return rewind


def _all_is_durable(_: Any) -> Any:
    return lambda connection, device: acceptance.chain_head(connection, device).seq


def _clock_gives_the_order(right: Any) -> Any:
    def apply(self: log.Events, confirmed: Any) -> None:
        rows = sorted(confirmed, key=lambda row: row[3].at)
        places = sorted(row[0] for row in confirmed)
        right(self, [(place, *row[1:]) for place, row in zip(places, rows, strict=True)])

    return apply


def _numbers_taken_twice(_: Any) -> Any:
    return lambda self, submission: ()


def _first_only(right: Any) -> Any:
    """One verdict is judged for good, whatever comes that it waited for."""
    return lambda connection, hub, case_ids: None


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "acknowledged when sent",
        asking.Questioner,
        "_compose",
        _acknowledged_when_sent,
        ("request lost", "long story"),
    ),
    Mutant(
        "cursor before its effects",
        feeds,
        "_take_in",
        _cursor_before_effects,
        ("station crash", "long story"),
    ),
    Mutant(
        "acts sealed anew are judged anew",
        Bench,
        "_known_before",
        _events_not_recognised,
        ("station cloned", "station restored", "station disk kept", "long story"),
    ),
    Mutant("no evict is written", fan_out, "_of_event", _kind_left_out(EntryKind.EVICT)),
    Mutant("an event is left out of a mailbox", fan_out, "_of_event", _kind_left_out(EntryKind.EVENT)),
    Mutant("evict leaves the case", feeds, "take_back", _evict_forgets_to_mark),
    Mutant("evict deletes what is unsent", log.Events, "evict", _evict_deletes_all, ("storm of hand-overs",)),
    Mutant(
        "a sequence is used again",
        ChainQueries,
        "head_of",
        _sequence_counts_what_is_acknowledged,
        (),
        (Mutant("", StationStore, "open", _one_number_for_many),),
    ),
    Mutant(
        "a fork is called a passing trouble",
        exchange,
        "_fork",
        _fork_is_called_passing,
        ("station cloned", "station restored"),
    ),
    Mutant(
        "nobody compares the hash chain",
        acceptance,
        "hashes",
        _chain_not_checked,
        ("station cloned", "station restored", "station disk kept"),
        (Mutant("", outbox, "require_known", _own_hash_not_compared),),
    ),
    Mutant("the verdict on a repetition is lost", outbox, "apply_verdict", _repeated_verdict_ignored),
    Mutant("a refused act stops what is behind it", outbox, "settle", _refused_stops_the_queue),
    Mutant(
        "late verdicts are not delivered",
        fan_out,
        "deliver",
        _late_verdicts_dropped,
        ("poison", "older hub", "many scans", "long story"),
    ),
    Mutant(
        "what is held is not judged again", judgement, "judge_held", _first_only, ("many scans", "long story")
    ),
    Mutant(
        "bytes are appended at a wrong offset",
        Parts,
        "append",
        _offset_ignored,
        ("request cut", "many scans", "hub crash", "long story"),
    ),
    Mutant(
        "the digest of a file is not compared",
        Parts,
        "fits",
        _digest_not_compared,
        ("request flipped", "many scans", "long story"),
    ),
    Mutant(
        "an act is accepted without its attachment",
        uploads,
        "possessed",
        _attachments_not_awaited,
        ("poison", "many scans"),
    ),
    Mutant("an entry is skipped", mailboxes, "entries", _entry_skipped),
    Mutant(
        "the epoch is not noted",
        engine,
        "follow",
        _epoch_not_noted,
        ("hub backup", "hub restored", "storm of hand-overs", "long story"),
    ),
    Mutant(
        "rewound to one too late",
        outbox,
        "rewind",
        _rewound_one_too_few,
        ("hub backup", "hub restored", "hub restored from an older backup"),
    ),
    Mutant("all is told to be durable", acceptance, "durable_seq", _all_is_durable),
    Mutant(
        "the clock gives the order",
        log.Events,
        "apply_confirmed",
        _clock_gives_the_order,
        ("station clock wrong", "storm of hand-overs", "long story"),
    ),
    Mutant(
        "a number is taken by two cases",
        Bench,
        "_clashes",
        _numbers_taken_twice,
        ("station cloned", "many scans", "long story"),
    ),
    *TRUST,
    *RESCUE,
)
