"""Cases: sending them in, reading them, and why they are due when they are."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Status

from guanjia.access.requests import Request
from guanjia.api import keys, shapes
from guanjia.api.operations import IDEMPOTENCY_KEY, PREFER, answers, case_at, needs, page_of
from guanjia.api.schemas import answers as out
from guanjia.api.schemas.given import CaseIn, CasesIn, TimelineIn
from guanjia.cases.actions.intake import NewCase, NewContact, register_once
from guanjia.cases.actions.receiving import receive_once
from guanjia.cases.classify import suggest
from guanjia.cases.problems import NO_CATEGORY, NO_PROGRAMME
from guanjia.cases.queries.lists import ledger_page, read_filters
from guanjia.cases.queries.page import case_page, why
from guanjia.kernel.problems import Problem
from guanjia.programmes import queries as programmes

router = Router(tags=["cases"])
READ = needs("cases:read")


@router.post(
    "/cases", **needs("cases:create"), response=answers(frozenset({201, 202}), out.CaseReceipt), summary="Send one in"
)
def create(
    request: Request,
    response: HttpResponse,
    new: CaseIn,
    idempotency_key: str | None = IDEMPOTENCY_KEY,
    prefer: str = PREFER,
) -> Any:
    """Answered only once it is stored. Where the playbook knows the owner, it is dispatched at once; sent with
    `Prefer: respond-async`, a moment later (202), or as soon as anybody asks for its number."""
    key = keys.key_of(request.actor, idempotency_key, new)
    programme = new.programme or _programme_for(new)
    wanted = NewCase(
        **new.model_dump(exclude={"programme", "category", "asker", "place"}),
        programme=programme,
        category=new.category or _suggested(programme, new),
        asker=NewContact(**new.asker.model_dump()) if new.asker is not None else None,
        place_id=new.place,
        key=key.name if key is not None else None,
        extra={"system": request.actor.label, "request": key.digest if key is not None else ""},
    )
    later = "respond-async" in prefer.lower()
    take = receive_once if later else register_once
    case, fresh = take(request.actor, wanted, at=request.at)
    if key is not None and not fresh:
        keys.check_registered(case.pk, key)
    if later:
        response["Preference-Applied"] = "respond-async"
    return Status(202 if later else 201, shapes.receipt(case))


def _programme_for(new: CaseIn) -> str:
    """Where none takes it, the first, which says why. Raises case.no_programme."""
    found = programmes.taking(new.channel, new.category) or next(iter(programmes.running()), None)
    if found is None:
        raise Problem(NO_PROGRAMME, field="programme")
    return found.key


def _suggested(programme: str, new: CaseIn) -> str:
    """Raises not_found, case.no_category."""
    found = programmes.programme(programme)
    playbook = programmes.current_playbook(found.pk)
    for suggestion in suggest(playbook, new.title, new.text, most=1):
        return suggestion.category
    raise Problem(NO_CATEGORY, field="category")


@router.get("/cases", **READ, response=answers(200, out.CasePage), summary="List them, newest first")
def listed(request: Request, filters: Query[CasesIn]) -> Any:
    """The cases that the token's post may see."""
    raw = filters.model_dump(mode="json", exclude={"cursor", "limit", "only"}, exclude_none=True)
    chosen = read_filters({name: str(value) for name, value in raw.items()}, filters.only)
    found = ledger_page(request.actor, chosen, at=request.at, cursor=filters.cursor, size=filters.limit)
    return page_of(found, shapes.case_row)


@router.get("/cases/{number}", **READ, response=answers(200, out.CaseOut), summary="Read one")
def one(request: Request, number: str) -> Any:
    with case_at(request, number) as case_id:
        return shapes.case_whole(case_page(request.actor, case_id, at=request.at))


@router.get("/cases/{number}/timeline", **READ, response=answers(200, out.Timeline), summary="Its history")
def timeline(request: Request, number: str, part: Query[TimelineIn]) -> Any:
    with case_at(request, number) as case_id:
        page = case_page(request.actor, case_id, at=request.at)
    lines = [line for line in page.timeline if line.seq > part.after]
    return {"lines": [shapes.entry(line) for line in lines[: part.limit]], "more": len(lines) > part.limit}


@router.get("/cases/{number}/clocks", **READ, response=answers(200, list[out.ClockOut]), summary="Why these dates")
def clocks(request: Request, number: str) -> Any:
    """Each running limit with every day that counted and every day that was skipped."""
    with case_at(request, number) as case_id:
        return [shapes.clock(state, due) for state, due in why(request.actor, case_id)]
