"""Saved views of the ledger: each account's own."""

from __future__ import annotations

from datetime import datetime

from guanjia.cases.models import SavedView
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.problems import NOT_FOUND, SIGN_IN, Problem
from guanjia.kernel.text import gettext_noop as _


def save_view(actor: Actor, *, name: str, query: str, at: datetime) -> SavedView:
    """A second view of the same name takes the place of the first. Raises sign_in, field.*."""
    if actor.account_id is None:
        raise Problem(SIGN_IN)
    name = clean_text(name, field="name", label=_("Name"), limit=40, one_line=True)
    query = clean_text(query, field="query", label=_("Filter"), limit=500, required=False, one_line=True)
    view, _made = SavedView.objects.update_or_create(
        account_id=actor.account_id, name=name, defaults={"query": query, "created_at": at}
    )
    return view


def forget_view(actor: Actor, view_id: int) -> None:
    """Raises not_found for a view that is somebody else's or nobody's."""
    deleted, _rows = SavedView.objects.filter(pk=view_id, account_id=actor.account_id or 0).delete()
    if not deleted:
        raise Problem(NOT_FOUND, what=_("view"), key=view_id)
