"""Numbers and codes that people read out over the telephone: ledger numbers, credit codes, ID numbers,
phones, grid codes."""

from __future__ import annotations

import re
from datetime import date

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{9,11}")
_SHORT = re.compile(r"[0-9]{5,8}")


#: A totally anti-symmetric quasigroup of order 10 (Damm, 2004).
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def _check_digit(digits: str) -> int:
    """Damm's: catches every single wrong digit and every swap of neighbours (ISO 7064 MOD 11,10 lets some swaps
    pass)."""
    row = 0
    for digit in digits:
        row = int(_DAMM[row][int(digit)])
    return row


def ledger_number(year: int, serial: int) -> str:
    """The case's number as people say it: 4-digit year, serial (7 digits or more), check digit.
    `2026-0000123-4`."""
    body = f"{year:04d}{serial:07d}"
    return f"{body[:4]}-{body[4:]}-{_check_digit(body)}"


def parse_ledger_number(text: str) -> tuple[int, int] | None:
    """(year, serial), or None where the text is no ledger number (a mistyped digit included). Spaces, dashes
    and full-width digits are fine."""
    digits = re.sub(r"[\s\-—–－]", "", text.translate(_HALF_WIDTH))
    if not re.fullmatch(r"[0-9]{12,20}", digits) or _check_digit(digits[:-1]) != int(digits[-1]):
        return None
    return int(digits[:4]), int(digits[4:-1])


def paper_number(block: int, sheet: int) -> str:
    """The number printed on a paper form: the block that it was reserved in (4 digits or more), its place in it (1 to
    999), check digit. `0012-034-7`."""
    body = f"{block:04d}{sheet:03d}"
    return f"{body[:-3]}-{body[-3:]}-{_check_digit(body)}"


def parse_paper_number(text: str) -> tuple[int, int] | None:
    """(block, sheet), or None where the text is no number of a paper form (a mistyped digit included)."""
    digits = re.sub(r"[\s\-—–－]", "", text.translate(_HALF_WIDTH))
    if not re.fullmatch(r"[0-9]{8,15}", digits) or _check_digit(digits[:-1]) != int(digits[-1]):
        return None
    return int(digits[:-4]), int(digits[-4:-1])


_HALF_WIDTH = str.maketrans(
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
)


def credit_code_check(first17: str) -> str:
    """The check character of a unified social credit code (GB 32100-2015)."""
    total = sum(_CREDIT_ALPHABET.index(char) * weight for char, weight in zip(first17, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total) % 31]


def normal_credit_code(text: str) -> str | None:
    """The 18 characters of a valid unified social credit code (GB 32100-2015), upper case; None where it is
    not one."""
    code = re.sub(r"[\s\-]", "", text).translate(_HALF_WIDTH).upper()
    if len(code) != 18 or any(char not in _CREDIT_ALPHABET for char in code):
        return None
    return code if credit_code_check(code[:17]) == code[17] else None


def normal_id_number(text: str) -> str | None:
    """The 18 characters of a valid resident ID number (GB 11643), upper case; None where it is not one."""
    number = re.sub(r"\s", "", text).translate(_HALF_WIDTH).upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return None
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return number if _ID_CHECKS[total % 11] == number[17] else None


def normal_phone(text: str) -> str | None:
    """Digits of a mainland mobile, a landline with its area code, or a local number; None where it is no
    phone."""
    digits = re.sub(r"[\s\-()（）.]", "", text.translate(_HALF_WIDTH))
    digits = re.sub(r"^(\+|00)?86(?=1[3-9]\d{9}$|0\d{9,11}$)", "", digits)
    if any(pattern.fullmatch(digits) for pattern in (_MOBILE, _LANDLINE, _SHORT)):
        return digits
    return None


def grid_code(community_code12: str, sequence: int) -> str:
    """12-digit community code + 3-digit sequence (the shape of GB/T 34300 practice and local grid
    standards)."""
    return f"{community_code12}{sequence:03d}"


def courtyard_code(grid_code15: str, sequence: int) -> str:
    return f"{grid_code15}{sequence:03d}"
