"""`guanjia place`: which place had a code on a day, and what became of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import click

from guanjia.cli import district, speech
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import queries
from guanjia.registry.models import Place, PlaceCode, PlaceKind, PlaceSuccession, SuccessionKind
from guanjia.registry.queries.history import successions_of


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to a place on a day; `into` are the places that followed it, itself left out."""

    on: date
    kind: SuccessionKind
    into: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Answer:
    """`names`: from the district down, itself last, as they were then. `today`: itself, or the places that follow it
    now."""

    code: PlaceCode
    names: Sequence[str]
    became: Sequence[Step]
    today: Sequence[Place]


@speech.command(
    "place",
    help=_(
        "Say which place had a code of the official list: what it was called then, what it stood in, for how long the "
        "code was its own, and what became of it.\n\nCodes are used again: without --on, every place that ever had it "
        "is told. The exit code is 1 where none had."
    ),
    example="guanjia place 110101001001 --on 2019-06-01 --dir demo\nguanjia place 110101001001 --json",
)
@click.argument("code")
@speech.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=_("The day asked about; otherwise all that ever was."))
@speech.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
@district.dir_option
@click.pass_context
def command(context: click.Context, code: str, on: datetime | None, as_json: bool) -> None:
    day = on.date() if on is not None else None
    answers = [_answer(row, day) for row in queries.code_history(code, on=day)]
    if as_json:
        click.echo(json.dumps([_data(one) for one in answers], ensure_ascii=False, indent=2))
    for one in answers if not as_json else ():
        _show(one)
    if not answers:
        _say_unknown(code, day)
        context.exit(1)


def _answer(row: PlaceCode, day: date | None) -> Answer:
    place = row.place
    try:
        names: Sequence[str] = queries.place_as_of(place.pk, day or row.valid_from).names
    except Problem:
        # A list may give a code from a day before the place was entered.
        names = [place.name]
    today = [place] if place.valid_to is None else queries.heirs(place.pk)
    return Answer(row, names, _became(place), today)


def _became(place: Place) -> list[Step]:
    """The earliest first."""
    into: dict[tuple[date, str], list[PlaceSuccession]] = defaultdict(list)
    for one in successions_of(place.pk):
        if one.old_id == place.pk:
            into[one.on, one.kind].append(one)
    return [
        Step(on, SuccessionKind(kind), [one.new for one in rows if one.new_id != place.pk])
        for (on, kind), rows in sorted(into.items())
    ]


def _show(one: Answer) -> None:
    row, place, console = one.code, one.code.place, speech.out()
    console.print(f"{' / '.join(one.names)}  {PlaceKind(place.kind).label}", style="bold")
    facts = {"code": row.code, "edition": row.edition, "since": row.valid_from, "until": row.valid_to}
    sentence = _("%(code)s in edition %(edition)s, from %(since)s")
    if row.valid_to is not None:
        sentence = _("%(code)s in edition %(edition)s, from %(since)s until %(until)s")
    console.print("  " + speech.say(sentence, **facts))
    for step in one.became:
        others = f" → {_named(step.into)}" if step.into else ""
        console.print(f"  {step.on} {step.kind.label}{others}")
    if place.valid_to is not None:
        console.print("  " + speech.say(_("It is no more since %(on)s."), on=place.valid_to))
    if one.today and [here.name for here in one.today] != [one.names[-1]]:
        console.print("  " + speech.say(_("Today: %(names)s"), names=_named(one.today)))


def _named(places: Sequence[Place]) -> str:
    return "、".join(place.name for place in places)


def _say_unknown(code: str, day: date | None) -> None:
    """Where the code stood for something at another time, when that was."""
    others = queries.code_history(code) if day is not None else []
    if others:
        times = ", ".join(f"{one.valid_from}–{one.valid_to or ''}" for one in others)
        speech.fail(
            speech.say(_("No place had the code %(code)s on %(on)s."), code=code, on=day),
            speech.say(_("It stood for a place at other times: %(times)s."), times=times),
        )
    else:
        speech.fail(
            speech.say(_("No place ever had the code %(code)s."), code=code),
            speech.say(_("Check the digits, or load the edition of the list that has it.")),
        )


def _data(one: Answer) -> dict[str, Any]:
    row, place = one.code, one.code.place
    return {
        "code": row.code,
        "edition": row.edition,
        "valid_from": str(row.valid_from),
        "valid_to": _day(row.valid_to),
        "names": list(one.names),
        "place": {
            **_place(place),
            "kind": place.kind,
            "valid_from": str(place.valid_from),
            "valid_to": _day(place.valid_to),
        },
        "became": [
            {"on": str(step.on), "kind": str(step.kind), "into": [_place(each) for each in step.into]}
            for step in one.became
        ],
        "today": [_place(each) for each in one.today],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"id": place.pk, "name": place.name}


def _day(day: date | None) -> str | None:
    return str(day) if day is not None else None
