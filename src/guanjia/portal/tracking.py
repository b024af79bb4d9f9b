"""One's own request, as who asked sees it: what was done in plain words, who is next, until when, and what one can do.

A link proves one contact for one case. Two people may have left the same details, so a link opens that case and never
makes the browser stand for the contact elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from guanjia.access import links
from guanjia.access.requests import Request
from guanjia.cases.deadlines import contest_until
from guanjia.cases.queries.page import CasePage, ClockView, Entry, case_page
from guanjia.cases.queries.public import was_handed_over
from guanjia.cases.uploads import Document
from guanjia.kernel.actor import Actor, ActorKind
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.portal.pages import told
from guanjia.portal.problems import HANDED_OVER
from guanjia.portal.spoken import happened
from guanjia.registry import queries as registry
from guanjia.registry.queries import ServiceCard
from guanjia.ui.format import time_left

PURPOSE = "track"
#: After number and phone were given: long enough to read and act, too short to pass on.
SITTING = timedelta(hours=2)
#: Words that staff write for who asked to read.
_FOR_ASKERS = {"resolve", "ask", "first_opinion"}
#: Words and photos of the people who asked.
_BY_ASKERS = {"add", "answer", "urge", "follow_up", "contest", "withdraw"}
#: What an asker may do here, in this order; the rating has a form of its own.
ACTS = ("answer", "add", "call", "urge", "contest", "withdraw")
NEAR = timedelta(days=1)
_MOVES = {"dispatch", "transfer", "escalate", "designate"}


@dataclass(frozen=True, slots=True)
class Tracked:
    page: CasePage
    contact_id: int
    token: str
    at: datetime

    @property
    def is_first(self) -> bool:
        return any(asker.contact_id == self.contact_id and asker.is_first for asker in self.page.askers)

    @property
    def alone(self) -> bool:
        return len(self.page.askers) == 1

    @property
    def to_rate(self) -> bool:
        """The result is there and this person has not been heard about it."""
        state = self.page.state
        return state.status == "resolved" and state.askers.get(self.contact_id) is None

    @property
    def contest_until(self) -> datetime | None:
        return contest_until(self.page.state, self.page.playbook)

    @property
    def acts(self) -> list[str]:
        offered = {verb.key for verb in self.page.verbs}
        state, until = self.page.state, self.contest_until
        barred = {
            "answer": not state.waiting_for_asker,
            "contest": self.to_rate or (until is not None and self.at > until),
        }
        return [verb for verb in ACTS if verb in offered and not barred.get(verb)]

    @property
    def question(self) -> str:
        """What was asked last, while an answer is waited for."""
        asked = [entry for entry in self.page.timeline if entry.verb == "ask"]
        return asked[-1].texts[0] if self.page.state.waiting_for_asker and asked and asked[-1].texts else ""

    @property
    def result(self) -> Entry | None:
        """What was done, once it is done."""
        done = [entry for entry in self.page.timeline if entry.verb == "resolve"]
        return done[-1] if done and self.page.state.status in ("resolved", "closed") else None

    @property
    def promise(self) -> ClockView | None:
        """When what has to wait is looked at again; when there is a result; else whatever limit runs out next."""
        running = {clock.kind: clock for clock in reversed(self.page.clocks) if clock.stopped is None}
        return running.get("review") or running.get("resolve") or self.page.leading

    @property
    def reason(self) -> str:
        """Why it went where it is, in the playbook's words, while nobody has decided otherwise."""
        moves = [entry for entry in self.page.timeline if entry.verb in _MOVES]
        key = moves[-1].data.get("route") if moves else None
        return next((told(route.reason) for route in self.page.playbook.routes if route.key == key), "")

    @property
    def holder(self) -> ServiceCard | None:
        officer = self.page.state.holder.officer
        return registry.service_cards([officer]).get(officer) if officer is not None else None


def asker(request: Request, contact_id: int) -> Actor:
    """Who came by a link. If they are signed in as somebody, what they do here carries that account."""
    return Actor(
        kind=ActorKind.ASKER,
        label="asker",
        account_id=request.actor.account_id,
        contact_ids=frozenset({contact_id}),
    )


def open_tracked(request: Request, token: str) -> Tracked:
    """Raises not_found, link.unknown, link.expired, portal.handed_over."""
    link = links.read(PURPOSE, token, at=request.at)
    try:
        found = case_page(asker(request, link.contact_id), link.id, at=request.at)
    except Problem as problem:
        # The link proves who asked; to everybody else a sealed request is simply not there.
        raise Problem(HANDED_OVER) if was_handed_over(link.id, link.contact_id) else problem from None
    return Tracked(found, link.contact_id, token, request.at)


def link_for(request: Request, case_id: int, contact_id: int, lifetime: timedelta = links.LIFETIME) -> str:
    return links.sign(PURPOSE, case_id, contact_id, at=request.at, lifetime=lifetime)


def may_read(entry: Entry, tracked: Tracked) -> bool:
    """Words and photos: those written for who asked, and one's own. What another who asked wrote stays theirs."""
    if entry.verb in _FOR_ASKERS:
        return True
    if entry.verb == "register":
        return tracked.is_first
    if entry.verb in _BY_ASKERS and entry.who_kind in ("asker", "public"):
        named = entry.data.get("asker")
        return named == tracked.contact_id if named is not None else tracked.alone
    return False


def story(tracked: Tracked) -> list[dict[str, Any]]:
    """The public lines, latest first, for the kit's timeline."""
    lines = [_line(entry, tracked) for entry in tracked.page.timeline if entry.public]
    return lines[::-1]


def _line(entry: Entry, tracked: Tracked) -> dict[str, Any]:
    # What was asked and what was done stand elsewhere on the page, in full.
    elsewhere = entry.verb == "register" or entry == tracked.result
    readable = may_read(entry, tracked) and not elsewhere
    photos = [one for one in entry.documents if one.kind == "photo"] if readable else []
    verb = "redo" if entry.data.get("redo") else entry.verb
    return {
        **happened(verb, entry.told, entry.to),
        "at": entry.at,
        "text": "\n".join(entry.texts) if readable else "",
        "photos": [_photo(tracked, one) for one in photos],
    }


def _photo(tracked: Tracked, document: Document) -> dict[str, str]:
    url = reverse("portal:track_document", args=[tracked.token, document.pk])
    return {"url": url, "thumb": f"{url}?small=1", "alt": document.name}


def photos_of(tracked: Tracked, entry: Entry | None) -> list[dict[str, str]]:
    return [_photo(tracked, one) for one in entry.documents if one.kind == "photo"] if entry else []


def document_of(tracked: Tracked, document_id: int) -> Document:
    """Raises not_found."""
    readable = [entry for entry in tracked.page.timeline if entry.public and may_read(entry, tracked)]
    for entry in readable:
        for document in entry.documents:
            if document.pk == document_id:
                return document
    raise Problem(NOT_FOUND, what=_("photo"), key=document_id)


def chip(clock: ClockView, at: datetime, why_url: str = "") -> dict[str, Any]:
    """Arguments of the kit's due_chip."""
    if clock.paused or clock.due is None:
        return {"text": "", "level": "paused", "why_url": why_url}
    left = clock.left
    text = time_left(-left.amount if left.late else left.amount, left.unit.value) if left else ""
    level = "late" if clock.late else "near" if clock.due - at < NEAR else "ok"
    return {"text": text, "moment": clock.due, "level": level, "estimated": clock.estimated, "why_url": why_url}


def receipt(request: Request, case_id: int, contact_id: int) -> Mapping[str, Any]:
    """Who has it, until when, and the way back to it as link and QR code."""
    token = link_for(request, case_id, contact_id)
    tracked = open_tracked(request, token)
    url = settings.GUANJIA_PUBLIC_URL + reverse("portal:track_link", args=[token])
    return {"tracked": tracked, "token": token, "url": url, "qr": qr(url)}


def qr(url: str) -> SafeString:
    """Black on white in every theme: scanners want it so."""
    code = segno.make(url, error="m").svg_inline(scale=4, border=2, light="#fff", dark="#000", svgclass="qr")
    return mark_safe(code)
