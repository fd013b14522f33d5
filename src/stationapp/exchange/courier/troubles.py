"""What can go wrong with a stick, in words that say what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from hubprotocol.courier.stick import NotReadBack
from stationapp.platform.unavailable import Unavailable

_GONE = "U盘已拔出或读写出错。请重新插好U盘再试；仍不行请换一个U盘。"
_TEXTS = {
    errno.ENOSPC: "U盘空间不够，没有写成，U盘上没有留下半截文件。请清理U盘或换一个U盘。",
    errno.EDQUOT: "这个文件夹的空间配额已用完，没有写成。请换一个U盘。",
    errno.EFBIG: "U盘不能存放这么大的文件，没有写成。请把分块大小改小，或换一个U盘。",
    errno.EROFS: "U盘是只读的，请检查U盘上的写保护开关，或换一个U盘。",
    errno.EACCES: "没有权限读写这个U盘或文件夹，请换一个位置或联系维护人员。",
    errno.EPERM: "没有权限读写这个U盘或文件夹，请换一个位置或联系维护人员。",
    errno.ENOENT: "找不到这个U盘或文件夹，请插好U盘后重新选择。",
    errno.ENOTDIR: "选择的不是文件夹，请选择U盘或其中的文件夹。",
    errno.EIO: _GONE,
    errno.ENODEV: _GONE,
    errno.ENXIO: _GONE,
}
_OTHER = "U盘读写出错，请重新插好U盘再试，或换一个U盘。"
NOT_READ_BACK = "写入后读回核对不一致，U盘可能已损坏，这次写的文件已删除。请换一个U盘重新写。"


@contextmanager
def stick_troubles_told() -> Iterator[None]:
    """Turn what the system says about a stick into Unavailable; its detail names no path."""
    try:
        yield
    except NotReadBack as trouble:
        raise Unavailable(NOT_READ_BACK, str(trouble)) from trouble
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, str(error.errno))
        raise Unavailable(
            _TEXTS.get(error.errno or 0, _OTHER), f"stick: {type(error).__name__} {name}"
        ) from error
