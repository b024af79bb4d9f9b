"""What can be done to accounts, absences and tokens, and how a clear value of a person is opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.timezone import localdate

from guanjia.access import policy, queries, rules
from guanjia.access.devices import new_password, secret_of
from guanjia.access.models import Absence, AbsenceReason, Account, ApiToken, DevicePassword, ReadLog
from guanjia.access.problems import (
    ALREADY_ABSENT,
    DAYS_REVERSED,
    DUTIES_CONFLICT,
    HAS_ACCOUNT,
    OUT_OF_SCOPE,
    OWN_STAND_IN,
    SECOND_FACTOR_NEEDED,
    STAND_IN_AWAY,
    STANDS_IN,
    UNKNOWN_PURPOSE,
    USERNAME_TAKEN,
    WEAK_PASSWORD,
)
from guanjia.access.tokens import TOKENS, new_token, token_hash
from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.cleaning import clean_text
from guanjia.kernel.problems import INVALID, NOT_ALLOWED, NOT_FOUND, Problem
from guanjia.kernel.secrets import EncryptedTextField
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry.models import Officer, Post, Unit
from guanjia.registry.stamps import ORGANISATION, bump


def _require(allowed: bool, verb: str) -> None:
    if not allowed:
        raise Problem(NOT_ALLOWED, verb=verb)


@transaction.atomic
def create_account(
    actor: Actor,
    *,
    username: str,
    password: str | None,
    officer_id: int | None = None,
    contact_id: int | None = None,
    must_change_password: bool = True,
    demo_role: str = "",
    at: datetime,
) -> Account:
    """For an officer or for a resident's contact. Without a password nobody can sign in until one is set.

    Raises not_allowed, field.*, access.username_taken, access.has_account, access.weak_password,
    access.duties_conflict, not_found.
    """
    _require(policy.may_manage_accounts(actor), _("create an account"))
    username = clean_text(username, field="username", label=_("User name"), limit=64, one_line=True).lower()
    if Account.objects.filter(username=username).exists():
        raise Problem(USERNAME_TAKEN, field="username", username=username)
    if officer_id is not None:
        _check_officer(officer_id, at)
    account = Account(
        username=username,
        officer_id=officer_id,
        contact_id=contact_id,
        must_change_password=must_change_password,
        demo_role=demo_role,
        created_at=at,
    )
    _give_password(account, password)
    account.save(force_insert=True)
    audit.record(actor, "account.created", account, at=at, officer=officer_id)
    return account


def _check_officer(officer_id: int, at: datetime) -> None:
    officer = Officer.objects.filter(pk=officer_id, active=True).first()
    if officer is None:
        raise Problem(NOT_FOUND, what=_("officer"), key=officer_id)
    existing = Account.objects.filter(officer_id=officer_id).first()
    if existing is not None:
        raise Problem(HAS_ACCOUNT, officer=officer.name, username=existing.username)
    if rules.separated_roles(queries.roles_of([officer_id], localdate(at))):
        raise Problem(DUTIES_CONFLICT)


def _give_password(account: Account, password: str | None) -> None:
    if password is None:
        account.set_unusable_password()
        return
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Problem(WEAK_PASSWORD, field="password", reasons=" ".join(error.messages)) from error
    account.set_password(password)


@transaction.atomic
def set_password(actor: Actor, account: Account, *, password: str, at: datetime) -> None:
    """A password for somebody who lost theirs. They must choose their own next; all their sessions end."""
    _require(policy.may_manage_accounts(actor), _("set somebody's password"))
    _give_password(account, password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    _end_sessions(account)
    audit.record(actor, "account.password_set", account, at=at)


@transaction.atomic
def deactivate(actor: Actor, account: Account, *, at: datetime) -> None:
    """Shuts the account and ends its sessions. Doing it twice is doing it once."""
    _require(policy.may_deactivate(actor), _("shut an account"))
    if not Account.objects.filter(pk=account.pk, is_active=True).update(is_active=False):
        return
    account.is_active = False
    _end_sessions(account)
    audit.record(actor, "account.deactivated", account, at=at)


def _end_sessions(account: Account) -> None:
    for session in UserSession.objects.filter(user_id=account.pk):
        session.end()


@transaction.atomic
def record_absence(
    actor: Actor,
    officer: Officer,
    *,
    stand_in: Officer,
    first_day: date,
    last_day: date | None,
    reason: str,
    at: datetime,
) -> Absence:
    """From `first_day` to `last_day` (included; open when None) `stand_in` holds the officer's posts besides their own.

    Publishes absence.recorded. Raises not_allowed, field.invalid, access.own_stand_in, access.days_reversed,
    access.already_absent, access.stand_in_away, access.stands_in, access.duties_conflict.
    """
    _require(
        policy.may_record_absence(actor, officer_id=officer.pk, unit_id=officer.unit_id),
        _("record an absence"),
    )
    if reason not in AbsenceReason.values:
        raise Problem(INVALID, field="reason", field_label=_("Reason"), why=_("choose one from the list"))
    if officer.pk == stand_in.pk:
        raise Problem(OWN_STAND_IN, field="stand_in")
    if last_day is not None and last_day < first_day:
        raise Problem(DAYS_REVERSED, field="last_day")
    # Both rows in one order, so that two clerks who cross their entries wait for each other and do not lock up.
    list(Officer.objects.select_for_update().filter(pk__in=[officer.pk, stand_in.pk]).order_by("pk"))
    _check_absence(officer, stand_in, first_day, last_day)
    absence = Absence.objects.create(
        officer=officer,
        stand_in=stand_in,
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        recorded_by_id=actor.account_id,
        recorded_at=at,
    )
    _publish(actor, "absence.recorded", absence, at)
    return absence


def _check_absence(officer: Officer, stand_in: Officer, first_day: date, last_day: date | None) -> None:
    if not stand_in.active:
        raise Problem(NOT_FOUND, what=_("officer"), key=stand_in.pk)
    for other in queries.absences_between([officer.pk, stand_in.pk], first_day, last_day):
        if other.officer_id == officer.pk:
            days = {"first_day": other.first_day, "last_day": other.last_day or "…"}
            raise Problem(ALREADY_ABSENT, field="first_day", officer=officer.name, **days)
        if other.officer_id == stand_in.pk:
            raise Problem(STAND_IN_AWAY, field="stand_in", stand_in=stand_in.name)
        if other.stand_in_id == officer.pk:
            raise Problem(STANDS_IN, officer=officer.name, for_whom=other.officer.name)
    if rules.separated_roles(queries.roles_of([officer.pk, stand_in.pk], first_day)):
        raise Problem(DUTIES_CONFLICT, field="stand_in")


@transaction.atomic
def end_absence(actor: Actor, absence: Absence, *, last_day: date, at: datetime) -> None:
    """The officer is back the day after `last_day`. An absence that has not begun by then is removed.

    Publishes absence.ended. Raises not_allowed.
    """
    officer = absence.officer
    _require(
        policy.may_record_absence(actor, officer_id=officer.pk, unit_id=officer.unit_id),
        _("end an absence"),
    )
    if absence.last_day is not None and absence.last_day <= last_day:
        return
    absence.last_day = last_day
    _publish(actor, "absence.ended", absence, at)
    if last_day < absence.first_day:
        absence.delete()
    else:
        absence.save(update_fields=["last_day"])


def _publish(actor: Actor, topic: str, absence: Absence, at: datetime) -> None:
    news = {
        "absence_id": absence.pk,
        "officer_id": absence.officer_id,
        "stand_in_id": absence.stand_in_id,
        "first_day": absence.first_day.isoformat(),
        "last_day": absence.last_day.isoformat() if absence.last_day else None,
    }
    bump(ORGANISATION)
    audit.record(actor, topic, absence, at=at, **news)
    outbox.publish(topic, news, at=at)


@transaction.atomic
def issue_token(
    actor: Actor,
    *,
    name: str,
    unit: Unit,
    scopes: Iterable[str],
    post: Post | None = None,
    lifetime: timedelta = rules.LONGEST_TOKEN,
    at: datetime,
) -> tuple[ApiToken, str]:
    """The stored token, and its clear text: shown once, never again. Raises not_allowed, field.*."""
    _require(policy.may_issue_tokens(actor), _("issue a token"))
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(rules.SCOPES):
        raise Problem(INVALID, field="scopes", field_label=_("Scopes"), why=_("choose them from the list"))
    if set(wanted) & rules.POST_SCOPES and (post is None or post.unit_id != unit.pk):
        raise Problem(INVALID, field="post", field_label=_("Post"), why=_("choose a post of the unit"))
    if not timedelta(0) < lifetime <= rules.LONGEST_TOKEN:
        raise Problem(INVALID, field="expires", field_label=_("Expiry"), why=_("a year at most"))
    clear = new_token()
    token = ApiToken.objects.create(
        name=clean_text(name, field="name", label=_("Name of the token"), limit=64, one_line=True),
        unit=unit,
        post=post,
        token_hash=token_hash(clear),
        scopes=wanted,
        expires_at=at + lifetime,
        issued_by_id=actor.account_id,
        issued_at=at,
    )
    bump(TOKENS)
    audit.record(actor, "token.issued", token, at=at, scopes=wanted, unit=unit.pk)
    return token, clear


@transaction.atomic
def revoke_token(actor: Actor, token: ApiToken, *, at: datetime) -> None:
    """From now on it opens nothing. Doing it twice is doing it once."""
    _require(policy.may_issue_tokens(actor), _("revoke a token"))
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        bump(TOKENS)
        audit.record(actor, "token.revoked", token, at=at)


@transaction.atomic
def issue_device_password(actor: Actor, *, at: datetime) -> str:
    """A password for one's own field app in place of the one before; its clear text: shown once, never again. Raises
    not_allowed for whoever is no officer."""
    account = Account.objects.select_for_update().filter(pk=actor.account_id or 0, officer__isnull=False).first()
    if account is None:
        raise Problem(NOT_ALLOWED, verb=_("use a field app"))
    clear = new_password()
    values = {"secret": secret_of(account.username, clear), "issued_at": at, "last_used": None}
    password, _new = DevicePassword.objects.update_or_create(account=account, defaults=values)
    audit.record(actor, "device_password.issued", password, at=at)
    return clear


@transaction.atomic
def revoke_device_password(actor: Actor, *, at: datetime) -> None:
    """From now on one's own field app opens nothing. Doing it twice is doing it once."""
    password = DevicePassword.objects.filter(account_id=actor.account_id or 0).first()
    if password is not None:
        audit.record(actor, "device_password.revoked", password, at=at)
        password.delete()


@transaction.atomic
def reveal(
    actor: Actor,
    record: Model,
    *,
    field: str,
    purpose: str,
    note: str = "",
    case_number: str = "",
    at: datetime,
) -> str:
    """The clear value of one encrypted column, written into the read log in the same transaction.

    `record` is a Contact, or a Person, Household or Business. The caller has checked that the actor may see the
    case whose number it passes; without one the record's place must lie within the actor's posts. Publishes
    access.odd_reading where it is the one read too many today, or outside the actor's places (emergencies).
    Raises not_allowed, access.second_factor_needed, access.unknown_purpose, access.out_of_scope, field.*.
    """
    _require(policy.may_reveal(actor), _("open a person's data"))
    assert actor.account_id is not None and actor.officer_id is not None  # an officer
    if settings.GUANJIA_STAFF_MFA and not actor.strong:
        raise Problem(SECOND_FACTOR_NEEDED)
    if purpose not in rules.PURPOSES:
        raise Problem(UNKNOWN_PURPOSE, field="purpose")
    _check_field(record, field)
    in_scope = bool(case_number) or _within_reach(actor, record)
    if not in_scope and purpose != rules.BREAK_GLASS:
        raise Problem(OUT_OF_SCOPE)
    read = ReadLog.objects.create(
        at=at,
        account_id=actor.account_id,
        officer_id=actor.officer_id,
        record_type=record._meta.label_lower,
        record_id=record.pk,
        field=field,
        purpose=purpose,
        note=clean_text(note, field="note", label=_("Note"), limit=200, required=False, one_line=True),
        case_number=case_number,
        in_scope=in_scope,
    )
    _tell_if_odd(read, at)
    return str(getattr(record, field))


def _check_field(record: Model, field: str) -> None:
    try:
        column = record._meta.get_field(field)
    except FieldDoesNotExist:
        column = None
    if not isinstance(column, EncryptedTextField):
        raise Problem(INVALID, field="field", field_label=_("Field"), why=_("it holds nothing to open"))


def _within_reach(actor: Actor, record: Model) -> bool:
    subject = record.subject  # type: ignore[attr-defined]
    if subject is None or subject.place is None:
        return False
    return actor.reaches(subject.place.path, *rules.READERS)


def _tell_if_odd(read: ReadLog, at: datetime) -> None:
    day = localdate(at)
    count = queries.reads_on(read.account_id, day)
    reasons = rules.odd_reading(count, in_scope=read.in_scope)
    if reasons:
        news = {
            "account_id": read.account_id,
            "officer_id": read.officer_id,
            "day": day.isoformat(),
            "reasons": list(reasons),
            "read_id": read.pk,
            "count": count,
        }
        outbox.publish("access.odd_reading", news, at=at)
