"""What a newcomer to a demo has no telephone and no days to see: messages as they went out, who is next, and a limit
that ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import get_language

from guanjia.access.models import Account
from guanjia.cases.models import Case
from guanjia.demo.roster import HANDS
from guanjia.kernel.actor import Role
from guanjia.kernel.codes import parse_ledger_number
from guanjia.kernel.paging import Page, page
from guanjia.notices.models import Channel, Delivery
from guanjia.notices.texts import written
from guanjia.playbook.lifecycle.states import STATUS_LABELS, Status
from guanjia.registry.models import Place, PlaceKind, PostHolding

MESSAGES, LATEST = 20, 8
_NUMBER = re.compile(r"\d{4}-\d{7,}-\d")
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Message:
    """`to`: a telephone or an address; `reader`: a name, if it is known. `at`: when it went out; until then, when it
    will. `link`: what stands in the text."""

    to: str
    reader: str
    is_asker: bool
    text: str
    link: str
    state: str
    state_label: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """`state`: a message id."""

    case: Case
    state: str


def find(text: str) -> Case | None:
    """The case whose number stands somewhere in a text: in what was typed, or in the address that somebody came
    from."""
    number = _NUMBER.search(text)
    parsed = parse_ledger_number(number[0]) if number is not None else None
    return _cases().filter(pk=parsed[1]).first() if parsed is not None else None


def latest() -> list[Shown]:
    """What was asked last and is still open. One query."""
    return [shown(case) for case in _cases().filter(closed_at__isnull=True).order_by("-id")[:LATEST]]


def places() -> list[str]:
    """A few courtyards that can be told by their name alone, for whoever wants to ask for something. One query."""
    courtyards = Place.objects.filter(kind=PlaceKind.COURTYARD, valid_to__isnull=True).values("name")
    return list(
        courtyards.annotate(count=Count("id")).filter(count=1).order_by("name").values_list("name", flat=True)[:3]
    )


def shown(case: Case) -> Shown:
    return Shown(case, STATUS_LABELS[Status(case.status)])


def _cases() -> QuerySet[Case]:
    return Case.objects.select_related("holder_unit", "holder_officer")


def next_account(case: Case) -> Account | None:
    """Of the officer who holds the case, or of the first of the unit's who act for it; None where whoever asked is
    next."""
    if case.status in ("resolved", "closed"):
        return None
    accounts = Account.objects.filter(is_active=True).select_related("officer__unit")
    if case.holder_officer_id is not None:
        return accounts.filter(officer_id=case.holder_officer_id).first()
    wanted = (Role.DISPATCHER,) if case.status == "registered" else HANDS
    held = PostHolding.objects.filter(post__unit_id=case.holder_unit_id, post__role__in=wanted, valid_to__isnull=True)
    by_role = sorted(held.values_list("post__role", "officer_id"), key=lambda one: (wanted.index(Role(one[0])), one[1]))
    return accounts.filter(officer_id=by_role[0][1]).first() if by_role else None


def messages(case: Case | None, *, cursor: str | None = None) -> tuple[Page[Delivery], list[Message]]:
    """Text messages and mails, of one case or of all, newest first, with their links, in the language of whoever looks.
    One query."""
    out = Delivery.objects.filter(channel__in=(Channel.SMS, Channel.MAIL), notice__case__isnull=False)
    if case is not None:
        out = out.filter(notice__case=case)
    out = out.select_related("notice__case", "notice__contact", "notice__officer")
    found = page(out, ("-id",), size=MESSAGES, cursor=cursor)
    return found, [_message(one) for one in found.rows]


def _message(out: Delivery) -> Message:
    notice = out.notice
    by_mail = out.channel == Channel.MAIL
    if notice.contact is not None:
        reader, to = notice.contact.name, notice.contact.email if by_mail else notice.contact.phone
    else:
        assert notice.officer is not None
        reader, to = notice.officer.name, "" if by_mail else notice.officer.mobile
    text = written(notice, get_language() or settings.LANGUAGE_CODE)
    link = _LINK.search(text)
    return Message(
        to=to,
        reader=reader,
        is_asker=notice.contact is not None,
        text=text.replace(link[0], "").rstrip("：: \n") if link else text,
        link=link[0] if link else "",
        state=out.state,
        state_label=str(out.get_state_display()),
        at=out.sent_at or out.next_try_at,
    )
