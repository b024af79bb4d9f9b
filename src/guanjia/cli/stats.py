"""`guanjia stats`: what there is in a district."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click
from django.db.models import Count
from rich.table import Table

from guanjia.cases.models import Case, Clock
from guanjia.cli import district, speech
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import queries as programmes
from guanjia.programmes.models import GapKind
from guanjia.registry.models import Officer, Place, Subject, Unit

LABELS = {
    "places": _("Places by kind"),
    "units": _("Units"),
    "officers": _("Officers"),
    "businesses": _("Businesses"),
    "households": _("Households"),
    "businesses_without_steward": _("Businesses without a steward"),
    "businesses_without_stand_in": _("Businesses without a stand-in"),
    "households_without_steward": _("Households without a steward"),
    "cases": _("Cases"),
    "cases_by_state": _("Cases by state"),
    "open_clocks": _("Running clocks"),
    "late_clocks": _("Running clocks that are late"),
}


def count(at: datetime) -> dict[str, Any]:
    """Counts alone, nothing of anybody. About thirty queries."""
    places = Place.objects.filter(valid_to__isnull=True).values_list("kind").annotate(Count("id")).order_by("kind")
    subjects = Subject.objects.filter(valid_to__isnull=True)
    running = Clock.objects.filter(stopped__isnull=True)
    return {
        "places": dict(places),
        "units": Unit.objects.filter(valid_to__isnull=True).count(),
        "officers": Officer.objects.filter(active=True).count(),
        "businesses": subjects.filter(kind="business").count(),
        "households": subjects.filter(kind="household").count(),
        "businesses_without_steward": _gaps("business", GapKind.NO_STEWARD, at),
        "businesses_without_stand_in": _gaps("business", GapKind.NO_STAND_IN, at),
        "households_without_steward": _gaps("household", GapKind.NO_STEWARD, at),
        "cases": Case.objects.count(),
        "cases_by_state": dict(Case.objects.values_list("status").annotate(Count("id")).order_by("status")),
        "open_clocks": running.count(),
        "late_clocks": running.filter(due__lt=at).count(),
    }


def _gaps(kind: str, gap: GapKind, at: datetime) -> int:
    """Over all programmes that run; without any, everybody is without."""
    running = programmes.running()
    if not running:
        return Subject.objects.filter(kind=kind, valid_to__isnull=True).count()
    covered = [
        one for programme in running for one in programmes.coverage(programme.pk, at=at).kinds if one.kind == kind
    ]
    return sum(one.gaps[gap] for one in covered)


@speech.command(
    "stats",
    help=_("Count what is in a district: places, units, officers, subjects, cases by state, running clocks."),
    example="guanjia stats --dir demo\nguanjia stats --json",
)
@district.dir_option
@speech.option("--json", "as_json", is_flag=True, help=_("Print JSON."))
def command(as_json: bool) -> None:
    counts = count(datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(counts, ensure_ascii=False, indent=2, sort_keys=True))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for key, value in counts.items():
        if isinstance(value, dict):
            table.add_row(speech.say(LABELS[key]), "")
            for kind, number in value.items():
                table.add_row(f"  {kind}", f"{number:,}")
        else:
            table.add_row(speech.say(LABELS[key]), f"{value:,}")
    speech.out().print(table)
