"""Visits as the pages show them: the round of today, the page for the stairwell, how far a programme is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guanjia.cases.classify import suggest
from guanjia.cases.problems import NO_CATEGORY
from guanjia.cases.queries.latest import latest_of_subjects
from guanjia.console.viewmodels.conduct import Conduct, conduct_in, conduct_of
from guanjia.console.viewmodels.form_links import FormLinks, form_name, links_for
from guanjia.console.viewmodels.rows import Row, category_name, rows, said
from guanjia.console.viewmodels.subjects import KIND
from guanjia.fieldwork.actions.findings import Matter
from guanjia.fieldwork.actions.visits import NewVisit
from guanjia.fieldwork.queries.figures import VisitFigures, theme_figures, visit_figures
from guanjia.fieldwork.queries.tasks import TaskFigures, open_of_subject, task_figures
from guanjia.fieldwork.queries.visits import Round, visits_of
from guanjia.fieldwork.rules.cadence import Reason
from guanjia.fieldwork.rules.instances import moment_of
from guanjia.fieldwork.rules.words import VISIT
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.queries import SubjectCard

WHY = {
    "planned": (gettext_noop("planned"), "blue", "calendar"),
    "late": (gettext_noop("overdue"), "red", "alert"),
    "owed": (gettext_noop("owed"), "neutral", "clock"),
}
LEVELS = {"planned": "ok", "late": "late", "owed": "near"}
REASONS = (
    (Reason.CADENCE, gettext_noop("The programme asks for it")),
    (Reason.CALLED, gettext_noop("They called")),
    (Reason.FOLLOW_UP, gettext_noop("A request of theirs is followed up")),
)
OUTCOMES = {
    "planned": (gettext_noop("Planned"), "blue", "calendar"),
    "done": (gettext_noop("Visited"), "green", "check-circle"),
    "not_home": (gettext_noop("Nobody there"), "neutral", "home"),
    "refused": (gettext_noop("Does not want visits"), "amber", "info"),
}
SPANS = (
    ("month", gettext_noop("This month")),
    ("quarter", gettext_noop("90 days")),
    ("year", gettext_noop("This year")),
)


@dataclass(frozen=True, slots=True)
class Stop:
    number: int
    name: str
    where: str
    kind: str
    url: str
    why: str
    tone: str
    icon: str
    due: date
    theme: str


def stops(found: Round) -> list[Stop]:
    shown = []
    for one in found.stops:
        word, tone, icon = WHY[one.why]
        theme = _theme(programmes.current_playbook(one.programme_id), one.theme)
        where = one.subject.place.name if one.subject.place else ""
        url = reverse("console:visit", args=[one.subject.pk])
        shown.append(
            Stop(
                one.number, one.subject.name, where, _(KIND[one.subject.kind]), url, _(word), tone, icon, one.due, theme
            )
        )
    return shown


def conduct(found: Round) -> list[Conduct]:
    """Of the programmes for which one goes out today."""
    return conduct_in({one.programme_id for one in found.stops})


def _theme(playbook: Playbook, key: str) -> str:
    return next((said(one.name) for one in playbook.visits.themes if one.key == key), "")


def route(found: Round) -> dict[str, Any]:
    """GeoJSON: the stops, numbered as they are walked."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(one.lon, 6), round(one.lat, 6)]},
            "properties": {
                "name": one.subject.name,
                "mark": str(one.number),
                "url": reverse("console:visit", args=[one.subject.pk]),
                "level": LEVELS[one.why],
                "note": _(WHY[one.why][0]),
            },
        }
        for one in found.stops
        if one.lon is not None and one.lat is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def way(found: Round) -> dict[str, Any]:
    """GeoJSON: the line from stop to stop."""
    points = [
        [round(one.lon, 6), round(one.lat, 6)] for one in found.stops if one.lon is not None and one.lat is not None
    ]
    line = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": points},
        "properties": {"name": _("The way from door to door"), "level": "route"},
    }
    return {"type": "FeatureCollection", "features": [line] if len(points) > 1 else []}


@dataclass(frozen=True, slots=True)
class Past:
    """`plan`: the number of a visit that is only planned, else 0."""

    on: date
    plan: int
    outcome: str
    tone: str
    icon: str
    who: str
    theme: str
    note: str
    cases: Sequence[tuple[str, str]]
    forms: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Door:
    """What one needs to know before ringing, and what one may write down afterwards."""

    card: SubjectCard
    kind: str
    programme: str
    programmes: Sequence[tuple[str, str]]
    past: Sequence[Past]
    latest: Row | None
    open: int
    open_url: str
    tasks: Sequence[tuple[int, str, date]]
    themes: Sequence[tuple[str, str]]
    reasons: Sequence[tuple[str, str]]
    categories: Sequence[tuple[str, str]]
    refusable: bool
    forms: FormLinks | None
    conduct: Sequence[Conduct]


def door(actor: Actor, subject_id: int, programme: str, *, at: datetime) -> Door:
    """A fixed number of queries. Raises not_found."""
    card = registry.subject_card(actor, subject_id)
    past, owed = visits_of(actor, subject_id), open_of_subject(actor, subject_id)
    lasting = {one.programme_id for one in owed} | {one.programme_id for one in past if one.outcome == "planned"}
    serving = _serving(card.subject, lasting)
    key = programme if programme in serving else next(iter(serving), "")
    playbook = serving.get(key)
    latest = latest_of_subjects(actor, [subject_id])
    newest = rows(list(latest.newest.values()), at)
    return Door(
        card=card,
        kind=_(KIND[card.subject.kind]),
        programme=key,
        programmes=[(one, said(words.playbook.name)) for one, words in serving.items()],
        past=[_past(one) for one in past],
        latest=newest[0] if newest else None,
        open=latest.open.get(subject_id, 0),
        open_url=f"{reverse('console:ledger')}?only=open&subject={subject_id}",
        tasks=[(one.pk, task_name(one), one.due) for one in owed if one.key != VISIT],
        themes=[(one.key, said(one.name)) for one in playbook.visits.themes] if playbook else [],
        reasons=[(str(key), _(label)) for key, label in REASONS],
        categories=[(one.key, category_name(playbook, one.key)) for one in playbook.categories] if playbook else [],
        refusable=playbook.visits.refusable if playbook else False,
        forms=links_for(actor, card.subject),
        conduct=[conduct_of(playbook)] if playbook and playbook.playbook.conduct else [],
    )


def _serving(subject: Any, lasting: Collection[int]) -> dict[str, Playbook]:
    """Those programmes that serve a subject, by key: that run, or were stopped and are `lasting` at this door. One
    query."""
    known = (one for one in programmes.programmes() if one.current_id and (one.stopped_at is None or one.pk in lasting))
    books = {one: programmes.playbook_of(one.current_id or 0) for one in sorted(known, key=_is_stopped)}
    fitting = {one.pk: playbook for one, playbook in books.items() if subject.kind in playbook.serves.subjects}
    inside = programmes.enrolled_in(subject.pk, fitting)
    return {one.key: playbook for one, playbook in books.items() if one.pk in inside}


def _is_stopped(programme: Any) -> bool:
    return programme.stopped_at is not None


def _past(visit: Any) -> Past:
    label, tone, icon = OUTCOMES[visit.outcome]
    return Past(
        on=visit.on,
        plan=visit.pk if visit.outcome == "planned" else 0,
        outcome=_(label),
        tone=tone,
        icon=icon,
        who=visit.officer.name if visit.officer else _("another system"),
        theme=_theme(programmes.current_playbook(visit.programme_id), visit.theme),
        note=visit.note,
        cases=[(one.case.number, reverse("console:case", args=[one.case.number])) for one in visit.raised.all()],
        forms=[(form_name(one.form), reverse("console:answer", args=[one.pk])) for one in visit.answers.all()],
    )


def task_name(task: Any) -> str:
    """As its playbook calls it."""
    if task.key == VISIT:
        return _("Visit")
    playbook = programmes.current_playbook(task.programme_id)
    return next((said(one.name) for one in playbook.tasks if one.key == task.key), task.key)


def read_visit(given: QueryDict, subject_id: int, document_ids: Sequence[int], *, at: datetime) -> NewVisit:
    """A page that had no network sends later, with the moment at which the visit `ended`. Raises field.invalid,
    case.no_category, not_found."""
    programme = given.get("programme", "")
    matter = _matter(given, programme, document_ids)
    return NewVisit(
        programme=programme,
        subject_id=subject_id,
        outcome=given.get("outcome", ""),
        reason=given.get("reason") or Reason.CADENCE,
        theme=given.get("theme", ""),
        on=localdate(moment_of(given.get("ended", ""), at)),
        people=read_number(given, "people", gettext_noop("People met")),
        note=given.get("note", ""),
        task_ids=[id for one in given.getlist("task") if (id := number_in(one)) is not None],
        matters=[matter] if matter else [],
        key=f"desk:{given['key']}" if given.get("key") else None,
    )


def _matter(given: QueryDict, programme: str, document_ids: Sequence[int]) -> Matter | None:
    text = given.get("text", "").strip()
    if not text:
        return None
    return Matter(
        text=text,
        category=given.get("category") or suggested(programme, text),
        name=given.get("name", "").strip(),
        phone=given.get("phone", "").strip(),
        document_ids=document_ids,
    )


def suggested(programme: str, text: str) -> str:
    """The category that the words speak of. Raises case.no_category, not_found."""
    playbook = programmes.current_playbook(programmes.programme(programme).pk)
    found = suggest(playbook, "", text, most=1)
    if not found:
        raise Problem(NO_CATEGORY, field="category")
    return found[0].category


def read_number(given: QueryDict, name: str, label: str) -> int:
    """0 where nothing is written. Raises field.invalid."""
    text = given.get(name, "").strip() or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Problem(INVALID, field=name, field_label=label, why=text)
    return int(text)


@dataclass(frozen=True, slots=True)
class Gauge:
    label: str
    part: int
    whole: int
    level: str
    url: str
    said: str


@dataclass(frozen=True, slots=True)
class Progress:
    figures: VisitFigures
    gauges: Sequence[Gauge]
    tasks: Sequence[tuple[str, TaskFigures]]
    themes: Sequence[tuple[str, int]]


def span_of(query: Mapping[str, str], today: date) -> tuple[str, date]:
    """`?span=` a word of SPANS, and the day it begins."""
    chosen = query.get("span", "") if query.get("span", "") in dict(SPANS) else "month"
    since = {
        "month": today.replace(day=1),
        "quarter": today - timedelta(days=89),
        "year": today.replace(month=1, day=1),
    }
    return chosen, since[chosen]


def progress(programme: Any, since: date, *, at: datetime) -> Progress:
    """Every one visited, every matter written down, every problem solved. Seven queries."""
    today = localdate(at)
    found = visit_figures(programme.pk, since=since, until=today)
    playbook = programmes.current_playbook(programme.pk)
    names = {VISIT: _("Visit"), **{one.key: said(one.name) for one in playbook.tasks}}
    wanted = found.served - found.refused
    return Progress(
        figures=found,
        gauges=[
            _gauge(_("Visited"), found.reached, wanted, "#unvisited", _("of those who want visits")),
            _gauge(
                _("On the ledger, with somebody who acts by a date"),
                found.owned,
                found.raised,
                "",
                _("of what was asked for on visits"),
            ),
            _gauge(
                _("Solved, as whoever asked agrees"),
                found.solved,
                found.raised,
                "",
                _("of what was asked for on visits"),
            ),
        ],
        themes=[
            (_theme(playbook, key) or key, count)
            for key, count in theme_figures(programme.pk, since=since, until=today).items()
        ],
        tasks=[
            (names.get(one.key, one.key), one)
            for one in task_figures(programme.pk, since=since, until=today + timedelta(days=366), on=today)
        ],
    )


def _gauge(label: str, part: int, whole: int, url: str, of: str) -> Gauge:
    level = "ok" if whole and part >= whole else "near" if 2 * part >= whole else "late"
    return Gauge(label, part, whole, level if whole else "", url, of)
