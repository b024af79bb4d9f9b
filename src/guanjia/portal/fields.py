"""Form fields that refuse in the words of the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.codes import normal_phone
from guanjia.kernel.problems import INVALID, MISSING, Problem, Problems
from guanjia.kernel.spoken import spoken
from guanjia.portal.problems import HIDDEN_FIELD


def refusal(problem: Problem) -> ValidationError:
    words = spoken(problem)
    # Chinese sentences follow each other without a space.
    gap = "" if words["message"].endswith(("。", "！", "？")) else " "
    return ValidationError(f"{words['message']}{gap}{words['todo']}")


def put_on(form: forms.BaseForm, problem: Problem, **renamed: str) -> None:
    """Each refusal at its field; those of fields that the form lacks above all. `renamed`: theirs → the form's name."""
    for one in problem.each if isinstance(problem, Problems) else (problem,):
        name = renamed.get(one.field or "", one.field)
        form.add_error(name if name in form.fields else None, refusal(one))


class PlainText(forms.Field):
    """Cleaned as every text from people is; `limit` in characters."""

    def __init__(self, *, limit: int, one_line: bool = False, **options: Any) -> None:
        self.limit, self.one_line = limit, one_line
        options.setdefault("widget", forms.TextInput if one_line else forms.Textarea)
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"maxlength": self.limit}

    def clean(self, value: Any) -> str:
        try:
            return clean_text(
                value,
                field="",
                label=self.label,  # type: ignore[arg-type]
                limit=self.limit,
                required=self.required,
                one_line=self.one_line,
            )
        except Problem as problem:
            raise refusal(problem) from problem


class Phone(PlainText):
    """Digits of a phone, or empty where it is not required."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}))
        super().__init__(limit=24, one_line=True, **options)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        phone = normal_phone(text) if text else ""
        if phone is None:
            why = _("11 digits for a mobile, or the area code and number of a landline")
            raise refusal(Problem(INVALID, field_label=self.label, why=why))
        return phone


class Choice(forms.ChoiceField):
    """One of a few; says that it is missing as the catalogue does."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.RadioSelect)
        super().__init__(**options)

    def validate(self, value: Any) -> None:
        if value in self.empty_values:
            if self.required:
                raise refusal(Problem(MISSING, field_label=self.label))
        elif not self.valid_value(value):
            raise refusal(Problem(INVALID, field_label=self.label, why=_("choose one from the list")))


class ClockTime(forms.TimeField):
    """A time of day, or none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as error:
            problem = Problem(INVALID, field_label=self.label, why=_("hours and minutes, such as 12:30"))
            raise refusal(problem) from error


class Coordinate(forms.FloatField):
    """Filled in by script; nonsense counts as nothing marked."""

    def __init__(self, most: float) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)
        self.most = most

    def clean(self, value: Any) -> float | None:
        try:
            number = float(value)
        except (TypeError, ValueError):
            return None
        return number if -self.most <= number <= self.most else None


class Trap(forms.Field):
    """Nobody sees it, so that whatever fills it in is a machine."""

    def __init__(self) -> None:
        attrs = {"autocomplete": "off", "tabindex": "-1", "data-no-draft": ""}
        super().__init__(required=False, label=_("Leave this empty"), widget=forms.TextInput(attrs=attrs))

    def clean(self, value: Any) -> str:
        if value:
            raise refusal(Problem(HIDDEN_FIELD))
        return ""
