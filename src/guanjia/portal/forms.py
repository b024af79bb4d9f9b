"""The questions, one form a page. What an answer means is decided below; a form only reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.problems import Problem
from guanjia.playbook.schema import Playbook
from guanjia.portal.fields import Choice, ClockTime, Coordinate, Phone, PlainText, Trap, refusal
from guanjia.portal.pages import told
from guanjia.portal.problems import NO_POINT, PHONE_OR_NOT

TEXT_LIMIT = 10_000
#: The choice of no message at all.
HERE = "here"
WAYS = {
    "sms": _("By text message"),
    "mail": _("By mail"),
    HERE: _("Not at all: I look here myself"),
}
#: Where a request is: the choice, and the field that it needs.
WHERE = {
    "card": _("At the place of the card"),
    "here": _("Where I am now, or a point on the map"),
    "address": _("At an address"),
    "shop": _("At my shop or company"),
    "nowhere": _("I cannot say, or it is about no place"),
}


class WhatForm(forms.Form):
    text = PlainText(
        limit=TEXT_LIMIT,
        label=_("Tell us"),
        help_text=_(
            "In your own words: what happened, since when, what would help. "
            "Please leave out other people's names and ID numbers."
        ),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )
    #: By script alone: otherwise it is suggested on the last page.
    category = forms.CharField(required=False, widget=forms.HiddenInput)
    call = forms.BooleanField(required=False, label=_("It cannot wait: please send somebody at once"))
    website = Trap()


class WhereForm(forms.Form):
    how = Choice(choices=[], label=_("Where is it?"))
    place_lat = Coordinate(90)
    place_lng = Coordinate(180)
    address = PlainText(
        limit=200,
        one_line=True,
        required=False,
        label=_("Address"),
        help_text=_("Street, estate, building; or a landmark"),
    )
    shop = PlainText(limit=120, one_line=True, required=False, label=_("Name or credit code"))
    subject = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, card: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["how"].choices = [pair for pair in WHERE.items() if card or pair[0] != "card"]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        how = values.get("how")
        if how == "here" and (values.get("place_lat") is None or values.get("place_lng") is None):
            self.add_error("how", refusal(Problem(NO_POINT)))
        if how in ("address", "shop") and not values.get(how) and not values.get("subject"):
            self.add_error(how, _("Write it down, or choose another way above."))
        return values


class WhoForm(forms.Form):
    phone = Phone(
        required=False,
        label=_("Phone"),
        help_text=_(
            "To tell you the result, and to ask whether it is solved. "
            "Only those who deal with it see it, and each look is written down."
        ),
    )
    name = PlainText(
        limit=40,
        one_line=True,
        required=False,
        label=_("Your name"),
        help_text=_("So that they know how to address you"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    anonymous = forms.BooleanField(required=False, label=_("I do not want to be told the result"))
    public = Choice(
        choices=[("yes", _("Yes, without my name, phone and address")), ("no", _("No, for the people in charge only"))],
        label=_("May the public ledger list it?"),
        help_text=_(
            "Everybody then sees your first words as its title, the kind, street and community, and each step."
        ),
        initial="yes",
    )
    website = Trap()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "phone" in values and not values["phone"] and not values.get("anonymous"):
            self.add_error("phone", refusal(Problem(PHONE_OR_NOT)))
        return values


class CheckForm(forms.Form):
    category = Choice(
        choices=[],
        label=_("What kind of matter is it?"),
        help_text=_("Our suggestion from your words. Leave it if you are not sure."),
        widget=forms.Select,
    )
    join = forms.IntegerField(required=False)

    def __init__(self, *args: Any, playbook: Playbook, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = [(one.key, told(one.name)) for one in playbook.categories]  # type: ignore[attr-defined]


class TrackForm(forms.Form):
    number = PlainText(
        limit=40,
        one_line=True,
        label=_("Number of the request"),
        help_text=_("It stands on your receipt, for instance 2026-0000123-4"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    last4 = PlainText(
        limit=4,
        one_line=True,
        label=_("Last four digits of your phone"),
        help_text=_("Of the phone that you asked with"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class StewardForm(forms.Form):
    text = PlainText(
        limit=200,
        one_line=True,
        label=_("Address, or name or credit code of your shop"),
        help_text=_("For instance the name of your estate. What you type is not kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SayForm(forms.Form):
    """What an asker writes under a verb whose one parameter is a text."""

    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    text = PlainText(limit=TEXT_LIMIT, label=_("Your words"))

    def __init__(self, *args: Any, required: bool = True, label: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].required = required
        if label:
            self.fields["text"].label = label


class RateForm(forms.Form):
    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    solved = Choice(choices=[("yes", _("Yes, it is solved")), ("no", _("No, not yet"))], label=_("Is it solved?"))
    satisfaction = Choice(choices=[(str(n), str(n)) for n in range(1, 6)], label=_("How satisfied are you?"))
    text = PlainText(limit=TEXT_LIMIT, required=False, label=_("Anything you want to say"))


#: Each by its own name.
_LANGUAGES = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


class HearingForm(forms.Form):
    """`ways`: by channel, what it reaches, masked."""

    way = Choice(choices=[], label=_("How shall we tell you of news?"))
    language = Choice(choices=_LANGUAGES, label=_("In which language?"))
    quiet_from = ClockTime(label=_("Not from"))
    quiet_until = ClockTime(label=_("until"))

    def __init__(self, *args: Any, ways: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(way, format_html("{} <span class='soft num'>{}</span>", WAYS[way], to)) for way, to in ways.items()]
        self.fields["way"].choices = [*offered, (HERE, WAYS[HERE])]  # type: ignore[attr-defined]

    def clean_way(self) -> str:
        """Empty for none."""
        way: str = self.cleaned_data["way"]
        return "" if way == HERE else way
