"""Playbooks that are being written, for those who may adopt them."""

from __future__ import annotations

from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import policy
from guanjia.programmes.models import PlaybookDraft


def playbook_drafts(actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[PlaybookDraft]:
    """Without their texts, the last saved first."""
    found = PlaybookDraft.objects.select_related("version").defer("files", "version__source", "version__files")
    return page(found if policy.may_adopt(actor) else found.none(), ["-saved_at", "-id"], size=size, cursor=cursor)


def playbook_draft(actor: Actor, draft_id: int) -> PlaybookDraft:
    """Raises not_found."""
    found = PlaybookDraft.objects.select_related("version").filter(pk=draft_id).first()
    if found is None or not policy.may_adopt(actor):
        raise Problem(NOT_FOUND, what=_("draft"), key=draft_id)
    return found
