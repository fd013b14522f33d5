"""One transaction with all its repositories: `ReadUnit` asks, `WriteUnit` asks and writes."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Connection

from stationapp.store.repositories.applicants import ApplicantQueries
from stationapp.store.repositories.attachments import AttachmentQueries, Attachments
from stationapp.store.repositories.batches import BatchQueries
from stationapp.store.repositories.cases import CaseQueries
from stationapp.store.repositories.chain import Chain, ChainQueries
from stationapp.store.repositories.drafts import DraftQueries, Drafts
from stationapp.store.repositories.event_queries import EventQueries
from stationapp.store.repositories.events import Events
from stationapp.store.repositories.identity import IdentityQueries, IdentityWriter
from stationapp.store.repositories.inspection import InspectionQueries
from stationapp.store.repositories.mailboxes import Mailboxes, MailboxQueries
from stationapp.store.repositories.numbers import NumberQueries, Numbers
from stationapp.store.repositories.print_log import PrintLog, PrintQueries
from stationapp.store.repositories.projections import ProjectionQueries, Projections
from stationapp.store.repositories.queue import Queue, QueueQueries
from stationapp.store.repositories.references import ReferenceQueries, References
from stationapp.store.repositories.settings import SettingQueries, Settings
from stationapp.store.repositories.sign_ins import SignInQueries, SignIns


class ReadUnit:
    """The questions one transaction can ask. Not for use after its end, nor by another thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def identity(self) -> IdentityQueries:
        return IdentityQueries(self._connection)

    @cached_property
    def references(self) -> ReferenceQueries:
        return ReferenceQueries(self._connection)

    @cached_property
    def chain(self) -> ChainQueries:
        return ChainQueries(self._connection)

    @cached_property
    def events(self) -> EventQueries:
        return EventQueries(self._connection)

    @cached_property
    def cases(self) -> CaseQueries:
        return CaseQueries(self._connection)

    @cached_property
    def mailboxes(self) -> MailboxQueries:
        return MailboxQueries(self._connection)

    @cached_property
    def numbers(self) -> NumberQueries:
        return NumberQueries(self._connection)

    @cached_property
    def drafts(self) -> DraftQueries:
        return DraftQueries(self._connection)

    @cached_property
    def attachments(self) -> AttachmentQueries:
        return AttachmentQueries(self._connection)

    @cached_property
    def applicants(self) -> ApplicantQueries:
        return ApplicantQueries(self._connection)

    @cached_property
    def batches(self) -> BatchQueries:
        return BatchQueries(self._connection)

    @cached_property
    def print_log(self) -> PrintQueries:
        return PrintQueries(self._connection)

    @cached_property
    def queue(self) -> QueueQueries:
        return QueueQueries(self._connection)

    @cached_property
    def settings(self) -> SettingQueries:
        return SettingQueries(self._connection)

    @cached_property
    def sign_ins(self) -> SignInQueries:
        return SignInQueries(self._connection)

    @cached_property
    def projections(self) -> ProjectionQueries:
        """The derived tables; for comparing them with the log."""
        return ProjectionQueries(self._connection)

    @cached_property
    def inspection(self) -> InspectionQueries:
        """The whole log and the health of the file; for verifying."""
        return InspectionQueries(self._connection)


class WriteUnit(ReadUnit):
    """Everything a transaction that writes can do; what it has written it sees."""

    @cached_property
    def identity(self) -> IdentityWriter:
        return IdentityWriter(self._connection)

    @cached_property
    def references(self) -> References:
        return References(self._connection)

    @cached_property
    def chain(self) -> Chain:
        return Chain(self._connection)

    @cached_property
    def events(self) -> Events:
        return Events(self._connection)

    @cached_property
    def mailboxes(self) -> Mailboxes:
        return Mailboxes(self._connection)

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(self._connection)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self._connection)

    @cached_property
    def attachments(self) -> Attachments:
        return Attachments(self._connection)

    @cached_property
    def print_log(self) -> PrintLog:
        return PrintLog(self._connection)

    @cached_property
    def queue(self) -> Queue:
        return Queue(self._connection)

    @cached_property
    def settings(self) -> Settings:
        return Settings(self._connection)

    @cached_property
    def sign_ins(self) -> SignIns:
        return SignIns(self._connection)

    @cached_property
    def projections(self) -> Projections:
        """The derived tables; for rebuilding them."""
        return Projections(self._connection)
