"""The versions of a programme's playbook."""

from __future__ import annotations

from guanjia.programmes.models import ProgrammeVersion


def versions(programme_id: int) -> list[ProgrammeVersion]:
    """Without their texts, the latest first. One query."""
    found = ProgrammeVersion.objects.filter(programme_id=programme_id).defer("source", "files")
    return list(found.order_by("-adopted_at", "-id"))
