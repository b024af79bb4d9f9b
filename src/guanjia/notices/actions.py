"""What readers do with their notices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from guanjia.kernel import audit
from guanjia.kernel.actor import Actor, ActorKind
from guanjia.kernel.problems import NOT_ALLOWED, NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.notices import policy
from guanjia.notices.models import Channel, Mode, Notice, Preference
from guanjia.notices.problems import (
    NEEDS_ADDRESS,
    NEEDS_MOBILE,
    NO_SUCH_CHANNEL,
    NO_SUCH_LANGUAGE,
    NO_SUCH_MODE,
    QUIET_NEEDS_BOTH,
    WAY_NOT_LEFT,
)
from guanjia.notices.queries import ways_left
from guanjia.notices.rules.sms import is_mobile
from guanjia.registry.models import Contact, Officer

_CHOOSABLE = (Channel.MAIL, Channel.SMS)


@transaction.atomic
def mark_read(actor: Actor, notice_ids: Collection[int], *, at: datetime) -> int:
    """How many had not been read. No audit entry: what one has read of one's own is nobody's business. Raises
    not_found where one of them is not the actor's."""
    wanted = set(notice_ids)
    mine = Notice.objects.filter(policy.own(actor), pk__in=wanted)
    if foreign := wanted - set(mine.values_list("pk", flat=True)):
        raise Problem(NOT_FOUND, what=_("notice"), key=min(foreign))
    return mine.filter(read_at__isnull=True).update(read_at=at)


def mark_all_read(actor: Actor, *, at: datetime, up_to: int | None = None) -> int:
    """All up to the newest that the reader has seen (`up_to`: its id): one that came meanwhile stays unread."""
    mine = Notice.objects.filter(policy.own(actor), read_at__isnull=True)
    return (mine if up_to is None else mine.filter(pk__lte=up_to)).update(read_at=at)


@transaction.atomic
def set_preference(
    actor: Actor,
    channel: str,
    mode: str,
    *,
    at: datetime,
    address: str = "",
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    language: str = "",
) -> list[Preference]:
    """How the actor hears by a channel from now on: one row for an officer, one for each proven contact of an asker.

    `address`: an officer's mail address; an asker is written to at the address of the request. `language`: an asker's.
    Raises not_allowed, notices.no_such_channel, .no_such_mode, .needs_address, .needs_mobile, .quiet_needs_both,
    .no_such_language.
    """
    if not policy.may_choose(actor):
        raise Problem(NOT_ALLOWED, verb=_("choose how to hear of things"))
    staff = actor.kind is ActorKind.OFFICER
    _check(channel, mode, staff, quiet_from, quiet_until)
    if language and language not in dict(settings.LANGUAGES):
        raise Problem(NO_SUCH_LANGUAGE, field="language")
    address = _address(address) if staff and channel == Channel.MAIL and mode != Mode.OFF else ""
    if staff and channel == Channel.SMS and mode != Mode.OFF:
        _check_mobile(actor)
    readers = [{"officer_id": actor.officer_id}] if staff else [{"contact_id": id} for id in sorted(actor.contact_ids)]
    values = {
        "mode": mode,
        "address": address,
        "language": language,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }
    rows = []
    for reader in readers:
        row, _created = Preference.objects.update_or_create(**reader, channel=channel, defaults=values)
        audit.record(actor, "notices.set_preference", row, at=at, channel=channel, mode=mode)
        rows.append(row)
    return rows


@transaction.atomic
def choose_way(
    actor: Actor,
    way: str,
    *,
    at: datetime,
    language: str = "",
    quiet_from: time | None = None,
    quiet_until: time | None = None,
) -> None:
    """An asker hears by this channel alone from now on; by none (""): they look for themselves.

    Of everything asked with the same details, since that is whom a contact stands for. Raises as `set_preference` does,
    and notices.way_not_left.
    """
    if actor.kind is not ActorKind.ASKER:
        raise Problem(NOT_ALLOWED, verb=_("choose how to hear of things"))
    if way not in ("", *ways_left(Contact.objects.filter(pk__in=actor.contact_ids))):
        raise Problem(WAY_NOT_LEFT, field="way")
    for channel in _CHOOSABLE:
        mode = Mode.AT_ONCE if channel == way else Mode.OFF
        set_preference(actor, channel, mode, at=at, language=language, quiet_from=quiet_from, quiet_until=quiet_until)


def _check(channel: str, mode: str, staff: bool, quiet_from: time | None, quiet_until: time | None) -> None:
    if channel not in _CHOOSABLE:
        raise Problem(NO_SUCH_CHANNEL, field="channel", channel=channel)
    digest = mode == Mode.DIGEST
    if mode not in Mode.values or (digest and not (staff and channel == Channel.MAIL)):
        raise Problem(NO_SUCH_MODE, field="mode", mode=mode)
    both = quiet_from is not None and quiet_until is not None and quiet_from != quiet_until
    neither = quiet_from is None and quiet_until is None
    if not (both or neither):
        raise Problem(QUIET_NEEDS_BOTH, field="quiet_until" if quiet_from is not None else "quiet_from")


def _address(text: str) -> str:
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Problem(NEEDS_ADDRESS, field="address") from error
    return address


def _check_mobile(actor: Actor) -> None:
    officer = Officer.objects.filter(pk=actor.officer_id or 0).first()
    if officer is None or not is_mobile(officer.mobile):
        raise Problem(NEEDS_MOBILE)
