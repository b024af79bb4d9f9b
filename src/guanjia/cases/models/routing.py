from __future__ import annotations

from django.db import models


class Duty(models.Model):
    """Which unit has taken on which duty (or is which body), in the whole district or in one place."""

    key = models.CharField(max_length=40)
    unit = models.ForeignKey("registry.Unit", models.PROTECT, related_name="+")
    place = models.ForeignKey("registry.Place", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(place__isnull=True), name="duty_once_in_district"
            ),
            models.UniqueConstraint(fields=["key", "place"], name="duty_once_in_place"),
        ]
        indexes = [models.Index(fields=["key"], name="duty_key")]

    def __str__(self) -> str:
        return self.key
