"""Visits and dated tasks within the post of the token."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from ninja import Query, Router, Status

from guanjia.access.requests import Request
from guanjia.api import keys, shapes
from guanjia.api.operations import IDEMPOTENCY_KEY, answers, needs, page_of
from guanjia.api.problems import KEY_REUSED
from guanjia.api.schemas.fieldwork import TasksIn, TasksPage, VisitIn, VisitReceipt, VisitsIn, VisitsPage
from guanjia.fieldwork.actions.findings import Matter
from guanjia.fieldwork.actions.visits import NewVisit, record_visit
from guanjia.fieldwork.queries.tasks import within_reach
from guanjia.fieldwork.queries.visits import keys_under, visits
from guanjia.kernel.problems import Problem
from guanjia.programmes import queries as programmes

router = Router(tags=["fieldwork"])
READ = needs("visits:read")


@router.get("/tasks", **READ, response=answers(200, TasksPage), summary="Dated tasks")
def listed(request: Request, wanted: Query[TasksIn]) -> Any:
    """Of the post's unit, and of those whose cards the post opens, by the day they are due."""
    found = within_reach(
        request.actor, state=wanted.state, on=localdate(request.at), cursor=wanted.cursor, size=wanted.limit
    )
    return page_of(found, _task)


@router.get("/visits", **READ, response=answers(200, VisitsPage), summary="Visits made")
def made(request: Request, wanted: Query[VisitsIn]) -> Any:
    """To those whose cards the post opens, the latest first."""
    programme_id = programmes.programme(wanted.programme).pk if wanted.programme else None
    found = visits(request.actor, programme_id=programme_id, cursor=wanted.cursor, size=wanted.limit)
    return page_of(found, _visit)


@router.post("/visits", **needs("visits:write"), response=answers(201, VisitReceipt), summary="Write one down")
def record(request: Request, new: VisitIn, idempotency_key: str | None = IDEMPOTENCY_KEY) -> Any:
    """What was asked for on it becomes a case at once."""
    key = keys.key_of(request.actor, idempotency_key, new)
    with transaction.atomic():
        visit = record_visit(
            request.actor,
            NewVisit(
                **new.model_dump(exclude={"subject", "tasks", "matters"}),
                subject_id=new.subject,
                task_ids=new.tasks,
                matters=[Matter(**one.model_dump()) for one in new.matters],
                key=key.whole if key is not None else None,
            ),
            at=request.at,
        )
        if key is not None and any(one != key.whole for one in keys_under(key.name)):
            raise Problem(KEY_REUSED)
    numbers = [one.case.number for one in visit.raised.select_related("case").order_by("pk")]
    return Status(201, {**_visit(visit), "cases": numbers})


def _visit(visit: Any) -> dict[str, Any]:
    columns = ("outcome", "reason", "theme", "on", "people", "recorded_at")
    return {
        "id": visit.pk,
        "programme": visit.programme.key,
        "subject": shapes.named(visit.subject),
        **{name: getattr(visit, name) for name in columns},
    }


def _task(task: Any) -> dict[str, Any]:
    return {
        "id": task.pk,
        "programme": task.programme.key,
        "subject": shapes.named(task.subject),
        "unit": shapes.named(task.unit),
        **{name: getattr(task, name) for name in ("key", "period", "starts", "due", "end")},
    }
