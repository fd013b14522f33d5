"""`countyhub devices`, `assign-desks`, `lose-device`, `unlock-device`, `rotate-device-key` and `rotate-hub-key`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from countyhub.devices import keys, orders, repository, service
from countyhub.opened import opened, say
from hubprotocol.messages import OrderMessage
from hubprotocol.orders import OrderKind
from stationapp.domain.refusal import Reason


def add(names: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands to the parser of `countyhub`."""
    command(names, "devices", list_devices, "list every PC, and whether it is revoked, lost or wiped")
    desks = command(names, "assign-desks", assign_desks, "change for which desks of its station a PC works")
    desks.add_argument("device")
    desks.add_argument("--desks", nargs="+", required=True, metavar="DESK", help="these and no others")
    lost = command(names, "lose-device", lose_device, "mark a PC as lost: it locks at its next contact")
    lost.add_argument("device")
    lost.add_argument(
        "--wipe",
        action="store_true",
        help="let it destroy its data after it sent everything, whether or not a backup of the hub has it",
    )
    command(names, "unlock-device", unlock_device, "take a lost PC in again").add_argument("device")
    text = "let a PC change its key at its next contact"
    command(names, "rotate-device-key", rotate_device_key, text).add_argument("device")
    command(names, "rotate-hub-key", rotate_hub_key, "give the hub a new key, announced by the last one")


def list_devices(options: argparse.Namespace) -> None:
    """Print every PC, a line for each."""
    with opened(options) as hub, hub.database.read() as connection:
        for row in repository.overview(connection):
            say(**row)


def assign_desks(options: argparse.Namespace) -> bool:
    """Change the desks of a PC."""
    with opened(options) as hub:
        done = service.assign_desks(hub, options.device, tuple(dict.fromkeys(options.desks)))
        unknown = {} if done else {"text": _UNKNOWN}
        say(device=options.device, desks=list(options.desks) if done else [], **unknown)
        return done


def lose_device(options: argparse.Namespace) -> bool:
    """Mark a PC as lost; before it is wiped, say what then lies in the hub's own database alone."""
    with opened(options) as hub:
        order = orders.lose(hub, options.device, wipe=options.wipe)
        if order is None or order.kind == OrderKind.LOCK:
            return _told(options.device, order, _UNKNOWN)
        number, has_gap = orders.without_backup(hub, options.device)
        warnings = [asdict(_only_here(number, has_gap)), *([] if options.wipe else [asdict(_HAS_LEFT)])]
        return _told(options.device, order, without_backup=number, warnings=warnings)


def unlock_device(options: argparse.Namespace) -> bool:
    """Take a lost PC in again."""
    with opened(options) as hub:
        return _told(options.device, orders.unlock(hub, options.device), _NOT_LOCKED)


def rotate_device_key(options: argparse.Namespace) -> bool:
    """Let a PC change its key."""
    with opened(options) as hub:
        return _told(options.device, orders.ask_for_new_key(hub, options.device), _UNKNOWN)


def _only_here(number: int, has_gap: bool) -> Reason:
    """What a wipe puts at risk, and what keeps it safe."""
    if not number:
        known = "这台电脑已送到的记录都有备份。"
    elif has_gap:
        known = f"这台电脑有记录因磁盘损坏读不出来，那以后送到的不论有没有备份都算作没有：共 {number} 条。"
    else:
        known = f"这台电脑已送到的记录里，有 {number} 条还没有任何备份。"
    text = (
        f"{known}它还没有送出的，清除前会先送到，也还没有备份。清除以后，没有备份的只在县级平台的数据库里，"
        "数据库坏了就找不回来。请尽快备份县级平台，并用 countyhub mark-durable 标记。"
        "如果来得及，先不加 --wipe 只锁定，等它送完，备份并标记以后，再加 --wipe。"
    )
    return Reason("wiped-before-backup", text, "wipe")


_HAS_LEFT = Reason(
    "has-left",
    "这台电脑已经按上一条命令送完记录、准备清除，不能再改为只锁定：下次联系时它会清除数据。",
    "wipe",
)
_UNKNOWN = "没有这台电脑，或已经停用。请用 countyhub devices 查设备号。"
_NOT_LOCKED = "没有这台电脑，或它没有登记丢失、已经停用，或已经清除数据。请用 countyhub devices 核对。"


def _told(device: str, order: OrderMessage | None, if_none: str = "", **more: Any) -> bool:
    """Say what was ordered, or why nothing was."""
    if order is None:
        more["text"] = if_none
    say(device=device, ordered=order.kind if order else "", order=order.number if order else 0, **more)
    return order is not None


def rotate_hub_key(options: argparse.Namespace) -> None:
    """Give the hub a new key."""
    with opened(options) as hub:
        change = keys.change_hub_key(hub)
        say(hub_public=change.new_public, before=change.old_public, from_seq=change.from_seq)
