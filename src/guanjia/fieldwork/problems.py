"""What field work refuses, and why."""

from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

VISIT_REFUSED = define(
    "visit.refused",
    409,
    _("%(name)s does not want to be visited."),
    todo=_("Do not go before they ask. If they have asked, give “called” as the reason."),
)
VISIT_TOO_OFTEN = define(
    "visit.too_often",
    409,
    _("%(name)s has had the most visits that a month may have (%(most)s). The next may be on %(day)s."),
    todo=_("Wait until then, unless they called or a request of theirs is followed up: then give that as the reason."),
)
NO_VISITS = define(
    "visit.no_such_programme",
    422,
    _("%(name)s is not served by this programme."),
    todo=_("Choose a programme that serves them."),
)
UNKNOWN_WORD = define(
    "fieldwork.unknown_word",
    422,
    _("%(key)s is not among the %(what)s of this programme."),
    todo=_("Choose one from the list."),
)
SWEEP_RUNS = define(
    "sweep.runs_already",
    409,
    _("This sweep of %(place)s is still going on."),
    todo=_("Check what is left of it first."),
)
SWEEP_EMPTY = define(
    "sweep.nothing_there",
    422,
    _("There is nothing in %(place)s that this sweep would check."),
    todo=_("Choose a wider place."),
)
