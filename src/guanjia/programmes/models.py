from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanjia.registry.models import Officer, Place, Subject, Unit


class Programme(models.Model):
    """A playbook that the district has adopted."""

    key = models.CharField(max_length=40, unique=True)
    #: What new cases are opened under; null only while the first version is being written.
    current = models.ForeignKey("ProgrammeVersion", models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField()
    #: From then on nothing new begins; open cases and assignments stay.
    stopped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class ProgrammeVersion(models.Model):
    """A playbook as it was adopted. Never changed: a case keeps the version that it was opened under."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=24)
    #: The text of playbook.toml.
    source = models.TextField()
    #: What the playbook names beside its own text, by the name that it gives it: the rows of a form.
    files = models.JSONField(default=dict)
    #: SHA-256 of the source and its files.
    checksum = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()
    #: The signature of the actor (`kernel.actor`).
    adopted_by = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "checksum"], name="version_source_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.version}"


def ends_no_earlier(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name=name)


class Enrolment(models.Model):
    """A subject on the list of a programme whose playbook enrols by list; or, `excluded`, one that is left out of a
    programme for all."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="enrolments")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="enrolments")
    excluded = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ends_no_earlier("enrolment_ends_no_earlier"),
            models.UniqueConstraint(
                fields=["subject", "programme"], condition=Q(until__isnull=True), name="enrolment_open_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme", "excluded", "subject"],
                condition=Q(until__isnull=True),
                name="enrolment_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} in {self.programme_id}"


class AssignmentRole(models.TextChoices):
    STEWARD = "steward", _("Steward")
    STAND_IN = "stand_in", _("Stand-in")


class AssignmentReason(models.TextChoices):
    BY_HAND = "by_hand", _("Assigned by hand")
    SHARED_OUT = "shared_out", _("Shared out")
    HANDED_OVER = "handed_over", _("Caseload handed over")
    REPLACED = "replaced", _("Officer replaced")
    REDRAWN = "redrawn", _("Places redrawn")
    IMPORTED = "imported", _("Imported")


def open_once(name: str, target: str) -> models.UniqueConstraint:
    """At most one open steward and one open stand-in of a target: held by the database, whoever writes."""
    return models.UniqueConstraint(
        fields=[target, "programme", "role"],
        condition=Q(until__isnull=True, **{f"{target}__isnull": False}),
        name=name,
    )


class Assignment(models.Model):
    """Who answers for a subject, or for everybody at a place who has nobody of their own (docs/why/assignment.md)."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="assignments")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="assignments")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="assignments")
    role = models.CharField(max_length=8, choices=AssignmentRole.choices)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="assignments")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=16, choices=AssignmentReason.choices)
    #: The assignment that this one follows: whose it was before.
    moved_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__isnull=False, place__isnull=True) | Q(subject__isnull=True, place__isnull=False),
                name="assignment_of_subject_or_place",
            ),
            ends_no_earlier("assignment_ends_no_earlier"),
            open_once("assignment_subject_once", "subject"),
            open_once("assignment_place_once", "place"),
        ]
        indexes = [
            models.Index(fields=["subject", "-since", "-id"], name="assignment_of_subject"),
            models.Index(fields=["place", "-since", "-id"], name="assignment_of_place"),
            models.Index(
                fields=["officer", "programme", "role"],
                condition=Q(until__isnull=True),
                name="assignment_caseload",
            ),
            models.Index(
                fields=["programme", "role", "subject"],
                condition=Q(until__isnull=True),
                name="assignment_open",
            ),
        ]

    def __str__(self) -> str:
        target = f"subject {self.subject_id}" if self.subject_id else f"place {self.place_id}"
        return f"{self.officer_id} {self.role} of {target}"


class GapKind(models.TextChoices):
    NO_STEWARD = "no_steward", _("Without steward")
    NO_STAND_IN = "no_stand_in", _("Without stand-in")
    SAME_OFFICER = "same_officer", _("Steward and stand-in are one person")
    STEWARD_GONE = "steward_gone", _("The steward no longer works here")
    STAND_IN_GONE = "stand_in_gone", _("The stand-in no longer works here")


class Gap(models.Model):
    """A hole in the one-steward guarantee for which the alarm has sounded: one row while it lasts. Of a place, it
    concerns all who live there."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="gaps")
    kind = models.CharField(max_length=16, choices=GapKind.choices)
    subject = models.ForeignKey(Subject, models.CASCADE, null=True, related_name="+")
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__isnull=False, place__isnull=True) | Q(subject__isnull=True, place__isnull=False),
                name="gap_of_subject_or_place",
            ),
            models.UniqueConstraint(
                fields=["subject", "programme", "kind"],
                condition=Q(until__isnull=True, subject__isnull=False),
                name="gap_subject_once",
            ),
            models.UniqueConstraint(
                fields=["place", "programme", "kind"],
                condition=Q(until__isnull=True, place__isnull=False),
                name="gap_place_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id or self.place_id}"


class CardCode(models.Model):
    """What a printed contact card says and its QR code opens: a place or a business in a programme, whoever serves it
    today. Never changed and never given to another."""

    code = models.CharField(max_length=12, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__isnull=False, place__isnull=True) | Q(subject__isnull=True, place__isnull=False),
                name="card_of_subject_or_place",
            ),
            models.UniqueConstraint(
                fields=["subject", "programme"], condition=Q(subject__isnull=False), name="card_subject_once"
            ),
            models.UniqueConstraint(
                fields=["place", "programme"], condition=Q(place__isnull=False), name="card_place_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CardOrder(models.Model):
    """More cards than anybody waits for: the worker makes them part by part."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    #: Whose they are: the name of the place, unit or steward.
    title = models.CharField(max_length=120)
    #: Ids of `CardCode`, in the order of printing.
    codes = models.JSONField()
    copies = models.PositiveSmallIntegerField()
    #: Parts made so far; a part is `rules.CARDS_A_PART` cards.
    done = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField()
    ordered_at = models.DateTimeField()
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(finished_at__isnull=True), name="card_order_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.done}/{self.parts}"


class PaperBlock(models.Model):
    """Numbers reserved for paper forms of a place or a unit. A sheet's number is made of the block's id and the sheet's
    place in it (`kernel.codes.paper_number`), so that no two blocks can share one."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    sheets = models.PositiveSmallIntegerField()
    #: Of the form that asked: sent twice, it reserves once.
    key = models.CharField(max_length=40, unique=True)
    reserved_at = models.DateTimeField()
    #: The signature of the actor (`kernel.actor`).
    reserved_by = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, place__isnull=True) | Q(unit__isnull=True, place__isnull=False),
                name="paper_of_unit_or_place",
            ),
            models.CheckConstraint(condition=Q(sheets__gte=1, sheets__lte=999), name="paper_sheets_in_block"),
        ]

    def __str__(self) -> str:
        return f"paper block {self.pk}"


class PlaybookDraft(models.Model):
    """A playbook while somebody writes it."""

    #: As in `playbook.drafts`: the files of its folder, by path.
    files = models.JSONField()
    #: The key that its text had when it was last saved; what cannot be read keeps the one before.
    key = models.CharField(max_length=40)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    #: The signature of the actor (`kernel.actor`).
    saved_by = models.JSONField()
    #: How often it was saved: of two who write at once, the second is told.
    revision = models.PositiveIntegerField(default=1)
    #: What it was last adopted as.
    version = models.ForeignKey(ProgrammeVersion, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.key} {self.pk}"
