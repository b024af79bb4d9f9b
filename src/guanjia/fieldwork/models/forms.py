"""Forms as they were published, what was answered, and what an answer would change on a card."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.cases.models import Upload
from guanjia.kernel.secrets import EncryptedTextField


class FormVersion(models.Model):
    """A form of an adopted playbook. Never changed: an answer keeps the version that it was given to."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+")
    form_key = models.CharField(max_length=40)
    #: As a device shows it: the playbook's version and the beginning of the checksum.
    version = models.CharField(max_length=40)
    #: SHA-256 of the definition.
    checksum = models.CharField(max_length=64)
    #: Rows of survey, choices and settings, and what the playbook says of the form (`rules.forms.Form`).
    definition = models.JSONField()
    #: The XForm for ODK Collect, made of the definition.
    xml = models.TextField()
    #: A subject's kind, or "place".
    about = models.CharField(max_length=16)
    #: How long it takes, as the playbook says.
    minutes = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "form_key", "checksum"], name="form_once")]

    def __str__(self) -> str:
        return f"{self.form_key} {self.version}"


class Source(models.TextChoices):
    BROWSER = "browser", _("In the browser")
    ODK = "odk", _("ODK Collect")
    PAPER = "paper", _("Paper")


class Answer(models.Model):
    """One filled form. `instance` is given by the device before it is sent, so that what is sent twice is stored
    once."""

    instance = models.CharField(max_length=80, unique=True)
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="answers", db_index=False)
    subject = models.ForeignKey("registry.Subject", models.PROTECT, null=True, related_name="+", db_index=False)
    #: Where the subject was then, or the place that the answer is about.
    place = models.ForeignKey("registry.Place", models.PROTECT, null=True, related_name="+", db_index=False)
    officer = models.ForeignKey("registry.Officer", models.PROTECT, related_name="form_answers", db_index=False)
    #: On which it was filled in, where there was one.
    visit = models.ForeignKey("fieldwork.Visit", models.PROTECT, null=True, related_name="answers")
    #: A tree of texts as JSON (`rules.answers.Tree`): people told us this at their door.
    answers = EncryptedTextField()
    source = models.CharField(max_length=8, choices=Source.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    #: The answer that this one corrects.
    deprecates = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    #: Somebody else's answer about the same, given while this one was being filled.
    beside = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-id"], name="answer_subject"),
            models.Index(fields=["place", "-id"], name="answer_place"),
            models.Index(fields=["form", "-id"], name="answer_form"),
            models.Index(fields=["officer", "recorded_at"], name="answer_officer"),
        ]

    def __str__(self) -> str:
        return self.instance


class AnswerFile(Upload):
    """A photo of an answer; `name` is what the answer calls it. Devices may send files after the answer itself."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="files")
    file = models.FileField(upload_to="answers/%Y/%m/%d")
    thumbnail = models.FileField(upload_to="answers/%Y/%m/%d", blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "name"], name="answer_file_once")]

    def __str__(self) -> str:
        return self.name


class Correction(models.Model):
    """What an answer would change on the subject's card, until somebody who keeps the card has decided."""

    answer = models.OneToOneField(Answer, models.PROTECT, related_name="correction")
    subject = models.ForeignKey("registry.Subject", models.PROTECT, related_name="+")
    #: New values by fact (`playbook.facts`), as JSON.
    values = EncryptedTextField()
    proposed_at = models.DateTimeField()
    #: Null: not yet decided.
    granted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    #: The signature of the actor (`kernel.actor`).
    decided_by = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(granted__isnull=True, decided_at__isnull=True)
                | Q(granted__isnull=False, decided_at__isnull=False),
                name="correction_decided_whole",
            )
        ]
        indexes = [models.Index(fields=["id"], condition=Q(granted__isnull=True), name="correction_pending")]

    def __str__(self) -> str:
        return f"{self.subject_id} by {self.answer_id}"
