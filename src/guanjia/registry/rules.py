"""What holds of places, names and days whatever database holds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

#: From the root down: each stands directly under the one before.
LEVELS = ("district", "street", "community", "grid", "courtyard")

#: Purposes of blind indexes (`kernel.secrets.blind_index`).
PHONE = "phone"
PHONE_LAST4 = "phone_last4"
ID_NUMBER = "id_number"
CONTACT = "contact"


def level(kind: str) -> int:
    """0 for a district … 4 for a courtyard."""
    return LEVELS.index(kind)


def fits_under(kind: str, parent_kind: str | None) -> bool:
    """Whether a place of `kind` may stand directly under one of `parent_kind` (None: at the root)."""
    return level(kind) == (0 if parent_kind is None else level(parent_kind) + 1)


def child_path(parent_path: str, place_id: int) -> str:
    return f"{parent_path or '/'}{place_id}/"


def path_ids(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part]


def is_within(path: str, scope: str) -> bool:
    return path.startswith(scope)


def widest(paths: Iterable[str]) -> list[str]:
    """The same area without the paths that lie below another one."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept


def is_day_of_change(on: date, *, since: date, today: date) -> bool:
    """A change may be entered late, but not before the state it changes began, and not ahead of its day."""
    return since <= on <= today


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` up to `end`, which is no longer in it (None: open)."""

    start: date
    end: date | None = None

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)

    def overlaps(self, other: Span) -> bool:
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)


# Names

_OFFICE_SUFFIXES = re.compile(
    r"(社区|村)(居民委员会|村民委员会|居委会|村委会|委员会)$|(?<=街道)(办事处|办)$|(?<=镇)(人民政府|政府)$"
)
_SPACES = re.compile(r"\s+")


def normal_name(name: str) -> str:
    """The place that an official list names by its office: 金地社区居委会 → 金地社区, 西大街道办事处 → 西大街道."""
    text = _SPACES.sub("", unicodedata.normalize("NFKC", name))
    return _OFFICE_SUFFIXES.sub(lambda found: found[1] or "", text)


_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百]+(?=(?:号|栋|幢|楼|单元|室|层|弄|巷号))")
_DASHES = re.compile(r"[‐-―−－﹣_]")


def normal_address(text: str) -> str:
    """What two writings of one address have in common: half width, no spaces, house numbers in figures, 栋
    and 幢 as 号楼.

    建设路１２ 号院三栋2单元 → 建设路12号院3号楼2单元
    """
    plain = unicodedata.normalize("NFKC", _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper())
    plain = _DASHES.sub("-", plain)
    plain = _NUMERAL.sub(lambda found: str(_number(found[0])), plain)
    return re.sub(r"(?<=\d)(?:[号#]?[栋幢]|[号#]楼)", "号楼", plain)


def _number(numeral: str) -> int:
    """A Chinese numeral below a thousand; a run of plain digits (一二〇) is read digit by digit."""
    if not any(char in "十百" for char in numeral):
        return int("".join(str(_DIGITS[char]) for char in numeral))
    total, digit = 0, 0
    for char in numeral:
        if char == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _DIGITS[char]
    return total + digit


def household_label(building: str, unit_no: str, room: str) -> str:
    """3, 2, 501 → 3号楼2单元501; words that are already there stay."""
    parts = []
    if building:
        parts.append(building if not building[-1].isdigit() else f"{building}号楼")
    if unit_no:
        parts.append(unit_no if not unit_no[-1].isdigit() else f"{unit_no}单元")
    return "".join([*parts, room])


# Addresses


@dataclass(frozen=True, slots=True)
class KnownName:
    """One name or alias by which a place may be found. `path` as in Place.path."""

    normal: str
    place_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Found:
    """`score` counts the characters of the text that the place and those above it account for; `words` are
    they, from the top.
    """

    place_id: int
    score: int
    words: tuple[str, ...]


def find_in_address(text: str, names: Sequence[KnownName], *, most: int = 5) -> list[Found]:
    """The places that an address speaks of, best first: most characters accounted for, then the deepest.

    A name counts only as a whole (12号 is not found in 112号), and a longer name hides the shorter ones of
    the same place.
    """
    plain = normal_address(text)
    own: dict[int, str] = {}
    paths: dict[int, str] = {}
    for name in names:
        if len(name.normal) > len(own.get(name.place_id, "")) and _stands_in(name.normal, plain):
            own[name.place_id] = name.normal
            paths[name.place_id] = name.path
    found = []
    for place_id, path in paths.items():
        words = tuple(own[id] for id in path_ids(path) if id in own)
        found.append((sum(map(len, set(words))), len(path_ids(path)), Found(place_id, 0, words)))
    found.sort(key=lambda one: (-one[0], -one[1], one[2].place_id))
    return [Found(one.place_id, score, one.words) for score, _, one in found[:most]]


def _stands_in(name: str, text: str) -> bool:
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        cut_before = name[0].isdigit() and start > 0 and text[start - 1].isdigit()
        cut_after = name[-1].isdigit() and end < len(text) and text[end].isdigit()
        if not cut_before and not cut_after:
            return True
        start = text.find(name, start + 1)
    return False
