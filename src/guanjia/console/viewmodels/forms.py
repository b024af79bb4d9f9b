"""The form behind each verb, made from what the verb asks for.

Nothing is checked here: the action does that, and its refusals are shown beside their fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import uuid4

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guanjia.cases.queries.page import CasePage
from guanjia.console.viewmodels import due, parties
from guanjia.console.viewmodels.case import owner_said
from guanjia.console.viewmodels.larger import LARGER
from guanjia.console.viewmodels.rows import said
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.lifecycle.states import CLAIMABLE, OUTCOME_LABELS, Outcome
from guanjia.playbook.lifecycle.verbs import Param, Verb

#: Kinds whose value decides what follows: a change asks for the foresight again.
DECIDING = ("party", "unit", "tier", "limit", "outcome", "yes_no", "satisfaction", "order")

HONEST = {
    Outcome.SOLVED: gettext_noop("It is done. Counts as solved only once whoever asked agrees."),
    Outcome.PARTLY: gettext_noop("A part is done. Say which, and what stays open."),
    Outcome.EXPLAINED: gettext_noop("It cannot be done. Say why, so that they can understand it."),
    Outcome.NOT_OURS: gettext_noop("Others decide it. Say who, and how to reach them."),
}
#: What of a card a correction may touch, by kind of subject.
CARD = {
    "business": (
        ("name", gettext_noop("Name")),
        ("address", gettext_noop("Address")),
        ("contact_name", gettext_noop("Contact")),
        ("contact_phone", gettext_noop("Phone of the contact")),
    ),
    "household": (("address", gettext_noop("Address")),),
}


class ShownForm(forms.Form):
    """Fields to show; the actions say what is wrong with them."""

    use_required_attribute = False

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def refuse(self, problem: Problem) -> None:
        """Put each refusal beside its field, or above all where it has none."""
        for one in getattr(problem, "each", (problem,)):
            self._refuse(spoken(_with_names(one)))

    def _refuse(self, one: dict[str, Any]) -> None:
        name = _FIELD_OF.get(one["field"], one["field"])
        field = name if name in self.fields else None
        if field is not None and not self.errors:
            # In a long form it may lie out of sight.
            self.fields[field].widget.attrs["autofocus"] = True
        self.add_error(field, f"{one['message']} {one['todo']}")


def _with_names(problem: Problem) -> Problem:
    """With the kinds of evidence by name, where some are missing."""
    if "kinds" not in problem.params:
        return problem
    kinds = "、".join(_(_EVIDENCE.get(kind, kind)) for kind in problem.params["kinds"].split("、"))
    return Problem(problem.kind, field=problem.field, **{**problem.params, "kinds": kinds})


#: Where a refusal names the field otherwise than the form.
_FIELD_OF = {"files": "evidence"}


class Made(NamedTuple):
    """A field, and what its part of the template needs besides."""

    field: forms.Field
    extra: Mapping[str, Any] = MappingProxyType({})


def verb_form(page: CasePage, verb: Verb, data: QueryDict | None, first: Mapping[str, Any], at: datetime) -> ShownForm:
    """Bound to `data` if it was sent, else with the `first` values. Its fields know their `kind` and `extra`."""
    form = ShownForm(data, initial=dict(first))
    if verb.key in LARGER:
        form.fields.update(LARGER[verb.key].fields(page))
        return form
    for param in verb.params:
        if param.kind == "pending":
            continue
        made = _FIELDS[param.kind](page, param, _given(data, first, param.name), at)
        made.field.label = _(param.label)
        made.field.required = param.required or (verb.key, param.name) in _ONCE_REACHED
        made.field.kind, made.field.extra = param.kind, made.extra  # type: ignore[attr-defined]
        form.fields[param.name] = made.field
    return form


#: What somebody who was reached has to be asked; the form hides it where nobody was.
_ONCE_REACHED = {("follow_up", "reached"), ("follow_up", "solved"), ("follow_up", "satisfaction")}


def _given(data: QueryDict | None, first: Mapping[str, Any], name: str) -> str:
    return str((data.get(name) if data is not None else first.get(name)) or "")


def fresh_key() -> str:
    """So that a form sent twice acts once."""
    return uuid4().hex


def values(verb: Verb, data: QueryDict) -> dict[str, Any]:
    """What was sent, in the shapes that `cases.parameters` reads. Evidence is added by whoever took the files in."""
    sent: dict[str, Any] = {}
    for param in verb.params:
        given = str(data.get(param.name, ""))
        if param.kind == "limit":
            sent[param.name] = f"{given.strip()}{data.get(f'{param.name}_unit', 'wd')}" if given.strip() else ""
        elif param.kind == "fields":
            sent[param.name] = _card_values(data, param.name)
        elif param.kind != "evidence":
            sent[param.name] = given if param.kind == "text" else given.strip()
    return sent


def _card_values(data: QueryDict, name: str) -> dict[str, str]:
    start = f"{name}."
    given = {key[len(start) :]: str(data[key]).strip() for key in data if key.startswith(start)}
    return {key: value for key, value in given.items() if value}


def _text(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    return Made(forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "maxlength": 10_000})))


def _line(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    return Made(forms.CharField())


def _party(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    choices = parties.suggested(page, param.kind, at=at) if param.name != "suggest" else []
    if (
        given
        and all(choice.value != given for choice in choices)
        and (chosen := parties.named(given, param.kind, at=at))
    ):
        choices = [chosen, *choices]
    return Made(forms.CharField(), {"choices": choices, "given": given})


def _tier(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    choices = [
        (tier.key, _with_hint(said(tier.name), _tier_hint(owner_said(tier.owner), tier.accept, tier.resolve)))
        for tier in page.playbook.ladder.tiers
    ]
    return Made(forms.ChoiceField(choices=choices, widget=forms.RadioSelect))


def _tier_hint(owner: str, accept: Any, resolve: Any) -> str:
    parts = [owner]
    if accept:
        parts.append(_("accept within %(limit)s") % {"limit": due.limit_said(str(accept))})
    if resolve:
        parts.append(_("resolve within %(limit)s") % {"limit": due.limit_said(str(resolve))})
    return " · ".join(parts)


def _with_hint(label: str, hint: str) -> SafeString:
    return format_html("{}<small>{}</small>", label, hint)


def _limit(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    """A number; its unit is the playbook's, so that nobody has to know how limits are written."""
    longest = page.playbook.ladder.extension.longest
    unit = str(longest.unit) if param.label == _HOW_MUCH_LONGER else "wd"
    most = longest.amount if param.label == _HOW_MUCH_LONGER else 250
    attrs = {"inputmode": "numeric", "min": 1, "max": most}
    return Made(forms.IntegerField(widget=forms.NumberInput(attrs=attrs)), {"unit": unit, "most": most})


_HOW_MUCH_LONGER = "How much longer"


def _outcome(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    choices = [(str(one), _with_hint(_(OUTCOME_LABELS[one]), _(HONEST[one]))) for one in CLAIMABLE]
    return Made(forms.ChoiceField(choices=choices, widget=forms.RadioSelect))


def _yes_no(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    return Made(forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect))


def _satisfaction(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    return Made(forms.IntegerField(), {"given": number_in(given)})


def _asker(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    """Masked; of several, those who have not answered yet first."""
    waiting = sorted(page.askers, key=lambda one: one.answer is not None)
    choices = [(str(one.contact_id), " ".join(filter(None, (one.name, one.phone))) or _("no name")) for one in waiting]
    widget = forms.RadioSelect if len(choices) > 1 else forms.HiddenInput
    field = forms.ChoiceField(choices=choices, widget=widget, initial=choices[0][0] if choices else None)
    return Made(field)


def _case(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    return Made(forms.CharField(widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})))


def _evidence(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    """What the tier asks for is said before it is missing."""
    wanted = page.playbook.tier(page.state.tier).evidence if page.state.tier and param.name == "evidence" else ()
    hint = _("The playbook asks for: %(kinds)s.") % {"kinds": "、".join(_(_EVIDENCE[kind]) for kind in wanted)}
    return Made(forms.FileField(), {"hint": hint if wanted and param.label == "Evidence" else ""})


_EVIDENCE = {
    "note": gettext_noop("a written account"),
    "photo": gettext_noop("a photo"),
    "document": gettext_noop("a document"),
    "signature": gettext_noop("a signature"),
}


def _order(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    choices = [(str(seq), str(order.get("text", ""))[:60]) for seq, order in page.state.orders.items()]
    return Made(
        forms.ChoiceField(choices=choices, widget=forms.RadioSelect, initial=choices[0][0] if choices else None)
    )


def _fields(page: CasePage, param: Param, given: str, at: datetime) -> Made:
    kind = page.case.subject.kind if page.case.subject is not None else ""
    rows: Sequence[dict[str, str]] = [
        {"name": f"{param.name}.{name}", "label": _(label)} for name, label in CARD.get(kind, ())
    ]
    return Made(forms.CharField(), {"rows": rows})


_FIELDS: dict[str, Callable[[CasePage, Param, str, datetime], Made]] = {
    "text": _text,
    "line": _line,
    "party": _party,
    "unit": _party,
    "tier": _tier,
    "limit": _limit,
    "outcome": _outcome,
    "yes_no": _yes_no,
    "satisfaction": _satisfaction,
    "asker": _asker,
    "case": _case,
    "category": _line,
    "evidence": _evidence,
    "order": _order,
    "fields": _fields,
}
