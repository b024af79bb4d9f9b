"""Registering for somebody: the form, what it suggests while one types, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from guanjia.cases import classify
from guanjia.cases.actions.intake import NewCase, NewContact
from guanjia.cases.problems import NO_PROGRAMME
from guanjia.cases.queries.page import CasePage
from guanjia.cases.queries.similar import similar_open
from guanjia.console.viewmodels import alike as similar
from guanjia.console.viewmodels.alike import Alike
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.console.viewmodels.rows import category_name, said
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_moment, number_in
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry

#: The ways by which somebody at a desk is asked, in the order in which they are offered.
CHANNELS = (
    ("hotline", gettext_noop("Telephone")),
    ("visit", gettext_noop("Visit")),
    ("gate_book", gettext_noop("Gate book")),
    ("card", gettext_noop("Steward's card")),
    ("meeting", gettext_noop("Meeting")),
)
#: Shorter texts say too little to suggest anything.
ENOUGH_TEXT = 4


class Intake(ShownForm):
    """Everything on one page, in the order in which a caller tells it."""

    channel = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    phone = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}))
    name = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4, "maxlength": 10_000}))
    category = forms.CharField()
    address = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    place_id = forms.CharField(required=False)
    subject_id = forms.CharField(required=False)
    occurred_at = forms.CharField(required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    emergency = forms.BooleanField(required=False)
    call = forms.BooleanField(required=False)
    public = forms.BooleanField(required=False)
    photos = forms.CharField(required=False)


_LABELS = {
    "channel": gettext_noop("How it came in"),
    "phone": gettext_noop("Phone"),
    "name": gettext_noop("Name of the caller"),
    "text": gettext_noop("What it is about"),
    "category": gettext_noop("Category"),
    "address": gettext_noop("Where it is"),
    "place_id": gettext_noop("Place"),
    "occurred_at": gettext_noop("When it was written down"),
    "emergency": gettext_noop("It cannot wait (danger, many people, no water or power)"),
    "call": gettext_noop("Somebody shall come at once"),
    "public": gettext_noop("May stand in the public ledger, without who and where exactly"),
}


def intake_form(playbook: Playbook, data: QueryDict | None) -> Intake:
    form = Intake(data, initial={"channel": "hotline", "public": True})
    for name, label in _LABELS.items():
        form.fields[name].label = _(label)
    channels = [(key, _(label)) for key, label in CHANNELS if key in playbook.channels]
    form.fields["channel"].choices = channels  # type: ignore[attr-defined]
    form.fields["occurred_at"].help_text = _("Only for paper that is keyed in later; the limits run from now.")
    form.fields["address"].help_text = _("Courtyard, road with number, or the name of a grid.")
    return form


def new_case(programme: str, data: QueryDict, document_ids: Sequence[int]) -> NewCase:
    """Raises field.invalid for a moment that is none."""
    return NewCase(
        programme=programme,
        text=data.get("text", ""),
        channel=data.get("channel") or "hotline",
        category=data.get("category", ""),
        asker=_contact(data),
        place_id=_id(data, "place_id"),
        address=data.get("address", ""),
        subject_id=_id(data, "subject_id"),
        occurred_at=clean_moment(data.get("occurred_at", ""), field="occurred_at", label=_LABELS["occurred_at"]),
        emergency=bool(data.get("emergency")),
        call=bool(data.get("call")),
        public=bool(data.get("public")),
        document_ids=document_ids,
        key=f"desk:{data['key']}" if data.get("key") else None,
    )


def _contact(data: QueryDict) -> NewContact | None:
    """None where somebody asked who left neither name nor phone."""
    name, phone = data.get("name", "").strip(), data.get("phone", "").strip()
    return NewContact(name=name, phone=phone, subject_id=_id(data, "subject_id")) if name or phone else None


def _id(data: QueryDict, name: str) -> int | None:
    return number_in(data.get(name, ""))


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    """`why`: what spoke for it; empty for those that nothing spoke for."""

    key: str
    label: str
    chosen: bool
    sure: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Categories:
    """Suggested ones first. `best` is what was chosen for the writer, who may choose otherwise."""

    suggested: Sequence[CategoryChoice]
    others: Sequence[CategoryChoice]
    best: str


def categories(playbook: Playbook, data: Mapping[str, str]) -> Categories:
    """A choice that the writer made stays; one that was only suggested gives way to a better one."""
    text = data.get("text", "").strip()
    found = classify.suggest(playbook, "", text) if len(text) >= ENOUGH_TEXT else []
    best = found[0].category if found else ""
    chosen = data.get("category", "")
    if not chosen or chosen == data.get("suggested", ""):
        chosen = best
    keys = [one.category for one in found]
    suggested = [
        CategoryChoice(
            key=one.category,
            label=category_name(playbook, one.category),
            chosen=one.category == chosen,
            sure=f"{one.confidence:.0%}",
            why=spoke_for_it(one),
        )
        for one in found
    ]
    others = [
        CategoryChoice(one.key, said(one.name), one.key == chosen) for one in playbook.categories if one.key not in keys
    ]
    return Categories(suggested, others, best)


def spoke_for_it(found: classify.Suggestion) -> str:
    """Why a category is suggested: the words, or how many cases it was learned from."""
    if found.words:
        return _("because of: %(words)s") % {"words": "、".join(found.words[:4])}
    return _("learned from %(count)s closed cases") % {"count": found.learned_from}


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    place_id: int
    name: str
    above: str
    why: str


def place_choices(actor: Actor, address: str) -> list[PlaceChoice]:
    """What the address speaks of; without one, the places that the writer answers for."""
    if not address.strip():
        paths = sorted({post.place_path for post in actor.posts if post.place_path.count("/") > 2})
        places = [(registry.place(int(path.rstrip("/").rsplit("/", 1)[-1])), "") for path in paths[:4]]
    else:
        places = [(match.place, "、".join(match.why)) for match in registry.locate_address(address)]
    return [PlaceChoice(place.pk, place.name, _above(place), why) for place, why in places]


def _above(place: Any) -> str:
    return " / ".join(one.name for one in registry.ancestors(place)[1:-1])


def alike(playbook: Playbook, data: Mapping[str, str], *, at: datetime) -> list[Alike]:
    """Open cases that may be about the same thing."""
    text = data.get("text", "").strip()
    if len(text) < ENOUGH_TEXT:
        return []
    place_id = number_in(data.get("place_id", ""))
    path = registry.place(place_id).path if place_id is not None else ""
    found = similar_open(text=text, category=data.get("category", ""), place_path=path, at=at)
    return similar.rows(found)


def playbook_for(programme: str) -> tuple[str, Playbook, list[tuple[str, str]]]:
    """The programme that was named or the first one that runs; its playbook; all that one can choose from.

    Raises case.no_programme.
    """
    running = programmes.running()
    if not running:
        raise Problem(NO_PROGRAMME, field="programme")
    books = {one.key: programmes.playbook_of(one.current_id) for one in running if one.current_id is not None}
    chosen = programme if programme in books else next(iter(books))
    return chosen, books[chosen], [(key, said(book.playbook.name)) for key, book in books.items()]


@dataclass(frozen=True, slots=True)
class Registered:
    """What came of it. `reason`: why it went where it went; empty where it waits at the desk."""

    number: str
    url: str
    title: str
    holder: str
    reason: str
    waits: bool
    occurred: datetime | None


def registered(page: CasePage) -> Registered:
    case = page.case
    sent = next((line for line in page.timeline if line.verb in ("dispatch", "hand_over")), None)
    route = next((one for one in page.playbook.routes if sent and one.key == sent.data.get("route")), None)
    return Registered(
        number=case.number,
        url=reverse("console:case", args=[case.number]),
        title=case.title,
        holder=page.holder,
        reason=said(route.reason) if route is not None else "",
        waits=sent is None,
        occurred=localtime(case.occurred_at) if case.occurred_at != case.registered_at else None,
    )
