from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.secrets import EncryptedTextField
from guanjia.registry.models.organisation import Unit
from guanjia.registry.models.places import Place, ends_after_start


class SubjectKind(models.TextChoices):
    BUSINESS = "business", _("Business")
    HOUSEHOLD = "household", _("Household")
    PERSON = "person", _("Person")
    PLACE = "place", _("Place")
    UNIT = "unit", _("Unit")


class Subject(models.Model):
    """Whom or what a programme serves. `name` is fit for a list: a business's public name, a household's
    door, a person's masked name.
    """

    kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    name = models.CharField(max_length=120)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="subjects")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    #: Of a unit, which is served as a business is: inspected, say. Its card follows it.
    unit = models.OneToOneField(Unit, models.PROTECT, null=True, related_name="subject")
    #: Blind index of the phone by which it is reached (`rules.PHONE`).
    phone_index = models.CharField(max_length=32, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            ends_after_start("subject_ends_after_start"),
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=Q(kind="household", valid_to__isnull=True),
                name="household_once_per_door",
            ),
            models.CheckConstraint(
                condition=Q(kind="unit", unit__isnull=False) | (~Q(kind="unit") & Q(unit__isnull=True)),
                name="subject_of_unit",
            ),
        ]
        indexes = [
            models.Index(fields=["place", "kind", "id"], name="subject_place_kind"),
            models.Index(fields=["kind", "id"], name="subject_kind"),
            models.Index(fields=["phone_index"], name="subject_phone", condition=~Q(phone_index="")),
        ]

    def __str__(self) -> str:
        return self.name


class Business(models.Model):
    subject = models.OneToOneField(Subject, models.CASCADE, primary_key=True)
    #: Unified social credit code (GB 32100), checked.
    credit_code = models.CharField(max_length=18, null=True, unique=True)
    #: GB/T 4754: a letter and up to four digits.
    industry = models.CharField(max_length=5, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    contact_name = EncryptedTextField(blank=True, default="")
    contact_phone = EncryptedTextField(blank=True, default="")
    employees = models.PositiveIntegerField(null=True)
    #: 重点企业
    is_key = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.credit_code or str(self.pk)


class Household(models.Model):
    subject = models.OneToOneField(Subject, models.CASCADE, primary_key=True)
    building = models.CharField(max_length=24, blank=True, default="")
    unit_no = models.CharField(max_length=24, blank=True, default="")
    room = models.CharField(max_length=24, blank=True, default="")
    address = EncryptedTextField(blank=True, default="")
    members = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.building}{self.unit_no}{self.room}"


class Person(models.Model):
    subject = models.OneToOneField(Subject, models.CASCADE, primary_key=True)
    household = models.ForeignKey(Household, models.SET_NULL, null=True, related_name="persons")
    name = EncryptedTextField()
    phone = EncryptedTextField(blank=True, default="")
    id_number = EncryptedTextField(blank=True, default="")
    id_number_index = models.CharField(max_length=32, null=True, unique=True)

    def __str__(self) -> str:
        return f"person {self.pk}"


class PastStay(models.Model):
    """Where a subject was before it moved; where it is now stands on the subject."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="past_stays")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    address = EncryptedTextField(blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["subject", "valid_from"], name="stay_subject")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.valid_from}–{self.valid_to}"


class Contact(models.Model):
    """How to reach somebody who asked. Never changed: other details make another contact, so that nobody's
    letters can be led astray.
    """

    #: Blind index of all the details: the same person with the same details is one row.
    fingerprint = models.CharField(max_length=32, unique=True)
    name = EncryptedTextField(blank=True, default="")
    phone = EncryptedTextField(blank=True, default="")
    phone_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    phone_last4_index = models.CharField(max_length=32, blank=True, default="")
    email = EncryptedTextField(blank=True, default="")
    address = EncryptedTextField(blank=True, default="")
    wechat_id = models.CharField(max_length=64, null=True)
    subject = models.ForeignKey(Subject, models.SET_NULL, null=True, related_name="contacts")
    consent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"contact {self.pk}"
