from __future__ import annotations

from django.db import models


class SavedView(models.Model):
    """A ledger's filters that somebody wants again under a name."""

    account = models.ForeignKey("access.Account", models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    #: The query string of the ledger's page.
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name
