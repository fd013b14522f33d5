"""What a printing that was cut short leaves behind: a paper with personal data, outside the encrypted store."""

from __future__ import annotations

import shutil
from pathlib import Path

from stationapp.platform.unavailable import Unavailable

PREFIX = "print-"
_STUCK = (
    "上次没有打印完的文件删不掉，里面有个人信息。请检查磁盘，或请维护人员删除数据文件夹里的“papers/{name}”。"
)


def sweep_leftovers(folder: Path) -> int:
    """Delete what printing left in the papers' folder and return how many there were; safe in any thread.

    To be called before this session prints anything. Raises Unavailable when one cannot be deleted.
    """
    leftovers = [path for path in folder.glob(f"{PREFIX}*") if path.is_dir()]
    for path in leftovers:
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise Unavailable(_STUCK.format(name=path.name), type(error).__name__) from error
    return len(leftovers)
