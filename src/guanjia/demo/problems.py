from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

NOTHING_RUNS = define(
    "demo.nothing_runs",
    409,
    _("No limit of this request is running."),
    todo=_("Choose a request that is open and waits for nobody's answer."),
)
NOBODY_NEXT = define(
    "demo.nobody_next",
    409,
    _("No officer is next here: whoever asked is."),
    todo=_("Open the link in the latest message to whoever asked."),
)
