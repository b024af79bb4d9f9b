"""How long a sign-in lasts, and how many an account may have."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.utils.translation import gettext as _

from guanjia.access.requests import Request

#: A signed-in browser that sends nothing for so long is signed out.
IDLE = timedelta(minutes=30)
#: A session is rewritten at most once in this time: each rewrite is a database write.
GRAIN = timedelta(minutes=1)
#: The desk, the phone, and one more; a further sign-in ends the oldest.
MOST_SESSIONS = 3
_SEEN = "seen"


def end_if_idle(request: Request) -> None:
    """Costs nothing for visitors without a session."""
    if not request.session.session_key or not request.user.is_authenticated:
        return
    now = int(request.at.timestamp())
    seen = request.session.get(_SEEN, now)
    if now - seen > IDLE.total_seconds():
        logout(request)
        messages.info(request, _("You were signed out after %d quiet minutes.") % (IDLE.seconds // 60))
    elif _SEEN not in request.session or now - seen >= GRAIN.total_seconds():
        request.session[_SEEN] = now


def end_oldest(request: Request) -> None:
    """Called when a sign-in is complete."""
    others = UserSession.objects.filter(user_id=request.user.pk).exclude(session_key=request.session.session_key)
    for session in others.order_by("-created_at", "-pk")[MOST_SESSIONS - 1 :]:
        session.end()


def is_strong(request: Request) -> bool:
    """Whether a second factor was shown in this session."""
    return any(step.get("method") == "mfa" for step in get_authentication_records(request, request.user))
