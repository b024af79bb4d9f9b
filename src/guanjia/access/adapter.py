"""Where sign-in (django-allauth) meets our accounts."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from guanjia.access import sessions
from guanjia.access.actors import actor_for
from guanjia.access.models import Account
from guanjia.access.requests import Request
from guanjia.kernel.actor import Role
from guanjia.kernel.secrets import decrypt, encrypt

#: The first page after sign-in, by the first of these roles that is held.
LANDINGS = (
    (Role.LEADER, "console:board"),
    (Role.SUPERVISOR, "console:board"),
    (Role.DISPATCHER, "console:dispatch"),
)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("User name or password is wrong."),
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait five minutes, or ask your administrator for a new password."
        ),
    }

    def is_open_for_signup(self, request: Request) -> bool:
        """The administrator makes accounts; residents ask without one."""
        return False

    def get_login_redirect_url(self, request: Request) -> str:
        account = cast(Account, request.user)
        if account.must_change_password:
            return reverse("account_change_password")
        if account.officer_id is None:
            return resolve_url(settings.LOGOUT_REDIRECT_URL)
        actor = actor_for(account, request.at)
        return resolve_url(next((page for role, page in LANDINGS if actor.holds(role)), settings.LOGIN_REDIRECT_URL))

    def get_password_change_redirect_url(self, request: Request) -> str:
        return self.get_login_redirect_url(request)

    def login(self, request: Request, user: Account) -> None:
        super().login(request, user)
        Account.objects.filter(pk=user.pk).update(last_seen=localdate(request.at))

    def post_login(self, request: Request, user: Account, **more: Any) -> HttpResponse:
        response = super().post_login(request, user, **more)
        sessions.end_oldest(request)
        return response

    def set_password(self, user: Account, password: str) -> None:
        """Called when somebody chose their own."""
        user.must_change_password = False
        super().set_password(user, password)

    def send_notification_mail(self, *args: Any, **more: Any) -> None:
        """Accounts have no mail address."""


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie encrypted like people's data."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return settings.GUANJIA_DISTRICT_NAME
