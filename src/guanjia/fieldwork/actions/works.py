"""Works done, and plots that households adopt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate

from guanjia.cases.problems import HAPPENS_LATER
from guanjia.fieldwork import policy
from guanjia.fieldwork.models import Keeper, Plot, Work
from guanjia.fieldwork.problems import UNKNOWN_WORD
from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.once import once
from guanjia.kernel.problems import INVALID, NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.models import Subject
from guanjia.registry.policy import demand

MOST = Decimal("999999999.99")


@dataclass(frozen=True, slots=True)
class NewWork:
    """`quantity` in the playbook's unit of the kind; two decimals. `on` defaults to today."""

    programme: str
    kind: str
    quantity: Decimal
    place_id: int
    on: date | None = None
    note: str = ""
    key: str | None = None


def record_work(actor: Actor, new: NewWork, *, at: datetime) -> Work:
    """The same `key` twice gives the same row. Raises not_found, not_allowed, field.invalid,
    fieldwork.unknown_word, programme.stopped."""
    work, _fresh = once(lambda: _known(new.key), lambda: _record(actor, new, at))
    return work


def _known(key: str | None) -> Work | None:
    return Work.objects.filter(key=key).first() if key is not None else None


def _record(actor: Actor, new: NewWork, at: datetime) -> Work:
    programme = programmes.programme(new.programme)
    if new.kind not in {one.key for one in programmes.current_playbook(programme.pk).works}:
        raise Problem(UNKNOWN_WORD, field="kind", key=new.kind, what=_("works"))
    place = registry.place(new.place_id)
    demand(policy.may_work_at(actor, place.path) or policy.may_organise(actor, place.path), _("record works"))
    if not (new.quantity.is_finite() and 0 < new.quantity <= MOST and round(new.quantity, 2) == new.quantity):
        raise Problem(INVALID, field="quantity", field_label=_("Quantity"), why=str(new.quantity))
    on = new.on or localdate(at)
    programmes.check_running(programme.pk, on=on)
    if on > localdate(at):
        raise Problem(HAPPENS_LATER, field="on")
    work = Work.objects.create(
        programme=programme,
        kind=new.kind,
        quantity=new.quantity,
        place=place,
        on=on,
        officer_id=actor.officer_id,
        note=clean_text(new.note, field="note", label=_("Note"), limit=200, required=False, one_line=True),
        key=new.key,
        recorded_at=at,
    )
    audit.record(actor, "work.record", work, at=at, work=new.kind, quantity=str(new.quantity), place=place.pk)
    outbox.publish("work.recorded", {"work": work.pk}, at=at)
    return work


@transaction.atomic
def adopt_plot(
    actor: Actor, programme: str, *, place_id: int, name: str, keeper_ids: Sequence[int], at: datetime
) -> Plot:
    """Households take a plot on; those who keep it already go on. Raises not_found, not_allowed, field.*,
    programme.stopped."""
    found, place = programmes.programme(programme), registry.place(place_id)
    programmes.check_running(found.pk)
    demand(policy.may_work_at(actor, place.path) or policy.may_organise(actor, place.path), _("give plots to keepers"))
    called = clean_text(name, field="name", label=_("Name"), limit=80, one_line=True)
    keepers = list(Subject.objects.filter(pk__in=keeper_ids, kind="household", valid_to__isnull=True).order_by("pk"))
    if not keepers or len(keepers) < len(set(keeper_ids)):
        raise Problem(INVALID, field="keepers", field_label=_("Keepers"), why=_("households on record"))
    plot, _new = Plot.objects.get_or_create(programme=found, place=place, name=called, defaults={"recorded_at": at})
    kept = set(plot.keepers.filter(until__isnull=True).values_list("subject_id", flat=True))
    Keeper.objects.bulk_create(
        Keeper(plot=plot, subject=one, since=localdate(at)) for one in keepers if one.pk not in kept
    )
    audit.record(actor, "plot.adopt", plot, at=at, keepers=[one.pk for one in keepers])
    return plot


@transaction.atomic
def give_up_plot(actor: Actor, plot_id: int, subject_id: int, *, at: datetime) -> None:
    """A household keeps a plot no longer. Raises not_found, not_allowed."""
    keeper = Keeper.objects.select_related("plot__place").filter(plot=plot_id, subject=subject_id, until__isnull=True)
    held = keeper.first()
    if held is None:
        raise Problem(NOT_FOUND, what=_("plot"), key=plot_id)
    path = held.plot.place.path
    demand(policy.may_work_at(actor, path) or policy.may_organise(actor, path), _("give plots to keepers"))
    keeper.update(until=localdate(at))
    audit.record(actor, "plot.give_up", held.plot, at=at, keeper=subject_id)
