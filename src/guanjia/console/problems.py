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
