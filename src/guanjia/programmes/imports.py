"""Lists of whom a programme serves, and by whom: a table of names is how a campaign begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from guanjia.kernel.importing import Batch, Field, Kind, Record, credit_code
from guanjia.kernel.problems import MISSING, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import policy, queries
from guanjia.programmes.actions import assign, enrol_many
from guanjia.programmes.models import AssignmentRole
from guanjia.programmes.problems import (
    AMBIGUOUS_OFFICER,
    AMBIGUOUS_SUBJECT,
    UNKNOWN_OFFICER,
    UNKNOWN_PROGRAMME,
    UNKNOWN_SUBJECT,
)
from guanjia.registry.imports.finder import LEVEL_FIELDS, Places, Seen, level_names
from guanjia.registry.models import Officer, Place, Subject
from guanjia.registry.problems import REPEATED

BATCH = 1000
ROLES = (AssignmentRole.STEWARD, AssignmentRole.STAND_IN)


@dataclass(frozen=True, slots=True)
class _Line:
    record: Record
    programme_id: int
    subject_id: int
    officers: Mapping[AssignmentRole, int]


def _load(batch: Batch) -> None:
    """Rows that name nobody who answers are taken in together; each of the others by itself, since it stands or falls
    with them."""
    lines = list(_read(batch))
    plain: dict[int, list[int]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        if line.officers:
            _take_in_with_officers(batch, line)
        else:
            plain[line.programme_id].append(line.subject_id)
        batch.progress(number, len(lines))
    for programme_id, subjects in plain.items():
        _take_in(batch, programme_id, subjects)


def _take_in(batch: Batch, programme_id: int, subjects: Sequence[int]) -> None:
    taken = enrol_many(batch.actor, programme_id, subjects, at=batch.at)
    batch.report.count("enrolment", len(taken))
    batch.report.count("already_enrolled", len(subjects) - len(taken))


def _read(batch: Batch) -> Iterator[_Line]:
    """Every row that says somebody known."""
    programmes, officers, seen = _Programmes(), _Officers(), Seen()
    subjects = _Subjects(batch.records)
    for record in batch.good():
        try:
            programme_id = programmes.find(record["programme"])
            subject_id = subjects.find(record, programmes.kinds[programme_id])
            named = {role: officers.find(record[role], role) for role in ROLES if record[role]}
            if (line := seen.before((programme_id, subject_id), record.line)) is not None:
                raise Problem(REPEATED, field="name", line=line)
        except Problem as problem:
            batch.refuse(record, problem.field or "name", problem)
        else:
            yield _Line(record, programme_id, subject_id, named)


def _take_in_with_officers(batch: Batch, line: _Line) -> None:
    """Whole or not at all."""
    role = AssignmentRole.STEWARD
    given: dict[AssignmentRole, bool] = {}
    try:
        with transaction.atomic():
            taken = enrol_many(batch.actor, line.programme_id, [line.subject_id], at=batch.at)
            for role, officer_id in line.officers.items():
                row = assign(
                    batch.actor,
                    line.programme_id,
                    officer_id=officer_id,
                    role=role,
                    subject_id=line.subject_id,
                    at=batch.at,
                )
                given[role] = row.since == batch.at
    except Problem as problem:
        batch.refuse(line.record, role, problem)
        return
    batch.report.count("enrolment", len(taken))
    batch.report.count("already_enrolled", 1 - len(taken))
    for role, is_new in given.items():
        batch.report.count(role, int(is_new))


class _Programmes:
    """Those that run, by key and by the names of their playbooks."""

    def __init__(self) -> None:
        self.kinds: dict[int, tuple[str, ...]] = {}
        self._ids: dict[str, int] = {}
        for one in queries.running():
            playbook = queries.current_playbook(one.pk)
            self.kinds[one.pk] = playbook.serves.subjects
            name = playbook.playbook.name
            self._ids |= {one.key: one.pk, name.zh: one.pk, name.en: one.pk}

    def find(self, text: str) -> int:
        if text not in self._ids:
            raise Problem(UNKNOWN_PROGRAMME, field="programme", text=text)
        return self._ids[text]


class _Officers:
    """Who works here, by staff number and by name."""

    def __init__(self) -> None:
        self._ids: dict[str, set[int]] = defaultdict(set)
        for pk, number, name in Officer.objects.filter(active=True).values_list("pk", "staff_number", "name"):
            self._ids[name].add(pk)
            self._ids[number] = {pk}

    def find(self, text: str, role: str) -> int:
        found = self._ids.get(text, set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            raise Problem(AMBIGUOUS_OFFICER, field=role, text=text, count=len(found))
        raise Problem(UNKNOWN_OFFICER, field=role, text=text)


class _Subjects:
    """Those that the rows may mean: by credit code, else by name within the place that the row names. Two queries for
    each thousand, and two for the places."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._places = Places()
        self._paths = dict(Place.objects.filter(valid_to__isnull=True).values_list("pk", "path"))
        #: By code or name: (id, kind, path of the place).
        self._found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        self._index("business__credit_code", sorted({one["credit_code"] for one in records if one["credit_code"]}))
        self._index("name", sorted({one["name"] for one in records if one["name"] and not one["credit_code"]}))

    def _index(self, column: str, values: list[str]) -> None:
        current = Subject.objects.filter(valid_to__isnull=True)
        for start in range(0, len(values), BATCH):
            rows = current.filter(**{f"{column}__in": values[start : start + BATCH]})
            for key, pk, kind, path in rows.values_list(column, "pk", "kind", "place__path"):
                self._found[key].append((pk, kind, path or ""))

    def find(self, record: Record, kinds: Iterable[str]) -> int:
        text = record["credit_code"] or record["name"]
        if not text:
            raise Problem(MISSING, field="name", field_label=_("Name"))
        column = "credit_code" if record["credit_code"] else "name"
        names = level_names(record)
        within = self._paths[self._places.find(names)] if names else ""
        found = [pk for pk, kind, path in self._found.get(text, ()) if kind in kinds and path.startswith(within)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Problem(AMBIGUOUS_SUBJECT, field=column, text=text, count=len(found))
        raise Problem(UNKNOWN_SUBJECT, field=column, text=text)


ENROLMENTS = Kind(
    "enrolments",
    _("import lists of whom a programme serves"),
    (
        Field("programme", _("Programme"), ("专项", "专项名称", "方案", "programme"), required=True, limit=80),
        Field("credit_code", _("Credit code"), ("统一社会信用代码", "信用代码", "credit_code"), credit_code),
        Field("name", _("Name"), ("企业名称", "单位名称", "服务对象", "门牌", "名称", "name"), limit=120),
        Field("steward", _("Steward"), ("管家", "服务专员", "包联干部", "管家工号", "steward"), limit=40),
        Field("stand_in", _("Stand-in"), ("顶岗", "顶岗人", "顶岗工号", "stand_in"), limit=40),
        *LEVEL_FIELDS,
    ),
    policy.may_adopt,
    _load,
)
