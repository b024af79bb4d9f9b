"""Photos and files of a case, for whoever may see the case."""

from __future__ import annotations

from guanjia.cases.actions.act import open_ledger
from guanjia.cases.models import Document
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _


def document(actor: Actor, document_id: int) -> Document:
    """Raises not_found alike for what is not there, what no line of the ledger has taken up, and what is not theirs."""
    found = Document.objects.filter(pk=document_id, event_seq__isnull=False).first()
    if found is None or found.case_id is None:
        raise Problem(NOT_FOUND, what=_("document"), key=document_id)
    open_ledger(actor, found.case_id)
    return found
