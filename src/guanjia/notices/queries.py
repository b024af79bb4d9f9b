"""What pages show of notices: one's own, where those of a case went, and what keeps failing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.db.models import Count, Max, Min, Q

from guanjia.cases.models import Case
from guanjia.cases.policy import visible
from guanjia.kernel.actor import Actor
from guanjia.kernel.masking import mask_email, mask_name, mask_phone
from guanjia.kernel.paging import page
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.notices import policy
from guanjia.notices.models import Channel, Delivery, DeliveryState, Mode, Notice, Preference
from guanjia.notices.rules.sms import is_mobile
from guanjia.notices.texts import shown
from guanjia.registry.models import Contact

#: A badge says "99+" from here.
MOST_COUNTED = 100

#: Why a delivery was skipped, as message ids.
REASONS = {
    "off": _("They do not want to be written to."),
    "no_address": _("They left no mobile number and no mail address: ring, or tell them in person."),
    "no_gateway": _("Text messages are not set up: ring, or tell them in person."),
    "sealed": _("The case was sealed before it went out."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as its reader sees it. `case_id` and `number`: where it leads; None and "" for news without a case."""

    id: int
    case_id: int | None
    number: str
    kind: str
    urgency: int
    text: str
    at: datetime
    read: bool


@dataclass(frozen=True, slots=True)
class Lines:
    rows: Sequence[Line]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery of a case, or a notice that stayed in the application (`channel` empty). `reader`: an officer's
    name, an asker's masked. `reason`: message id, where it was skipped."""

    event_seq: int
    verb: str
    reader: str
    is_asker: bool
    channel: str
    channel_label: str
    state: str
    state_label: str
    tries: int
    at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    read_at: datetime | None
    error: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failing:
    """What a channel could not bring out."""

    channel: str
    again: int
    given_up: int
    oldest: datetime
    error: str


def unread_count(actor: Actor) -> int:
    """At most `MOST_COUNTED`. One query on an index of unread notices alone."""
    return Notice.objects.filter(policy.own(actor), read_at__isnull=True)[:MOST_COUNTED].count()


def notices(actor: Actor, *, cursor: str | None = None, size: int = 50, unread: bool = False) -> Lines:
    """One's own, newest first, in the active language. One query, and one for each playbook version not read in this
    process before. Raises page.bad_cursor."""
    mine = Notice.objects.filter(policy.own(actor), withdrawn_at__isnull=True).select_related("case")
    found = page(mine.filter(read_at__isnull=True) if unread else mine, ("-id",), size=size, cursor=cursor)
    return Lines([_line(notice) for notice in found.rows], found.next, found.previous)


def _line(notice: Notice) -> Line:
    return Line(
        id=notice.pk,
        case_id=notice.case_id,
        number=notice.case.number if notice.case is not None else "",
        kind=notice.kind,
        urgency=notice.urgency,
        text=shown(notice),
        at=notice.created_at,
        read=notice.read_at is not None,
    )


def preferences(actor: Actor) -> list[Preference]:
    return list(Preference.objects.filter(policy.own(actor)).order_by("channel", "id"))


@dataclass(frozen=True, slots=True)
class Hearing:
    """How an asker hears. `ways`: by channel, the number or address that it reaches, masked; `way`: which of them is
    used, "" for none."""

    way: str
    ways: Mapping[str, str]
    language: str
    quiet_from: time | None
    quiet_until: time | None


def hearing(actor: Actor) -> Hearing:
    """Two queries."""
    ways = ways_left(Contact.objects.filter(pk__in=actor.contact_ids))
    chosen = {one.channel: one for one in preferences(actor)}
    used = next((way for way in ways if way not in chosen or chosen[way].mode != Mode.OFF), "")
    first = next(iter(chosen.values()), Preference())
    return Hearing(used, ways, first.language, first.quiet_from, first.quiet_until)


def ways_left(contacts: Iterable[Contact]) -> dict[str, str]:
    """What these contacts can be reached by, in the order in which it is tried."""
    ways: dict[str, str] = {}
    for contact in contacts:
        if is_mobile(contact.phone):
            ways.setdefault(Channel.SMS.value, mask_phone(contact.phone))
        if contact.email:
            ways.setdefault(Channel.MAIL.value, mask_email(contact.email))
    return dict(sorted(ways.items(), reverse=True))


def deliveries(actor: Actor, case_id: int, *, most: int = 200) -> list[Sent]:
    """Who was told what of a case and whether it reached them, newest first. Three queries. Raises not_found where the
    actor may not see the case."""
    allowed = policy.may_see_deliveries(actor)
    if not (allowed and Case.objects.filter(visible(actor), pk=case_id).exists()):
        raise Problem(NOT_FOUND, what=_("case"), key=case_id)
    told = Notice.objects.filter(case_id=case_id).select_related("officer", "contact").order_by("-id")
    found = []
    for notice in told.prefetch_related("deliveries")[:most]:
        out = list(notice.deliveries.all())
        found += [_sent(notice, one) for one in out] or [_sent(notice, None)]
    return found


def _sent(notice: Notice, out: Delivery | None) -> Sent:
    asker = mask_name(notice.contact.name) if notice.contact is not None else ""
    state = DeliveryState(out.state) if out is not None else DeliveryState.SENT
    skipped = state is DeliveryState.SKIPPED
    return Sent(
        event_seq=notice.event_seq,
        verb=notice.verb,
        reader=notice.officer.name if notice.officer is not None else asker,
        is_asker=notice.contact_id is not None,
        channel=out.channel if out is not None else "",
        channel_label=str(out.get_channel_display()) if out is not None else "",
        state=str(state),
        state_label=str(state.label),
        tries=out.tries if out is not None else 0,
        at=notice.created_at,
        next_try_at=out.next_try_at if out is not None else None,
        sent_at=out.sent_at if out is not None else notice.created_at,
        read_at=notice.read_at,
        error="" if out is None or skipped else out.error,
        reason=REASONS.get(out.error, "") if out is not None and skipped else "",
    )


def failing(*, since: datetime) -> list[Failing]:
    """By channel: what is being tried again and what was given up of notices made since then, with the latest error.
    For `guanjia doctor`. Two queries."""
    bad = Delivery.objects.filter(
        state__in=[DeliveryState.FAILED, DeliveryState.GIVEN_UP], notice__created_at__gte=since
    )
    rows = list(
        bad.values("channel")
        .annotate(
            again=Count("id", filter=Q(state=DeliveryState.FAILED)),
            given_up=Count("id", filter=Q(state=DeliveryState.GIVEN_UP)),
            oldest=Min("notice__created_at"),
            latest=Max("id"),
        )
        .order_by("channel")
    )
    errors = dict(Delivery.objects.filter(pk__in=[row["latest"] for row in rows]).values_list("pk", "error"))
    return [
        Failing(row["channel"], row["again"], row["given_up"], row["oldest"], errors[row["latest"]]) for row in rows
    ]


def channels_set() -> dict[str, bool]:
    """Which ways out this district has set up."""
    return {
        "mail": not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend")),
        "sms": bool(settings.GUANJIA_SMS_GATEWAY),
        "webhook": bool(settings.GUANJIA_WEBHOOK),
    }
