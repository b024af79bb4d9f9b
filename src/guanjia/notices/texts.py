"""A notice in words: when it is made, when it is shown in another language, and when it goes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import dateformat
from django.utils.timezone import localtime
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from guanjia.notices.links import asker_link, staff_link
from guanjia.notices.models import Notice, Preference
from guanjia.notices.rules.wording import HOUSE, NOT_SET, OPEN_END, fill, own_message, plain
from guanjia.playbook.schema import Playbook
from guanjia.programmes.queries import playbook_of

_MOMENTS = ("due",)
_DAYS = ("day", "first_day", "last_day")
#: Parameters that are themselves message ids.
_TRANSLATED = ("gap",)
_LINK = "{link}"


def worded(kind: str, params: Mapping[str, Any], playbook: Playbook | None, language: str) -> str:
    """The text in one language, with `{link}` still open: the playbook's own words, else the house's."""
    with override(language):
        own = own_message(kind, playbook) if playbook is not None else None
        text = own.text.in_(language) if own is not None else _(HOUSE[kind])
        return fill(text, {name: spoken(name, value) for name, value in params.items()})


def spoken(name: str, value: Any) -> str:
    """One parameter in the active language."""
    if name in _MOMENTS:
        moment = localtime(datetime.fromisoformat(value)) if value else None
        return dateformat.format(moment, pgettext("moment in a message", "j M H:i")) if moment else _(NOT_SET)
    if name in _DAYS:
        day = date.fromisoformat(value) if value else None
        return dateformat.format(day, pgettext("day in a message", "j M Y")) if day else _(OPEN_END)
    if name in _TRANSLATED:
        return _(value)
    return plain(str(value))


def language_of(notice: Notice) -> str:
    """What it goes out in: an asker's own choice, else the district's. One query for an asker."""
    if notice.contact_id is None:
        return settings.LANGUAGE_CODE
    chosen = Preference.objects.filter(contact_id=notice.contact_id).exclude(language="")
    return chosen.values_list("language", flat=True).first() or settings.LANGUAGE_CODE


def said(notice: Notice, language: str) -> str:
    """Its text in one language, with `{link}` still open. Needs the notice's case."""
    if language == settings.LANGUAGE_CODE or notice.withdrawn_at is not None:
        return notice.text
    playbook = playbook_of(notice.case.version_id) if notice.case is not None else None
    return worded(notice.key, notice.params, playbook, language)


def shown(notice: Notice) -> str:
    """As the list shows it, in the reader's language; the row itself is the link. Needs the notice's case."""
    return fill(said(notice, get_language() or settings.LANGUAGE_CODE), {"link": ""}).strip().rstrip(":：")


def written(notice: Notice, language: str) -> str:
    """As it goes out, with its link. Needs the notice's case."""
    text = said(notice, language)
    if notice.contact_id is not None and notice.case_id is not None:
        link = asker_link(notice.case_id, notice.contact_id, at=notice.created_at)
    else:
        link = staff_link(notice.case)
    if _LINK in text:
        return fill(text, {"link": link})
    return text if notice.contact_id is not None else f"{text}\n{link}"
