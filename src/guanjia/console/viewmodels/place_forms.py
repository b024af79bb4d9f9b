"""The forms of the changes of places. What is wrong with them the actions say."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from guanjia.console.asking import DayInput, read_ids
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.kernel.problems import INVALID, Problem
from guanjia.registry import queries as registry
from guanjia.registry import rules
from guanjia.registry.actions import GridPart
from guanjia.registry.queries import history

UNDER = gettext_noop("Under which place")
OUTLINE = gettext_noop("Outline")


class Dated(ShownForm):
    """Last of all: from which day. Empty is today."""

    field_order: tuple[str, ...] | None = None
    on = forms.DateField(
        label=gettext_lazy("From which day"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Leave it empty for today. A change may be entered late, never ahead."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name != "on"), "on"])

    def add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self.order_fields([*(one for one in self.fields if one != "on"), "on"])


class Rename(Dated):
    name = forms.CharField(label=gettext_lazy("New name"), max_length=80)


class Found(Dated):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    boundary = forms.CharField(
        label=gettext_lazy("Outline"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("GeoJSON, WGS-84: a Polygon or MultiPolygon. It may be drawn later."),
    )


class Recode(Dated):
    edition = forms.CharField(label=gettext_lazy("Edition"), help_text=gettext_lazy("The year of the official list."))
    code = forms.CharField(label=gettext_lazy("Code"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))


def move(place: Any, data: QueryDict | None) -> Dated:
    """To another place of the level above, of the whole district."""
    form = Dated(data)
    above = rules.LEVELS[rules.level(place.kind) - 1]
    root = registry.district()
    options = []
    for one in _of_level(registry.place_tree(root, down_to=above), above):
        if one.pk != place.parent_id:
            options.append((str(one.pk), one.name))
    form.add("parent", forms.ChoiceField(label=_(UNDER), choices=[("", _("Choose")), *options]))
    return form


def _of_level(nodes: Any, kind: str) -> list[Any]:
    found = []
    for node in nodes:
        if node.place.kind == kind:
            found.append(node.place)
        found += _of_level(node.children, kind)
    return found


def split(place: Any, data: QueryDict | None) -> Dated:
    form = Dated(data)
    form.add("first", forms.CharField(label=_("Name of the first part"), max_length=80))
    form.add("second", forms.CharField(label=_("Name of the second part"), max_length=80))
    options = [(str(one.pk), one.name) for one in registry.children(place.pk, size=200).rows]
    boxes = forms.MultipleChoiceField(
        label=_("Courtyards of the second part"),
        choices=options,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The others go to the first part."),
    )
    form.add("to_second", boxes)
    return form


def split_will(place: Any) -> list[str]:
    return [
        _("%(name)s ends; both parts keep its steward and stand-in until somebody changes them.")
        % {"name": place.name},
        _("Open cases go with their courtyard, else with their household or business, else by their point."),
    ]


def read_parts(given: QueryDict, place: Any) -> list[GridPart]:
    """What was sent by `split`."""
    second = set(read_ids(given, "to_second"))
    all_ids = [one.pk for one in registry.children(place.pk, size=200).rows]
    return [
        GridPart(given.get("first", ""), [id for id in all_ids if id not in second]),
        GridPart(given.get("second", ""), [id for id in all_ids if id in second]),
    ]


def merge(place: Any, data: QueryDict | None) -> Dated:
    form = Dated(data, initial={"name": place.name})
    options = [(str(one.pk), one.name) for one in history.beside(place)]
    boxes = forms.MultipleChoiceField(
        label=_("Merge it with"), choices=options, widget=forms.CheckboxSelectMultiple, required=True
    )
    form.add("others", boxes)
    form.add("name", forms.CharField(label=_("Name of what follows"), max_length=80))
    return form


def redraw(place: Any, data: QueryDict | None) -> Dated:
    """Courtyards of the neighbours that come to this grid, and new lines."""
    form = Dated(data)
    options = [
        (str(one.pk), format_html("{} <small class=inline>{}</small>", one.name, grid.name))
        for grid in history.beside(place)
        for one in registry.children(grid.pk, size=200).rows
    ]
    form.add(
        "takes",
        forms.MultipleChoiceField(
            label=_("Courtyards that come from neighbours"),
            choices=options,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
    )
    hint = _("GeoJSON, WGS-84: a Polygon or MultiPolygon. Empty: the lines stay.")
    area = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
    form.add("boundary", forms.CharField(label=_(OUTLINE), required=False, widget=area, help_text=hint))
    return form


def read_boundary(given: QueryDict) -> dict[str, Any] | None:
    """Raises field.invalid where it is no JSON; what it draws the action checks."""
    text = given.get("boundary", "").strip()
    if not text:
        return None
    try:
        data = json.loads(text)
    except ValueError as error:
        why = gettext_noop("it is not GeoJSON")
        raise Problem(INVALID, field="boundary", field_label=OUTLINE, why=why) from error
    if not isinstance(data, dict):
        raise Problem(INVALID, field="boundary", field_label=OUTLINE, why=gettext_noop("it is not GeoJSON"))
    return data
