"""A problem in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from guanjia.kernel.problems import MENDERS, Problem, Problems

#: Parameters that are themselves message ids.
_TRANSLATED = ("field_label", "what", "verb", "why", "status")


def spoken(problem: Problem) -> dict[str, Any]:
    """code, status, message, todo, mender, field; `each` lists them singly where there are several."""
    params = {
        key: _(value) if key in _TRANSLATED and isinstance(value, str) and value else value
        for key, value in problem.params.items()
    }
    each = problem.each if isinstance(problem, Problems) else ()
    return {
        "code": problem.code,
        "status": problem.status,
        "message": _(problem.kind.message) % params,
        "todo": _(problem.kind.todo) % params,
        "mender": _(MENDERS[problem.kind.mender]),
        "field": problem.field,
        "each": [spoken(one) for one in each],
    }
