"""Lists of forms, answers and corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.console.viewmodels.filling import lines_of
from guanjia.console.viewmodels.form_links import form_name
from guanjia.console.viewmodels.months import Month
from guanjia.console.viewmodels.rows import said
from guanjia.console.viewmodels.subjects import KIND
from guanjia.fieldwork.queries import forms as queries
from guanjia.fieldwork.rules.forms import said as labelled
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken
from guanjia.playbook.facts import FACTS
from guanjia.programmes import queries as programmes
from guanjia.ui.format import percent

SIZE = 50
#: Of a list with more choices those that were chosen most are shown.
MOST_BARS = 15


@dataclass(frozen=True, slots=True)
class FormLine:
    name: str
    about: str
    minutes: int
    version: str
    answers_url: str
    totals_url: str
    problem: dict[str, Any] | None = None


def programme_forms(actor: Actor, programme: Any, month: Month, *, at: datetime, cursor: str | None) -> dict[str, Any]:
    """Two queries once the forms are known. Raises page.bad_cursor."""
    parts = programmes.current_playbook(programme.pk).forms
    burden: Any = queries.burden(actor, programme.pk, first=month.first, after=month.after, cursor=cursor, size=SIZE)
    return {
        "forms": [_form_line(programme, use, at) for use in parts],
        "month": month,
        "page": burden,
        "heaviest": max((row.minutes for row in burden.rows), default=0),
        "part": "forms",
    }


def _form_line(programme: Any, use: Any, at: datetime) -> FormLine:
    """A form that cannot be shown says why, instead of taking the page with it."""
    url = f"{reverse('console:answers')}?programme={programme.key}&form={use.key}"
    try:
        version, problem = queries.form_of(programme, use.key, at=at).version.version, None
    except Problem as refused:
        version, problem = "", spoken(refused)
    totals = reverse("console:form_totals", args=[programme.key, use.key])
    return FormLine(said(use.name), _(KIND[use.about]), use.minutes, version, url, totals, problem)


@dataclass(frozen=True, slots=True)
class TotalLine:
    """`bars`: for a choice, what was chosen how often; `number`: for a number, its sum and the like."""

    label: str
    answered: int
    bars: Sequence[dict[str, Any]] = ()
    number: Sequence[tuple[str, str]] = ()


def form_totals(actor: Actor, programme: Any, form_key: str, month: Month, *, at: datetime) -> dict[str, Any]:
    """Two queries once the form is known. Raises not_found, form.unusable."""
    form = queries.form_of(programme, form_key, at=at)
    found = queries.added_up(actor, form, first=month.first, after=month.after)
    language = get_language() or "zh"
    lines = [_total_line(one, language) for one in found.totals]
    return {
        "title": labelled(form.names, language),
        "month": month,
        "found": found,
        "fewest": queries.FEWEST,
        "lines": [one for one in lines if one.bars or one.number],
        "others": [one for one in lines if not (one.bars or one.number)],
        "part": "forms",
    }


def _total_line(total: Any, language: str) -> TotalLine:
    item = total.item
    label = labelled(item.labels, language) or item.name
    if total.of_choices:
        names = {one.name: labelled(one.labels, language) or one.name for one in item.choices}
        chosen = total.counts.most_common() if len(names) > MOST_BARS else [(key, total.counts[key]) for key in names]
        bars = [
            {"label": names.get(key, key), "value": count, "text": f"{count} · {percent(count, total.answered)}"}
            for key, count in chosen[:MOST_BARS]
        ]
        return TotalLine(label, total.answered, bars=bars)
    if total.of_numbers and total.answered:
        figures = ((_("Sum"), total.sum), (_("Mean"), total.mean))
        return TotalLine(label, total.answered, number=[(name, _plain(value)) for name, value in figures])
    return TotalLine(label, total.answered)


def _plain(number: float) -> str:
    """Whole numbers without a point, others with one digit."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    form: str
    url: str
    about: str
    about_url: str
    officer: str
    at: datetime
    source: str


def answers(actor: Actor, given: Mapping[str, str], *, at: datetime) -> dict[str, Any]:
    """Two queries besides the stamp. Raises not_found, page.bad_cursor."""
    programme = programmes.programme(given["programme"]) if given.get("programme") else None
    page = queries.answers(
        actor,
        programme_id=programme.pk if programme else None,
        form_key=given.get("form", "")[:40],
        subject_id=_id(given, "subject"),
        place_id=_id(given, "place"),
        cursor=given.get("cursor"),
        size=SIZE,
    )
    return {"page": page, "lines": [_answer_line(row) for row in page.rows]}


def _id(given: Mapping[str, str], name: str) -> int | None:
    return number_in(given.get(name, ""))


def _answer_line(row: Any) -> AnswerLine:
    name, url = _about(row)
    return AnswerLine(
        form_name(row.form),
        reverse("console:answer", args=[row.pk]),
        name,
        url,
        row.officer.name,
        row.recorded_at,
        row.get_source_display(),
    )


def _about(row: Any) -> tuple[str, str]:
    if row.subject_id is not None:
        return row.subject.name, reverse("console:subject", args=[row.subject_id])
    return row.place.name, reverse("console:place", args=[row.place_id])


def answer(given: queries.Given) -> dict[str, Any]:
    name, url = _about(given.answer)
    title = labelled(given.published.names, get_language() or "zh")
    return {
        "given": given,
        "title": title,
        "about": {"name": name, "url": url},
        "lines": lines_of(given),
        "proposed": _proposed(given.correction) if given.correction is not None else [],
        "crumbs": [{"label": name, "url": url}, {"label": title, "url": ""}],
    }


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    now: str
    then: str


def _proposed(correction: Any) -> Sequence[Change]:
    return [Change(_(FACTS[fact].name), now, then) for fact, now, then in queries.proposed(correction)]


def corrections(actor: Actor, *, cursor: str | None) -> dict[str, Any]:
    """One query, and one for each household of the page. Raises page.bad_cursor."""
    page = queries.corrections(actor, cursor=cursor, size=20)
    rows = [
        {
            "pk": one.pk,
            "name": one.subject.name,
            "url": reverse("console:subject", args=[one.subject_id]),
            "answer_url": reverse("console:answer", args=[one.answer_id]),
            "officer": one.answer.officer.name,
            "at": one.proposed_at,
            "changes": _proposed(one),
        }
        for one in page.rows
    ]
    return {"page": page, "rows": rows}
