"""What the demo's people did out of doors: visits of two months, a round for today, a month of patrols, a sweep half
done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from guanjia.access.models import Account
from guanjia.demo import organisation
from guanjia.demo.organisation import Staff
from guanjia.demo.scale import chance
from guanjia.fieldwork.actions.patrols import shift_of
from guanjia.fieldwork.actions.sweeps import open_sweep
from guanjia.fieldwork.actions.tasks import make_tasks
from guanjia.fieldwork.models import Help, Patrol, SweepPlace, Visit
from guanjia.kernel.actor import SYSTEM, Role
from guanjia.playbook.loader import shipped
from guanjia.programmes import actions as programmes
from guanjia.programmes import queries
from guanjia.programmes.models import Assignment, Programme
from guanjia.registry.models import Officer, Place, PostHolding, Subject

PATROLS, SWEEPS = "summer-relief", "sweeps"
#: At most so many stewards have visits behind them, each so many.
STEWARDS, VISITS_EACH = 150, 6
TRIPS = 180
#: Of ten visits made, how each ended.
ENDS = ("done",) * 7 + ("not_home", "not_home", "refused")
#: Of ten places of the sweep, so many are checked.
CHECKED = 7


def adopt_more(staff: Staff, at: datetime) -> None:
    """The programmes that patrol and sweep, beside that of the stewards."""
    for key in (PATROLS, SWEEPS):
        version = programmes.adopt(SYSTEM, shipped()[key], at=at)
        organisation.take_on_duties(staff, queries.playbook_of(version.pk))


def go_out(seed: int, programme_id: int, at: datetime) -> None:
    """After the sign-ins are made, since whoever tries the demo as a steward finds a round for today."""
    _visits(seed, programme_id, at)
    _round(programme_id, at)
    _patrols(seed, at)
    _sweep(seed, at)
    for one in queries.running():
        make_tasks(one.pk, at=at)


def _caseloads(programme_id: int, officers: Sequence[int]) -> dict[int, list[Subject]]:
    """Some of those for whom each answers by name."""
    held = Assignment.objects.filter(
        programme_id=programme_id, officer_id__in=officers, role="steward", until__isnull=True, subject__isnull=False
    )
    found: dict[int, list[Subject]] = {}
    for one in held.select_related("subject").order_by("pk"):
        mine = found.setdefault(one.officer_id, [])
        if one.subject is not None and len(mine) < 2 * VISITS_EACH:
            mine.append(one.subject)
    return found


def _visits(seed: int, programme_id: int, at: datetime) -> None:
    luck, today = chance(seed, "visits"), localdate(at)
    held = Assignment.objects.filter(
        programme_id=programme_id, role="steward", until__isnull=True, subject__isnull=False
    )
    officers = list(held.order_by("officer_id").values_list("officer_id", flat=True).distinct()[:STEWARDS])
    themes = [one.key for one in queries.current_playbook(programme_id).visits.themes] or [""]
    rows = []
    for officer_id, subjects in _caseloads(programme_id, officers).items():
        for subject in subjects[:VISITS_EACH]:
            day = today - timedelta(days=luck.randrange(1, 60))
            outcome = luck.choice(ENDS)
            rows.append(_visit(programme_id, subject, officer_id, at))
            rows[-1].outcome, rows[-1].on, rows[-1].theme = outcome, day, luck.choice(themes)
            rows[-1].people = luck.randrange(1, 4) if outcome == "done" else 0
    Visit.objects.bulk_create(rows, batch_size=1000)


def _visit(programme_id: int, subject: Subject, officer_id: int, at: datetime) -> Visit:
    return Visit(
        programme_id=programme_id,
        subject=subject,
        place_id=subject.place_id,
        officer_id=officer_id,
        reason="cadence",
        recorded_at=at,
        recorded_by=SYSTEM.signature,
    )


def _round(programme_id: int, at: datetime) -> None:
    """Doors planned for today, of whoever signs in as the steward."""
    steward = Account.objects.filter(username=str(Role.STEWARD)).values_list("officer_id", flat=True).first()
    if steward is None:
        return
    rows = []
    for subject in _caseloads(programme_id, [steward]).get(steward, [])[VISITS_EACH:]:
        rows.append(_visit(programme_id, subject, steward, at))
        rows[-1].outcome, rows[-1].on = "planned", localdate(at)
    Visit.objects.bulk_create(rows)


def _patrols(seed: int, at: datetime) -> None:
    programme = Programme.objects.get(key=PATROLS)
    words = queries.current_playbook(programme.pk).patrols
    assert words is not None, "a programme of patrols"
    luck = chance(seed, "patrols")
    beats = list(Place.objects.filter(kind="community").order_by("pk").values_list("pk", flat=True))
    clerks = PostHolding.objects.filter(post__role=Role.CLERK, valid_to__isnull=True)
    crews = list(Officer.objects.filter(pk__in=clerks.values("officer_id")).order_by("pk"))
    rows = []
    for number in range(TRIPS):
        started = at - timedelta(hours=4 * (TRIPS - number), minutes=luck.randrange(60))
        shift, on = shift_of(words, started)
        rows.append(
            Patrol(
                programme=programme,
                kind=luck.choice(words.kinds).key,
                shift=shift,
                on=on,
                started_at=started,
                place_id=luck.choice(beats),
                officer=luck.choice(crews),
                crew=luck.choice((2, 2, 2, 3)),
                met=luck.choice((0, 0, 0, 1, 1, 2)),
                recorded_at=started,
            )
        )
    trips = Patrol.objects.bulk_create(rows)
    given = ((trip, luck.choice(words.help).key) for trip in trips if trip.met)
    Help.objects.bulk_create(Help(patrol=trip, kind=kind, people=trip.met, quantity=trip.met) for trip, kind in given)


def _sweep(seed: int, at: datetime) -> None:
    luck = chance(seed, "sweep")
    street = Place.objects.filter(kind="street").order_by("pk").first()
    assert street is not None, "a district has streets"
    key = queries.current_playbook(queries.programme(SWEEPS).pk).sweeps[0].key
    sweep = open_sweep(SYSTEM, SWEEPS, key, place_id=street.pk, at=at - timedelta(days=12))
    done = [pk for pk in sweep.places.order_by("pk").values_list("pk", flat=True) if luck.randrange(10) < CHECKED]
    SweepPlace.objects.filter(pk__in=done).update(checked_at=at - timedelta(days=2))
