"""Whom the district serves: a list to find them in, and the masked card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.access import policy as access_policy
from guanjia.console.viewmodels.form_links import FormLinks, links_for
from guanjia.console.viewmodels.people import Counts, counts
from guanjia.console.viewmodels.places import Deed, deed
from guanjia.console.viewmodels.stewardship import Answering, Past, Target, answering, past
from guanjia.fieldwork import policy as fieldwork_policy
from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page
from guanjia.kernel.text import gettext_noop
from guanjia.programmes import policy as programmes_policy
from guanjia.programmes import queries as programmes
from guanjia.registry import policy as registry_policy
from guanjia.registry import queries as registry
from guanjia.registry.queries import SubjectCard

KINDS = (
    ("business", gettext_noop("Businesses")),
    ("household", gettext_noop("Households")),
    ("person", gettext_noop("Persons")),
)
KIND = {
    "business": gettext_noop("Business"),
    "household": gettext_noop("Household"),
    "person": gettext_noop("Person"),
    "place": gettext_noop("Place"),
    "unit": gettext_noop("Unit"),
}
#: The cards that are kept by hand; those of places and units follow them.
NEW = {
    "business": gettext_noop("New business"),
    "household": gettext_noop("New household"),
    "person": gettext_noop("New person"),
}
#: What may be opened of a card, by kind.
SECRETS: dict[str, dict[str, str]] = {
    "business": {"contact_name": gettext_noop("Contact"), "contact_phone": gettext_noop("Phone of the contact")},
    "household": {"address": gettext_noop("Address")},
    "person": {
        "name": gettext_noop("Full name"),
        "phone": gettext_noop("Phone"),
        "id_number": gettext_noop("ID number"),
    },
}
SIZE = 50


def listed(actor: Actor, *, kind: str, text: str, place_id: int | None, cursor: str | None) -> Page[Any]:
    """One query, and one for the place. Raises not_found, page.bad_cursor."""
    if text:
        return registry.search_subjects(actor, text, kind=kind, cursor=cursor, size=SIZE)
    place = registry.place(place_id) if place_id else None
    return registry.subjects(actor, kind=kind, place=place, cursor=cursor, size=SIZE)


def kinds(actor: Actor) -> list[tuple[str, str]]:
    """Those whose cards the actor may read at all."""
    return [(key, label) for key, label in KINDS if registry_policy.scopes(actor, key)]


@dataclass(frozen=True, slots=True)
class Secret:
    label: str
    masked: str
    url: str


@dataclass(frozen=True, slots=True)
class SubjectPage:
    card: SubjectCard
    kind: str
    crumbs: Sequence[dict[str, str]]
    secrets: Sequence[Secret]
    facts: Sequence[dict[str, Any]]
    counts: Counts | None
    answering: Sequence[Answering]
    history: Sequence[Past]
    deeds: Sequence[Deed]
    #: "" for a reader who does not go there.
    visit_url: str
    forms: FormLinks | None


def subject_page(actor: Actor, subject_id: int, *, at: datetime) -> SubjectPage:
    """A fixed number of queries, and two for each programme. Raises not_found."""
    card = registry.subject_card(actor, subject_id)
    subject, deeds = card.subject, _deeds(actor, card)
    return SubjectPage(
        card=card,
        kind=_(KIND[subject.kind]),
        crumbs=[
            *({"label": one.name, "url": reverse("console:place", args=[one.pk])} for one in card.places),
            {"label": subject.name, "url": ""},
        ],
        secrets=_secrets(actor, card),
        facts=_facts(card),
        counts=counts(actor, at=at, subject=subject_id),
        answering=answering(actor, Target(subject), at=at) if subject.valid_to is None else [],
        history=past(programmes.assignment_history(actor, subject_id=subject_id, size=20).rows),
        deeds=[*deeds[:1], *_enrolling(actor, subject), *deeds[1:]],
        visit_url=_visit_url(actor, card.subject),
        forms=links_for(actor, card.subject),
    )


def masked(card: SubjectCard) -> dict[str, str]:
    """What a card shows of its secrets, by column; "" where it holds nothing."""
    return {
        "contact_name": card.contact_name,
        "contact_phone": card.phone,
        "address": card.address,
        "name": card.contact_name,
        "phone": card.phone,
        "id_number": card.id_number,
    }


def _secrets(actor: Actor, card: SubjectCard) -> list[Secret]:
    """Masked, each with the way to open it where the reader may."""
    shown = masked(card)
    opens = access_policy.may_reveal(actor)
    found = []
    for field, label in SECRETS.get(card.subject.kind, {}).items():
        url = reverse("console:reveal_subject", args=[card.subject.pk, field]) if opens and shown[field] else ""
        found.append(Secret(_(label), shown[field], url))
    return found


def _facts(card: SubjectCard) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if card.business is not None:
        found += [
            {"label": _("Credit code"), "value": card.business.credit_code},
            {"label": _("Industry"), "value": card.business.industry},
            {"label": _("Address"), "value": card.business.address},
            {"label": _("Employees"), "value": card.business.employees},
            {"label": _("Key business"), "value": _("Yes") if card.business.is_key else _("No")},
        ]
    if card.household is not None:
        found.append({"label": _("Members"), "value": card.household.members})
    if card.subject.unit_id is not None:
        url = reverse("console:unit", args=[card.subject.unit_id])
        found.append({"label": _("Unit"), "value": card.subject.name, "url": url})
    if (home := home_of(card)) is not None:
        found.append({"label": _("Household"), "value": home.name, "url": reverse("console:subject", args=[home.pk])})
    return found


def home_of(card: SubjectCard) -> Any:
    """The household that a person lives in."""
    if card.subject.kind != "person" or card.subject.person.household is None:
        return None
    return card.subject.person.household.subject


def _visit_url(actor: Actor, subject: Any) -> str:
    served = subject.valid_to is None
    if served and fieldwork_policy.may_visit(actor, subject.kind, subject.place.path if subject.place else ""):
        return reverse("console:visit", args=[subject.pk])
    return ""


def _enrolling(actor: Actor, subject: Any) -> list[Deed]:
    path = subject.place.path if subject.place else ""
    books = [programmes.current_playbook(one.pk) for one in programmes.running()]
    served = subject.valid_to is None and any(subject.kind in book.serves.subjects for book in books)
    if not served or not programmes_policy.may_enrol(actor, [path]):
        return []
    return [deed(_("Programmes"), reverse("console:programmes_of", args=[subject.pk]), "bookmark")]


def new_deed(actor: Actor, kind: str) -> Deed | None:
    """The way to the form of a new card, for whoever keeps such cards."""
    if kind not in NEW or not actor.holds(*registry_policy.KEEPERS):
        return None
    return deed(_(NEW[kind]), reverse("console:new_subject", args=[kind]), "plus")


def _deeds(actor: Actor, card: SubjectCard) -> list[Deed]:
    subject = card.subject
    path = subject.place.path if subject.place else ""
    if subject.kind not in NEW or not registry_policy.may_change_subject(actor, path):
        return []
    if subject.valid_to is not None:
        return [deed(_("Register again"), reverse("console:reopen_subject", args=[subject.pk]), "return")]
    change = deed(_("Correct the card"), reverse("console:change_subject", args=[subject.pk]), "edit")
    deeds = [{**change, "primary": True}]
    if subject.kind == "household":
        add = f"{reverse('console:new_subject', args=['person'])}?household={subject.pk}"
        deeds += [
            deed(_("Add a person"), add, "plus"),
            deed(_("Move"), reverse("console:move_household", args=[subject.pk]), "transfer"),
        ]
    end = deed(_("End registration"), reverse("console:close_subject", args=[subject.pk]), "trash")
    return [*deeds, {**end, "danger": True}]
