"""Idempotency: the same key twice is the same request, and gets the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from pydantic import BaseModel

from guanjia.api.problems import KEY_REUSED
from guanjia.cases.queries.receipts import acts_under, registered_under, registered_with
from guanjia.kernel.actor import Actor
from guanjia.kernel.chain import canonical
from guanjia.kernel.problems import Problem


@dataclass(frozen=True, slots=True)
class Key:
    """`name` is the sender's key, apart from those of other systems; `digest` tells what was asked under it."""

    name: str
    digest: str

    @property
    def whole(self) -> str:
        return f"{self.name}:{self.digest}"


def key_of(actor: Actor, given: str | None, body: BaseModel) -> Key | None:
    """A system is known by the name of its token, so that a renewed token can still repeat a request."""
    if given is None:
        return None
    name = sha256(f"{actor.label}\0{given}".encode()).hexdigest()[:40]
    digest = sha256(canonical(body.model_dump(mode="json"))).hexdigest()[:16]
    return Key(f"api:{name}", digest)


def check_registered(case_id: int, key: Key) -> None:
    """Of a case that may have been there before. Raises api.key_reused where it was asked for in other words."""
    if registered_with(case_id).get("request") != key.digest:
        raise Problem(KEY_REUSED)


def check_parts(key: Key) -> None:
    """As `check_acts`, for parts that were split off. Raises api.key_reused."""
    if any(one != key.whole for one in registered_under(key.name)):
        raise Problem(KEY_REUSED)


def check_acts(case_id: int, key: Key) -> None:
    """After an act, in its transaction: of two at once under one key the second sees the first here and is undone.
    Raises api.key_reused."""
    if any(event.key != key.whole for event in acts_under(case_id, key.name)):
        raise Problem(KEY_REUSED)
