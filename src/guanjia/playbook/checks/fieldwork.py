"""Visits, tasks, meetings, patrols, sweeps and works: each names what there is, and leaves people in peace."""

from __future__ import annotations

from collections.abc import Iterator

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.checks.table import check, same_keys, twice, unknown
from guanjia.playbook.faults import Fault
from guanjia.playbook.limits import TimeUnit
from guanjia.playbook.loader import Source, is_inside
from guanjia.playbook.schema import STANDING_BODIES, Owner, Playbook

Path = tuple[str | int, ...]


@check
def what_is_named_has_its_own_key(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    parts: list[tuple[tuple[str, ...], tuple[object, ...]]] = [
        *(((name,), getattr(book, name)) for name in ("ledgers", "forms", "tasks", "bodies", "sweeps", "works")),
        (("visits", "themes"), book.visits.themes),
        (("handbook", "pages"), book.handbook.pages if book.handbook is not None else ()),
    ]
    if book.patrols is not None:
        parts += [(("patrols", name), getattr(book.patrols, name)) for name in ("kinds", "shifts", "help")]
    for path, entries in parts:
        yield from same_keys(source, path, [getattr(entry, "key") for entry in entries])  # noqa: B009


@check
def forms_that_are_used_are_there(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    known = [form.key for form in book.forms]
    used: list[tuple[Path, str | None]] = [
        (("visits", "form"), book.visits.form),
        *((("tasks", index, "form"), task.form) for index, task in enumerate(book.tasks)),
        *((("sweeps", index, "form"), sweep.form) for index, sweep in enumerate(book.sweeps)),
    ]
    for path, key in used:
        if key is not None:
            yield from unknown(source, path, _("There is no form %(key)s."), key, known)
    named = {key for _path, key in used}
    for index, form in enumerate(book.forms):
        if form.key not in named and form.about not in book.serves.subjects:
            yield source.fault(
                ("forms", index, "about"),
                _("The programme does not serve %(kind)s, and nothing else uses the form %(key)s."),
                _("Name the form in visits, a task or a sweep, or take it out."),
                kind=form.about,
                key=form.key,
            )


@check
def ledgers_hold_what_there_is(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    tiers, categories = [tier.key for tier in book.ladder.tiers], [one.key for one in book.categories]
    for index, ledger in enumerate(book.ledgers):
        for place, key in enumerate(ledger.tiers):
            path: Path = ("ledgers", index, "tiers", place)
            yield from unknown(source, path, _("There is no tier %(key)s."), key, tiers)
        for place, key in enumerate(ledger.categories):
            path = ("ledgers", index, "categories", place)
            yield from unknown(source, path, _("There is no category %(key)s."), key, categories)


def _owners(book: Playbook) -> Iterator[tuple[Path, Owner]]:
    """Every place where an owner is named."""
    for index, tier in enumerate(book.ladder.tiers):
        yield ("ladder", "tiers", index, "owner"), tier.owner
    for index, route in enumerate(book.routes):
        if route.hand_over is not None:
            yield ("routes", index, "hand_over"), route.hand_over
    for index, task in enumerate(book.tasks):
        yield ("tasks", index, "who"), task.who


@check
def bodies_that_are_named_are_there(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    known = [*(body.key for body in book.bodies), *STANDING_BODIES]
    for path, owner in _owners(book):
        if owner.body is not None:
            yield from unknown(source, (*path, "body"), _("There is no body %(key)s."), owner.body, known)


@check
def meetings_can_be_held(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, body in enumerate(book.bodies):
        here: Path = ("bodies", index)
        yield from twice(source, (*here, "members"), body.members)
        if body.items is not None and body.items.least > body.items.most:
            yield source.fault(
                (*here, "items"),
                _("The meeting %(key)s is to take up at least %(least)s items and at most %(most)s."),
                _("Write the smaller number as least."),
                key=body.key,
                least=body.items.least,
                most=body.items.most,
            )
        if body.weekday is not None and body.meets not in ("week", "fortnight"):
            yield source.fault(
                (*here, "weekday"),
                _("A meeting that is held once a %(period)s has no fixed day of the week."),
                _("Take weekday out, or let it meet every week or fortnight."),
                period=body.meets,
            )


@check
def tasks_have_somebody(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, task in enumerate(book.tasks):
        here: Path = ("tasks", index)
        if task.who.duty:
            yield source.fault(
                (*here, "who"),
                _("The task %(key)s goes to the unit with the duty, but only a case has a category and so a duty."),
                _("Name the steward, a role, a body or a kind of unit."),
                key=task.key,
            )
        if (task.who.steward or task.per in ("steward", "unit")) and book.stewards is None:
            yield source.fault(
                here,
                _("The task %(key)s is for stewards, but the playbook has none."),
                _("Add [stewards]."),
                key=task.key,
            )
        if task.due.unit not in (TimeUnit.DAYS, TimeUnit.WORKING_DAYS):
            yield source.fault(
                (*here, "due"),
                _("A period ends with a day: “%(limit)s” after it cannot be counted."),
                _("Write it in d or wd; 0d is the last day of the period."),
                limit=task.due,
            )


@check
def shifts_have_a_length(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, shift in enumerate(book.patrols.shifts if book.patrols is not None else ()):
        if shift.from_ == shift.to:
            yield source.fault(
                ("patrols", "shifts", index),
                _("The shift %(key)s begins and ends at the same time."),
                _("Write another time; a day of 24 hours takes two shifts."),
                key=shift.key,
            )


@check
def findings_become_cases(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    categories = [category.key for category in book.categories]
    for index, sweep in enumerate(book.sweeps):
        path: Path = ("sweeps", index, "finding")
        yield from unknown(source, path, _("There is no category %(key)s."), sweep.finding, categories)
        if sweep.within.unit not in (TimeUnit.DAYS, TimeUnit.WORKING_DAYS) or not sweep.within.amount:
            yield source.fault(
                ("sweeps", index, "within"),
                _("A sweep is done by a day: “%(limit)s” does not end with one."),
                _('Write it in d or wd, such as "30d".'),
                limit=sweep.within,
            )


@check
def pages_are_there_in_both_languages(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, page in enumerate(book.handbook.pages if book.handbook is not None else ()):
        path: Path = ("handbook", "pages", index, "file")
        if ".zh." not in page.file or not is_inside(page.file):
            yield source.fault(
                path,
                _("“%(file)s” does not name a text within the folder and its language."),
                _("Write it like texts/handbook.zh.md; the English text lies beside it as texts/handbook.en.md."),
                file=page.file,
            )
            continue
        for file in (page.file_in("zh"), page.file_in("en")):
            if file not in source.files:
                yield source.fault(path, _("There is no file %(file)s."), _("Write it."), file=file)
            elif not _is_text(source.files[file]):
                yield source.fault(path, _("%(file)s is not UTF-8."), _("Save it as UTF-8."), file=file)


def _is_text(content: bytes) -> bool:
    try:
        return bool(content.decode("utf-8"))
    except UnicodeDecodeError:
        return False
