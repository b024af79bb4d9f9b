"""What programmes refuse, and why."""

from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

BAD_PLAYBOOK = define(
    "programme.bad_playbook",
    422,
    _("The playbook has %(count)s faults. The first: %(first)s"),
    todo=_("Correct them, and look with `guanjia playbook check` whether any is left."),
    mender="administrator",
)
STOPPED = define(
    "programme.stopped",
    409,
    _("The programme %(key)s was stopped."),
    todo=_("Let it go on again on its page, or adopt its playbook again."),
    mender="administrator",
)
RUNS = define(
    "programme.runs",
    409,
    _("The programme %(key)s is running."),
    todo=_("Nothing needs to be done."),
)
NOT_SERVED = define(
    "programme.not_served",
    422,
    _("The programme %(key)s does not serve %(name)s."),
    todo=_("Choose somebody whom the playbook names under whom it serves."),
    mender="administrator",
)
ALREADY_ENROLLED = define(
    "enrolment.already_in",
    409,
    _("%(name)s is already in the programme."),
    todo=_("Nothing needs to be done."),
)
NOT_ENROLLED = define(
    "enrolment.not_in",
    409,
    _("%(name)s is not in the programme."),
    todo=_("Enrol them first."),
    mender="administrator",
)
UNKNOWN_PROGRAMME = define(
    "import.unknown_programme",
    422,
    _("No programme that runs is called %(text)s."),
    todo=_("Write its key or its name, or adopt its playbook first."),
    mender="administrator",
)
UNKNOWN_SUBJECT = define(
    "import.unknown_subject",
    422,
    _("The programme serves nobody who is registered as %(text)s."),
    todo=_("Correct the name or the code, or register them first."),
)
AMBIGUOUS_SUBJECT = define(
    "import.ambiguous_subject",
    422,
    _("%(count)s are registered as %(text)s."),
    todo=_("Give the credit code, or the street, community, grid or courtyard."),
)
UNKNOWN_OFFICER = define(
    "import.unknown_officer",
    422,
    _("Nobody who works here has the name or staff number %(text)s."),
    todo=_("Correct it, or import the officers first."),
)
AMBIGUOUS_OFFICER = define(
    "import.ambiguous_officer",
    422,
    _("%(count)s officers are called %(text)s."),
    todo=_("Write the staff number."),
)
NOBODY_TICKED = define(
    "enrolment.nobody",
    422,
    _("Nobody is ticked."),
    todo=_("Tick those who are meant."),
)
NO_STEWARDS = define(
    "assignment.no_stewards",
    409,
    _("The playbook of %(key)s names no stewards."),
    todo=_("Add them to the playbook and adopt it."),
    mender="administrator",
)
NONE_ASSIGNS = define(
    "assignment.no_programme",
    409,
    _("No programme that runs has stewards for %(name)s."),
    todo=_("Look at whom the playbooks serve, and by which places; adopt the one that should."),
    mender="administrator",
)
ONE_TARGET = define(
    "assignment.one_target",
    422,
    _("An assignment is to one business or household, or to one place."),
    todo=_("Name one of the two."),
)
WRONG_LEVEL = define(
    "assignment.wrong_level",
    422,
    _("Stewards are not assigned to a place like %(name)s."),
    todo=_("Choose a place of the level that the playbook names, or below it."),
    mender="administrator",
)
NOT_ELIGIBLE = define(
    "assignment.not_eligible",
    422,
    _("%(officer)s holds no post from which the playbook takes stewards."),
    todo=_("Choose a steward, or give them the post first."),
    mender="administrator",
)
SAME_OFFICER = define(
    "assignment.same_officer",
    409,
    _("%(officer)s would be steward and stand-in of %(name)s at once."),
    todo=_("Choose somebody else for one of the two."),
    mender="supervisor",
)
OVER_LIMIT = define(
    "assignment.over_limit",
    409,
    _("%(officer)s would have %(load)s to look after; the playbook allows %(most)s."),
    todo=_("Choose somebody with fewer, or share the rest out."),
    mender="supervisor",
)
ENDED = define(
    "assignment.ended",
    409,
    _("This assignment has already ended."),
    todo=_("Look at who answers now."),
)
NOTHING_HELD = define(
    "assignment.nothing_held",
    409,
    _("%(officer)s is nobody's steward or stand-in."),
    todo=_("Nothing needs to be done."),
)
TO_THEMSELVES = define(
    "assignment.to_themselves",
    422,
    _("A caseload cannot be handed to the officer who has it."),
    todo=_("Choose somebody else."),
)
NOBODY_ELIGIBLE = define(
    "assignment.nobody_eligible",
    409,
    _("Nobody holds a post from which the playbook takes stewards."),
    todo=_("Appoint stewards first."),
    mender="administrator",
)
NO_CARDS = define(
    "card.nobody",
    404,
    _("Nobody here has a steward for whom you may print cards."),
    todo=_("Choose another place, unit or steward, or let stewards be assigned first."),
    mender="administrator",
)
TOO_MANY_COPIES = define(
    "card.copies",
    422,
    _("%(given)s copies of each card cannot be printed; 1 to %(most)s can."),
    todo=_("Write a number in between."),
)
UNKNOWN_CARD = define(
    "card.unknown",
    404,
    _("This card is none of ours, or its code is mistyped."),
    todo=_("Type the code as it stands on the card, or look your steward up by your address."),
)
BAD_BLOCK = define(
    "paper.size",
    422,
    _("A block of paper forms has 1 to %(most)s sheets, not %(given)s."),
    todo=_("Write a number in between; reserve a second block for more."),
)
UNKNOWN_PAPER = define(
    "paper.unknown",
    422,
    _("%(number)s is no number of a paper form that was reserved here."),
    todo=_("Compare it with the sheet, digit by digit. Leave it empty where the paper has none."),
)
DRAFT_KEY = define(
    "draft.key",
    422,
    _("“%(key)s” is no key of a playbook."),
    todo=_("Write small letters, digits and dashes, beginning with a letter, 40 at most."),
)
DRAFT_FILE = define(
    "draft.file",
    422,
    _("“%(path)s” cannot be a file of a playbook."),
    todo=_("Write it like stories/second.toml, forms/visit.toml or texts/handbook.zh.md; 60 files at most."),
)
