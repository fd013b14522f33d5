"""What the engine asks of a road to the hub, and what can stand in the way, sorted by whose fault it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hubprotocol.device_messages import (
    FarewellRequest,
    FarewellResponse,
    HubKeysResponse,
    KeyChangeResponse,
    KeyChangesRequest,
)
from hubprotocol.messages import (
    ChainHeadMessage,
    DigestRequest,
    DigestResponse,
    EnrolRequest,
    EnrolResponse,
    ExchangeRequest,
    ExchangeResponse,
    ReferenceResponse,
    SnapshotMessage,
    SnapshotRequest,
)
from stationapp.platform.unavailable import Unavailable


@dataclass(frozen=True, slots=True)
class Credentials:
    """As which device requests are signed; `seed` is its Ed25519 seed, 32 bytes."""

    device: str
    seed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class UploadState:
    """Where an upload stands: `url` is path and query at the hub, `offset` counts the bytes the hub keeps."""

    url: str
    offset: int
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of an attachment's bytes: `length` of them from `offset` on, of `total` in all."""

    offset: int
    length: int
    total: int


@dataclass(frozen=True, slots=True)
class Moved:
    """How far a request that carries an attachment is: bytes moved so far, connections lost and made anew."""

    size: int
    broken: int = 0


# Asked now and then while an attachment moves; it may take its time, and False ends the request with `CutShort`.
GoingOn = Callable[[Moved], bool]
# Takes bytes of a download and their offset, in any order; it may take its time, False ends with `CutShort`.
Take = Callable[[int, bytes], bool]
PIECE_BYTES = 16 * 1024


def always(_: Moved) -> bool:
    """Let a request go on to its end."""
    return True


class HubTransport(Protocol):
    """A road to the hub. Every method may raise the exceptions of this module and nothing else.

    A request that raised `HubUnreachable` may or may not have reached the hub; all of them can be sent again.
    """

    def exchange(self, request: ExchangeRequest) -> ExchangeResponse:
        """Push, acknowledge, pull. Raises `ChainGap`, `ChainForked`, `TooLarge` besides the common ones."""

    def linger(self, request: ExchangeRequest, still: Callable[[], bool]) -> ExchangeResponse:
        """Exchange with a request that may be answered late (`wait_s`), cut short by `abort`.

        `still` is asked just before the wait begins. Raises `CutShort` when it says no, or after `abort`.
        """

    def snapshot(self, request: SnapshotRequest) -> SnapshotMessage:
        """Fetch a page of what a mailbox shows. Raises `PositionGone` when the snapshot has to begin anew."""

    def digest(self, request: DigestRequest) -> DigestResponse:
        """Ask where our holdings differ. Raises `PositionGone` when we have to exchange first."""

    def change_key(self, changes: KeyChangesRequest) -> KeyChangeResponse:
        """Tell the hub that this PC signs with another key, as the keys before and after each change announce."""

    def hub_keys(self) -> HubKeysResponse:
        """Ask by which announced changes the hub came to its key."""

    def farewell(self, request: FarewellRequest) -> FarewellResponse:
        """Take leave under an order to wipe. Raises `ChainGap` or `NotComplete` while something is only here."""

    def use(self, credentials: Credentials) -> None:
        """Sign requests so from now on."""

    def enrol(self, request: EnrolRequest) -> EnrolResponse:
        """Present a one-time code. Raises `CodeRefused` when the hub does not know it."""

    def reference(self, name: str, version: str = "") -> ReferenceResponse:
        """Fetch a reference document, the one in force or that version."""

    def create_upload(
        self, sha256: str, size: int, data: memoryview | None = None, going_on: GoingOn = always
    ) -> UploadState:
        """Begin an upload, or find the one begun before. A fresh one may bring all its bytes along."""

    def upload_offset(self, url: str) -> UploadState:
        """Ask how much of an upload the hub keeps. Raises `Gone` for an upload it no longer knows."""

    def append_upload(
        self, url: str, offset: int, data: memoryview, last: bool, going_on: GoingOn = always
    ) -> UploadState:
        """Send the bytes from `offset` on in one stream; `last` says that none follow.

        Of a request that broke the hub keeps what arrived. Raises `Gone`, `WrongOffset`, `TooLarge` or
        `CutShort` besides the common ones.
        """

    def missing_pieces(self, url: str) -> tuple[int, ...]:
        """Ask which pieces of `PIECE_BYTES` an upload lacks. Raises `Gone` also when the hub knows no pieces."""

    def send_pieces(
        self, url: str, data: memoryview, indexes: Sequence[int], going_on: GoingOn = always
    ) -> UploadState:
        """Send pieces of the whole `data`, several at a time, each again until the hub has it.

        Raises `Gone` or `CutShort` besides the common ones, and `HubUnreachable` when no piece gets through.
        """

    def download(self, sha256: str, stretch: Stretch, take: Take) -> None:
        """Fetch a stretch in one stream. Raises `Gone` when the hub has it not (yet), or `CutShort`."""

    def download_pieces(
        self, sha256: str, stretches: Sequence[Stretch], take: Take, going_on: GoingOn = always
    ) -> None:
        """Fetch short stretches, several at a time, each again until it is there; raises like `send_pieces`."""

    def abort(self) -> None:
        """Cut what is under way short; any thread may call it."""

    def close(self) -> None:
        """End the connection; a later request makes a new one."""


class HubUnreachable(Unavailable):
    """No connection, no answer, or a connection that died: the network's fault; trying again helps."""

    def __init__(self, detail: str = "", text: str = "") -> None:
        super().__init__(text or "现在连不上县级平台，网络恢复后会自动续传。本机可继续办件。", detail)


class NotComplete(Unavailable):
    """The hub lacks something that exists on this PC only, so the data must not be destroyed."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("本机还有内容没有送到县级平台，暂不清除数据。", detail)


class CutShort(Unavailable):
    """This side ended a request before its answer, to do something else first."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("传输已暂停，稍后自动继续。", detail)


class NotTheHub(Unavailable):
    """Somebody else answered: a login page of the network, a proxy, another site."""

    def __init__(self, detail: str = "", text: str = "") -> None:
        usual = "应答的不是县级平台，网络可能要求先登录认证。请打开浏览器完成上网认证，或联系网络管理员。"
        super().__init__(text or usual, detail)


class HubBusy(Unavailable):
    """The hub asks for patience. `retry_after` is in seconds."""

    def __init__(self, retry_after: float, detail: str = "") -> None:
        super().__init__("县级平台现在繁忙，稍后会自动重试。", detail)
        self.retry_after = retry_after


class CarriedByAnother(Unavailable):
    """Another carrier has this very file of the courier under way; others may go."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("另一台电脑正在代送这份文件。", detail)


class HubRefusesDevice(Unavailable):
    """The hub does not accept this PC: never enrolled there, or its registration was revoked."""

    def __init__(self, detail: str = "") -> None:
        text = "县级平台不接受本机，本机登记可能已被停用。未送出的办件仍保存在本机，请联系县级平台管理员。"
        super().__init__(text, detail)


class CodeRefused(Unavailable):
    """The enrolment code is wrong, used up by another PC, or too old."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("登记码不正确、已使用或已过期，请核对；确认无误请向县级平台重新索取。", detail)


class ProtocolTooOld(Unavailable):
    """Hub and station do not speak the same version: one of the programs needs an upgrade."""

    def __init__(self, detail: str = "", text: str = "") -> None:
        super().__init__(
            text or "本程序版本太旧，不能与县级平台同步，请升级。未送出的办件仍保存在本机。", detail
        )


class ChainForked(Unavailable):
    """The hub holds other acts under this PC's numbers: its disk was cloned or restored from an old copy."""

    def __init__(self, detail: str = "") -> None:
        text = "本机数据与县级平台记录的本机历史不一致，可能是硬盘被克隆或恢复过旧备份。"
        super().__init__(text + "已停止送出，本机内容全部保留，请联系县级平台重新登记本机。", detail)


class ChainGap(Unavailable):
    """The hub's record of this PC ends earlier than it once confirmed: it was restored from a backup."""

    def __init__(self, head: ChainHeadMessage, detail: str = "") -> None:
        super().__init__("县级平台缺少本机以前送出的内容，正在补送。", detail)
        self.head = head


class HubFault(Unavailable):
    """The hub answered, and the answer is wrong."""

    def __init__(self, detail: str = "", text: str = "") -> None:
        super().__init__(text or "县级平台的应答有错误，稍后会自动重试；如一直不好请告知县级平台。", detail)


class ActNotTaken(HubFault):
    """The hub answers, but not to a request with the act that is next; it and what is behind it stay here."""


class OtherSize(HubFault):
    """The hub has an attachment of another size than was asked for; `size` in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(f"attachment of {size} bytes")
        self.size = size


class PositionGone(Unavailable):
    """The hub cannot go on from a position in a mailbox: another epoch, or its beginning was removed."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("县级平台的信箱已有变化，正在重新读取。", detail)


class ForeignFeed(Unavailable):
    """This PC read a mailbox that is not its own any more; `feeds` are those it may read."""

    def __init__(self, feeds: tuple[str, ...], detail: str = "") -> None:
        super().__init__("本机负责的岗位已有变化，正在更新。", detail)
        self.feeds = feeds


class TooLarge(Unavailable):
    """The hub, or a proxy before it, does not take a body of that size: send less at once."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("一次送出的内容太大，已改为分批送出。", detail)


class Gone(Unavailable):
    """The hub does not have the thing asked for."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("县级平台暂时没有所需的附件。", detail)


class WrongOffset(Unavailable):
    """The hub keeps another number of bytes of this upload than the sender thought: ask for it."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("附件续传位置不一致，正在重新核对。", detail)
