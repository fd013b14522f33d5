"""Making the attachments' place of what the command line says: a folder, or `s3://bucket/prefix`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url

from countyhub.attachments.files import AttachmentFiles, FolderFiles
from stationapp.domain.refusal import Reason, Refused

_SCHEME = "s3://"


def open_files(place: str | None, parts: Path | None, database: str) -> AttachmentFiles:
    """Return where attachments lie; without `place`, a folder beside a SQLite file.

    `parts` is where uploads into an object store lie until they are whole; by default beside a SQLite file too.
    Raises Refused when neither is known.
    """
    if place is None or not place.startswith(_SCHEME):
        return FolderFiles(Path(place) if place else _beside(database, "files"))
    bucket, _, prefix = place.removeprefix(_SCHEME).partition("/")
    if not bucket:
        raise Refused(Reason("no-bucket", "对象存储的地址应写作 s3://存储桶/前缀。", "files"))
    return _object_files(bucket, prefix.strip("/"), parts or _beside(database, "parts") / "parts")


def _object_files(bucket: str, prefix: str, parts: Path) -> AttachmentFiles:
    from countyhub.attachments.object_files import ObjectFiles

    try:
        return ObjectFiles(bucket, prefix, parts)
    except ImportError as error:
        text = "没有安装对象存储的支持，请安装可选组件 s3。"
        raise Refused(Reason("no-object-store", text, "files")) from error


def _beside(database: str, what: str) -> Path:
    """A folder beside a SQLite file."""
    url = make_url(database)
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).with_suffix(".files")
    raise Refused(_UNKNOWN[what])


_UNKNOWN = {
    "files": Reason("no-files", "数据库不是文件，请用 --files 指明附件文件夹。", "files"),
    "parts": Reason("no-parts", "数据库不是文件，请用 --parts 指明上传中的附件暂存的文件夹。", "parts"),
}
