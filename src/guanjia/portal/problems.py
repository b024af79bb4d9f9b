"""What the public pages refuse besides what the rooms below do."""

from __future__ import annotations

from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

TOO_QUICK = define(
    "portal.too_quick",
    429,
    _("That was quicker than anybody types."),
    todo=_("Nothing is lost. Wait a few seconds and press the button again."),
)
HIDDEN_FIELD = define(
    "portal.hidden_field",
    422,
    _("A field that people do not see was filled in."),
    todo=_("Empty the field “Leave this empty” and press the button again, or call us."),
)
DRAFT_GONE = define(
    "portal.draft_gone",
    410,
    _("This request is no longer kept here, or was begun in another browser."),
    todo=_("Begin again. What you typed is offered back if this device kept it."),
)
OUTSIDE = define(
    "portal.outside",
    422,
    _("The point that you marked lies outside the district."),
    todo=_("Mark it again on the map, or write the address."),
)
NO_POINT = define(
    "portal.no_point",
    422,
    _("No point has been marked yet."),
    todo=_("Press the button for your position, tap the map, or write the address instead."),
)
UNKNOWN_BUSINESS = define(
    "portal.unknown_business",
    422,
    _("No shop or company with this name or code is registered here."),
    todo=_("Check the name on your licence, or write the address instead."),
)
WHICH_BUSINESS = define(
    "portal.which_business",
    422,
    _("Several businesses have this name."),
    todo=_("Choose yours below."),
)
PHONE_OR_NOT = define(
    "portal.phone_or_not",
    422,
    _("We need a phone number to tell you the result and to ask whether it is solved."),
    todo=_("Write it, or tick that you do not want to be told."),
)
HANDED_OVER = define(
    "portal.handed_over",
    410,
    _("What you reported was handed over, in confidence, to the body entitled to it."),
    todo=_("Nothing. Nobody else can open it, so it cannot be followed here. That body writes or rings if it has to."),
)
