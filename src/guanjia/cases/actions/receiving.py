"""Acknowledged now, registered in a moment: for systems that send more at once than can be dispatched at once.

A request is checked as `intake` checks it, stored as it came and given its number; the worker brings what waits into
the ledger, many in one transaction. Whoever asks for such a number before that has it brought in there and then, so
that nobody finds a number that leads nowhere. Its clocks run from when it was received.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.timezone import localtime

from guanjia.cases.actions.intake import (
    NewCase,
    NewContact,
    Way,
    checked,
    contact_of,
    draft,
    first_lines,
    way_of,
)
from guanjia.cases.bulk import History, Rows, add, parts_of
from guanjia.cases.deadlines import timekeeper
from guanjia.cases.ledger import news
from guanjia.cases.models import Case, Received
from guanjia.cases.owners import Matter
from guanjia.cases.queries.numbers import case_id_of
from guanjia.kernel import outbox
from guanjia.kernel.actor import Actor, ActorKind
from guanjia.kernel.codes import parse_ledger_number
from guanjia.kernel.pour import next_id, reserve_ids
from guanjia.kernel.problems import Problem
from guanjia.kernel.secrets import encrypt
from guanjia.kernel.together import prepared_cursor, way, write
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry
from guanjia.registry.actions import record_contacts
from guanjia.registry.stamps import read_once

logger = logging.getLogger(__name__)

#: How many are brought in at once; what one transaction locks and holds in memory.
BATCH = 200
_CASES, _RECEIVED = Case._meta.db_table, Received._meta.db_table
#: Where the case is in the ledger already under the same key, or the request is here, nothing is stored.
_STORE = (
    f"INSERT INTO {_RECEIVED}"
    " (id, idempotency_key, version_id, received_at, by, content, next_try_at, tries, error)"
    " SELECT {id}, {key}, {version}, {at}, {by}, {content}, {at}, 0, ''"
    f" WHERE NOT EXISTS (SELECT 1 FROM {_CASES} WHERE idempotency_key = {{key}})"
    " ON CONFLICT (idempotency_key) DO NOTHING RETURNING id"
)
_STORE_ON_POSTGRESQL = _STORE.format(
    id=next_id(Case),
    key="$1::varchar",
    version="$2::bigint",
    at="$3::timestamptz",
    by="$4::jsonb",
    content="$5::text",
)
_STORE_ON_SQLITE = _STORE.format(
    id="%(id)s", key="%(key)s", version="%(version)s", at="%(at)s", by="%(by)s", content="%(content)s"
)
_DONE = {"content": "", "error": "", "next_try_at": None}
_FIRST_RETRY, _LAST_RETRY = timedelta(seconds=10), timedelta(minutes=10)
#: By when no sender repeats a request any more that is in the ledger: its row is then removed.
KEPT = timedelta(days=1)


def receive_once(actor: Actor, new: NewCase, *, at: datetime) -> tuple[Case, bool]:
    """Store a request as it came; (its case, whether it is new). A new one is not in the ledger yet, but has its
    number and its place.

    The same `key` twice gives the same case, as `intake.register_once`, and what that refuses is refused here; without
    documents, which belong to a case. Raises case.no_programme, case.unknown_category, case.unknown_place,
    case.no_desk, field.*.
    """
    if new.document_ids:
        raise ValueError("documents belong to a case: register it at once")
    try:
        case = checked(new, at).case
    except Problem:
        if (known := _known(new.key, at)) is not None:
            return known, False
        raise
    by = {**actor.signature, "label": actor.label}
    content = encrypt(_written(replace(new, place_id=case.place_id)))
    stored = _store(key=new.key, version=case.version_id, at=at, by=json.dumps(by), content=content)
    if stored is None and (known := _known(new.key, at)) is not None:
        return known, False
    case.pk = stored
    return case, True


def _store(**values: Any) -> int | None:
    """The id that its case will have; None where its key is known. One statement: a flood is counted in statements."""
    if connection.vendor == "postgresql":
        with prepared_cursor() as cursor:
            cursor.execute(_STORE_ON_POSTGRESQL, list(values.values()))
            row = cursor.fetchone()
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_STORE_ON_SQLITE, {**values, "id": reserve_ids(Case, 1)[0]})
            row = cursor.fetchone()
    return int(row[0]) if row is not None else None


def _known(key: str | None, at: datetime) -> Case | None:
    if key is None:
        return None
    if (received := Received.objects.filter(idempotency_key=key).first()) is not None:
        return _brought_in(received.pk, at)
    return Case.objects.filter(idempotency_key=key).first()


def case_id_at(number: str, *, at: datetime) -> int:
    """As `queries.numbers.case_id_of`, also where the case has yet to enter the ledger: then it does so now. Raises
    not_found, and what registering it raises."""
    try:
        return case_id_of(number)
    except Problem:
        return case_id_of(settled_number(number, at=at))


def settled_number(number: str, *, at: datetime) -> str:
    """The number under which a received request stands in the ledger, which it enters now where it still waits; any
    other number as it is. One query for the latter. Raises what registering it raises."""
    parsed = parse_ledger_number(number)
    received = Received.objects.filter(pk=parsed[1]).first() if parsed is not None else None
    if parsed is None or received is None or localtime(received.received_at).year != parsed[0]:
        return number
    return _brought_in(received.pk, at).number


def _brought_in(received_id: int, at: datetime) -> Case:
    _bring_in([received_id], at)
    return Case.objects.get(pk__in=Received.objects.filter(pk=received_id).values("case_id"))


def bring_in(at: datetime, *, size: int = BATCH) -> int:
    """Register what waits, oldest first; how many were looked at. Several workers may run it at once, and it may be
    killed at any point. What cannot be registered holds back nothing else and is never given up: it is tried again,
    and `guanjia doctor` says why."""
    waiting = Received.objects.filter(next_try_at__lte=at).order_by("next_try_at", "id")
    ids = list(waiting.values_list("id", flat=True)[:size])
    if not ids:
        return 0  # every second of a quiet day: nothing is locked for it
    try:
        _bring_in(ids, at)
    except (InterfaceError, OperationalError):
        raise  # no request's fault: the worker tries them all again
    except Exception:
        logger.warning("a batch of %s requests cannot be registered: each by itself", len(ids), exc_info=True)
        for one in ids:
            _try(one, at)
    return len(ids)


def forget(at: datetime) -> int:
    """Remove what has long been in the ledger; how many rows."""
    return Received.objects.filter(next_try_at__isnull=True, received_at__lt=at - KEPT).delete()[0]


def _try(case_id: int, at: datetime) -> None:
    try:
        _bring_in([case_id], at)
    except (InterfaceError, OperationalError):
        raise
    except Exception as error:
        logger.exception("request %s was received and cannot be registered", case_id)
        row = Received.objects.get(pk=case_id)
        again = at + min(_LAST_RETRY, _FIRST_RETRY * 2 ** min(row.tries, 10))
        why = f"{type(error).__name__}: {error}"[:2000]
        # Whoever asked for its number may have had it registered by now.
        waiting = Received.objects.filter(pk=case_id, next_try_at__isnull=False)
        waiting.update(tries=row.tries + 1, error=why, next_try_at=again)


def _bring_in(ids: Sequence[int], at: datetime) -> None:
    with transaction.atomic(), read_once():
        waiting = Received.objects.filter(pk__in=ids, next_try_at__isnull=False).order_by("pk")
        rows = list(waiting.select_for_update(of=("self",), skip_locked=len(ids) > 1 and _can_skip()))
        keys = [row.idempotency_key for row in rows if row.idempotency_key]
        known = dict(Case.objects.filter(idempotency_key__in=keys).values_list("idempotency_key", "pk"))
        doubled = {row.pk: known[row.idempotency_key] for row in rows if row.idempotency_key in known}
        _register([row for row in rows if row.pk not in doubled], at)
        waiting.filter(pk__in=[row.pk for row in rows]).exclude(pk__in=doubled).update(case_id=F("pk"), **_DONE)
        for pk, case_id in doubled.items():  # the same request was sent to be registered at once
            Received.objects.filter(pk=pk).update(case_id=case_id, **_DONE)


def _can_skip() -> bool:
    return connection.features.has_select_for_update_skip_locked


def _register(rows: Sequence[Received], at: datetime) -> None:
    """As `intake` registers one."""
    requests = [(row, _read(row.content)) for row in rows]
    contacts = {row.pk: contact_of(new.asker, row.received_at) for row, new in requests if new.asker is not None}
    record_contacts(list(contacts.values()))
    ways: dict[tuple[object, ...], Way] = {}
    written, messages, keeper = Rows(), [], cache(timekeeper)
    for row, new in requests:
        # The place that was found when it was received, also where it has been closed since.
        playbook, place = programmes.playbook_of(row.version_id), registry.known_place(new.place_id or 0)
        case = draft(new, row.version_id, playbook, place, at=row.received_at)
        case.pk = row.pk
        alike = (row.version_id, new.category, new.channel, new.emergency, new.subject_id, case.place_id)
        if alike not in ways:
            programme = programmes.programme_of(row.version_id)
            ways[alike] = way_of(new, Matter(programme.pk, new.category, new.subject_id, place), playbook, at)
        contact_ids = [contacts[row.pk].pk] if row.pk in contacts else new.contact_ids
        lines = first_lines(_actor(row.by), new, ways[alike], contact_ids, playbook, row.received_at)
        add(written, History(case, lines, contact_ids, at), playbook, keeper, way())
        messages.append(news(row.pk, lines, at))
    write([*parts_of(written), outbox.part(messages)])


def _written(new: NewCase) -> str:
    return orjson.dumps(new).decode()


def _read(content: str) -> NewCase:
    data: dict[str, Any] = orjson.loads(content)
    if data["asker"] is not None:
        data["asker"] = NewContact(**data["asker"])
    if data["occurred_at"] is not None:
        data["occurred_at"] = datetime.fromisoformat(data["occurred_at"])
    return NewCase(**data)


def _actor(by: Mapping[str, Any]) -> Actor:
    """As far as the ledger names it."""
    return Actor(
        ActorKind(by["kind"]), by["label"], account_id=by["account"], officer_id=by["officer"], token_id=by.get("token")
    )
