"""What somebody was told, by which channel it went out, and how they want to hear."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.secrets import EncryptedTextField
from guanjia.notices.rules.targets import Urgency


def one_reader(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(officer__isnull=False, contact__isnull=True) | Q(officer__isnull=True, contact__isnull=False),
        name=name,
    )


class Notice(models.Model):
    """One thing said to one reader. In the application it is delivered by being here.

    `kind` is the verb and to whom it is told ("dispatch.holder"); what follows a colon tells matters of one kind
    apart. With `params` it says the same in another language. `text` keeps `{link}` open: links are signed when they
    are sent, so that none lies in the database.
    """

    officer = models.ForeignKey("registry.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    contact = models.ForeignKey("registry.Contact", models.CASCADE, null=True, related_name="+", db_index=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="+", db_index=False)
    #: The line of the case's ledger; without a case, the number of what it is about (an absence, a day).
    event_seq = models.BigIntegerField()
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=80)
    urgency = models.PositiveSmallIntegerField(choices=[(level.value, level.name) for level in Urgency])
    text = models.TextField()
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    #: When its words were taken back because the case was sealed; that it was said stays on record.
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_reader("notice_of_one_reader"),
            models.CheckConstraint(
                condition=Q(contact__isnull=True) | Q(case__isnull=False), name="notice_to_asker_has_case"
            ),
            # News seen twice makes one notice (a null case is never equal to another: a constraint of its own).
            models.UniqueConstraint(
                fields=["case", "event_seq", "kind", "officer"],
                condition=Q(case__isnull=False, officer__isnull=False),
                name="notice_officer_once",
            ),
            models.UniqueConstraint(
                fields=["case", "event_seq", "kind", "contact"],
                condition=Q(contact__isnull=False),
                name="notice_asker_once",
            ),
            models.UniqueConstraint(
                fields=["officer", "event_seq", "kind"], condition=Q(case__isnull=True), name="notice_news_once"
            ),
        ]
        indexes = [
            models.Index(fields=["officer"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["officer", "-id"], condition=Q(officer__isnull=False), name="notice_of_officer"),
            models.Index(fields=["contact", "-id"], condition=Q(contact__isnull=False), name="notice_of_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id or ''}/{self.event_seq}"

    @property
    def key(self) -> str:
        """Which text it is."""
        return self.kind.partition(":")[0]


class Channel(models.TextChoices):
    MAIL = "mail", _("Mail")
    SMS = "sms", _("Text message")
    WEBHOOK = "webhook", _("Group chat")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed, will be tried again")
    GIVEN_UP = "given_up", _("Given up")
    SKIPPED = "skipped", _("Not sent")


class Delivery(models.Model):
    """One notice on its way out of the house."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=DeliveryState.choices)
    tries = models.PositiveSmallIntegerField(default=0)
    #: Null when nothing is left to do.
    next_try_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once")]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=Q(next_try_at__isnull=False), name="delivery_pending"),
            models.Index(
                fields=["channel", "id"], condition=Q(state__in=["failed", "given_up"]), name="delivery_failing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.notice_id} {self.state}"


class Mode(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DIGEST = "digest", _("One mail each working morning")
    OFF = "off", _("Off")


class Preference(models.Model):
    """How one reader wants to hear by one channel. Without one: in the application, and askers by text message or
    mail."""

    officer = models.ForeignKey("registry.Officer", models.CASCADE, null=True, related_name="+", db_index=False)
    contact = models.ForeignKey("registry.Contact", models.CASCADE, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    #: An officer's mail address; the registry keeps none.
    address = EncryptedTextField(blank=True, default="")
    #: Of an asker: the language they are written to in; empty for the district's.
    language = models.CharField(max_length=10, blank=True, default="")
    #: Besides the hours that nobody is written to.
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)

    class Meta:
        constraints = [
            one_reader("preference_of_one_reader"),
            models.UniqueConstraint(
                fields=["officer", "channel"], condition=Q(officer__isnull=False), name="preference_officer_once"
            ),
            models.UniqueConstraint(
                fields=["contact", "channel"], condition=Q(contact__isnull=False), name="preference_contact_once"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="preference_quiet_has_both_ends",
            ),
        ]
        indexes = [models.Index(fields=["mode", "channel"], name="preference_mode")]

    def __str__(self) -> str:
        return f"{self.officer_id or self.contact_id} {self.channel} {self.mode}"
