"""A page of a gate book as it is keyed in: rows read, sent one by one, and what came of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from guanjia.cases import classify
from guanjia.cases.actions.act import act
from guanjia.cases.actions.intake import NewCase, NewContact
from guanjia.cases.actions.joining import join_case
from guanjia.cases.actions.keying import key_in
from guanjia.cases.queries.papers import is_registered
from guanjia.cases.queries.similar import similar_open
from guanjia.console.problems import BAD_LINE_DATE, LINE_WITHOUT_CATEGORY, MAYBE_KNOWN
from guanjia.console.viewmodels import alike as similar
from guanjia.console.viewmodels.alike import Alike
from guanjia.console.viewmodels.case import find
from guanjia.console.viewmodels.rows import category_name, said
from guanjia.console.viewmodels.written import read_written
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import number_in
from guanjia.kernel.codes import ledger_number, parse_ledger_number
from guanjia.kernel.problems import Problem
from guanjia.kernel.spoken import spoken
from guanjia.playbook.schema import Playbook
from guanjia.registry import queries as registry

FIELDS = ("paper", "date", "who", "phone", "what", "where", "category", "solved", "by", "twice")
#: Lines of an empty page, and how many come with each "more".
LINES = 12
MOST_LINES = 60
#: Read so much alike, and at the same place, a line is held back until somebody has looked.
SURE = 0.6
#: The choice to register all the same.
NEW = "new"


@dataclass(slots=True)
class Line:
    """One line of the page. `number` counts from 1 and stays the line's name until all is sent. `problems`: what is
    wrong, by field. `known`: open cases that may be the same."""

    number: int
    values: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    known: Sequence[Alike] = ()

    @property
    def empty(self) -> bool:
        return not any(self.values[name].strip() for name in ("paper", "who", "phone", "what", "where"))


@dataclass(frozen=True, slots=True)
class Done:
    """What a line has become. `again`: the paper, or this very line, had been keyed in before."""

    number: str
    title: str
    holder: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """Of which book the page is: what every line without a place or programme of its own takes from it."""

    page: str
    programme: str
    playbook: Playbook
    place_id: int | None
    at: datetime


def read_lines(given: Mapping[str, str], more: int = 0) -> list[Line]:
    """As they were sent, empty ones too, and `more` below."""
    sent = sorted({n for name in given if name.startswith("what_") and (n := number_in(name[5:])) is not None})[
        :MOST_LINES
    ]
    numbers = sent or list(range(1, LINES + 1))
    first = numbers[-1] + 1
    numbers += list(range(first, min(first + more, first + MOST_LINES - len(numbers))))
    return [Line(number, {name: given.get(f"{name}_{number}", "") for name in FIELDS}) for number in numbers]


def send(actor: Actor, book: Book, lines: Sequence[Line]) -> tuple[list[Done], list[Line]]:
    """Each line by itself: what is stored, and the lines that stay with what is wrong with them."""
    done: list[Done] = []
    left: list[Line] = []
    above: datetime | None = None
    for line in lines:
        if line.empty:
            continue
        written = read_written(line.values["date"], localdate(book.at), above)
        above = written or above
        try:
            done.append(_sent(actor, book, line, written))
        except Problem as problem:
            for one in getattr(problem, "each", (problem,)):
                words = spoken(one)
                line.problems[_FIELD.get(one.field or "", "what")] = f"{words['message']} {words['todo']}".strip()
            left.append(line)
    return done, left


#: Where a refusal names its field otherwise than the page.
_FIELD = {
    **{name: name for name in FIELDS},
    "text": "what",
    "name": "who",
    "place": "where",
    "address": "where",
    "occurred_at": "date",
}


def _sent(actor: Actor, book: Book, line: Line, written: datetime | None) -> Done:
    """Raises what the line is refused for."""
    values = line.values
    if written is None:
        raise Problem(BAD_LINE_DATE, field="date", text=values["date"][:40])
    at = min(make_aware(written), book.at) if written.date() == localdate(book.at) else make_aware(written)
    place_id, path = where(book, values["where"])
    category = values["category"] or best_category(book.playbook, values["what"])
    if not category:
        raise Problem(LINE_WITHOUT_CATEGORY, field="category")
    if number := values["twice"] if values["twice"] != NEW else "":
        return _joined(actor, number, book, line)
    key = f"book:{book.page}:{line.number}"
    if not values["twice"] and not values["paper"] and not is_registered(key):
        line.known = alike(book, values["what"], category, path, book.at)
        if any(one.share >= 100 * SURE and one.same for one in line.known):
            raise Problem(MAYBE_KNOWN, field="twice", number=line.known[0].number)
    case, fresh = key_in(
        actor,
        NewCase(
            programme=book.programme,
            text=values["what"],
            channel="gate_book",
            category=category,
            asker=_asker(values),
            # A sheet without a place of its own is at the place that it was printed for.
            place_id=place_id if values["where"].strip() or not values["paper"].strip() else None,
            address=values["where"],
            occurred_at=at,
            key=key,
        ),
        paper=values["paper"].strip(),
        settled=_settled(values),
        at=book.at,
    )
    return Done(case.number, case.title, _holder(case), again=not fresh)


def _joined(actor: Actor, number: str, book: Book, line: Line) -> Done:
    """The line belongs to an open case: one asker more there, or without a phone a note of what was said."""
    page = find(actor, number, at=book.at)
    if not line.values["phone"].strip():
        act(
            actor,
            page.case.pk,
            "note",
            {"text": line.values["what"]},
            key=f"book:{book.page}:{line.number}",
            at=book.at,
        )
        return Done(page.case.number, page.case.title, page.holder, again=True)
    who = NewContact(name=line.values["who"], phone=line.values["phone"])
    joined = join_case(actor, page.case.pk, who, channel="gate_book", text=line.values["what"], at=book.at)
    return Done(joined.case.number, joined.case.title, page.holder, again=True)


def _asker(values: Mapping[str, str]) -> NewContact | None:
    name, phone = values["who"].strip(), values["phone"].strip()
    return NewContact(name=name, phone=phone) if name or phone else None


def _settled(values: Mapping[str, str]) -> str | None:
    if not values["solved"]:
        return None
    if by := values["by"].strip():
        return _("The book says: solved on the spot by %(by)s.") % {"by": by}
    return _("The book says: solved on the spot.")


def _holder(case: Any) -> str:
    unit = registry.known_units().get(case.holder_unit_id)
    return str(unit) if unit else ""


def where(book: Book, address: str) -> tuple[int | None, str]:
    """The place that the words speak of, first of all within the book's own, else the book's own; (id, path)."""
    own = registry.known_place(book.place_id) if book.place_id else None
    if not address.strip():
        return (own.pk, own.path) if own else (None, "")
    found = [match.place for match in registry.locate_address(address)]
    near = [place for place in found if own is not None and place.path.startswith(own.path)]
    best = next(iter([*near, *found]), own)
    return (best.pk, best.path) if best else (None, "")


def best_category(playbook: Playbook, text: str) -> str:
    found = classify.suggest(playbook, "", text, most=1) if text.strip() else []
    return found[0].category if found else ""


def alike(book: Book, text: str, category: str, path: str, at: datetime) -> list[Alike]:
    return similar.rows(similar_open(text=text, category=category, place_path=path, at=at, most=3))


@dataclass(frozen=True, slots=True)
class Hint:
    """What is told of a line while it is written."""

    category: str
    place: str
    known: Sequence[Alike]


def hint(book: Book, line: Line, *, at: datetime) -> Hint:
    """Three queries or so."""
    key = best_category(book.playbook, line.values["what"])
    place_id, path = where(book, line.values["where"])
    place = registry.known_place(place_id) if place_id else None
    known = alike(book, line.values["what"], key, path, at) if len(line.values["what"].strip()) >= 4 else []
    sure = [one for one in known if one.share >= 100 * SURE and one.same]
    return Hint(category_name(book.playbook, key) if key else "", place.name if place else "", sure)


def categories(playbook: Playbook) -> list[tuple[str, str]]:
    return [(one.key, said(one.name)) for one in playbook.categories]


def names_within(actor: Actor, place_id: int | None) -> list[str]:
    """Names of grids and courtyards to choose from while typing: below the book's place, else below the writer's
    posts."""
    own = registry.known_place(place_id) if place_id else None
    paths = tuple([own.path] if own else [post.place_path for post in actor.posts])
    small = (one for one in registry.known_places().values() if one.valid_to is None and one.kind in _SMALL)
    return sorted({one.name for one in small if one.path.startswith(paths)})[:MOST_NAMES]


#: More would be a heavy page; what is typed is looked up whole anyway.
MOST_NAMES = 600
_SMALL = ("grid", "courtyard")


def places_of(actor: Actor) -> list[Any]:
    """Of which places this writer's books may be."""
    ids = {int(post.place_path.rstrip("/").rsplit("/", 1)[-1]) for post in actor.posts if post.place_path.strip("/")}
    own = [registry.known_place(id) for id in sorted(ids)]
    return [place for place in own if place is not None and place.valid_to is None]


def done_before(given: Sequence[str]) -> list[str]:
    """Ledger numbers that the page has carried along."""
    parsed = [parse_ledger_number(one) for one in given[:MOST_LINES]]
    return [ledger_number(*one) for one in parsed if one is not None]
