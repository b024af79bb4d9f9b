"""Dated duties, and visits to those whom a programme serves."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.secrets import EncryptedTextField


class TaskEnd(models.TextChoices):
    DONE = "done", _("Done")
    #: The person refused, or is no longer served.
    WAIVED = "waived", _("Not needed")


def once_for(whom: str, *others: str) -> models.UniqueConstraint:
    """One task of a key and period for each: held by the database, so that a job run twice makes nothing twice."""
    conditions = {f"{whom}__isnull": False} if whom else {f"{other}__isnull": True for other in others}
    fields = ["programme", "key", "period", *([whom] if whom else [])]
    return models.UniqueConstraint(fields=fields, condition=Q(**conditions), name=f"task_{whom or 'programme'}_once")


class Task(models.Model):
    """A dated duty that a rule of the playbook made: for a subject, a steward, a unit, or the programme as a whole."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    #: Of the playbook's tasks; `VISIT` for a visit owed by the cadence.
    key = models.CharField(max_length=40)
    #: `rules.periods.Period.key`; for a visit, the day from which its time ran.
    period = models.CharField(max_length=24)
    subject = models.ForeignKey("registry.Subject", models.PROTECT, null=True, related_name="+", db_index=False)
    officer = models.ForeignKey("registry.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey("registry.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    #: Whose people do it, by the playbook's `who`; null: the officer, or the stewards of the subject.
    owner_unit = models.ForeignKey("registry.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    #: The first day on which it can be done, and the last on which it is in time.
    starts = models.DateField()
    due = models.DateField()
    closed_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=TaskEnd.choices, blank=True, default="")
    done_by = models.ForeignKey("registry.Officer", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            once_for("subject"),
            once_for("officer"),
            once_for("unit"),
            once_for("", "subject", "officer", "unit"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, end="") | (Q(closed_at__isnull=False) & ~Q(end="")),
                name="task_ended_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "due", "id"], name="task_subject", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["officer", "due", "id"], name="task_officer", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["owner_unit", "due", "id"], name="task_owner", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["due", "id"], name="task_open", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["programme", "key", "due"], name="task_programme"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.period}"


class Outcome(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Visited")
    NOT_HOME = "not_home", _("Nobody there")
    REFUSED = "refused", _("Does not want visits")


class Visit(models.Model):
    """Somebody went to see a business or a household, or will. What was said stands in the note and the answer; what
    was asked for is a case."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    subject = models.ForeignKey("registry.Subject", models.PROTECT, related_name="+", db_index=False)
    #: Where the subject was then.
    place = models.ForeignKey("registry.Place", models.PROTECT, null=True, related_name="+", db_index=False)
    #: Null where another system recorded it.
    officer = models.ForeignKey("registry.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    #: `rules.cadence.Reason`.
    reason = models.CharField(max_length=12)
    theme = models.CharField(max_length=40, blank=True, default="")
    on = models.DateField()
    #: How many people were met.
    people = models.PositiveSmallIntegerField(default=0)
    note = EncryptedTextField(blank=True, default="")
    #: Given by the sender: what is sent twice is stored once.
    key = models.CharField(max_length=80, null=True, unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "subject"], condition=Q(outcome="planned"), name="visit_planned_once"
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "-on", "-id"], name="visit_subject"),
            models.Index(fields=["programme", "outcome", "on"], name="visit_programme"),
            models.Index(fields=["officer", "-on", "-id"], name="visit_officer"),
            models.Index(fields=["officer", "on"], name="visit_plan", condition=Q(outcome="planned")),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.on} {self.outcome}"


class VisitCase(models.Model):
    """A case that was taken down on a visit."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="raised")
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.visit_id}:{self.case_id}"
