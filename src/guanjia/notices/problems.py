"""What notices refuse, and why."""

from __future__ import annotations

from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

NO_SUCH_CHANNEL = define(
    "notices.no_such_channel",
    422,
    _("Nobody can choose how to hear by %(channel)s."),
    todo=_("Choose mail or text message."),
)
NO_SUCH_MODE = define(
    "notices.no_such_mode",
    422,
    _("Notices by this channel cannot come as “%(mode)s”."),
    todo=_("Choose from the list. One mail each morning is for staff and for mail."),
)
NEEDS_ADDRESS = define(
    "notices.needs_address",
    422,
    _("No valid mail address was given."),
    todo=_("Write the address that notices shall go to, such as name@example.org."),
)
NEEDS_MOBILE = define(
    "notices.needs_mobile",
    422,
    _("Your card has no mobile number."),
    todo=_("Ask your administrator to write it on your card, then choose again."),
    mender="administrator",
)
QUIET_NEEDS_BOTH = define(
    "notices.quiet_needs_both",
    422,
    _("Quiet hours need a beginning and an end that differ."),
    todo=_("Fill both in, or leave both empty."),
)
WAY_NOT_LEFT = define(
    "notices.way_not_left",
    422,
    _("Nothing that this way could reach was left with the request."),
    todo=_("Choose another way. To be told by another number or address, make the request again with it."),
)
NO_SUCH_LANGUAGE = define(
    "notices.no_such_language",
    422,
    _("Notices are not written in this language."),
    todo=_("Choose one from the list."),
)
