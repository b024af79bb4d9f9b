"""The ladder: every rung has an end, every limit makes sense, nothing is promised by the wrong clock."""

from __future__ import annotations

from collections.abc import Iterator

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.checks.table import check, same_keys, twice, unknown
from guanjia.playbook.faults import Fault
from guanjia.playbook.limits import Limit, TimeUnit
from guanjia.playbook.loader import Source
from guanjia.playbook.schema import Playbook

WALL_CLOCK = (TimeUnit.MINUTES, TimeUnit.HOURS)
DAYS = (TimeUnit.DAYS, TimeUnit.WORKING_DAYS)


@check
def tiers_are_distinct(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    tiers = book.ladder.tiers
    yield from same_keys(source, ("ladder", "tiers"), [tier.key for tier in tiers])
    for index, tier in enumerate(tiers):
        here = ("ladder", "tiers", index)
        yield from twice(source, (*here, "evidence"), tier.evidence)
        if tier.owner in [before.owner for before in tiers[:index]]:
            yield source.fault(
                (*here, "owner"),
                _("The tier %(key)s has the same owner as one before it: climbing would change nothing."),
                _("Name somebody else, or take the tier out."),
                key=tier.key,
            )


@check
def every_tier_has_an_end(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, tier in enumerate(book.ladder.tiers):
        if tier.resolve is None:
            yield source.fault(
                ("ladder", "tiers", index),
                _("The tier %(key)s has no limit to resolve: a case could lie there for ever."),
                _('Write one, such as resolve = "3wd".'),
                key=tier.key,
            )


@check
def the_last_tier_only_marks(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    tiers = book.ladder.tiers
    if tiers[-1].when_late != "mark":
        yield source.fault(
            ("ladder", "tiers", len(tiers) - 1),
            _("The last tier %(key)s says escalate, but nobody is above it."),
            _('Write when_late = "mark".'),
            key=tiers[-1].key,
        )


@check
def warnings_rise(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, tier in enumerate(book.ladder.tiers):
        if list(tier.warn) != sorted(set(tier.warn)):
            yield source.fault(
                ("ladder", "tiers", index, "warn"),
                _("The warnings of the tier %(key)s do not rise: %(marks)s."),
                _("Write them in rising order, each once."),
                key=tier.key,
                marks=", ".join(map(str, tier.warn)),
            )


@check
def coming_is_by_the_wall_clock(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    lane = book.ladder.emergency
    promised = [(("ladder", "tiers", index, "arrive"), tier.arrive) for index, tier in enumerate(book.ladder.tiers)] + [
        (("ladder", "emergency", "first_opinion"), lane.first_opinion if lane is not None else None)
    ]
    for path, limit in promised:
        if limit is not None and limit.unit not in WALL_CLOCK:
            yield source.fault(
                path,
                _("“%(limit)s” stands still by night and on days off, but this cannot wait."),
                _("Write it in min or h."),
                limit=limit,
            )


@check
def limits_are_not_zero(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for path, limit in _limits(book):
        if not limit.amount:
            yield source.fault(path, _("A limit of nothing is late at once."), _("Give some time."))


def _limits(book: Playbook) -> Iterator[tuple[tuple[str | int, ...], Limit]]:
    ladder = book.ladder
    parts: list[tuple[tuple[str | int, ...], object]] = [
        (("ladder",), ladder),
        *((("ladder", "tiers", index), tier) for index, tier in enumerate(ladder.tiers)),
        *((("ladder", name), getattr(ladder, name)) for name in type(ladder).model_fields),
        (("retention",), book.retention),
    ]
    for path, part in parts:
        for name in getattr(type(part), "model_fields", ()):
            value = getattr(part, name)
            if isinstance(value, Limit):
                yield (*path, name), value
            elif isinstance(value, dict):
                yield from (((*path, name, key), limit) for key, limit in value.items())


@check
def first_steps_end_before_the_last(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, tier in enumerate(book.ladder.tiers):
        for name in ("accept", "first_opinion"):
            limit = getattr(tier, name)
            for whole in (tier.resolve, *tier.resolve_by_kind.values()):
                if limit and whole and limit.unit is whole.unit and limit.amount > whole.amount:
                    yield source.fault(
                        ("ladder", "tiers", index, name),
                        _("%(limit)s for this is longer than the whole tier has: %(whole)s."),
                        _("Shorten it."),
                        limit=limit,
                        whole=whole,
                    )


@check
def extensions_fit_a_limit(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    longest = book.ladder.extension.longest
    limits = [limit for tier in book.ladder.tiers for limit in (tier.resolve, *tier.resolve_by_kind.values())]
    units = {limit.unit for limit in limits if limit is not None}
    if units and longest.unit not in units:
        yield source.fault(
            ("ladder", "extension", "longest"),
            _("No tier counts in %(unit)s, so nothing could be extended by %(longest)s."),
            _("Write it in the unit of a tier's limit: %(units)s."),
            unit=longest.unit.value,
            longest=longest,
            units=", ".join(sorted(unit.value for unit in units)),
        )


@check
def the_emergency_lane_leads_somewhere(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    lane = book.ladder.emergency
    for index, route in enumerate(book.routes):
        if route.emergency and lane is None:
            yield source.fault(
                ("routes", index, "emergency"),
                _("The route %(key)s is for emergencies, but the ladder has no lane for them."),
                _("Add [ladder.emergency]."),
                key=route.key,
            )
    if lane is None:
        return
    path = ("ladder", "emergency")
    tiers = [tier.key for tier in book.ladder.tiers]
    yield from unknown(source, (*path, "tier"), _("There is no tier %(key)s."), lane.tier, tiers)
    yield from twice(source, (*path, "call_chain"), lane.call_chain)
    if not lane.call_chain:
        yield source.fault((*path, "call_chain"), _("Nobody is told of an emergency."), _("Name the posts, in order."))
    if lane.tier in tiers and not any(route.emergency and route.tier == lane.tier for route in book.routes):
        yield source.fault(
            path,
            _("No route for emergencies leads to the lane's tier %(key)s."),
            _("Add a route with emergency = true and this tier."),
            key=lane.tier,
        )


@check
def data_outlive_the_contest(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    kept, contest = book.retention.personal_data, book.ladder.follow_up.contest_within
    if kept.unit in DAYS and contest.unit in DAYS and kept.amount < contest.amount:
        yield source.fault(
            ("retention", "personal_data"),
            _("The asker's data go after %(kept)s, but the case may be contested for %(contest)s."),
            _("Keep them longer."),
            kept=kept,
            contest=contest,
        )


@check
def visits_leave_people_in_peace(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    least, most = book.visits.at_least, book.visits.at_most_per_month
    if least is not None and most is not None and least.unit is TimeUnit.DAYS and least.amount * (most + 1) < 30:
        yield source.fault(
            ("visits", "at_least"),
            _("A visit every %(least)s is more than %(most)s a month."),
            _("Visit less often, or allow more."),
            least=least,
            most=most,
        )
