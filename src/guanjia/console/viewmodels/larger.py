"""Verbs that are one line of a larger act: what that act asks for besides what the verb does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from guanjia.cases.actions.intake import NewContact
from guanjia.cases.actions.joining import join_case
from guanjia.cases.actions.parts import split_off
from guanjia.cases.queries.page import CasePage
from guanjia.console.viewmodels.rows import said
from guanjia.kernel.actor import Actor

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Larger:
    """`do` takes actor, page, what was sent, the moment, and the number of the line that the sender had seen."""

    fields: Callable[[CasePage], dict[str, forms.Field]]
    do: Callable[[Actor, CasePage, Given, datetime, int | None], object]


def _part_fields(page: CasePage) -> dict[str, forms.Field]:
    categories = [(one.key, said(one.name)) for one in page.playbook.categories]
    return {
        "title": forms.CharField(label=_("Title of the part"), required=False, max_length=120),
        "text": forms.CharField(
            label=_("What the part is about"), widget=forms.Textarea(attrs={"rows": 3, "maxlength": 10_000})
        ),
        "category": forms.ChoiceField(label=_("Category"), choices=categories, initial=page.state.category),
    }


def _split_off(actor: Actor, page: CasePage, sent: Given, at: datetime, seen: int | None) -> object:
    return split_off(
        actor,
        page.case.pk,
        text=sent.get("text", ""),
        title=sent.get("title", ""),
        category=sent.get("category", page.state.category),
        at=at,
        seen=seen,
        key=_key(sent),
    )


def _asker_fields(page: CasePage) -> dict[str, forms.Field]:
    return {
        "phone": forms.CharField(
            label=_("Phone"),
            widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
            help_text=_("Without it there is no way to hear them afterwards."),
        ),
        "name": forms.CharField(
            label=_("Name of the caller"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
        ),
        "text": forms.CharField(
            label=_("What they add"), required=False, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 10_000})
        ),
    }


def _join(actor: Actor, page: CasePage, sent: Given, at: datetime, seen: int | None) -> object:
    who = NewContact(name=sent.get("name", ""), phone=sent.get("phone", ""))
    return join_case(actor, page.case.pk, who, channel="hotline", text=sent.get("text", ""), at=at)


def _key(sent: Given) -> str | None:
    return f"desk:{sent['key']}" if sent.get("key") else None


LARGER: Mapping[str, Larger] = MappingProxyType(
    {"open_child": Larger(_part_fields, _split_off), "join": Larger(_asker_fields, _join)}
)
