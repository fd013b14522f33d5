"""What the operating system says when it refuses, in sentences that say what to do."""

from __future__ import annotations

import errno

_NO_RIGHTS = "没有权限读写{place}，请换一个位置，或换有权限的系统用户运行。"
_GONE = "{place}读写出错，可能已拔出或损坏。请检查后再试。"
_TEXTS = {
    errno.ENOENT: "找不到{place}，请核对位置；在U盘上的，请先插好U盘。",
    errno.ENOTDIR: "{place}不是文件夹，请核对位置。",
    errno.EISDIR: "{place}是文件夹，这里要的是一个文件。",
    errno.EEXIST: "{place}已经存在，请换一个名称或位置。",
    errno.EACCES: _NO_RIGHTS,
    errno.EPERM: _NO_RIGHTS,
    errno.EROFS: "{place}是只读的，写不进去。U盘请检查写保护开关，或换一个U盘。",
    errno.ENOSPC: "{place}所在的磁盘已满，请清理后再试。",
    errno.EDQUOT: "{place}所在位置的空间配额已用完，请清理后再试。",
    errno.EFBIG: "{place}放不下这么大的文件，请换一个磁盘或U盘。",
    errno.EADDRINUSE: "端口已被占用：平台可能已在运行，或别的程序在用这个端口。请先停掉它，或用 --port 换一个端口。",
    errno.EADDRNOTAVAIL: "本机没有 --host 所写的网络地址，请核对；要监听全部地址，请写 0.0.0.0。",
    errno.ECONNREFUSED: "对方没有应答，请核对地址，并确认对方已经启动。",
    errno.EIO: _GONE,
    errno.ENODEV: _GONE,
    errno.ENXIO: _GONE,
}


def sentence_of(error: Exception) -> str:
    """Return a sentence for a trouble the system told of; what this program raised itself is one already."""
    number = getattr(error, "errno", None)
    if number is None:
        return str(error)
    named = getattr(error, "filename", None)
    place = f"“{named}”" if named else "文件、文件夹或磁盘"
    known = _TEXTS.get(number)
    return known.format(place=place) if known else f"系统不允许这样做，或设备出错（{_name(number)}）。"


def _name(number: int) -> str:
    return errno.errorcode.get(number, str(number))
