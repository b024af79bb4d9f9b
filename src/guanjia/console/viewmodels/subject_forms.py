"""The forms of the cards of businesses, households and persons. What is wrong with them the actions say."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from guanjia.console.asking import read_day, read_id
from guanjia.console.viewmodels import choices
from guanjia.console.viewmodels.place_forms import Dated
from guanjia.console.viewmodels.subjects import SECRETS, home_of, masked
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.problems import INVALID, NO_SUCH_PAGE, NOT_FOUND, Problem
from guanjia.registry import policy
from guanjia.registry import queries as registry
from guanjia.registry.actions.subjects import CHANGE_SUBJECTS
from guanjia.registry.problems import CLOSED_SUBJECT
from guanjia.registry.queries import SubjectCard

SITE = gettext_noop("Grid or courtyard")
DOOR = gettext_noop("Household")
#: What a count is called, and what would be a slip of the keyboard.
COUNTED = {"employees": (gettext_noop("Employees"), 999_999), "members": (gettext_noop("Members"), 999)}
PHONE = {"inputmode": "tel", "autocomplete": "off"}
NUMBER = {"inputmode": "numeric", "min": 0}
HIDDEN = gettext_lazy("Stored encrypted and shown masked.")


class Standing(Dated):
    place_id = forms.ChoiceField(label=gettext_lazy("Grid or courtyard"))


class BusinessForm(Standing):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    credit_code = forms.CharField(
        label=gettext_lazy("Credit code"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    industry = forms.CharField(
        label=gettext_lazy("Industry"),
        max_length=5,
        required=False,
        help_text=gettext_lazy("GB/T 4754: a letter and up to four digits."),
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    contact_name = forms.CharField(label=gettext_lazy("Contact"), max_length=40, required=False, help_text=HIDDEN)
    contact_phone = forms.CharField(
        label=gettext_lazy("Phone of the contact"),
        required=False,
        widget=forms.TextInput(attrs=PHONE),
        help_text=HIDDEN,
    )
    employees = forms.IntegerField(
        label=gettext_lazy("Employees"), required=False, widget=forms.NumberInput(attrs=NUMBER)
    )
    is_key = forms.BooleanField(label=gettext_lazy("Key business"), required=False)
    field_order = ("name", "place_id")


class HouseholdForm(Standing):
    building = forms.CharField(label=gettext_lazy("Building"), max_length=24, required=False)
    unit_no = forms.CharField(label=gettext_lazy("Entrance"), max_length=24, required=False)
    room = forms.CharField(
        label=gettext_lazy("Room"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("Where there is none of the three, the household goes by its address."),
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False, help_text=HIDDEN)
    members = forms.IntegerField(label=gettext_lazy("Members"), required=False, widget=forms.NumberInput(attrs=NUMBER))


class PersonForm(Standing):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=40, help_text=HIDDEN)
    phone = forms.CharField(
        label=gettext_lazy("Phone"), required=False, widget=forms.TextInput(attrs=PHONE), help_text=HIDDEN
    )
    id_number = forms.CharField(
        label=gettext_lazy("ID number"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=HIDDEN,
    )
    door = forms.CharField(
        label=gettext_lazy("Household"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Its door, as the list of households has it. Leave it empty for somebody without one."),
    )
    field_order = ("name", "phone", "id_number", "place_id", "door")


FORMS: dict[str, type[Standing]] = {"business": BusinessForm, "household": HouseholdForm, "person": PersonForm}
#: Before the name of a field: whether what is stored in it goes.
REMOVE = "remove_"
#: What a card of a household does not change: at another door it has moved.
MOVED = ("place_id", "building", "unit_no", "room")


def new_form(actor: Actor, kind: str, data: QueryDict | None, *, home: Any = None) -> Standing:
    """`home`: the household that a new person lives in. Raises no_such_page."""
    if kind not in FORMS:
        raise Problem(NO_SUCH_PAGE)
    form = FORMS[kind](data)
    if home is not None:
        del form.fields["place_id"], form.fields["door"]
    else:
        choices.offer(form, "place_id", [("", _("Choose")), *choices.sites(actor)])
    return form


def home_asked(actor: Actor, kind: str, subject_id: int | None) -> Any:
    """The household of which a person is entered. Raises what `card_to_change` raises."""
    if kind != "person" or subject_id is None:
        return None
    home = card_to_change(actor, subject_id).subject
    if home.kind != "household":
        raise Problem(NOT_FOUND, what=gettext_noop("household"), key=subject_id)
    return home


def card_to_change(actor: Actor, subject_id: int) -> SubjectCard:
    """Raises not_found, not_allowed, subject.closed."""
    card = registry.subject_card(actor, subject_id)
    subject = card.subject
    if subject.kind not in FORMS:
        raise Problem(NOT_FOUND, what=gettext_noop("subject"), key=subject_id)
    policy.demand(policy.may_change_subject(actor, subject.place.path if subject.place else ""), CHANGE_SUBJECTS)
    if subject.valid_to is not None:
        raise Problem(CLOSED_SUBJECT, name=subject.name, on=subject.valid_to)
    return card


def change_form(actor: Actor, card: SubjectCard, data: QueryDict | None) -> Standing:
    """Filled with what the card shows to everybody; what it masks stays empty."""
    kind = card.subject.kind
    form = FORMS[kind](data, initial=_now(card))
    del form.fields["on"]
    for name, hidden in masked(card).items():
        if name in SECRETS[kind] and hidden:
            field = form.fields[name]
            field.required, field.widget.attrs["placeholder"] = False, hidden
            field.help_text = _("Leave it empty to keep %(masked)s.") % {"masked": hidden}
            if name != "name":
                label = _("Remove: %(label)s %(masked)s") % {"label": field.label, "masked": hidden}
                form.fields[f"{REMOVE}{name}"] = forms.BooleanField(label=label, required=False)
    if kind == "household":
        for name in MOVED:
            del form.fields[name]
    else:
        sites = choices.sites(actor)
        choices.offer(form, "place_id", [*_elsewhere(form.initial["place_id"], sites), *sites])
    return form


def _now(card: SubjectCard) -> dict[str, Any]:
    subject, home = card.subject, home_of(card)
    place_id = (home or subject).place_id
    now = {"place_id": str(place_id or "")}
    if card.business is not None:
        columns = ("credit_code", "industry", "address", "employees", "is_key")
        return now | {"name": subject.name} | {name: getattr(card.business, name) for name in columns}
    if card.household is not None:
        return {"members": card.household.members}
    return now | {"door": home.name if home is not None else ""}


def _elsewhere(place_id: str, sites: Collection[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Where it stands now, to be kept, where that is no site on offer."""
    if not place_id:
        return [("", _("not set"))]
    if any(value == place_id for _label, group in sites for value, _name in group):
        return []
    return [(place_id, registry.place(int(place_id)).name)]


def values(actor: Actor, form: Standing, given: QueryDict) -> dict[str, Any]:
    """As the actions that create take them. Raises field.*"""
    return _read(actor, form, given, form.fields)


def changes(actor: Actor, form: Standing, given: QueryDict) -> dict[str, Any]:
    """As the actions that update take them: what differs from the card, and nothing else. Raises field.*"""
    removed = {name.removeprefix(REMOVE): "" for name in form.fields if name.startswith(REMOVE) and name in given}
    wanted = [name for name in form.changed_data if not name.startswith(REMOVE)]
    changed = removed | _read(actor, form, given, wanted)
    if isinstance(form, BusinessForm) and "place_id" in changed:
        changed |= {"lon": None, "lat": None}  # the point was that of the old place
    return changed


def _read(actor: Actor, form: Standing, given: QueryDict, names: Collection[str]) -> dict[str, Any]:
    where = {"place_id", "door"}
    found = {name: _READ.get(name, _text)(given, name) for name in names if name not in where}
    return found | _where(actor, form, given) if where & set(names) else found


def _where(actor: Actor, form: Standing, given: QueryDict) -> dict[str, int]:
    """The household at a door, or the place."""
    place_id, door = _site(form, given), ""
    if "door" in form.fields:
        door = clean_text(given.get("door"), field="door", label=DOOR, limit=120, required=False, one_line=True)
    if not door:
        return {"place_id": place_id}
    home = registry.household_at(actor, place_id, door)
    if home is None:
        why = gettext_noop("no household is registered there under this name")
        raise Problem(INVALID, field="door", field_label=DOOR, why=why)
    return {"household_id": home.pk}


def _site(form: Standing, given: QueryDict) -> int:
    """One of those on offer."""
    place_id, field = read_id(given, "place_id", SITE), form.fields["place_id"]
    assert isinstance(field, forms.ChoiceField)
    if not field.valid_value(str(place_id)):
        raise Problem(INVALID, field="place_id", field_label=SITE, why=gettext_noop("choose one"))
    return place_id


def _text(given: QueryDict, name: str) -> str:
    return given.get(name, "")


def _flag(given: QueryDict, name: str) -> bool:
    return name in given


def _count(given: QueryDict, name: str) -> int | None:
    """None where nothing is written."""
    label, most = COUNTED[name]
    text = given.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal():
        raise Problem(INVALID, field=name, field_label=label, why=gettext_noop("this is not a whole number"))
    if len(text) > 9 or int(text) > most:
        raise Problem(INVALID, field=name, field_label=label, why=gettext_noop("this is too many"))
    return int(text)


def _day(given: QueryDict, name: str) -> date | None:
    return read_day(given, name, gettext_noop("From which day"))


_READ: dict[str, Callable[[QueryDict, str], Any]] = {
    "employees": _count,
    "members": _count,
    "is_key": _flag,
    "on": _day,
}
