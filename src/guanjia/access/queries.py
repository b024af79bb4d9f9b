"""Reads about accounts, absences, duties and the read log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Model, Q, QuerySet
from django.utils.timezone import make_aware

from guanjia.access import policy, rules
from guanjia.access.models import Absence, Account, ApiToken, DevicePassword, ReadLog
from guanjia.kernel import audit
from guanjia.kernel.actor import Actor, Role
from guanjia.kernel.models import AuditEntry
from guanjia.kernel.paging import Page, page
from guanjia.kernel.problems import NOT_ALLOWED, NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry.models import Contact, Officer, PostHolding
from guanjia.registry.queries import held_on

_NEWEST_FIRST = ("-id",)


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """One ready sign-in of a demo."""

    account_id: int
    role: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What must not be: officers who hold separated duties at once, and officers with posts but no account."""

    conflicts: list[Officer]
    unreachable: list[Officer]


def roles_of(officer_ids: Collection[int], day: date) -> set[Role]:
    held = PostHolding.objects.filter(held_on(day), officer_id__in=officer_ids)
    return {Role(role) for role in held.values_list("post__role", flat=True)}


def absences_between(officer_ids: Collection[int], first_day: date, last_day: date | None) -> QuerySet[Absence]:
    """Absences in which one of these officers is away or stands in, and that share a day with the period."""
    found = Absence.objects.filter(
        Q(officer_id__in=officer_ids) | Q(stand_in_id__in=officer_ids),
        Q(last_day__isnull=True) | Q(last_day__gte=first_day),
    ).select_related("officer")
    return found if last_day is None else found.filter(first_day__lte=last_day)


def absences_of(officer_id: int, since: date) -> list[Absence]:
    """Present and coming absences, the next first."""
    found = Absence.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=since), officer_id=officer_id)
    return list(found.select_related("stand_in").order_by("first_day"))


def stand_ins_on(officer_ids: Collection[int], day: date) -> dict[int, int]:
    """Who stands in today for which of these officers: {absent: stand-in}. One query."""
    away = Absence.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=day), officer_id__in=officer_ids, first_day__lte=day
    )
    return dict(away.values_list("officer_id", "stand_in_id"))


def coverage(day: date) -> Coverage:
    """Two queries."""
    held: dict[int, set[Role]] = defaultdict(set)
    separated = PostHolding.objects.filter(held_on(day), post__role__in=rules.SEPARATED)
    for officer_id, role in separated.values_list("officer_id", "post__role"):
        held[officer_id].add(Role(role))
    conflicting = [officer_id for officer_id, roles in held.items() if rules.separated_roles(roles)]
    working = PostHolding.objects.filter(held_on(day)).values("officer_id")
    return Coverage(
        list(Officer.objects.filter(pk__in=conflicting).order_by("pk")),
        list(Officer.objects.filter(pk__in=working, account__isnull=True).order_by("pk")),
    )


def device_password(actor: Actor) -> DevicePassword | None:
    """One's own; without what it is."""
    return DevicePassword.objects.filter(account_id=actor.account_id or 0).defer("secret").first()


def demo_logins() -> list[DemoLogin]:
    """In the order of the story that they tell. Two queries."""
    chapter = {str(role): number for number, role in enumerate(rules.DEMO_STORY)}
    accounts = sorted(
        Account.objects.exclude(demo_role="").filter(is_active=True).select_related("officer"),
        key=lambda account: (chapter.get(account.demo_role, len(chapter)), account.pk),
    )
    titles: dict[int, str] = {}
    for officer_id, title in PostHolding.objects.filter(
        officer__in=[account.officer_id for account in accounts if account.officer_id], valid_to__isnull=True
    ).values_list("officer_id", "post__title"):
        titles.setdefault(officer_id, title)
    return [
        DemoLogin(
            account.pk,
            account.demo_role,
            account.officer.name if account.officer else "",
            titles.get(account.officer_id or 0, ""),
        )
        for account in accounts
    ]


def demo_account(account_id: int) -> Account | None:
    return Account.objects.exclude(demo_role="").filter(pk=account_id, is_active=True).first()


def accounts(actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[Account]:
    """All accounts, for their administrators. Raises not_allowed."""
    if not policy.may_deactivate(actor):
        raise Problem(NOT_ALLOWED, verb=_("see the accounts"))
    return page(Account.objects.select_related("officer__unit"), ("id",), size=size, cursor=cursor)


def account(actor: Actor, account_id: int) -> Account:
    """Raises not_allowed, not_found."""
    if not policy.may_deactivate(actor):
        raise Problem(NOT_ALLOWED, verb=_("see the accounts"))
    found = Account.objects.select_related("officer__unit").filter(pk=account_id).first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("account"), key=account_id)
    return found


def token(actor: Actor, token_id: int) -> ApiToken:
    """Raises not_allowed, not_found."""
    if not policy.may_issue_tokens(actor):
        raise Problem(NOT_ALLOWED, verb=_("see the tokens"))
    found = ApiToken.objects.filter(pk=token_id).first()
    if found is None:
        raise Problem(NOT_FOUND, what=_("token"), key=token_id)
    return found


def tokens(actor: Actor, *, cursor: str | None = None, size: int = 50) -> Page[ApiToken]:
    """Raises not_allowed."""
    if not (policy.may_issue_tokens(actor) or policy.may_read_the_read_log(actor)):
        raise Problem(NOT_ALLOWED, verb=_("see the tokens"))
    return page(ApiToken.objects.select_related("unit", "post"), _NEWEST_FIRST, size=size, cursor=cursor)


def who_opened(actor: Actor, record: Model, *, cursor: str | None = None, size: int = 50) -> Page[ReadLog]:
    """Who opened this contact or subject, newest first; of a contact also what was opened of its subject.

    For the person themselves, the security administrator and the auditor. Raises not_allowed.
    """
    own = isinstance(record, Contact) and record.pk in actor.contact_ids
    if not own and not policy.may_read_the_read_log(actor):
        raise Problem(NOT_ALLOWED, verb=_("see who opened this record"))
    found = ReadLog.objects.filter(_of_record(record)).select_related("officer__unit")
    return page(found, _NEWEST_FIRST, size=size, cursor=cursor)


def _of_record(record: Model) -> Q:
    this = Q(record_type=record._meta.label_lower, record_id=record.pk)
    if isinstance(record, Contact) and record.subject_id is not None:
        return this | Q(record_type__in=_SUBJECT_TYPES, record_id=record.subject_id)
    return this


#: Their primary key is their subject's.
_SUBJECT_TYPES = ("registry.person", "registry.household", "registry.business")


def read_log(
    actor: Actor,
    *,
    account_id: int | None = None,
    record: tuple[str, int] | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[ReadLog]:
    """Everything that was opened, or by one account, or of one record (its type and id), newest first. Raises
    not_allowed."""
    if not policy.may_read_the_read_log(actor):
        raise Problem(NOT_ALLOWED, verb=_("see the read log"))
    found = ReadLog.objects.select_related("officer__unit")
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if record is not None:
        found = found.filter(record_type=record[0], record_id=record[1])
    return page(found, _NEWEST_FIRST, size=size, cursor=cursor)


def changes(
    actor: Actor,
    *,
    of: Mapping[str, Collection[int]] | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[AuditEntry]:
    """The record of changes outside the ledger, newest first; of some records, by type and ids. Raises not_allowed."""
    if not policy.may_read_changes(actor):
        raise Problem(NOT_ALLOWED, verb=_("see the record of changes"))
    return audit.entries(of, cursor=cursor, size=size)


def reads_on(account_id: int, day: date) -> int:
    start, end = _bounds(day)
    return ReadLog.objects.filter(account_id=account_id, at__gte=start, at__lt=end).count()


@dataclass(frozen=True, slots=True)
class OddReader:
    account_id: int
    reads: int
    out_of_scope: int


def odd_readers(actor: Actor, day: date) -> list[OddReader]:
    """Accounts whose reading on `day` was odd, most reads first. Raises not_allowed."""
    if not policy.may_read_the_read_log(actor):
        raise Problem(NOT_ALLOWED, verb=_("see the read log"))
    start, end = _bounds(day)
    counted = (
        ReadLog.objects.filter(at__gte=start, at__lt=end)
        .values("account_id")
        .annotate(reads=Count("id"), outside=Count("id", filter=Q(in_scope=False)))
        .filter(Q(reads__gt=rules.READS_A_DAY) | Q(outside__gt=0))
        .order_by("-reads", "account_id")
    )
    return [OddReader(row["account_id"], row["reads"], row["outside"]) for row in counted]


def _bounds(day: date) -> tuple[datetime, datetime]:
    start = make_aware(datetime.combine(day, time.min))
    return start, make_aware(datetime.combine(day + timedelta(days=1), time.min))
