"""What cannot be printed, and why."""

from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

NO_FONT = define(
    "print.no_font",
    503,
    _("This machine has no Chinese font to print with."),
    todo=_("Install one, such as fonts-noto-cjk, or name a folder of fonts in GUANJIA_FONTS."),
    mender="administrator",
)
