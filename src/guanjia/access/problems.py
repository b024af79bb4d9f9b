"""What access refuses, and why."""

from __future__ import annotations

from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

NO_PAGE = define(
    "access.no_page",
    403,
    _("None of your posts opens this page."),
    todo=_("Go back, or ask your administrator which post you need."),
    mender="administrator",
)
PROVE_IT_IS_YOURS = define(
    "access.prove_it_is_yours",
    403,
    _("This page is only for the person who asked."),
    todo=_(
        "Open the link that you were sent, or look the request up with its number and your phone's last four digits."
    ),
)
PASSWORD_CHANGE_NEEDED = define(
    "access.password_change_needed",
    403,
    _("This password was given to you by somebody else."),
    todo=_("Choose your own password first."),
)
SECOND_FACTOR_NEEDED = define(
    "access.second_factor_needed",
    403,
    _("People's data opens only after a second sign-in step."),
    todo=_("Set up a second step under My account, or confirm it now."),
)
BAD_TOKEN = define(
    "access.bad_token",
    401,
    _("The token is unknown, expired or revoked."),
    todo=_("Send a valid token in the header Authorization: Bearer …; the security administrator issues one."),
    mender="administrator",
)
SCOPE_MISSING = define(
    "access.scope_missing",
    403,
    _("The token has no scope %(scope)s."),
    todo=_("Ask the security administrator for a token with this scope."),
    mender="administrator",
)
USERNAME_TAKEN = define(
    "access.username_taken",
    409,
    _("The user name %(username)s is taken."),
    todo=_("Choose another user name."),
)
HAS_ACCOUNT = define(
    "access.has_account",
    409,
    _("%(officer)s already has the account %(username)s."),
    todo=_("Use that account; set a new password if it is lost."),
)
WEAK_PASSWORD = define(
    "access.weak_password",
    422,
    _("The password is too weak: %(reasons)s"),
    todo=_("Choose another one: at least eight characters, not only digits, nothing common."),
)
DUTIES_CONFLICT = define(
    "access.duties_conflict",
    409,
    _("System, security and audit administration must be held by different people."),
    todo=_("Choose somebody who holds none of the other two."),
    mender="administrator",
)
ALREADY_ABSENT = define(
    "access.already_absent",
    409,
    _("%(officer)s is already recorded as away from %(first_day)s to %(last_day)s."),
    todo=_("End that absence first, or choose other days."),
)
STAND_IN_AWAY = define(
    "access.stand_in_away",
    409,
    _("%(stand_in)s is away on some of these days."),
    todo=_("Choose another stand-in, or other days."),
)
STANDS_IN = define(
    "access.stands_in",
    409,
    _("%(officer)s stands in for %(for_whom)s on some of these days."),
    todo=_("Give them another stand-in first, so that nobody's work is left alone."),
)
OWN_STAND_IN = define(
    "access.own_stand_in",
    422,
    _("Nobody can stand in for themselves."),
    todo=_("Choose somebody else."),
)
DAYS_REVERSED = define(
    "access.days_reversed",
    422,
    _("The last day lies before the first."),
    todo=_("Correct the days."),
)
UNKNOWN_PURPOSE = define(
    "access.unknown_purpose",
    422,
    _("Say what you need it for."),
    todo=_("Choose a purpose from the list; the person it belongs to will see it."),
)
OUT_OF_SCOPE = define(
    "access.out_of_scope",
    403,
    _("This person does not live or work in the places of your posts."),
    todo=_("Open it from the request that you handle. In an emergency say so: the security administrator is told."),
    mender="supervisor",
)
