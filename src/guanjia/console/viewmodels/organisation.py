"""The forms by which units, posts and officers are set up and changed. What is wrong with them the actions say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from guanjia.console.asking import Suggesting, read_choice
from guanjia.console.viewmodels import choices
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.console.viewmodels.people import UNIT_KINDS
from guanjia.console.viewmodels.place_forms import Dated
from guanjia.kernel.actor import Role
from guanjia.kernel.problems import INVALID, Problem
from guanjia.playbook.labels import ROLE_LABELS
from guanjia.registry import queries as registry

UNIT = gettext_noop("Unit")
AREA = gettext_noop("Area")
Choices = list[tuple[str, Any]]


class UnitForm(Dated):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    short_name = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("As lists show it, where there is little room."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of unit"))
    parent_id = forms.ChoiceField(label=gettext_lazy("Stands below"), required=False)
    place_id = forms.ChoiceField(label=gettext_lazy("Area"), required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=gettext_lazy("Public."),
    )
    duties = forms.CharField(
        label=gettext_lazy("Duties"), required=False, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 10_000})
    )


def unit_form(data: QueryDict | None, *, unit: Any = None, below: int | None = None) -> UnitForm:
    """Of a unit that there is, or of a new one below another."""
    first = {name: getattr(unit, name) for name in UnitForm.base_fields if name != "on"} if unit is not None else {}
    form = UnitForm(data, initial={"parent_id": below, **first})
    if unit is not None:
        del form.fields["on"]
    choices.offer(form, "kind", [(key, _(label)) for key, label in UNIT_KINDS])
    above = [one for one in choices.units(None) if unit is None or one.value != str(unit.pk)]
    choices.offer(form, "parent_id", choices.pairs(above, first=_("not set")))
    choices.offer(form, "place_id", [("", _("not set")), *_areas(unit.place if unit is not None else None)])
    return form


def unit_values(given: QueryDict) -> dict[str, Any]:
    """As `create_unit` and `update_unit` take them. Raises field.invalid."""
    texts = {name: given.get(name, "") for name in ("name", "short_name", "phone", "duties")}
    above = read_choice(given, "parent_id", gettext_noop("Stands below"))
    return {**texts, "parent_id": above, "place_id": read_choice(given, "place_id", gettext_noop("Area"))}


def _areas(own: Any) -> Choices:
    """The unit's own area down to its grids, then the district down to its communities."""
    district = choices.pairs(choices.places(None))
    root = registry.district()
    everywhere = [(str(root.pk), root.name), *district] if root is not None else district
    if own is None:
        return everywhere
    return [(_("Its own area"), _down_to_grids(own)), (_("The whole district"), everywhere)]


def _down_to_grids(place: Any) -> list[tuple[str, str]]:
    def walk(nodes: Iterable[Any], depth: int) -> Iterable[tuple[str, str]]:
        for node in nodes:
            yield str(node.place.pk), "\N{IDEOGRAPHIC SPACE}" * depth + node.place.name
            yield from walk(node.children, depth + 1)

    return [(str(place.pk), place.name), *walk(registry.place_tree(place, down_to="grid"), 1)]


class PostForm(Dated):
    title = forms.CharField(label=gettext_lazy("Post title"), max_length=80)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), help_text=gettext_lazy("What whoever holds it may do, within the area.")
    )
    place_id = forms.ChoiceField(label=gettext_lazy("Area"))


def post_form(unit: Any, data: QueryDict | None) -> PostForm:
    form = PostForm(data, initial={"place_id": unit.place_id})
    choices.offer(form, "role", [("", _("Choose")), *((str(role), _(label)) for role, label in ROLE_LABELS.items())])
    choices.offer(form, "place_id", [("", _("Choose")), *_areas(unit.place)])
    return form


def read_role(given: QueryDict) -> Role:
    """Raises field.invalid."""
    wanted = given.get("role", "")
    if wanted not in list(Role):
        raise Problem(INVALID, field="role", field_label=gettext_noop("Role"), why=gettext_noop("choose one"))
    return Role(wanted)


class OfficerForm(ShownForm):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=40)
    staff_number = forms.CharField(label=gettext_lazy("Staff number"), max_length=32)
    work_phone = forms.CharField(
        label=gettext_lazy("Work phone"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=gettext_lazy("Stands on the contact card that residents see."),
    )
    mobile = forms.CharField(
        label=gettext_lazy("Mobile"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("For messages alone; nobody is shown it."),
    )


class OfficerChangeForm(ShownForm):
    unit_id = forms.ChoiceField(label=gettext_lazy("Unit"))
    work_phone = OfficerForm.base_fields["work_phone"]
    mobile = forms.CharField(
        label=gettext_lazy("New mobile"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("Leave it empty: the one on record stays."),
    )


def officer_change_form(officer: Any, data: QueryDict | None) -> OfficerChangeForm:
    form = OfficerChangeForm(data, initial={"unit_id": officer.unit_id, "work_phone": officer.work_phone})
    choices.offer(form, "unit_id", choices.pairs(choices.units(officer.unit_id)))
    return form


def officer_changes(given: QueryDict, unit_id: int) -> dict[str, Any]:
    """As `update_officer` takes them."""
    mobile = {"mobile": given["mobile"]} if given.get("mobile", "").strip() else {}
    return {"unit_id": unit_id, "work_phone": given.get("work_phone", ""), **mobile}


class AppointForm(Dated):
    officer = forms.CharField(label=gettext_lazy("Who takes the post"), help_text=gettext_lazy("Name or staff number"))


def appoint_form(data: QueryDict | None, suggestions: list[tuple[str, str]]) -> AppointForm:
    form = AppointForm(data)
    form.fields["officer"].widget = Suggesting(suggestions)
    return form
