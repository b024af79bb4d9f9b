"""Whom a playbook serves and what it asks for besides its cases, in plain sentences: visits, tasks, meetings,
patrols, sweeps, works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from gettext import NullTranslations

from guanjia.kernel.catalogues import catalogue
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.explain import owner_said
from guanjia.playbook.labels import (
    MEASURE_LABELS,
    PER_LABELS,
    PERIOD_LABELS,
    ROLE_LABELS,
    SUBJECT_LABELS,
    SWEPT_LABELS,
    UNIT_KIND_LABELS,
    WEEKDAY_LABELS,
    limit_said,
)
from guanjia.playbook.schema import Body, Help, Named, Playbook, Sweep, Task, Work


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    lines: tuple[str, ...]


def outline(playbook: Playbook, language: str) -> list[Part]:
    """The parts that the playbook has, in their order; the ladder is for `explain`."""
    say = _Saying(playbook, catalogue(language), language)
    parts = [
        (_("Serves"), say.serves()),
        (_("Visits"), say.visits()),
        (_("Forms"), say.forms()),
        (_("Tasks"), map(say.task, playbook.tasks)),
        (_("Meetings"), map(say.body, playbook.bodies)),
        (_("Ledgers"), map(say.name, playbook.ledgers)),
        (_("Patrols"), say.patrols()),
        (_("Sweeps"), map(say.sweep, playbook.sweeps)),
        (_("Works"), say.works()),
        (_("Handbook"), say.handbook()),
    ]
    said = [Part(say.text(title), tuple(lines)) for title, lines in parts]
    return [part for part in said if part.lines]


class _Saying:
    def __init__(self, playbook: Playbook, texts: NullTranslations, language: str) -> None:
        self._playbook, self._texts, self._language = playbook, texts, language

    def text(self, message: str, **params: object) -> str:
        return self._texts.gettext(message) % params if params else self._texts.gettext(message)

    def name(self, entry: Named) -> str:
        return entry.name.in_(self._language)

    def _names(self, entries: tuple[Named, ...]) -> str:
        return self.text(_(", ")).join(map(self.name, entries))

    def _form(self, key: str | None) -> str:
        form = self._playbook.form(key) if key is not None else None
        return self.text(_("; form: %(form)s"), form=form.name.in_(self._language)) if form is not None else ""

    def serves(self) -> Iterator[str]:
        serves = self._playbook.serves
        kinds = self.text(_(", ")).join(self.text(SUBJECT_LABELS[kind]) for kind in serves.subjects)
        how = _("%(kinds)s on a list") if serves.enrol == "list" else _("%(kinds)s: all")
        yield self.text(how, kinds=kinds)
        if (rule := serves.businesses) is None:
            return
        said = [self.text(_("key businesses"))] if rule.key_only else []
        if rule.industries:
            said.append(self.text(_("industries %(codes)s"), codes=self.text(_(", ")).join(rule.industries)))
        if rule.employees_from:
            said.append(self.text(_("%(count)s employees or more"), count=rule.employees_from))
        yield self.text(_("of the businesses: %(which)s"), which=self.text(_(", ")).join(said))

    def visits(self) -> Iterator[str]:
        visits = self._playbook.visits
        if visits.at_least is not None:
            yield self.text(_("at least every %(limit)s"), limit=limit_said(visits.at_least, self._texts))
        if visits.at_most_per_month is not None:
            yield self.text(
                _("at most %(count)s a month: nobody is disturbed without need"), count=visits.at_most_per_month
            )
        if visits.themes:
            yield self.text(_("about: %(themes)s"), themes=self._names(visits.themes))
        if visits.form is not None:
            form = self._playbook.form(visits.form)
            yield self.text(
                _("form: %(form)s"), form=form.name.in_(self._language) if form is not None else visits.form
            )

    def forms(self) -> Iterator[str]:
        for form in self._playbook.forms:
            said = self.text(
                _("%(name)s: %(minutes)s minutes, %(bound)s items filled in from the registry"),
                name=form.name.in_(self._language),
                minutes=form.minutes,
                bound=len(form.bound),
            )
            exception = form.exception.in_(self._language) if form.exception is not None else ""
            yield said + (self.text(_("; exception: %(why)s"), why=exception) if exception else "")

    def task(self, task: Task) -> str:
        said = self.text(
            _("%(name)s: %(every)s, %(per)s, by %(who)s; %(due)s"),
            name=task.name.in_(self._language),
            every=self.text(PERIOD_LABELS[task.every]),
            per=self.text(PER_LABELS[task.per]),
            who=self._who(task),
            due=self._after(task),
        )
        return said + self._form(task.form)

    def _who(self, task: Task) -> str:
        if task.who.steward:
            return self.text(_("the steward"))
        return owner_said(self._playbook, task.who, self._language)

    def _after(self, task: Task) -> str:
        if not task.due.amount:
            return self.text(_("by the last day of the period"))
        return self.text(_("within %(limit)s of the end of the period"), limit=limit_said(task.due, self._texts))

    def body(self, body: Body) -> str:
        when = self.text(PERIOD_LABELS[body.meets])
        if body.weekday is not None:
            when += self.text(_(" %(weekday)s"), weekday=self.text(WEEKDAY_LABELS[body.weekday]))
        said = self.text(
            _("%(name)s: %(when)s, in the chair: %(chair)s"),
            name=body.name.in_(self._language),
            when=when,
            chair=self.text(ROLE_LABELS[body.chair]),
        )
        if body.items is not None:
            said += self.text(
                _(", %(least)s to %(most)s items each time"), least=body.items.least, most=body.items.most
            )
        if body.members:
            members = self.text(_(", ")).join(self.text(UNIT_KIND_LABELS[kind]) for kind in body.members)
            said += self.text(_("; members: %(members)s"), members=members)
        return said

    def patrols(self) -> Iterator[str]:
        patrols = self._playbook.patrols
        if patrols is None:
            return
        yield self.text(_("kinds: %(kinds)s"), kinds=self._names(patrols.kinds))
        for shift in patrols.shifts:
            span = {"begin": f"{shift.from_:%H:%M}", "end": f"{shift.to:%H:%M}"}
            yield self.text(_("%(name)s: %(begin)s to %(end)s"), name=shift.name.in_(self._language), **span)
        if patrols.help:
            given = (self._counted(help) for help in patrols.help)
            yield self.text(_("help, counted without names: %(help)s"), help=self.text(_(", ")).join(given))

    def sweep(self, sweep: Sweep) -> str:
        finding = self._playbook.category(sweep.finding)
        said = self.text(
            _("%(name)s: %(over)s once within %(limit)s; a finding becomes a case: %(finding)s"),
            name=sweep.name.in_(self._language),
            over=self.text(SWEPT_LABELS[sweep.over]),
            limit=limit_said(sweep.within, self._texts),
            finding=finding.name.in_(self._language) if finding is not None else sweep.finding,
        )
        return said + self._form(sweep.form)

    def works(self) -> Iterator[str]:
        for work in self._playbook.works:
            yield self._counted(work)

    def _counted(self, entry: Help | Work) -> str:
        name, unit = entry.name.in_(self._language), self.text(MEASURE_LABELS[entry.unit])
        return self.text(_("%(name)s (%(unit)s)"), name=name, unit=unit)

    def handbook(self) -> Iterator[str]:
        for page in self._playbook.handbook.pages if self._playbook.handbook is not None else ():
            yield page.title.in_(self._language)
