"""The unified social credit code of organisations (统一社会信用代码, GB 32100-2015).

18 characters without I, O, S, V and Z: registering authority, kind of body, six digits of area, nine
characters of the organisation, check. The area is historical, so no place is derived from it. Many published
codes are older or shorter; whether a wrong one refuses or only warns is the caller's choice.
"""

from __future__ import annotations

from dataclasses import dataclass

from stationapp.domain.refusal import Reason
from stationapp.domain.typed_text import undashed

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH = 18
_MODULUS = len(_ALPHABET)
_AREA = range(2, 8)
_FIELD = "number"
_LOOKALIKES = {"I": "1", "O": "0", "S": "5", "V": "U或Y", "Z": "2"}

# Codes of another length that stand on older papers.
_OLDER_FORMS = {
    9: "9位是旧的组织机构代码",
    10: "10位是旧的组织机构代码",
    13: "13位是旧的营业执照注册号",
    15: "15位是旧的营业执照注册号或税务登记号",
}


@dataclass(frozen=True, slots=True)
class SocialCreditCheck:
    """What a look at a typed code tells; the twin of an identity check, without birth and sex."""

    number: str
    reasons: tuple[Reason, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether nothing speaks against the code."""
        return not self.reasons


def social_credit_check_character(first_17: str) -> str:
    """The 18th character. ValueError when the first 17 are not of the code's alphabet."""
    if len(first_17) != _LENGTH - 1 or not set(_ALPHABET).issuperset(first_17):
        raise ValueError("a social credit code has 17 characters before its check character")
    total = sum(_ALPHABET.index(character) * 3**place for place, character in enumerate(first_17))
    return _ALPHABET[-total % _MODULUS]


def check_social_credit(text: str) -> SocialCreditCheck:
    """Check a whole code."""
    number = undashed(text)
    if not number:
        return _refused(number, "credit-missing", "请填写统一社会信用代码。")
    if number.isascii() and len(number) in _OLDER_FORMS:
        older = f"{_OLDER_FORMS[len(number)]}，请看营业执照或证书上现在的18位统一社会信用代码。"
        return _refused(number, "credit-length", f"统一社会信用代码是18位，现在是{len(number)}位。", older)
    partial = check_social_credit_partial(text)
    if partial.reasons or len(number) == _LENGTH:
        return partial
    return _refused(number, "credit-length", f"统一社会信用代码是18位，还少{_LENGTH - len(number)}位。")


def check_social_credit_partial(text: str) -> SocialCreditCheck:
    """Check a code while it is being typed: no complaint as long as it can still become valid."""
    number = undashed(text)
    for place, character in enumerate(number[:_LENGTH]):
        complaint = _character_complaint(place, character)
        if complaint:
            return _refused(number, "credit-character", complaint)
    if len(number) > _LENGTH:
        return _refused(number, "credit-length", f"统一社会信用代码是18位，多了{len(number) - _LENGTH}位。")
    if len(number) == _LENGTH and social_credit_check_character(number[:-1]) != number[-1]:
        sentence = "信用代码与最后一位校验码对不上，可能有一位抄错，请对照证书逐位核对。"
        return _refused(number, "credit-check", sentence)
    return SocialCreditCheck(number)


def _character_complaint(place: int, character: str) -> str:
    if character in _LOOKALIKES:
        return (
            f"第{place + 1}位“{character}”不对，信用代码不用字母I、O、S、V、Z，"
            f"请看清是不是{_LOOKALIKES[character]}。"
        )
    if character not in _ALPHABET:
        return f"第{place + 1}位“{character}”不对，信用代码只有数字和大写字母。"
    if place in _AREA and not character.isdigit():
        return f"第{place + 1}位“{character}”不对，信用代码第3至8位是数字。"
    return ""


def _refused(number: str, code: str, sentence: str, *hints: str) -> SocialCreditCheck:
    return SocialCreditCheck(number, (Reason(code, sentence, _FIELD),), hints)
