"""Patrols, sweeps and works as the pages show them, and what their forms say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.console.asking import read_day, read_id
from guanjia.console.viewmodels.rows import said
from guanjia.console.viewmodels.visits import read_number, suggested
from guanjia.fieldwork.actions.findings import Matter
from guanjia.fieldwork.actions.patrols import Given, NewPatrol
from guanjia.fieldwork.actions.works import NewWork
from guanjia.fieldwork.queries.patrols import PatrolFigures, patrol_figures
from guanjia.fieldwork.queries.sweeps import Area, SweepFigures, sweep_areas, sweep_figures
from guanjia.fieldwork.queries.works import work_figures
from guanjia.kernel.actor import Actor
from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.labels import MEASURE_LABELS
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry

Choices = list[tuple[str, str]]
#: Households that can be written down as keepers of one plot at once.
MOST_KEEPERS = 20


def chosen(key: str, word: str) -> tuple[Any, Playbook | None, Choices]:
    """Of the programmes whose playbooks have this word (`patrols`, `sweeps`, `works`; "" for any): the one asked for,
    else the first; its playbook; and all to choose from, those that were stopped last."""
    known = [one for one in programmes.programmes() if one.current_id is not None]
    books = [
        (one, programmes.current_playbook(one.pk)) for one in sorted(known, key=lambda one: one.stopped_at is not None)
    ]
    fitting = [(one, playbook) for one, playbook in books if not word or getattr(playbook, word)]
    found = next((pair for pair in fitting if pair[0].key == key), fitting[0] if fitting else (None, None))
    return *found, [(one.key, _name(one, playbook)) for one, playbook in fitting]


def _name(programme: Any, playbook: Playbook) -> str:
    name = said(playbook.playbook.name)
    return name if programme.stopped_at is None else _("%(name)s (stopped)") % {"name": name}


@dataclass(frozen=True, slots=True)
class HelpLine:
    """`heads`: what is counted is people alone, not things given to them."""

    key: str
    heads: bool
    name: str
    unit: str
    people: int | str = 0
    quantity: int | str = 0


def help_lines(playbook: Playbook) -> list[HelpLine]:
    words = playbook.patrols.help if playbook.patrols else ()
    return [HelpLine(one.key, one.unit == "person-time", said(one.name), _(MEASURE_LABELS[one.unit])) for one in words]


def help_asked(playbook: Playbook, given: QueryDict) -> list[HelpLine]:
    """With what was typed before it was refused."""
    return [
        replace(one, people=given.get(f"people-{one.key}") or 0, quantity=given.get(f"quantity-{one.key}") or 0)
        for one in help_lines(playbook)
    ]


@dataclass(frozen=True, slots=True)
class Trips:
    figures: PatrolFigures
    help: Sequence[HelpLine]


def trips(programme: Any, playbook: Playbook, since: date, until: date) -> Trips:
    """Three queries."""
    found = patrol_figures(programme.pk, since=since, until=until)
    given = {one.kind: one for one in found.help}
    lines = [
        replace(one, people=given[one.key].people, quantity=given[one.key].quantity)
        for one in help_lines(playbook)
        if one.key in given
    ]
    return Trips(found, lines)


def trip_rows(rows: Sequence[Any], playbook: Playbook) -> list[tuple[Any, str, str, str]]:
    """Each with the names of its kind and shift, and what was given."""
    words = playbook.patrols
    kinds = {one.key: said(one.name) for one in words.kinds} if words else {}
    shifts = {one.key: said(one.name) for one in words.shifts} if words else {}
    names = {one.key: one for one in help_lines(playbook)}
    return [
        (one, kinds.get(one.kind, one.kind), shifts.get(one.shift, ""), _given(one.help.all(), names)) for one in rows
    ]


def _given(help: Sequence[Any], names: dict[str, HelpLine]) -> str:
    parts = []
    for one in help:
        line = names.get(one.kind)
        counts = [_("%(n)s people") % {"n": one.people}] if one.people else []
        counts += [f"{one.quantity} {line.unit}"] if one.quantity and line is not None and not line.heads else []
        parts.append(f"{line.name if line else one.kind} {' · '.join(counts)}")
    return _(", ").join(parts)


def read_patrol(given: QueryDict, playbook: Playbook) -> NewPatrol:
    """Raises field.missing, field.invalid."""
    people, quantity = gettext_noop("People"), gettext_noop("Quantity")
    return NewPatrol(
        programme=playbook.key,
        kind=given.get("kind", ""),
        place_id=read_id(given, "place", gettext_noop("Beat")),
        crew=read_number(given, "crew", gettext_noop("Went out")),
        met=read_number(given, "met", gettext_noop("Met")),
        given=[
            Given(
                one.key,
                read_number(given, f"people-{one.key}", people),
                read_number(given, f"quantity-{one.key}", quantity),
            )
            for one in help_lines(playbook)
        ],
        key=f"desk:{given['key']}" if given.get("key") else None,
    )


@dataclass(frozen=True, slots=True)
class SweepRow:
    sweep: Any
    name: str
    url: str
    figures: SweepFigures


def sweep_rows(rows: Sequence[Any], playbook: Playbook) -> list[SweepRow]:
    """One query."""
    figures = sweep_figures([one.pk for one in rows])
    names = {one.key: said(one.name) for one in playbook.sweeps}
    nothing = SweepFigures(0, 0, 0)
    return [
        SweepRow(
            one,
            names.get(one.kind, one.kind),
            reverse("console:sweep", args=[one.pk]),
            figures.get(one.pk, nothing),
        )
        for one in rows
    ]


def drawn(sweep_id: int) -> dict[str, Any]:
    """GeoJSON of a sweep's places: checked, begun, or not yet. Two queries."""
    return {"type": "FeatureCollection", "features": [_area(one) for one in sweep_areas(sweep_id)]}


def _area(one: Area) -> dict[str, Any]:
    counts = f"{one.checked}/{one.places}"
    words = _("%(name)s: %(counts)s checked, %(findings)s findings")
    name = words % {"name": one.name, "counts": counts, "findings": one.findings}
    properties = {"id": one.place_id, "name": name, "level": one.level}
    return {"type": "Feature", "geometry": one.boundary, "properties": properties}


def read_finding(given: QueryDict, programme: str, document_ids: Sequence[int]) -> Matter | None:
    """None where nothing was found. Raises case.no_category."""
    text = given.get("text", "").strip()
    if not text:
        return None
    return Matter(text, given.get("category") or suggested(programme, text), document_ids=document_ids)


def work_kinds(playbook: Playbook) -> dict[str, tuple[str, str]]:
    """Name and unit by key."""
    return {one.key: (said(one.name), _(MEASURE_LABELS[one.unit])) for one in playbook.works}


def work_sums(programme: Any, playbook: Playbook, since: date, until: date) -> list[tuple[str, str, Decimal, int, str]]:
    """Name, unit, sum, entries and key of each kind that was done. One query."""
    kinds = work_kinds(playbook)
    found = work_figures(programme.pk, since=since, until=until)
    return [(*kinds.get(one.kind, (one.kind, "")), one.quantity, one.times, one.kind) for one in found]


def read_work(given: QueryDict, playbook: Playbook) -> NewWork:
    """Raises field.missing, field.invalid."""
    text = given.get("quantity", "").strip()
    try:
        quantity = Decimal(text)
    except InvalidOperation as error:
        raise Problem(INVALID, field="quantity", field_label=gettext_noop("Quantity"), why=text or "–") from error
    return NewWork(
        programme=playbook.key,
        kind=given.get("kind", ""),
        quantity=quantity,
        place_id=read_id(given, "place", gettext_noop("Place")),
        on=read_day(given, "on", gettext_noop("Day")),
        note=given.get("note", ""),
        key=f"desk:{given['key']}" if given.get("key") else None,
    )


def read_keepers(actor: Actor, given: QueryDict, place: Any) -> list[int]:
    """Households of the place by their doors, one on a line. One query for each. Raises field.invalid for a door that
    is not known there."""
    found = []
    for door in filter(None, (one.strip() for one in given.get("keepers", "").splitlines()[:MOST_KEEPERS])):
        rows = registry.search_subjects(actor, door, kind="household").rows
        homes = [one.pk for one in rows if one.name == door and one.place and one.place.path.startswith(place.path)]
        if len(homes) != 1:
            raise Problem(INVALID, field="keepers", field_label=gettext_noop("Keepers"), why=door)
        found += homes
    return found
