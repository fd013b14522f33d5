"""What leaves a log or a crash report: no citizen id, no telephone number, no text a person typed."""

from __future__ import annotations

import errno
import re

from stationapp.platform.unavailable import Unavailable

ID_MASK = "[id]"
PHONE_MASK = "[phone]"
_ID_18 = re.compile(r"(?<!\d)(?:\d[ -]?){17}[\dXxＸｘ](?!\d)")
_ID_15 = re.compile(r"(?<!\d)[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d([ -]?)\d{4}\1\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<![\d-])0\d{2,3}-\d{7,8}(?!\d)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|‘[^’]*’|《[^》]*》")
_FOREIGN = re.compile(r"[^\x20-\x7e]+")
_LONG_NUMBER = re.compile(r"\d{6,}")


def mask(text: str) -> str:
    """Replace citizen ids (GB 11643, 18 digits; the old 15) and telephone numbers, spaced or not.

    A wrong check digit masks too: what a person mistyped is still theirs.
    """
    text = _ID_18.sub(ID_MASK, text)
    text = _ID_15.sub(ID_MASK, text)
    text = _PHONE.sub(PHONE_MASK, text)
    return _LANDLINE.sub(PHONE_MASK, text)


def scrub(text: str) -> str:
    """For an exception's message, which nobody weighed: drop what is quoted, Chinese, or a long number."""
    text = _QUOTED.sub("'…'", mask(text))
    text = _FOREIGN.sub("…", text)
    return _LONG_NUMBER.sub("#", text)


def describe_error(error: BaseException) -> str:
    """One line naming an exception without personal data: its kind and what of its message may be told."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, Unavailable):
        told = mask(error.detail)
    elif isinstance(error, OSError) and error.errno is not None:
        told = errno.errorcode.get(
            error.errno, str(error.errno)
        )  # Its message holds a path, and so a user's name.
    else:
        told = scrub(str(error))
    return f"{kind}: {told}" if told else kind
