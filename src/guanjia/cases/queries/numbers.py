"""From the number that people say to the case."""

from __future__ import annotations

from django.utils.timezone import localtime

from guanjia.cases.models import Case
from guanjia.kernel.codes import parse_ledger_number
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _


def case_id_of(number: str) -> int:
    """The id of the case with this ledger number; whether it may be seen is asked by whoever opens it. One query.
    Raises not_found."""
    parsed = parse_ledger_number(number)
    if parsed is not None:
        registered = Case.objects.filter(pk=parsed[1]).values_list("registered_at", flat=True).first()
        if registered is not None and localtime(registered).year == parsed[0]:
            return parsed[1]
    raise Problem(NOT_FOUND, what=_("case"), key=number)
