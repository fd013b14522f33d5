"""The spooler of Windows, given bytes that the printer itself understands (datatype RAW)."""

from __future__ import annotations

import sys

from stationapp.platform.unavailable import Unavailable

_LOST = "找不到这台打印机，可能已被移除。请重新选择打印机。"
_HALF = "票据可能没有打印完整，请先看打印机，再决定是否重新打印。"


def spool_raw(printer: str, data: bytes) -> None:
    """Queue bytes on a printer of Windows. Raises Unavailable with what to do, also on any other system."""
    if sys.platform != "win32":
        raise Unavailable("本机没有 Windows 打印服务。", "not Windows")

    import ctypes
    from ctypes import wintypes

    class DocInfo(ctypes.Structure):
        """DOC_INFO_1W."""

        _fields_ = (
            ("name", wintypes.LPWSTR),
            ("output", wintypes.LPWSTR),
            ("datatype", wintypes.LPWSTR),
        )

    spooler = ctypes.WinDLL("winspool.drv", use_last_error=True)
    handle = wintypes.HANDLE()
    if not spooler.OpenPrinterW(ctypes.c_wchar_p(printer), ctypes.byref(handle), None):
        raise Unavailable(_LOST, f"OpenPrinter: {ctypes.get_last_error()}")
    try:
        # The title stands in the queue for everybody to see, so it names no case and no person.
        document = DocInfo("ticket", None, "RAW")
        if not spooler.StartDocPrinterW(handle, 1, ctypes.byref(document)):
            raise Unavailable(_LOST, f"StartDocPrinter: {ctypes.get_last_error()}")
        try:
            written = wintypes.DWORD()
            sent = spooler.WritePrinter(handle, data, len(data), ctypes.byref(written))
            if not sent or written.value != len(data):
                raise Unavailable(_HALF, f"WritePrinter: {ctypes.get_last_error()}")
        finally:
            spooler.EndDocPrinter(handle)
    finally:
        spooler.ClosePrinter(handle)
