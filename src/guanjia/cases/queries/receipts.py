"""What was written under an idempotency key, so that a repeated request gets the answer of the first one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guanjia.cases.models import Case, Event


def registered_with(case_id: int) -> Mapping[str, Any]:
    """What the first line of a case says."""
    data: Mapping[str, Any] = Event.objects.values_list("data", flat=True).get(case_id=case_id, seq=1)
    return data


def acts_under(case_id: int, prefix: str) -> list[Event]:
    """The acts on a case whose keys begin so, oldest first."""
    return list(Event.objects.filter(case_id=case_id, key__startswith=prefix).order_by("seq")[:10])


def registered_under(prefix: str) -> list[str]:
    """The keys of cases that begin so, followed by a colon."""
    keys = Case.objects.filter(idempotency_key__gte=f"{prefix}:", idempotency_key__lt=f"{prefix};")
    return [key for key in keys.values_list("idempotency_key", flat=True)[:10] if key]
