"""Acting on cases: the same verbs as on the pages, by the post of the token or in the words of who asked."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db import transaction
from ninja import File, Router, Status, UploadedFile

from guanjia.access.requests import Request
from guanjia.api import keys, shapes
from guanjia.api.operations import IDEMPOTENCY_KEY, answers, case_at, needs
from guanjia.api.problems import PARTS_ELSEWHERE
from guanjia.api.schemas import answers as out
from guanjia.api.schemas.given import ActIn, PartIn
from guanjia.cases.actions.act import COMPOSED, act
from guanjia.cases.actions.parts import split_off
from guanjia.cases.actions.receiving import settled_number
from guanjia.cases.queries.page import case_page
from guanjia.cases.queries.public import find_by_proof
from guanjia.cases.uploads import take_in
from guanjia.kernel.actor import Actor, ActorKind
from guanjia.kernel.problems import NOT_ALLOWED, TOO_MANY, Problem
from guanjia.kernel.text import gettext_noop as _

router = Router(tags=["acts"])
ACT = needs("cases:act")
#: So many wrong guesses at four digits, within so many minutes, close a case's number to guessing.
GUESSES, MINUTES = 6, 60


@router.get("/cases/{number}/verbs", **ACT, response=answers(200, out.Verbs), summary="What may be done now")
def verbs(request: Request, number: str) -> Any:
    with case_at(request, number) as case_id:
        page = case_page(request.actor, case_id, at=request.at)
    return {"seq": page.case.seq, "verbs": [shapes.verb(rule) for rule in page.verbs if rule.key not in COMPOSED]}


@router.post("/cases/{number}/acts", **ACT, response=answers(200, out.Done), summary="Do one of them")
def do(request: Request, number: str, wanted: ActIn, idempotency_key: str | None = IDEMPOTENCY_KEY) -> Any:
    """Refused as a whole or written as a whole, with everything that follows from it."""
    if wanted.verb in COMPOSED:
        raise Problem(PARTS_ELSEWHERE, field="verb")
    key = keys.key_of(request.actor, idempotency_key, wanted)
    actor = _asker(request.actor, number, wanted.asker_phone, request.at) if wanted.asker_phone else request.actor
    with case_at(request, number) as case_id, transaction.atomic():
        state = act(
            actor,
            case_id,
            wanted.verb,
            wanted.data,
            at=request.at,
            seen=wanted.seen,
            key=key.whole if key is not None else None,
        )
        if key is not None:
            keys.check_acts(case_id, key)
    return shapes.done(number, wanted.verb, state)


def _asker(through: Actor, number: str, last4: str, at: datetime) -> Actor:
    """Who asked, on the word of another system that knows their phone as the page of the case would ask for it.
    Raises case.wrong_proof, too_many_requests."""
    tries = "api:guess:" + sha256(number.encode()).hexdigest()[:24]
    missed = int(cache.get(tries, 0))
    if missed >= GUESSES:
        raise Problem(TOO_MANY, minutes=MINUTES)
    try:
        _case, contact_id = find_by_proof(settled_number(number, at=at), last4)
    except Problem:
        cache.set(tries, missed + 1, timeout=MINUTES * 60)
        raise
    return Actor(kind=ActorKind.ASKER, label=through.label, contact_ids=frozenset({contact_id}))


@router.post("/cases/{number}/parts", **ACT, response=answers(201, out.CaseReceipt), summary="Split off a part")
def part(request: Request, number: str, new: PartIn, idempotency_key: str | None = IDEMPOTENCY_KEY) -> Any:
    """A case of its own for the same place and askers. This case cannot close before it."""
    key = keys.key_of(request.actor, idempotency_key, new)
    with case_at(request, number) as case_id, transaction.atomic():
        case = split_off(
            request.actor,
            case_id,
            **new.model_dump(),
            key=key.whole if key is not None else None,
            at=request.at,
        )
        if key is not None:
            keys.check_parts(key)
    return Status(201, shapes.receipt(case))


@router.post(
    "/cases/{number}/documents", **ACT, response=answers(201, list[out.DocumentOut]), summary="Send photos and files"
)
def documents(request: Request, number: str, files: File[list[UploadedFile]]) -> Any:
    """They wait until an act names their ids as `evidence`. Photos are re-encoded, so that nothing but the picture
    stays."""
    with case_at(request, number) as case_id:
        page = case_page(request.actor, case_id, at=request.at)
    if not any(param.kind == "evidence" for rule in page.verbs for param in rule.params):
        raise Problem(NOT_ALLOWED, verb=_("send photos and files"))
    taken = take_in(request.actor, files, case=page.case, at=request.at)
    return Status(201, [shapes.document(one) for one in taken])
