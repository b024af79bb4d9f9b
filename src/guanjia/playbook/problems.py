"""Why a case may not move as asked."""

from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

WRONG_STATE = define(
    "case.wrong_state",
    409,
    _("This cannot be done while the case is in the state: %(status)s."),
    todo=_("Open the case again and choose from what is offered there."),
)
UNKNOWN_VERB = define(
    "case.unknown_verb",
    422,
    _("There is no verb %(key)s."),
    todo=_("See the list of verbs in the API reference."),
)
NEEDS = define("case.needs", 422, _("%(field_label)s is needed for this."), todo=_("Fill it in and send again."))
NEEDS_EVIDENCE = define(
    "case.needs_evidence",
    422,
    _("The playbook asks for evidence that is missing: %(kinds)s."),
    todo=_("Add it, then resolve the case."),
)
FROZEN = define(
    "case.frozen",
    409,
    _("The case has been returned too often and is frozen until the arbiter designates who takes it."),
    todo=_("Wait for the designation; the first receiver keeps the case until then."),
    mender="supervisor",
)
DESIGNATED = define(
    "case.designated",
    409,
    _("The arbiter has designated your unit: this case cannot be returned or transferred."),
    todo=_("Work on it, or escalate it."),
)
NOTHING_PENDING = define(
    "case.nothing_pending",
    409,
    _("There is no open request of this kind to decide on. Somebody may have decided it already."),
    todo=_("Look at the timeline of the case."),
)
ALREADY_PENDING = define(
    "case.already_pending",
    409,
    _("A request of this kind is already waiting for a decision."),
    todo=_("Wait for the decision."),
)
TOO_MANY_EXTENSIONS = define(
    "case.too_many_extensions",
    409,
    _("This case has been extended %(count)s times, the most that the playbook allows."),
    todo=_("Resolve it, escalate it, or ask for it to be shelved."),
)
EXTENSION_TOO_LONG = define(
    "case.extension_too_long",
    422,
    _("An extension may be %(longest)s at most, in the same unit as the limit of the tier."),
    todo=_("Ask for less."),
)
NO_CLOCK = define(
    "case.no_clock",
    409,
    _("No limit is running that could be extended."),
    todo=_("Nothing needs to be done."),
)
LAST_TIER = define(
    "case.last_tier",
    409,
    _("This is the last tier: there is nobody above."),
    todo=_("Resolve the case, explain honestly why it cannot be done, or ask for it to be shelved."),
)
NO_OWNER = define(
    "case.no_owner",
    409,
    _("Nobody holds the post that the playbook names for this step: %(owner)s."),
    todo=_("Appoint somebody to that post, or dispatch the case by hand."),
    mender="administrator",
)
OPEN_CHILDREN = define(
    "case.open_children",
    409,
    _("%(count)s cases that this one was split into are still open."),
    todo=_("Close them first."),
)
OPEN_ASSISTANTS = define(
    "case.open_assistants",
    409,
    _("%(count)s assisting units have not finished their part."),
    todo=_("Ask them to finish, or release them."),
)
OWN_FOLLOW_UP = define(
    "case.own_follow_up",
    403,
    _("Whoever handled a case may not follow it up."),
    todo=_("Somebody else has to ask whether it is solved."),
    mender="supervisor",
)
NOT_FOLLOWED_UP = define(
    "case.not_followed_up",
    409,
    _("The asker has not been heard yet."),
    todo=_("Follow it up first. After %(attempts)s attempts that reached nobody it may be struck off."),
)
NOT_AN_ASKER = define(
    "case.not_an_asker", 422, _("This person did not ask in this case."), todo=_("Choose one of the askers.")
)
TOO_LATE_TO_CONTEST = define(
    "case.too_late_to_contest",
    409,
    _("A closed case can be contested until %(until)s."),
    todo=_("Ask again as a new case; say the old number."),
)
SAME_CASE = define(
    "case.same_case",
    422,
    _("A case cannot be merged into itself."),
    todo=_("Give the number of the other case."),
)
SAME_HOLDER = define("case.same_holder", 422, _("They hold the case already."), todo=_("Choose somebody else."))
BAD_OUTCOME = define(
    "case.bad_outcome",
    422,
    _("%(outcome)s is not an outcome that a handler can claim."),
    todo=_("Choose solved, partly, explained or not_ours."),
)
NO_ORDER = define("case.no_order", 409, _("This order is not open."), todo=_("Look at the timeline of the case."))
