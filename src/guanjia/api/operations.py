"""What every operation shares: the refusals that it may answer with, and how a page of a list looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ninja import Header

from guanjia.access.requests import Request
from guanjia.access.tokens import TokenAuth
from guanjia.api.schemas.answers import ProblemOut
from guanjia.cases.actions.receiving import case_id_at
from guanjia.kernel.paging import Page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _

Answer = TypeVar("Answer")

#: Statuses of the catalogue; each comes with a ProblemOut.
REFUSALS = frozenset({400, 401, 403, 404, 409, 410, 413, 422, 429, 503})

#: The default of a parameter `idempotency_key: str | None`.
IDEMPOTENCY_KEY: Any = Header(
    None,
    alias="Idempotency-Key",
    min_length=1,
    max_length=80,
    description="Your own name for this request. Sent again with the same body, the answer is the same and nothing "
    "happens twice.",
    examples=["order-4711"],
)

#: Likewise of `prefer: str`.
PREFER: Any = Header(
    "",
    max_length=200,
    description="`respond-async` (RFC 7240): acknowledge the request with 202 before it is dispatched, which takes a "
    "moment then. For floods.",
    examples=["respond-async"],
)


def needs(scope: str) -> dict[str, Any]:
    """Keyword arguments of an operation that a token with this scope opens."""
    return {"auth": TokenAuth(scope), "openapi_extra": {"x-scope": scope}}


def answers(status: int | frozenset[int], shape: Any) -> dict[Any, Any]:
    return {status: shape, REFUSALS: ProblemOut}


@contextmanager
def case_at(request: Request, number: str) -> Iterator[int]:
    """The id of the case at this address. A refusal speaks of the number that was asked for, not of the id."""
    case_id = case_id_at(number, at=request.at)
    try:
        yield case_id
    except Problem as problem:
        if problem.kind is NOT_FOUND and problem.params.get("key") == case_id:
            raise Problem(NOT_FOUND, what=_("case"), key=number) from problem
        raise


def page_of(found: Page[Any], shape: Callable[[Any], Answer]) -> dict[str, Any]:
    return {"rows": [shape(row) for row in found.rows], "next": found.next, "previous": found.previous}
