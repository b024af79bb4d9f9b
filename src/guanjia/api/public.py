"""What everybody may see, for systems that show it elsewhere."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from guanjia.access.requests import Request
from guanjia.api import shapes
from guanjia.api.operations import answers, needs, page_of
from guanjia.api.schemas import answers as out
from guanjia.api.schemas.given import LedgerIn
from guanjia.cases.queries.lists import Filters
from guanjia.cases.queries.public import public_ledger, unit_rates

router = Router(tags=["public"])


@router.get("/ledger", **needs("ledger:read"), response=answers(200, out.PublicPage), summary="The public ledger")
def ledger(request: Request, wanted: Query[LedgerIn]) -> Any:
    """Newest first; without who asked, what they wrote, or where exactly."""
    filters = Filters(
        text=wanted.text.strip(),
        category=wanted.category,
        status=str(wanted.status or ""),
        place=wanted.place,
        unit=wanted.unit,
    )
    return page_of(public_ledger(filters, at=request.at, cursor=wanted.cursor, size=wanted.limit), shapes.public_row)


@router.get(
    "/statistics/units",
    **needs("statistics:read"),
    response=answers(200, list[out.RatesOut]),
    summary="Units and their rates",
)
def unit_statistics(request: Request) -> Any:
    return [shapes.rates(one) for one in unit_rates(at=request.at)]
