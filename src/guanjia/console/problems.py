"""What the desk itself refuses."""

from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

EXPORT_TOO_LARGE = define(
    "ledger.export_too_large",
    413,
    _("More than %(limit)s cases are too many for one download."),
    todo=_("Narrow the filters, or ask the administrator to run: guanjia export ledger FILE.xlsx"),
    mender="administrator",
)
FILE_TOO_LARGE = define(
    "import.file_too_large",
    413,
    _("The file is larger than %(limit)s."),
    todo=_("Divide it, or ask the administrator to run: guanjia import KIND FILE"),
    mender="administrator",
)
BAD_LINE_DATE = define(
    "book.date",
    422,
    _("“%(text)s” is no date."),
    todo=_("Write it like 11-20 or 11-20 14:30; empty is the day of the line above."),
)
LINE_WITHOUT_CATEGORY = define(
    "book.no_category",
    422,
    _("Nothing in the words says what kind of matter this is."),
    todo=_("Choose the category."),
)
MAYBE_KNOWN = define(
    "book.maybe_known",
    409,
    _("This reads like %(number)s, which is open at the same place."),
    todo=_("Choose whether it is the same matter or another one, and send the line again."),
)
