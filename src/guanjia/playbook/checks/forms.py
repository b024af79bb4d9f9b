"""The forms that a playbook names: each can be read and filled in, forces nothing, and asks nothing that is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePath

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.checks.table import check
from guanjia.playbook.facts import FACTS, asked_for
from guanjia.playbook.faults import Fault, PlaybookError, meant
from guanjia.playbook.forms import FROM_FILE, REGISTRY_LISTS, Form, Row, read
from guanjia.playbook.loader import Source, is_inside
from guanjia.playbook.schema import FormUse, Playbook

#: The types of XLSForm that we take.
ASKING = ("text", "integer", "decimal", "range", "select_one", "select_multiple", *FROM_FILE, "rank", "acknowledge")
MOMENTS = ("date", "time", "dateTime")
PROOFS = ("image", "audio", "video", "file", "barcode", "geopoint", "geotrace", "geoshape")
SILENT = ("note", "calculate", "hidden", "start", "end", "today", "deviceid", "username", "audit", "start-geopoint")
BRACKETS = ("begin_group", "end_group", "begin_repeat", "end_repeat")
TYPES = (*ASKING, *MOMENTS, *PROOFS, *SILENT, *BRACKETS)
#: Columns of XLSForm that we do not take.
REFUSED = ("repeat_count", "trigger")
#: What forces whoever fills it in, whenever it stands there.
FOLLOWING = ("audit", "start-geopoint")
#: What forces only if it must be answered.
FORCING = ("image", "audio", "video", "barcode", "geopoint", "geotrace", "geoshape")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_EXPRESSIONS = ("relevant", "constraint", "calculation", "required", "choice_filter")


class _Told:
    """Faults of one form: of its rows in its own file, of its use in playbook.toml."""

    def __init__(self, source: Source[Playbook], index: int, form: Form) -> None:
        self._source, self._index = source, index
        self._file = str(PurePath(source.file).parent / form.file)

    def row(self, row: Row, message: str, hint: str = "", **params: object) -> Fault:
        return Fault(self._file, row.line, row.get("name"), message, hint, params)

    def use(self, path: tuple[str | int, ...], message: str, hint: str = "", **params: object) -> Fault:
        return self._source.fault(("forms", self._index, *path), message, hint, **params)


def _forms(book: Playbook, source: Source[Playbook]) -> Iterator[tuple[FormUse, Form, _Told]]:
    """Those that can be read."""
    for index, use in enumerate(book.forms):
        form = _form(use.file, source.files[use.file]) if use.file in source.files else None
        if form is not None:
            yield use, form, _Told(source, index, form)


@lru_cache(maxsize=16)
def _form(file: str, content: bytes) -> Form | None:
    """Read once for all checks; None where it cannot be read."""
    try:
        return read(file, content)
    except PlaybookError:
        return None


@check
def forms_can_be_read(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for index, use in enumerate(book.forms):
        path = ("forms", index, "file")
        if not is_inside(use.file):
            message = _("“%(file)s” lies outside the folder of the playbook.")
            yield source.fault(
                path, message, _("Put the form into the folder, such as forms/visit.toml."), file=use.file
            )
        elif use.file not in source.files:
            yield source.fault(path, _("There is no file %(file)s."), _("Write it."), file=use.file)
        else:
            try:
                read(str(PurePath(source.file).parent / use.file), source.files[use.file])
            except PlaybookError as error:
                yield from error.faults


@check
def rows_have_a_type_and_a_name(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for _use, form, told in _forms(book, source):
        seen: dict[str, int] = {}
        for row in form.survey:
            name = row.get("name")
            if row.type not in TYPES:
                hint, known = meant(row.type, TYPES)
                yield told.row(row, _("“%(type)s” is no type of item."), hint, type=row.get("type"), **known)
            elif not row.type.startswith("end_") and not _NAME.fullmatch(name):
                yield told.row(
                    row,
                    _("The row of type %(type)s has no name that an answer could be kept under: “%(name)s”."),
                    _("Write letters, digits and _, beginning with a letter."),
                    type=row.type,
                    name=name,
                )
            elif name in seen and not row.type.startswith("end_"):
                message = _("The name “%(name)s” is taken on line %(first)s.")
                yield told.row(row, message, _("Give one of them another name."), name=name, first=seen[name])
            seen.setdefault(name, row.line)


@check
def columns_are_taken(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for _use, form, told in _forms(book, source):
        for row in form.survey:
            for column in REFUSED:
                if row.get(column):
                    yield told.row(
                        row,
                        _("The column %(column)s changes what the form asks, and the browser does not know it."),
                        _("Take it out; a repeat is filled in as often as there are members."),
                        column=column,
                    )


@check
def groups_and_repeats_are_closed(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for _use, form, told in _forms(book, source):
        opened: list[Row] = []
        for row in form.survey:
            kind = row.type.partition("_")[2]
            if row.type.startswith("begin_"):
                opened.append(row)
            elif row.type.startswith("end_") and opened and opened[-1].type == f"begin_{kind}":
                opened.pop()
            elif row.type.startswith("end_"):
                yield told.row(row, _("Nothing of this kind is open here: %(type)s."), _("Take it out."), type=row.type)
        for row in opened:
            message = _("“%(name)s” begins here and ends nowhere.")
            yield told.row(row, message, _("Add end_group or end_repeat."), name=row.get("name"))


@check
def choices_are_there(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for _use, form, told in _forms(book, source):
        lists = {row.get("list_name") for row in form.choices}
        for row in form.survey:
            if row.type in ("select_one", "select_multiple", "rank") and row.list_name not in lists:
                hint, known = meant(row.list_name, lists)
                message = _("There is no list of choices “%(list)s”.")
                yield told.row(row, message, hint, list=row.list_name, **known)
            if row.type in FROM_FILE and row.file_list not in REGISTRY_LISTS:
                hint, known = meant(row.file_list, REGISTRY_LISTS)
                yield told.row(row, _("The registry keeps no list “%(list)s”."), hint, list=row.file_list, **known)
        seen: dict[tuple[str, str], int] = {}
        for row in form.choices:
            key = (row.get("list_name"), row.get("name"))
            if not all(key) or " " in key[1]:
                yield told.row(row, _("A choice needs list_name and name, without spaces."), _("Write both."))
            elif seen.setdefault(key, row.line) != row.line:
                message = _("The name “%(name)s” is taken on line %(first)s.")
                yield told.row(row, message, _("Give one of them another name."), name=key[1], first=seen[key])


@check
def expressions_name_items(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for _use, form, told in _forms(book, source):
        names = {row.get("name") for row in form.survey}
        for row in form.survey:
            for column in _EXPRESSIONS:
                for name in dict.fromkeys(_REFERENCE.findall(row.get(column))):
                    if name not in names:
                        hint, known = meant(name, names - {""})
                        message = _("%(column)s names ${%(name)s}, and there is no such item.")
                        yield told.row(row, message, hint, column=column, name=name, **known)


@check
def items_are_said_in_both_languages(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for _use, form, told in _forms(book, source):
        asked = [row for row in form.survey if row.type in (*ASKING, *MOMENTS, *PROOFS, "note", "begin_group")]
        for row in (*asked, *form.choices):
            for column in ("label", "hint", "constraint_message", "required_message"):
                said = row.said(column)
                missing = [language for language in ("zh", "en") if not said.get(language)]
                if missing and (said or column == "label"):
                    yield told.row(
                        row,
                        _("%(column)s is not said in %(languages)s."),
                        _('Write both: %(column)s = { zh = "…", en = "…" }.'),
                        column=column,
                        languages=", ".join(missing),
                    )


@check
def forms_force_nothing(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for use, form, told in _forms(book, source):
        for row in form.survey:
            if use.exception is None and (row.type in FOLLOWING or (row.type in FORCING and row.required)):
                yield told.row(
                    row,
                    _(
                        "“%(name)s” forces whoever fills in the form to give a photo, a track or a scan (%(type)s), "
                        "which the State Council's rule of 2026 on government apps bars."
                    ),
                    _("Take required out, or give the form an exception that names the law which asks for it."),
                    name=row.get("name"),
                    type=row.type,
                )


@check
def bound_items_are_there(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for use, form, told in _forms(book, source):
        names = [row.get("name") for row in form.survey if row.type in (*ASKING, *MOMENTS)]
        seen: dict[str, int] = {}
        for index, bound in enumerate(use.bound):
            if bound.item not in names:
                hint, known = meant(bound.item, names)
                message = _("The form %(form)s has no item “%(item)s” to bind.")
                yield told.use(("bound", index, "item"), message, hint, form=use.key, item=bound.item, **known)
            if use.about not in FACTS[bound.fact].kinds:
                hint, known = meant("", [key for key, fact in FACTS.items() if use.about in fact.kinds])
                message = _("Of a %(kind)s the registry does not know %(fact)s.")
                yield told.use(("bound", index, "fact"), message, hint, kind=use.about, fact=bound.fact, **known)
            if seen.setdefault(bound.item, index) != index:
                message = _("“%(item)s” is bound already.")
                yield told.use(("bound", index), message, _("Take one of them out."), item=bound.item)


@check
def nothing_known_is_asked_again(book: Playbook, source: Source[Playbook]) -> Iterator[Fault]:
    for use, form, told in _forms(book, source):
        bound = {one.item for one in use.bound}
        for row in _outside_repeats(form):
            if row.type not in ASKING or row.get("name") in bound:
                continue
            fact = asked_for(use.about, (row.get("name"), *row.said("label").values()))
            if fact is not None:
                yield told.row(
                    row,
                    _("“%(name)s” asks what the registry knows: %(fact)s."),
                    _('Bind it in playbook.toml: bound = [{ item = "%(name)s", fact = "%(fact)s" }].'),
                    name=row.get("name"),
                    fact=fact,
                )


def _outside_repeats(form: Form) -> Iterator[Row]:
    """What is asked of the subject itself: inside a repeat it is asked of each member."""
    depth = 0
    for row in form.survey:
        depth += {"begin_repeat": 1, "end_repeat": -1}.get(row.type, 0)
        if depth == 0:
            yield row
