"""The ways from somebody's card to the forms about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from guanjia.console.viewmodels.rows import said
from guanjia.fieldwork import policy
from guanjia.fieldwork.publishing import form_id
from guanjia.kernel.actor import Actor
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes


@dataclass(frozen=True, slots=True)
class FormLink:
    label: str
    url: str
    minutes: int


@dataclass(frozen=True, slots=True)
class FormLinks:
    links: Sequence[FormLink]
    answers_url: str


def links_for(actor: Actor, subject: Any) -> FormLinks | None:
    """For whoever would fill a form in at this door; None where nobody asks anything there. One query."""
    path = subject.place.path if subject.place else ""
    if subject.valid_to is not None or not policy.may_visit(actor, subject.kind, path):
        return None
    books = {id: book for id, book in _books().items() if any(use.about == subject.kind for use in book.forms)}
    inside = programmes.enrolled_in(subject.pk, books)
    return _links({id: books[id] for id in books if id in inside}, subject.kind, subject.pk, f"subject={subject.pk}")


def links_at(actor: Actor, place: Any) -> FormLinks | None:
    """The same of a place."""
    if place.valid_to is not None or not policy.may_work_at(actor, place.path):
        return None
    return _links(_books(), "place", place.pk, f"place={place.pk}")


def form_name(form: Any) -> str:
    """Of a published form, as the playbook in force calls it; its key where that knows it no longer."""
    programme = form.programme
    use = programmes.playbook_of(programme.current_id).form(form.form_key) if programme.current_id else None
    return said(use.name) if use else form_id(programme.key, form.form_key)


def _books() -> dict[int, Playbook]:
    return {one.pk: programmes.current_playbook(one.pk) for one in programmes.running()}


def _links(books: dict[int, Playbook], about: str, target_id: int, narrowed: str) -> FormLinks | None:
    found = [
        FormLink(said(use.name), reverse("console:fill", args=[book.key, use.key, target_id]), use.minutes)
        for book in books.values()
        for use in book.forms
        if use.about == about
    ]
    return FormLinks(found, f"{reverse('console:answers')}?{narrowed}") if found else None
