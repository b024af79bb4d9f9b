"""What follows when a programme is stopped, and when it goes on again: in sentences, with the figures of now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanjia.cases.queries.under import Under, cases_under
from guanjia.console.viewmodels.rows import said
from guanjia.fieldwork.queries.lasting import lasting
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes


def after_stop(programme: Any, book: Playbook) -> list[str]:
    """Five queries."""
    return [
        *_cases(cases_under([programme.pk]).get(programme.pk, Under()).open),
        *_portal(programme, book),
        *_stewards(book),
        *_fieldwork(programme, book),
        _("It can go on again at any time, under the same version."),
    ]


def _cases(count: int) -> list[str]:
    if not count:
        return [_("No case of it is open: it goes to the archive at once. What is on the ledger stays.")]
    words = ngettext(
        "%(count)s open case goes on under the version it was opened under, with its dates, until it closes.",
        "%(count)s open cases go on under the version they were opened under, with their dates, until they close.",
        count,
    )
    return [words % {"count": count}, _("They can still be split: a part belongs to what is open.")]


def _portal(programme: Any, book: Playbook) -> list[str]:
    """Where the page of asking and the codes on cards lead from then on."""
    heir = next((one for one in programmes.running() if one.pk != programme.pk and _takes(one, "web")), None)
    name = {"name": said(programmes.current_playbook(heir.pk).playbook.name)} if heir is not None else {}
    told = [_("No new request is taken in under it, by nobody and on no way.")]
    if programmes.taking("web") == programme:
        told.append(
            _("Whoever asks on the public pages then asks under %(name)s.") % name
            if name
            else _("No other programme takes requests from the public pages: nobody can ask there any more.")
        )
    if book.handbook is not None and book.handbook.pages:
        told.append(_("Its texts leave the public pages."))
    if (cards := programmes.cards_out(programme.pk)) and "card" in book.channels:
        told.append(
            _("%(count)s contact cards have a code; it then shows who answers under %(name)s.")
            % {"count": cards, **name}
            if name
            else _("%(count)s contact cards have a code; it then says that no programme takes requests.")
            % {"count": cards}
        )
    return told


def _takes(programme: Any, channel: str) -> bool:
    return channel in programmes.current_playbook(programme.pk).channels


def _stewards(book: Playbook) -> list[str]:
    if book.stewards is None:
        return []
    return [
        _("Stewards stay with what is open; nobody is assigned or shared out, no card is printed, no gap is told of.")
    ]


def _fieldwork(programme: Any, book: Playbook) -> list[str]:
    """Of what the playbook has, and what is begun."""
    begun, told = lasting(programme.pk), []
    if book.tasks or book.visits.at_least is not None or begun.tasks:
        told.append(_("No new tasks are made; %(count)s open ones can still be done.") % {"count": begun.tasks})
    told.append(
        _("Visits that are planned (%(count)s) or owed can still be made, but from now on no others.")
        % {"count": begun.planned}
    )
    if book.sweeps:
        told.append(
            _("No sweep is begun; %(count)s can be checked to their end, and what is found becomes no case of it.")
            % {"count": begun.sweeps}
        )
    if book.patrols is not None or book.works:
        told.append(_("Patrols and works of the days before can still be written down."))
    if book.forms:
        told.append(_("Its forms are offered no more; answers that devices still hold are taken in."))
    return told


def after_resume(programme: Any, book: Playbook) -> list[str]:
    """No query."""
    told = [_("New requests are taken in again, under version %(version)s.") % {"version": programme.current.version}]
    if book.tasks or book.visits.at_least is not None:
        told.append(_("Tasks of the present period are made within the hour; those missed meanwhile are not made."))
    if book.stewards is not None:
        told.append(_("Whoever was steward when it was stopped is it still; look at its coverage."))
    return told
