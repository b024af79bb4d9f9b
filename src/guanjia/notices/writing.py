"""Stores notices with their deliveries: once for each reader, at the hour that suits them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.timezone import get_default_timezone_name

from guanjia.cases.models import Case
from guanjia.notices.models import Channel, Delivery, DeliveryState, Mode, Notice, Preference
from guanjia.notices.rules.sms import is_mobile
from guanjia.notices.rules.targets import Urgency
from guanjia.notices.rules.timing import Quiet, for_asker, for_staff
from guanjia.notices.texts import worded
from guanjia.playbook.schema import Playbook
from guanjia.registry.models import Contact, Officer
from guanjia.registry.queries import work_calendar

#: Why a delivery is not sent; `queries.REASONS` says it in words.
OFF, NO_ADDRESS, NO_GATEWAY = "off", "no_address", "no_gateway"


@dataclass(frozen=True, slots=True)
class Draft:
    """One thing to say to one reader: an officer or a contact."""

    event_seq: int
    verb: str
    kind: str
    urgency: Urgency
    params: Mapping[str, Any]
    officer_id: int | None = None
    contact_id: int | None = None

    @property
    def once(self) -> tuple[int, str, int | None, int | None]:
        return (self.event_seq, self.kind, self.officer_id, self.contact_id)


@dataclass(slots=True)
class Readers:
    """What is known of the readers of a batch. Four queries."""

    officers: Mapping[int, Officer]
    contacts: Mapping[int, Contact]
    preferences: Mapping[tuple[int | None, int | None, str], Preference]
    zone: ZoneInfo
    _openings: dict[tuple[int, datetime, Quiet | None], datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, drafts: Sequence[Draft]) -> Readers:
        officers = {one.officer_id for one in drafts if one.officer_id is not None}
        contacts = {one.contact_id for one in drafts if one.contact_id is not None}
        chosen = Preference.objects.filter(Q(officer_id__in=officers) | Q(contact_id__in=contacts))
        return cls(
            Officer.objects.in_bulk(officers) if officers else {},
            Contact.objects.in_bulk(contacts) if contacts else {},
            {(one.officer_id, one.contact_id, one.channel): one for one in chosen},
            ZoneInfo(get_default_timezone_name()),
        )

    def preference(self, notice: Notice, channel: Channel) -> Preference | None:
        return self.preferences.get((notice.officer_id, notice.contact_id, str(channel)))

    def hour(self, notice: Notice, channel: Channel) -> datetime:
        """When the notice may go out by the channel."""
        at = notice.created_at
        if notice.urgency == Urgency.EMERGENCY:
            return at
        chosen = self.preference(notice, channel)
        own = (chosen.quiet_from, chosen.quiet_until) if chosen and chosen.quiet_from and chosen.quiet_until else None
        if notice.officer_id is None:
            return for_asker(at, own, self.zone)
        unit = self.officers[notice.officer_id].unit_id
        key = (unit, at, own)
        if key not in self._openings:
            calendar, hours = work_calendar(unit)
            self._openings[key] = for_staff(at, own, calendar, hours, self.zone)
        return self._openings[key]


def store(
    drafts: Sequence[Draft], *, case: Case | None, playbook: Playbook | None, at: datetime, groups: bool = True
) -> list[Notice]:
    """Write what has not been said before. Must run in a transaction. `groups`: the webhook hears too, once for each
    line that staff hear of."""
    seqs = {one.event_seq for one in drafts}
    known = Notice.objects.filter(case=case, event_seq__in=seqs, kind__in={one.kind for one in drafts})
    said = set(known.values_list("event_seq", "kind", "officer_id", "contact_id"))
    new = [one for one in {draft.once: draft for draft in drafts}.values() if one.once not in said]
    if not new:
        return []
    readers = Readers.of(new)
    notices = Notice.objects.bulk_create(notices_of(new, case, playbook, at), batch_size=500)
    deliveries = [row for notice in notices for row in deliveries_of(notice, readers)]
    if groups and settings.GUANJIA_WEBHOOK:
        told = {row[0] for row in said if row[2] is not None}
        deliveries += _to_group(notices, told, readers)
    Delivery.objects.bulk_create(deliveries, batch_size=500)
    return notices


def notices_of(drafts: Sequence[Draft], case: Case | None, playbook: Playbook | None, at: datetime) -> Iterator[Notice]:
    """Each text is worded once, for however many readers."""
    texts: dict[tuple[int, str], str] = {}
    for draft in drafts:
        line = (draft.event_seq, draft.kind)
        if line not in texts:
            texts[line] = worded(draft.kind.partition(":")[0], draft.params, playbook, settings.LANGUAGE_CODE)
        yield _notice(draft, texts[line], case, at)


def _notice(draft: Draft, text: str, case: Case | None, at: datetime) -> Notice:
    return Notice(
        officer_id=draft.officer_id,
        contact_id=draft.contact_id,
        case=case,
        event_seq=draft.event_seq,
        verb=draft.verb,
        kind=draft.kind,
        urgency=draft.urgency,
        text=text,
        params=dict(draft.params),
        created_at=at,
    )


def deliveries_of(notice: Notice, readers: Readers) -> list[Delivery]:
    if notice.contact_id is not None:
        return [_for_asker(notice, readers)]
    urgent = notice.urgency == Urgency.EMERGENCY
    mail, sms = readers.preference(notice, Channel.MAIL), readers.preference(notice, Channel.SMS)
    rows = []
    if mail is not None and mail.address and (mail.mode == Mode.AT_ONCE or (urgent and mail.mode != Mode.OFF)):
        rows.append(_waiting(notice, Channel.MAIL, readers))
    texted = urgent or (sms is not None and sms.mode == Mode.AT_ONCE)
    if texted and settings.GUANJIA_SMS_GATEWAY and is_mobile(readers.officers[notice.officer_id or 0].mobile):
        rows.append(_waiting(notice, Channel.SMS, readers))
    return rows


def _for_asker(notice: Notice, readers: Readers) -> Delivery:
    """By text message where there is a mobile and a gateway, else by mail. Where neither works a row says why, so
    that somebody rings."""
    contact = readers.contacts[notice.contact_id or 0]
    reason = NO_ADDRESS
    for channel, usable in ((Channel.SMS, is_mobile(contact.phone)), (Channel.MAIL, bool(contact.email))):
        chosen = readers.preference(notice, channel)
        if not usable:
            continue
        if chosen is not None and chosen.mode == Mode.OFF:
            reason = OFF if reason == NO_ADDRESS else reason
        elif channel is Channel.SMS and not settings.GUANJIA_SMS_GATEWAY:
            reason = NO_GATEWAY
        else:
            return _waiting(notice, channel, readers)
    return Delivery(notice=notice, channel=Channel.SMS, state=DeliveryState.SKIPPED, error=reason)


def _to_group(notices: Sequence[Notice], told: set[int], readers: Readers) -> list[Delivery]:
    rows: dict[int, Delivery] = {}
    for notice in notices:
        if notice.officer_id is not None and notice.event_seq not in told:
            rows.setdefault(notice.event_seq, _waiting(notice, Channel.WEBHOOK, readers))
    return list(rows.values())


def _waiting(notice: Notice, channel: Channel, readers: Readers) -> Delivery:
    return Delivery(
        notice=notice,
        channel=channel,
        state=DeliveryState.WAITING,
        next_try_at=readers.hour(notice, channel),
    )
