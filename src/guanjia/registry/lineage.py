"""Reading one history out of several editions of an official list, in which codes are changed and used again.

Pure. A place is followed from edition to edition by what it is called and whom it belongs to, never by its code alone:

1. A street with the same name is the same street. A street whose name is gone and whose code stands at a
new name was renamed.
2. A community with the same name in the same street is the same community, whatever its code.
3. Of what is left, a name that vanished from exactly one street and appeared in exactly one other has moved.
4. Of what is left, a community whose code stands at a new name in the same street was renamed.
5. The others ended, or are new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guanjia.registry.rules import normal_name


@dataclass(frozen=True, slots=True)
class Entry:
    """One community of one edition."""

    street_code: str
    street: str
    code: str
    name: str

    @property
    def street_key(self) -> str:
        return normal_name(self.street)

    @property
    def key(self) -> str:
        return normal_name(self.name)


@dataclass(frozen=True, slots=True)
class Step:
    """What happened between two editions. `streets` maps each former street to what it is called now, None where it
    ended; `communities` likewise by (street, name); places that are new are in neither."""

    streets: dict[str, str | None]
    communities: dict[tuple[str, str], tuple[str, str] | None]

    def moved(self) -> list[tuple[tuple[str, str], tuple[str, str]]]:
        """Communities that came to another street than the one that theirs has become."""
        return [
            (old, new)
            for old, new in self.communities.items()
            if new is not None and self.streets.get(old[0]) != new[0]
        ]

    def absorbed(self) -> dict[str, str]:
        """Streets that ended with all their communities in one other street → that street."""
        heirs = {}
        for street in (old for old, new in self.streets.items() if new is None):
            followers = {new[0] for old, new in self.communities.items() if old[0] == street and new is not None}
            if len(followers) == 1:
                heirs[street] = followers.pop()
        return heirs


def step(before: Sequence[Entry], after: Sequence[Entry]) -> Step:
    """How the places of one edition live on in the next."""
    streets = _streets(before, after)
    was = [(one.street_key, one.key) for one in before]
    now = [(one.street_key, one.key) for one in after]
    communities: dict[tuple[str, str], tuple[str, str] | None] = {}
    free = dict.fromkeys(now)
    for old in was:
        same = (streets[old[0]] or "", old[1])
        if same in free:
            communities[old] = same
            del free[same]
    left = [old for old in was if old not in communities]
    vanished = Counter(name for _street, name in left)
    appeared = Counter(name for _street, name in free)
    by_name = {new[1]: new for new in free}
    for old in left:
        once = vanished[old[1]] == 1 and appeared[old[1]] == 1
        communities[old] = by_name[old[1]] if once else None
        free.pop(communities[old] or old, None)
    by_code = {one.code: new for one in after if (new := (one.street_key, one.key)) in free}
    codes = {(one.street_key, one.key): one.code for one in before}
    for old in (one for one in left if communities[one] is None):
        renamed = by_code.get(codes[old])
        if renamed is not None and renamed[0] == streets[old[0]]:
            communities[old] = renamed
    return Step(streets, communities)


def _streets(before: Iterable[Entry], after: Iterable[Entry]) -> dict[str, str | None]:
    was = {one.street_key: one.street_code for one in before}
    now = {one.street_key: one.street_code for one in after}
    new_by_code = {code: name for name, code in now.items() if name not in was}
    return {name: name if name in now else new_by_code.get(code) for name, code in was.items()}


def recoded(before: Iterable[Entry], after: Iterable[Entry], made: Step) -> list[tuple[str, str]]:
    """(old code, new code) of the communities that live on under another code."""
    codes = {(one.street_key, one.key): one.code for one in after}
    pairs = [(one.code, codes[new]) for one in before if (new := made.communities[one.street_key, one.key]) is not None]
    return [(old, new) for old, new in pairs if old != new]


def reused(before: Iterable[Entry], after: Iterable[Entry], made: Step) -> list[str]:
    """Codes that both editions have, for different communities."""
    heirs = {one.code: made.communities[one.street_key, one.key] for one in before}
    return [one.code for one in after if one.code in heirs and heirs[one.code] != (one.street_key, one.key)]
