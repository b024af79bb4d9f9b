"""Changes of the registry and the like: one form, what will happen, one action. As a page, or in the dialog of the page
that asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from guanjia.access.requests import Request
from guanjia.console.panels import came_from, go, is_part
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import INVALID, MISSING, Problem


@dataclass(frozen=True, slots=True)
class Asking:
    """`will`: what happens, in sentences. `back`: where to go on where the form was opened as a page of its own. `map`:
    outlines on which the boxes named `ticks` can be ticked as well; only a page has room for it."""

    title: str
    button: str
    form: ShownForm
    back: str
    will: Sequence[str] = ()
    danger: bool = False
    icon: str = "check"
    map: str = ""
    ticks: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """The words for something new, and the page of it, to which one is led."""

    words: str
    url: str


def answer(request: Request, asking: Asking, do: Callable[[], str | Made]) -> HttpResponse:
    """GET shows the form; POST does it, says so (`do` returns the words) and goes on; a refusal stands beside its
    field."""
    status = 200
    if request.method == "POST":
        try:
            done = do()
        except Problem as problem:
            asking.form.refuse(problem)
            status = problem.status
        else:
            made = done if isinstance(done, Made) else Made(done, came_from(request) or asking.back)
            messages.success(request, made.words)
            return go(request, made.url)
    template = "console/asking/panel.html" if is_part(request) else "console/asking/page.html"
    files = asking.form.is_multipart()
    context = {"asking": asking, "form": asking.form, "next": came_from(request), "files": files}
    return render(request, template, context, status=status)


def sent(request: Request) -> QueryDict | None:
    """What a form is bound to."""
    return request.POST if request.method == "POST" else None


class Suggesting(forms.TextInput):
    """A line of text with suggestions, which the browser shows while one types."""

    template_name = "console/asking/suggesting.html"

    def __init__(self, suggestions: Sequence[tuple[str, str]] = (), attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = context["list"] = f"{name}-suggestions"
        return {**context, "suggestions": self.suggestions}


class DayInput(forms.DateInput):
    """The browser's own calendar; it takes one format, whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def read_day(given: QueryDict, name: str, label: str, *, required: bool = False) -> date | None:
    """`label` is a message id. Raises field.missing, field.invalid."""
    text = given.get(name, "").strip()
    if not text:
        if required:
            raise Problem(MISSING, field=name, field_label=label)
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem(INVALID, field=name, field_label=label, why=text) from error


def read_id(given: QueryDict, name: str, label: str) -> int:
    """`label` is a message id. Raises field.missing, field.invalid."""
    text = given.get(name, "").strip()
    if not text:
        raise Problem(MISSING, field=name, field_label=label)
    number = number_in(text)
    if number is None:
        raise Problem(INVALID, field=name, field_label=label, why=text[:80])
    return number


def read_choice(given: QueryDict, name: str, label: str) -> int | None:
    """As `read_id`; None where nothing is chosen."""
    return read_id(given, name, label) if given.get(name, "").strip() else None


def read_ids(given: QueryDict, name: str) -> list[int]:
    return [id for one in given.getlist(name) if (id := number_in(one)) is not None]


def day_asked(request: Request, name: str = "on") -> date | None:
    """A day in the query string; None where there is none, or no such day."""
    try:
        return date.fromisoformat(request.GET.get(name, "").strip())
    except ValueError:
        return None


def id_asked(request: Request, name: str) -> int | None:
    return number_in(request.GET.get(name, ""))
