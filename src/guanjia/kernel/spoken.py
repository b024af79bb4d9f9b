"""A problem in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from guanjia.kernel.problems import MENDERS, Problem, Problems


def spoken(problem: Problem) -> dict[str, Any]:
    """code, status, message, todo, mender, field; `each` lists them singly where there are several."""
    each = problem.each if isinstance(problem, Problems) else ()
    return {
        "code": problem.code,
        "status": problem.status,
        "message": problem.sentence(_),
        "todo": problem.advice(_),
        "mender": _(MENDERS[problem.kind.mender]),
        "field": problem.field,
        "each": [spoken(one) for one in each],
    }
