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
BAD_FORM = define(
    "form.unusable",
    409,
    _("The form %(form)s of this programme cannot be shown: %(why)s"),
    todo=_("Correct the form in the playbook's folder and adopt the playbook again."),
    mender="administrator",
)
NOT_ABOUT = define(
    "form.not_about",
    422,
    _("This form is not about %(name)s."),
    todo=_("Choose whom or what the form is about, or another form."),
)
ANSWERED_MEANWHILE = define(
    "form.answered_meanwhile",
    409,
    _("%(officer)s answered this form about %(name)s while you were filling it in. Your answer is kept, not yet sent."),
    todo=_("Look at the other answer. Then send yours beside it, or discard yours."),
)
OTHER_ANSWER = define(
    "form.other_answer",
    409,
    _("Another answer was stored under this number before."),
    todo=_("Open the form again and fill it in anew: an answer that was stored is not overwritten."),
)
BAD_SUBMISSION = define(
    "form.bad_submission",
    422,
    _("What the device sent is no filled form (%(reason)s)."),
    todo=_("Fetch the form again on the device, fill it in and send it."),
)
TOO_LARGE = define(
    "form.too_large",
    413,
    _("What was sent is larger than %(limit)s MB."),
    todo=_("Send fewer or smaller photos at once; ODK Collect divides them by itself."),
)
FILE_NOT_NAMED = define(
    "form.file_not_named",
    422,
    _("The answer names no file %(name)s."),
    todo=_("Send only the photos that were taken in the form."),
)
CORRECTION_DECIDED = define(
    "correction.decided",
    409,
    _("This correction has been decided already."),
    todo=_("Nothing needs to be done."),
)
