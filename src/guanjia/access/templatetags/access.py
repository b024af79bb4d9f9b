"""What sign-in pages show: `{% load access %}`."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.shortcuts import resolve_url
from django.template import Library
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanjia.access import queries
from guanjia.access.queries import DemoLogin
from guanjia.access.rules import STAND_IN
from guanjia.kernel.actor import Role
from guanjia.playbook.labels import ROLE_LABELS

register = Library()


@register.simple_tag
def demo_logins() -> list[DemoLogin]:
    """The ready sign-ins of a demo; none elsewhere."""
    return queries.demo_logins() if settings.DEMO else []


_TABS = (
    ("account_change_password", gettext_lazy("Password")),
    ("mfa_index", gettext_lazy("Second step")),
    ("usersessions_list", gettext_lazy("Devices")),
    ("account_logout", gettext_lazy("Sign out")),
)


@register.simple_tag(takes_context=True)
def account_tabs(context: template.Context) -> list[dict[str, object]]:
    """The pages of one's own account, as the kit's `tabs` takes them."""
    here = context["request"].path
    urls = ((reverse(name), label) for name, label in _TABS)
    return [{"label": label, "url": url, "active": here.startswith(url)} for url, label in urls]


@register.simple_tag(takes_context=True)
def way_back(context: template.Context) -> str:
    """From one's account to one's work: the desk for staff, the public pages for a resident."""
    is_staff = context["request"].user.officer_id is not None
    return resolve_url(settings.LOGIN_REDIRECT_URL if is_staff else settings.LOGOUT_REDIRECT_URL)


@register.filter
def role_name(role: str) -> str:
    """A role's word; of a demo's ready sign-ins also of those that are none."""
    if role in set(Role):
        return _(ROLE_LABELS[Role(role)])
    return _("Stand-in") if role == STAND_IN else _("Resident")


@register.filter
def browser(user_agent: str) -> str:
    """What somebody would call the device of a session."""
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), _("Unknown device"))
    program = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    return f"{system} · {program}" if program else system


#: The first that matches: Android says Linux too, and Chromium says Safari.
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
