"""The forms by which stewards are assigned and taken off by hand, and what they say will happen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from guanjia.console.asking import Suggesting
from guanjia.console.viewmodels import choices
from guanjia.console.viewmodels.forms import ShownForm
from guanjia.console.viewmodels.people import officer_called
from guanjia.console.viewmodels.rows import said
from guanjia.console.viewmodels.stewardship import ROLES, Target
from guanjia.kernel.problems import INVALID, MISSING, Problem
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes
from guanjia.programmes import rules
from guanjia.programmes.actions import AssignmentRole
from guanjia.registry import queries as registry

#: Suggestions that a browser still shows at once.
MOST_SUGGESTED = 100
IN_CARE = gettext_noop("%(count)s in care")


class AssignForm(ShownForm):
    programme = forms.ChoiceField(label=gettext_lazy("Programme"))
    role = forms.ChoiceField(label=gettext_lazy("As"))
    officer = forms.CharField(label=gettext_lazy("Officer"))


def assign_form(
    target: Target, offered: dict[int, Playbook], data: QueryDict | None, asked: Mapping[str, str], *, at: datetime
) -> AssignForm:
    """`asked`: the programme and the role that it opens with. Two queries for each programme."""
    role = asked.get("role") if asked.get("role") in ROLES else "steward"
    form = AssignForm(data, initial={"programme": asked.get("programme", ""), "role": role})
    choices.offer(form, "role", [(key, _(label)) for key, label in ROLES.items()])
    if len(offered) > 1:
        choices.offer(form, "programme", [(book.key, said(book.playbook.name)) for book in offered.values()])
    else:
        del form.fields["programme"]
    form.fields["officer"].widget = Suggesting(_suggestions(offered, target.path, at))
    form.fields["officer"].help_text = _("Name or staff number; those near by with the fewest in care come first.")
    return form


def offered(target: Target) -> dict[int, Playbook]:
    """The programmes that have it on their lists, else all that have stewards for such: each says why not itself. One
    query where there are several."""
    serving = target.serving()
    if target.is_place or len(serving) < 2:
        return serving
    inside = programmes.enrolled_in(target.record.pk, serving)
    return {id: book for id, book in serving.items() if id in inside} or serving


def _suggestions(books: dict[int, Playbook], path: str, at: datetime) -> list[tuple[str, str]]:
    """Staff numbers, and beside them name, unit and how many each has in care: those whose posts take in the place
    before the others, the least loaded first."""
    pools: dict[int, Any] = {}
    loads: dict[int, int] = {}
    for id, book in books.items():
        if book.stewards is not None:
            pools |= programmes.pool(book.stewards, localdate(at))
            for officer_id, load in programmes.caseload_sizes(id).items():
                loads[officer_id] = loads.get(officer_id, 0) + load
    units = registry.known_units()
    found = sorted(
        pools.values(),
        key=lambda one: (not path.startswith(one.path), loads.get(one.officer_id, 0), one.name),
    )
    return [
        (
            one.staff_number,
            f"{one.name} · {units[one.unit_id].name} · {_(IN_CARE) % {'count': loads.get(one.officer_id, 0)}}",
        )
        for one in found[:MOST_SUGGESTED]
    ]


def read_programme(given: QueryDict, books: dict[int, Playbook]) -> int:
    """The only one needs no naming. Raises field.invalid."""
    if len(books) == 1:
        return next(iter(books))
    for id, book in books.items():
        if book.key == given.get("programme", ""):
            return id
    raise Problem(INVALID, field="programme", field_label=gettext_noop("Programme"), why=gettext_noop("choose one"))


def read_officer(given: QueryDict) -> Any:
    """Raises field.missing, not_found."""
    text = given.get("officer", "").strip()
    if not text:
        raise Problem(MISSING, field="officer", field_label=gettext_noop("Officer"))
    return officer_called(text, "officer")


def read_role(given: QueryDict) -> AssignmentRole:
    """Raises field.invalid."""
    role = given.get("role", "")
    if role not in ROLES:
        raise Problem(INVALID, field="role", field_label=gettext_noop("As"), why=gettext_noop("choose one"))
    return AssignmentRole(role)


def will(target: Target, books: dict[int, Playbook]) -> list[str]:
    """One query."""
    rows = [row for row in programmes.standing(**target.whose) if row.programme_id in books]
    told = [
        _("%(programme)s so far: %(who)s. Whoever is named follows in the same role; the other stays.")
        % {"programme": said(book.playbook.name), "who": who}
        for id, book in books.items()
        if (who := _who([row for row in rows if row.programme_id == id]))
    ]
    name = {"name": str(target.record.name)}
    if target.is_place:
        told.append(_("It holds for all in %(name)s but those who have, or whose smaller place has, a steward.") % name)
    if any((id, "steward") not in {(row.programme_id, row.role) for row in rows} for id in books):
        told.append(
            _("Steward and stand-in go together: with a steward of its own, it needs a stand-in of its own, too.")
        )
    return [
        *told,
        _("New work goes by the new pair at once: to the steward or, while they are away, the stand-in."),
        _("Open cases stay with those who hold them."),
    ]


def _who(rows: Sequence[Any]) -> str:
    names = {row.role: row.officer.name for row in rows}
    return _(", ").join(f"{_(label)} {names[role]}" for role, label in ROLES.items() if role in names)


def after_end(row: Any, target: Target, *, at: datetime) -> list[str]:
    """Who answers once an assignment has ended with nobody to follow. Three queries."""
    rows = [one for one in programmes.standing(**target.whose) if one.programme_id == row.programme_id]
    others = {one.role: one.officer.name for one in rows if one.pk != row.pk}
    place = target.record.parent if target.is_place else target.record.place
    wider = programmes.steward_for(row.programme_id, place=place, at=at) if place else None
    if row.role == "stand_in":
        told = _without_stand_in(others, wider)
    elif wider is not None and wider.officer_id is not None:
        told = _by_place(target, programmes.current_playbook(row.programme_id), wider, others)
    else:
        told = [_alone(others, wider), _("It stands as a gap on the coverage page until somebody is assigned.")]
    return [*told, _("Open cases stay with those who hold them.")]


def _without_stand_in(others: Mapping[str, str], wider: Any) -> list[str]:
    if "steward" in others:
        return [
            _("While %(name)s is away, new work then goes to whomever the absence names.")
            % {"name": others["steward"]},
            _("It stands as a gap on the coverage page until somebody is assigned."),
        ]
    if wider is not None and wider.officer_id is not None:
        return [_("%(name)s answers as before, by place.") % {"name": _officer(wider.officer_id)}]
    return [_alone(others, wider)]


def _by_place(target: Target, book: Playbook, wider: Any, others: Mapping[str, str]) -> list[str]:
    where = registry.known_place(wider.place_id)
    names = {"name": _officer(wider.officer_id), "place": where.name if where else ""}
    told = [_("Then %(name)s answers, as steward of %(place)s.") % names]
    if "stand_in" in others:
        told.append(_("Its own stand-in, %(name)s, then counts for nothing.") % {"name": others["stand_in"]})
    if not _counts(target, book, where):
        told.append(_("That does not count as covered: it stands as a gap until somebody is assigned to it."))
    return told


def _counts(target: Target, book: Playbook, where: Any) -> bool:
    """Whether the steward of a wider place fulfils the guarantee for it, or for all who live there."""
    if book.stewards is None or where is None:
        return False
    covers = {str(kind): level for kind, level in book.stewards.covers.items()}
    if not target.is_place:
        return rules.counts_for(covers.get(target.record.kind, rules.OWN), where.depth)
    return all(rules.counts_for(level, where.depth) for level in covers.values() if level != rules.OWN)


def _alone(others: Mapping[str, str], wider: Any) -> str:
    """Where nobody is steward: the nearest stand-in, or nobody."""
    acting = wider.acting_officer_id if wider is not None else None
    name = others.get("stand_in") or (_officer(acting) if acting else "")
    if name:
        return _("Then nobody is steward, and %(name)s, the stand-in, takes new work alone.") % {"name": name}
    return _("Then nobody answers: new work for the steward waits at the dispatch desk.")


def _officer(officer_id: int) -> str:
    return registry.known_officers().get(officer_id, "")
