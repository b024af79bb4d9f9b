"""The few pages of sign-in that django-allauth does not bring."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from guanjia.access import gate, queries
from guanjia.access.requests import Request
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _


@gate.public
@require_POST
def demo_login(request: Request, account_id: int) -> HttpResponse:
    """One click signs in as one of the demo's people. Routed in a demo only."""
    account = queries.demo_account(account_id)
    if account is None:
        raise Problem(NOT_FOUND, what=_("account"), key=account_id)
    if request.user.is_authenticated:
        request.session.flush()
    return perform_login(request, account)
