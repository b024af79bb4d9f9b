"""What is printed of programmes: records and words in, the data of a sheet of `printing` out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.kernel.actor import Actor
from guanjia.kernel.codes import paper_number
from guanjia.playbook.hours import OfficeHours
from guanjia.printing import typeset
from guanjia.programmes import queries
from guanjia.programmes.models import PaperBlock
from guanjia.programmes.queries.cards import CardFace, places_said
from guanjia.programmes.queries.handbook import Contact
from guanjia.registry.queries import ServiceCard

#: Cards drawn between two words of progress.
_CHUNK = 100


def cards_pdf(
    codes: Sequence[int], *, at: datetime, progress: Callable[[int, int], None] = lambda done, total: None
) -> bytes:
    """The cards of these codes (ids of `CardCode`, a repeated one printed as often), ten a page. Five queries for each
    100. `progress` hears (made, of all). Raises print.no_font."""
    return typeset.pdf("cards", cards_sheet(codes, at=at, progress=progress), at=at)


def cards_sheet(
    codes: Sequence[int], *, at: datetime, progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, Any]:
    """What `sheets/cards.typ` reads."""
    different = list(dict.fromkeys(codes))
    faces: dict[int, dict[str, Any]] = {}
    for start in range(0, len(different), _CHUNK):
        found = queries.card_faces(different[start : start + _CHUNK], at=at)
        faces |= {pk: _card(face) for pk, face in found.items()}
        progress(len(faces), len(different))
    words = {
        "steward": _("Your steward"),
        "nobody": _("To be named"),
        "scan": _("Scan to ask"),
        "hours": _("Office hours"),
        "stand_in": _("When away"),
        "desk": _("Service desk"),
    }
    return {**_about(_("Contact cards")), "words": words, "cards": [faces[pk] for pk in codes if pk in faces]}


def papers_pdf(block: PaperBlock, *, at: datetime) -> bytes:
    """The forms of a block, two a page, each with its number and that number as a QR code, which a scanner types like a
    keyboard. Raises print.no_font."""
    numbers = [paper_number(block.pk, sheet) for sheet in range(1, block.sheets + 1)]
    path = block.place.path if block.place else (block.unit.place.path if block.unit and block.unit.place else "")
    words = {
        "number": _("No."),
        "date": _("Date and time"),
        "date_blank": _("month    day    hour    minute"),
        "place": _("Where"),
        "who": _("Who asked"),
        "phone": _("Phone"),
        "what": _("What it is about"),
        "solved": _("Solved there"),
        "yes": _("Yes"),
        "no": _("No"),
        "by": _("by whom:"),
        "taken_by": _("Taken down by"),
        "keyed": _("Keyed in"),
        "keyed_blank": _("month    day"),
        "note": _(
            "To be keyed in under this number once the network is back. The time written here is the time of asking."
        ),
        "desk": _("Service desk"),
    }
    data = {
        **_about(_("Request form for days without network")),
        "words": words,
        "where": block.unit.name if block.unit else places_said(block.place),
        "desk": queries.desk_phone(path, at) or settings.GUANJIA_HELP_LINE,
        "sheets": [{"number": number, "qr": typeset.qr(number)} for number in numbers],
    }
    return typeset.pdf("paper", data, at=at)


def handbook_pdf(actor: Actor, programme_id: int, *, unit_id: int | None = None, at: datetime) -> bytes:
    """Unit by unit, a line for each steward, as far as the actor may read. Raises print.no_font."""
    units = [
        {"name": unit, "stewards": [_line(list(some)) for _key, some in groupby(contacts, lambda one: one.steward)]}
        for unit, contacts in queries.whole_handbook(actor, programme_id, unit_id=unit_id)
    ]
    language = get_language() or "zh"
    data = {
        **_about(_("Contact handbook")),
        "words": {
            "steward": _("Steward"),
            "phone": _("Work phone"),
            "of": _("Answers for"),
            "stand_in": _("Stand-in"),
        },
        "programme": queries.current_playbook(programme_id).playbook.name.in_(language),
        "day": localdate(at).isoformat(),
        "units": units,
    }
    return typeset.pdf("handbook", data, at=at)


def _line(contacts: Sequence[Contact]) -> dict[str, Any]:
    first = contacts[0]
    return {
        "name": first.steward,
        "phone": first.phone,
        "of": [one.of for one in contacts],
        "stand_in": sorted({one.stand_in for one in contacts if one.stand_in}),
    }


def card_url(code: str) -> str:
    """What the QR code opens."""
    return f"{settings.GUANJIA_PUBLIC_URL}{reverse('portal:card', args=[code])}"


def _card(face: CardFace) -> dict[str, Any]:
    return {
        "code": face.code,
        "place": face.where,
        "steward": face.steward.name if face.steward else "",
        "unit": face.steward.unit if face.steward else "",
        "phone": face.steward.phone if face.steward else "",
        "stand_in": _called(face.stand_in),
        "hours": hours_said(face.hours),
        "desk": face.desk or settings.GUANJIA_HELP_LINE,
        "qr": typeset.qr(card_url(face.code)),
    }


def _called(card: ServiceCard | None) -> str:
    return f"{card.name} {card.phone}".strip() if card else ""


def hours_said(hours: OfficeHours) -> list[str]:
    """One line a season, without its days where there is only one."""
    spans = [" ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in one.spans) for one in hours.seasons]
    if len(spans) == 1:
        return spans
    return [
        _("%(first)s to %(last)s: %(spans)s") % {"first": _day(one.first), "last": _day(one.last), "spans": said}
        for one, said in zip(hours.seasons, spans, strict=True)
    ]


def _day(day: tuple[int, int]) -> str:
    return _("%(month)s/%(day)s") % {"month": day[0], "day": day[1]}


def _about(title: str) -> Mapping[str, str]:
    lang = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return {"title": title, "lang": lang, "district": settings.GUANJIA_DISTRICT_NAME}
