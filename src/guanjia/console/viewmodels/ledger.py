"""The ledger's page: filters, the views somebody saved, and the cases that the filters let through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.cases.queries import lists
from guanjia.cases.queries.lists import Filters
from guanjia.console.viewmodels.intake import CHANNELS
from guanjia.console.viewmodels.rows import Row, rows, said
from guanjia.kernel.actor import Actor
from guanjia.kernel.paging import Page
from guanjia.kernel.text import gettext_noop
from guanjia.playbook.lifecycle.states import OUTCOME_LABELS, STATUS_LABELS
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.ui.choices import Option
from guanjia.ui.format import count

SIZE = 20
#: Counted so far; what is beyond is "more than".
COUNTED = 100_000
#: Of what was searched for, each one counted is looked up.
COUNTED_FOUND = 10_000

#: Words of `Filters.only`, in the order in which they are offered.
ONLY = (
    ("open", gettext_noop("Open")),
    ("overdue", gettext_noop("Overdue now")),
    ("due", gettext_noop("Due within a day")),
    ("late", gettext_noop("Ever late")),
    ("pending", gettext_noop("Waits for a ruling")),
    ("returned", gettext_noop("Returned")),
    ("redone", gettext_noop("Redone")),
    ("contested", gettext_noop("Contested")),
    ("escalated", gettext_noop("Escalated")),
    ("ordered", gettext_noop("Order to answer")),
    ("frozen", gettext_noop("Frozen")),
    ("paused", gettext_noop("Standing still")),
    ("emergency", gettext_noop("Emergency")),
    ("estimated", gettext_noop("Estimated date")),
    ("confirmed", gettext_noop("Confirmed solved")),
    ("closed", gettext_noop("Closed")),
)
#: Those offered as one tap above the table.
QUICK = ("open", "overdue", "due", "redone", "contested")
_MORE_CHANNELS = (
    ("web", gettext_noop("Web page")),
    ("import", gettext_noop("Import")),
    ("api", gettext_noop("Another system")),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """`selects`: name, label and options of each choice; `more` and `flags`: those behind "more". `total` is empty
    where there are more than this page shows; `count_url` then tells it."""

    rows: Sequence[Row]
    page: Page[Any]
    total: str
    count_url: str
    why: str
    filters: Filters
    selects: Sequence[tuple[str, str, Sequence[Option]]]
    more: Sequence[tuple[str, str, Sequence[Option]]]
    flags: Sequence[Option]
    quick: Sequence[dict[str, Any]]
    chips: Sequence[dict[str, str]]
    views: Sequence[dict[str, Any]]
    query: str
    export_url: str
    dates: tuple[str, str]


def cleaned(query: QueryDict) -> QueryDict:
    """The filters alone: `q` of the search field is their `text`; cursors and empty ones are left out."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        field = "text" if name == "q" else name
        if field not in ("cursor", "name", "csrfmiddlewaretoken"):
            given = [value for value in values if value.strip()]
            kept.setlistdefault(field, []).extend(given)
    for name in [name for name, values in kept.lists() if not values]:
        del kept[name]
    return kept


def read(query: QueryDict) -> Filters:
    """Raises field.invalid."""
    return lists.read_filters(query, query.getlist("only"))


def ledger(actor: Actor, query: QueryDict, cursor: str | None, *, at: datetime) -> Ledger:
    """A fixed number of queries. Raises field.invalid, page.bad_cursor."""
    filters = read(query)
    page = lists.ledger_page(actor, filters, at=at, sort=_sort(query, filters), cursor=cursor, size=SIZE)
    playbooks = [programmes.playbook_of(one.current_id) for one in programmes.programmes() if one.current_id]
    return Ledger(
        rows=rows(page.rows, at),
        page=page,
        total="" if page.previous or page.next else count(len(page.rows)),
        count_url=f"{reverse('console:count')}?{query.urlencode()}",
        why=_why(_sort(query, filters), filters),
        filters=filters,
        selects=_selects(filters, playbooks),
        more=_more(filters, playbooks),
        flags=[Option(word, _(label), word in filters.only) for word, label in ONLY if word not in QUICK],
        quick=_quick(query, filters),
        chips=_chips(query, filters, playbooks),
        views=_views(actor, query),
        query=query.urlencode(),
        export_url=f"{reverse('console:export')}?{query.urlencode()}",
        dates=(query.get("since", ""), query.get("until", "")),
    )


def counted(actor: Actor, filters: Filters, *, at: datetime) -> str:
    """How many cases the filters let through, in words. Apart from the page, which it would hold up: counting walks
    what it counts."""
    most = COUNTED_FOUND if filters.text else COUNTED
    number = lists.how_many(actor, filters, at=at, most=most)
    return _("more than %(count)s") % {"count": count(most)} if number > most else count(number)


def _sort(query: QueryDict, filters: Filters) -> str:
    """Newest first, unless it was asked for by what is due: then what is due first."""
    return query.get("sort") or ("due" if {"overdue", "due"} & set(filters.only) else "-number")


def _why(sort: str, filters: Filters) -> str:
    order = _("by due moment, open ones only") if sort in ("due", "-due") else _("newest first")
    if sort == "number":
        order = _("oldest first")
    return _("%(filters)s, %(order)s") % {
        "filters": _("what you may see and the filters let through") if filters != Filters() else _("all you may see"),
        "order": order,
    }


def _selects(filters: Filters, playbooks: Sequence[Playbook]) -> list[tuple[str, str, list[Option]]]:
    return [
        ("status", _("All states"), _options(STATUS_LABELS.items(), filters.status)),
        ("category", _("All categories"), _category_options(filters, playbooks)),
        ("place", _("All places"), _place_options(filters)),
        ("unit", _("All units"), _unit_options(filters)),
    ]


def _more(filters: Filters, playbooks: Sequence[Playbook]) -> list[tuple[str, str, list[Option]]]:
    tiers = {tier.key: said(tier.name) for playbook in playbooks for tier in playbook.ladder.tiers}
    return [
        *_ledgers(filters),
        ("tier", _("All tiers"), [Option(key, name, key == filters.tier) for key, name in tiers.items()]),
        ("outcome", _("All outcomes"), _options(OUTCOME_LABELS.items(), filters.outcome)),
        ("channel", _("All channels"), _options((*CHANNELS, *_MORE_CHANNELS), filters.channel)),
    ]


def _ledgers(filters: Filters) -> list[tuple[str, str, list[Option]]]:
    """The programmes, and under each the ledgers that it keeps apart; nothing where there is one to choose from."""
    options = []
    for one in programmes.programmes():
        if one.current_id is None:
            continue
        playbook = programmes.current_playbook(one.pk)
        options.append(Option(one.key, said(playbook.playbook.name), one.key == filters.ledger))
        for kept in playbook.ledgers:
            value = f"{one.key}/{kept.key}"
            if kept.tiers or kept.categories:
                options.append(Option(value, said(kept.name), value == filters.ledger, inner=True))
    return [("ledger", _("All programmes"), options)] if len(options) > 1 else []


def _options(labels: Any, chosen: str) -> list[Option]:
    return [Option(str(key), _(label), str(key) == chosen) for key, label in labels]


def _category_options(filters: Filters, playbooks: Sequence[Playbook]) -> list[Option]:
    named = {one.key: said(one.name) for playbook in playbooks for one in playbook.categories}
    return [Option(key, name, key == filters.category) for key, name in named.items()]


def _place_options(filters: Filters) -> list[Option]:
    """Streets, and under each its communities; a place below these, where one was asked for."""
    options = []
    for district in registry.place_tree():
        for street in district.children:
            options.append(Option(str(street.place.pk), street.place.name, street.place.pk == filters.place))
            options += [
                Option(str(one.place.pk), one.place.name, one.place.pk == filters.place, inner=True)
                for one in street.children
            ]
    if filters.place and not any(option.chosen for option in options):
        place = registry.place(filters.place)
        options.insert(0, Option(str(place.pk), place.name, True))
    return options


def _unit_options(filters: Filters) -> list[Option]:
    known = sorted(registry.known_units().values(), key=lambda one: one.name)
    return [Option(str(one.pk), one.name, one.pk == filters.unit) for one in known if one.valid_to is None]


def _without(query: QueryDict, name: str, value: str | None = None) -> str:
    left = query.copy()
    if value is None:
        left.pop(name, None)
    else:
        left.setlist(name, [one for one in left.getlist(name) if one != value])
    return f"?{left.urlencode()}"


def _quick(query: QueryDict, filters: Filters) -> list[dict[str, Any]]:
    labels = dict(ONLY)
    made = []
    for word in QUICK:
        on = word in filters.only
        with_it = query.copy()
        with_it.appendlist("only", word)
        url = _without(query, "only", word) if on else f"?{with_it.urlencode()}"
        made.append({"label": _(labels[word]), "url": url, "active": on})
    return made


def _chips(query: QueryDict, filters: Filters, playbooks: Sequence[Playbook]) -> list[dict[str, str]]:
    """What no control above the table shows already."""
    chips = []
    if filters.text:
        chips.append({"label": _("“%(text)s”") % {"text": filters.text}, "url": _without(query, "text")})
    if filters.since:
        chips.append({"label": _("from %(day)s") % {"day": filters.since}, "url": _without(query, "since")})
    if filters.until:
        chips.append({"label": _("until %(day)s") % {"day": filters.until}, "url": _without(query, "until")})
    if filters.officer:
        chips.append({"label": _("held by one officer"), "url": _without(query, "officer")})
    if filters.subject:
        chips.append({"label": _("about one subject"), "url": _without(query, "subject")})
    labels = dict(ONLY)
    chips += [
        {"label": _(labels[word]), "url": _without(query, "only", word)} for word in filters.only if word not in QUICK
    ]
    for name, _label, options in _more(filters, playbooks):
        chosen = next((option for option in options if option.chosen), None)
        if chosen is not None:
            chips.append({"label": chosen.label, "url": _without(query, name)})
    return chips


def _views(actor: Actor, query: QueryDict) -> list[dict[str, Any]]:
    here = query.urlencode()
    return [
        {
            "id": view.pk,
            "label": view.name,
            "url": f"?{view.query}",
            "active": view.query == here,
            "forget_url": reverse("console:forget_view", args=[view.pk]),
        }
        for view in lists.saved_views(actor)
    ]
