"""The frame of every page of the desk: where one can go, by the posts one holds, and how much waits there.

A context processor: views render with `django.shortcuts.render` and extend `ui/staff.html`. A part of the desk adds its
entries to `ENTRIES`, and how much waits there to `_counts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guanjia.access.requests import Request
from guanjia.access.rules import SEPARATED
from guanjia.cases.queries.queues import Tally, tallies
from guanjia.kernel.actor import Actor, ActorKind, Role
from guanjia.notices.queries import MOST_COUNTED, unread_count
from guanjia.registry.policy import BUSINESS_READERS

EVERYBODY = frozenset(Role)
#: Whose work is with cases: all but the system's and the security administrator.
SEES_CASES = EVERYBODY - SEPARATED | {Role.AUDITOR}
#: Who has a round of doors; others who work outside come to a door from its card.
VISITS = frozenset({Role.STEWARD, Role.CLERK})
REGISTERS = frozenset({Role.STEWARD, Role.CLERK, Role.DISPATCHER, Role.HANDLER, Role.LEAD_OFFICE, Role.SUPERVISOR})

HANDLING = gettext_noop("Cases")
OVERSIGHT = gettext_noop("Oversight")
DISTRICT = gettext_noop("The district")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the left navigation. `also`: names of routes that belong to it. `count`: a key of `_counts`. `short`:
    how the phone's bottom bar calls it, where there is no room for `label`."""

    route: str
    label: str
    icon: str
    roles: frozenset[Role]
    group: str = ""
    count: str = ""
    also: tuple[str, ...] = ()
    short: str = ""


PROGRAMME_PAGES = (
    *("programme", "gaps", "share_out", "hand_over", "programme_forms", "stop_programme", "resume_programme"),
    *("cards", "papers", "paper_block", "handbook"),
)
FIELD_PAGES = ("patrols", "sweeps", "sweep", "works", "answers", "answer")
PLACE_PAGES = (
    *("place", "new_place", "close_place", "rename_place", "move_place", "recode_place", "place_steward"),
    *("split_grid", "merge_places", "redraw_grid"),
)
UNIT_PAGES = (
    *("unit", "new_unit", "change_unit", "close_unit", "unit_hours", "new_post", "close_post", "appoint", "relieve"),
    *("officer", "new_officer", "change_officer", "retire", "absence", "replace"),
)
SUBJECT_PAGES = ("subject", "reveal_subject", "new_subject", "change_subject", "move_household", "close_subject")
ACCOUNT_PAGES = ("new_account", "give_password", "shut_account", "tokens", "issue_token", "revoke_token", "reads")
ADMIN_PAGES = (*ACCOUNT_PAGES, "changes", "calendar", "district_hours", "duties", "duty", "import")
ACCOUNT_KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR})
#: Who decides what an answer at the door would change on a card.
CARD_KEEPERS = frozenset({Role.CLERK, Role.ADMINISTRATOR})

ENTRIES = (
    Entry("work", gettext_noop("My work"), "today", EVERYBODY, HANDLING, "work", short=gettext_noop("Today")),
    Entry("care", gettext_noop("In my care"), "steward", frozenset({Role.STEWARD}), HANDLING),
    Entry("visits", gettext_noop("Visits"), "walk", VISITS, HANDLING, also=("visit", "visited", "fill")),
    Entry("tasks", gettext_noop("Tasks"), "calendar", SEES_CASES, HANDLING),
    Entry("dispatch", gettext_noop("Dispatch desk"), "send", frozenset({Role.DISPATCHER}), HANDLING, "dispatch"),
    Entry("register", gettext_noop("Register"), "plus", REGISTERS, HANDLING, also=("registered", "gate_book")),
    Entry(
        "ledger", gettext_noop("Ledger"), "ledger", SEES_CASES, HANDLING, also=("case", "alike", "why", "act", "split")
    ),
    Entry(
        "board", gettext_noop("Board"), "chart", SEES_CASES - {Role.STEWARD}, OVERSIGHT, short=gettext_noop("Figures")
    ),
    Entry("map", gettext_noop("Case map"), "map", SEES_CASES, OVERSIGHT),
    Entry("field", gettext_noop("Field work"), "layers", SEES_CASES, OVERSIGHT, also=FIELD_PAGES),
    Entry("programmes", gettext_noop("Programmes"), "bookmark", EVERYBODY, OVERSIGHT, also=PROGRAMME_PAGES),
    Entry("drafts", gettext_noop("Playbooks"), "edit", frozenset({Role.ADMINISTRATOR}), OVERSIGHT, also=("draft",)),
    Entry("places", gettext_noop("Place tree"), "pin", EVERYBODY, DISTRICT, also=PLACE_PAGES),
    Entry(
        "units",
        gettext_noop("Units and people"),
        "unit",
        EVERYBODY,
        DISTRICT,
        also=UNIT_PAGES,
        short=gettext_noop("Units"),
    ),
    Entry("subjects", gettext_noop("Whom we serve"), "home", frozenset(BUSINESS_READERS), DISTRICT, also=SUBJECT_PAGES),
    Entry("corrections", gettext_noop("Corrections of cards"), "check", CARD_KEEPERS, DISTRICT),
    Entry(
        "accounts",
        gettext_noop("Administration"),
        "settings",
        ACCOUNT_KEEPERS,
        DISTRICT,
        also=ADMIN_PAGES,
        short=gettext_noop("Manage"),
    ),
    Entry("reads", gettext_noop("Read log"), "eye", frozenset({Role.AUDITOR}), DISTRICT, also=("tokens", "changes")),
)
#: The four of the phone's bottom bar: what is due, where to go or what one looks after, what one adds or watches,
#: oneself. Of each the first that the reader's posts open.
PLACES = (("work",), ("dispatch", "visits", "ledger", "units"), ("register", "reads", "board", "accounts"), ("me",))


def frame(request: Request) -> dict[str, Any]:
    """A context processor: the frame for pages under the desk, nothing elsewhere."""
    match = request.resolver_match
    actor = getattr(request, "actor", None)
    under = match is not None and match.app_name == "console"
    return desk(request) if under and actor is not None and actor.kind is ActorKind.OFFICER else {}


def desk(request: Request) -> dict[str, Any]:
    """What `ui/staff.html` reads, for an officer."""
    match, actor = request.resolver_match, request.actor
    here = (match.url_name or "") if match is not None and match.app_name == "console" else ""
    navigation = SimpleLazyObject(lambda: _navigation(actor, here, _counts(request)))
    return {
        "base": "ui/staff.html",
        "home_url": reverse("console:work"),
        "navigation": navigation,
        "places": SimpleLazyObject(lambda: _places(navigation, here)),
        "bell": SimpleLazyObject(lambda: _bell(actor, here)),
        "search_url": reverse("console:ledger") if actor.holds(*SEES_CASES) else "",
        "me": {"name": actor.label, "menu": _menu()},
    }


def ways_on(actor: Actor) -> list[dict[str, Any]]:
    """From a page that leads nowhere."""
    ledger = [{"url": reverse("console:ledger"), "label": _("Ledger")}] if actor.holds(*SEES_CASES) else []
    return [{"url": reverse("console:work"), "label": _("My work")}, *ledger]


def _counts(request: Request) -> Mapping[str, Tally]:
    """How much waits, by the key that an entry names. Two queries."""
    found = tallies(request.actor, ("mine", "unit", "dispatch"), at=request.at)
    return {
        "work": found["mine"] + found["unit"],
        "dispatch": found["dispatch"],
    }


def _navigation(actor: Actor, here: str, counts: Mapping[str, Tally]) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    group = ""
    for entry in ENTRIES:
        if not actor.holds(*entry.roles):
            continue
        tally = counts.get(entry.count)
        shown.append(
            {
                "key": entry.route,
                "label": _(entry.label),
                "short": _(entry.short or entry.label),
                "icon": entry.icon,
                "url": reverse(f"console:{entry.route}"),
                "active": here == entry.route or here in entry.also,
                "count": str(tally) if tally else "",
                "late": bool(tally and tally.overdue),
                "group": _(entry.group) if entry.group and entry.group != group else "",
            }
        )
        group = entry.group
    return shown


def _places(navigation: Any, here: str) -> list[dict[str, Any]]:
    me = {"key": "me", "label": _("Me"), "icon": "user", "url": reverse("console:me"), "active": here == "me"}
    open_to = {entry["key"]: entry for entry in (*navigation, me)}
    first = (next((key for key in keys if key in open_to), None) for keys in PLACES)
    return [open_to[key] for key in first if key is not None]


def _bell(actor: Actor, here: str) -> dict[str, Any]:
    """One query, on an index of unread notices alone, that stops at the most a badge shows."""
    unread = unread_count(actor)
    return {
        "url": reverse("console:notices"),
        "count": f"{MOST_COUNTED - 1}+" if unread >= MOST_COUNTED else str(unread or ""),
        "active": here in ("notices", "hearing"),
    }


def _menu() -> list[dict[str, Any]]:
    return [
        {"label": _("My posts and account"), "url": reverse("console:me"), "icon": "card"},
        {"label": _("Sign out"), "url": reverse("account_logout"), "icon": "logout", "post": True},
    ]
