"""Who may sign in, who stands in for whom, which systems hold a token, and who read what of a person."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.secrets import EncryptedTextField


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A way to sign in. It carries no permission: what it may do comes from the posts its officer holds.

    `contact` is set instead of `officer` for a resident who has an account; most ask without one.
    """

    last_login = None
    #: Lower case.
    username = models.CharField(_("User name"), max_length=64, unique=True)
    officer = models.OneToOneField("registry.Officer", on_delete=models.PROTECT, null=True, related_name="account")
    contact = models.OneToOneField("registry.Contact", on_delete=models.CASCADE, null=True, related_name="account")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    #: The day only: hours online are nobody's business.
    last_seen = models.DateField(null=True)
    #: Offered as a one-click sign-in on the demo's sign-in page; empty outside a demo.
    demo_role = models.CharField(max_length=32, blank=True, default="")

    objects = AccountManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["created_at"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_of_one_kind", condition=Q(officer__isnull=True) | Q(contact__isnull=True)
            ),
        ]
        indexes = [
            models.Index(name="account_demo", fields=["id"], condition=~Q(demo_role="")),
        ]


class AbsenceReason(models.TextChoices):
    LEAVE = "leave", _("On leave")
    SICK = "sick", _("Ill")
    TRAINING = "training", _("Training")
    SECONDED = "seconded", _("Seconded elsewhere")
    VACANT = "vacant", _("Post vacant")
    OTHER = "other", _("Other")


class Absence(models.Model):
    """From `first_day` to `last_day` (inclusive, local days; open when null) `stand_in` acts for `officer`."""

    officer = models.ForeignKey("registry.Officer", on_delete=models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey("registry.Officer", on_delete=models.PROTECT, related_name="standing_in")
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    reason = models.CharField(max_length=16, choices=AbsenceReason.choices)
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="absence_stand_in_is_another", condition=~Q(officer=F("stand_in"))),
            models.CheckConstraint(
                name="absence_ends_after_it_starts",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
            ),
            # Overlaps of closed periods are refused by `actions.record_absence` under a lock of the officer's row:
            # SQLite has no exclusion constraint. The two that both databases can hold:
            models.UniqueConstraint(name="absence_one_start", fields=["officer", "first_day"]),
            models.UniqueConstraint(name="absence_one_open", fields=["officer"], condition=Q(last_day__isnull=True)),
        ]
        indexes = [
            models.Index(name="absence_by_stand_in", fields=["stand_in", "last_day", "first_day"]),
            models.Index(name="absence_by_officer", fields=["officer", "last_day", "first_day"]),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} → {self.stand_in_id} {self.first_day}…{self.last_day or ''}"


class ApiToken(models.Model):
    """Another system's key. Only its SHA-256 is kept: a random 32-byte token needs no slow hash."""

    name = models.CharField(max_length=64)
    unit = models.ForeignKey("registry.Unit", on_delete=models.PROTECT, related_name="+")
    #: The post it acts as, of the same unit: bounds the places it sees. Null: it sends in and reads public things.
    post = models.ForeignKey("registry.Post", on_delete=models.PROTECT, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    expires_at = models.DateTimeField()
    last_used = models.DateField(null=True)
    issued_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class DevicePassword(models.Model):
    """What an officer types into a field app (ODK Collect) instead of the password of the account: it opens forms
    alone, and a lost phone costs nothing else. A new one ends the one before."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="device_password")
    #: What HTTP digest checks against (`devices.secret_of`), in place of the password itself.
    secret = EncryptedTextField()
    issued_at = models.DateTimeField()
    last_used = models.DateField(null=True)

    def __str__(self) -> str:
        return f"device password of {self.account_id}"


class ReadLog(models.Model):
    """One look at a clear value of a person's data. No foreign key to the record: the log outlives its erasure."""

    at = models.DateTimeField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey("registry.Officer", on_delete=models.PROTECT, related_name="+")
    #: A model's label_lower.
    record_type = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    field = models.CharField(max_length=32)
    purpose = models.CharField(max_length=32)
    note = models.CharField(max_length=200, blank=True, default="")
    case_number = models.CharField(max_length=24, blank=True, default="")
    in_scope = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(name="readlog_of_record", fields=["record_type", "record_id", "-id"]),
            models.Index(name="readlog_of_account", fields=["account", "at"]),
            models.Index(name="readlog_by_time", fields=["at", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} read {self.record_type}:{self.record_id}.{self.field}"
