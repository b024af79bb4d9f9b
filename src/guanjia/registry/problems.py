"""What the registry refuses."""

from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

WRONG_LEVEL = define(
    "place.wrong_level",
    422,
    _("A %(kind)s cannot stand directly under a %(parent_kind)s."),
    todo=_("Choose a place of the level above."),
    mender="administrator",
)
NAME_TAKEN = define(
    "place.name_taken",
    409,
    _("There is already a place called %(name)s there."),
    todo=_("Use the existing one, or choose another name."),
    mender="administrator",
)
CLOSED_PLACE = define(
    "place.closed",
    409,
    _("%(name)s no longer exists since %(on)s."),
    todo=_("Choose the place that follows it."),
    mender="administrator",
)
HAS_CHILDREN = define(
    "place.has_children",
    409,
    _("%(name)s still holds %(count)s places, households or businesses."),
    todo=_("Move or close them first."),
    mender="administrator",
)
INTO_ITSELF = define(
    "place.into_itself",
    422,
    _("%(name)s cannot be moved below itself."),
    todo=_("Choose another place."),
    mender="administrator",
)
BAD_DAY = define(
    "registry.bad_day",
    422,
    _("%(on)s cannot be the day of this change: it must lie between %(first)s and %(last)s."),
    todo=_("Enter the day on which it took effect; changes to come are entered on their day."),
    mender="administrator",
)
BAD_BOUNDARY = define(
    "place.bad_boundary",
    422,
    _("The outline of %(name)s cannot be used: %(why)s"),
    todo=_("Draw it again, or export it as a GeoJSON polygon in WGS-84."),
    mender="administrator",
)
OVERLAP = define(
    "place.overlap",
    422,
    _("%(name)s overlaps %(other)s by %(percent)s %%."),
    todo=_("Correct the lines so that each point belongs to one of them."),
    mender="administrator",
)
NOT_IN_GRIDS = define(
    "place.not_covered",
    422,
    _("It is not said where these go: %(names)s."),
    todo=_("Give each one its new place."),
    mender="administrator",
)
DIFFERENT_PARENTS = define(
    "place.different_parents",
    422,
    _("These places do not belong to one and the same place: %(names)s."),
    todo=_("Move them to one place first."),
    mender="administrator",
)
CODE_TAKEN = define(
    "place.code_taken",
    409,
    _("In edition %(edition)s the code %(code)s is that of %(name)s."),
    todo=_("Check the code and the edition."),
    mender="administrator",
)
UNKNOWN_CODE = define(
    "place.unknown_code",
    404,
    _("Edition %(edition)s has no code %(code)s."),
    todo=_("Check the code and the edition."),
    mender="administrator",
)
ALREADY_HOLDS = define(
    "post.already_held",
    409,
    _("%(officer)s already holds the post %(post)s."),
    todo=_("Nothing needs to be done."),
    mender="administrator",
)
DOES_NOT_HOLD = define(
    "post.not_held",
    409,
    _("%(officer)s does not hold the post %(post)s."),
    todo=_("Look up who holds it."),
    mender="administrator",
)
INACTIVE_OFFICER = define(
    "officer.inactive",
    409,
    _("%(officer)s no longer works here."),
    todo=_("Choose somebody else."),
    mender="administrator",
)
HOLDS_POSTS = define(
    "officer.holds_posts",
    409,
    _("%(officer)s still holds %(count)s posts."),
    todo=_("Relieve them of the posts first, or let somebody follow them."),
    mender="administrator",
)
STAFF_NUMBER_TAKEN = define(
    "officer.staff_number_taken",
    409,
    _("The staff number %(number)s is that of %(officer)s."),
    todo=_("Check the number."),
    mender="administrator",
)
UNIT_TAKEN = define(
    "unit.name_taken",
    409,
    _("There is already a unit called %(name)s."),
    todo=_("Use the existing one."),
    mender="administrator",
)
UNIT_BUSY = define(
    "unit.in_use",
    409,
    _("%(name)s still has %(posts)s posts, %(officers)s officers and %(units)s units."),
    todo=_("Close them or move them first."),
    mender="administrator",
)
CLOSED_UNIT = define(
    "unit.closed",
    409,
    _("%(name)s no longer exists since %(on)s."),
    todo=_("Choose another unit."),
    mender="administrator",
)
BELOW_ITSELF = define(
    "unit.below_itself",
    422,
    _("%(name)s cannot stand below itself."),
    todo=_("Choose another unit above it."),
    mender="administrator",
)
CLOSED_POST = define(
    "post.closed",
    409,
    _("The post %(post)s no longer exists since %(on)s."),
    todo=_("Choose another post, or set up a new one."),
    mender="administrator",
)
CREDIT_CODE_TAKEN = define(
    "business.credit_code_taken",
    409,
    _("The credit code %(code)s is that of %(name)s."),
    todo=_("Find that card by the code: correct it, or register it again if its registration has ended."),
    mender="steward",
)
DOOR_TAKEN = define(
    "household.door_taken",
    409,
    _("%(name)s is already registered there."),
    todo=_("Correct the existing card instead of making another one."),
    mender="steward",
)
CLOSED_SUBJECT = define(
    "subject.closed",
    409,
    _("%(name)s is no longer registered since %(on)s."),
    todo=_("Look up who is registered there now."),
    mender="steward",
)
TOO_NEW = define(
    "subject.too_new",
    409,
    _("%(name)s is registered from %(on)s on; the registration can end on the day after at the earliest."),
    todo=_("End it tomorrow; where only something on the card is wrong, correct the card."),
    mender="steward",
)
PERSON_KNOWN = define(
    "person.known",
    409,
    _("Somebody with this ID number is already registered."),
    todo=_("Find that card by the number: correct it, or register it again if its registration has ended."),
    mender="steward",
)
BAD_NOTICE_DAY = define(
    "calendar.bad_day",
    422,
    _("%(day)s does not belong in the notice for %(year)s."),
    todo=_("Check the notice: it names days of its year, and of the December before."),
    mender="administrator",
)
BAD_HOURS = define(
    "calendar.bad_hours",
    422,
    _("These office hours cannot be used: %(why)s"),
    todo=_("Correct them."),
    mender="administrator",
)

# Imports

UNKNOWN_PLACE = define(
    "import.unknown_place",
    422,
    _("No place is called %(text)s."),
    todo=_("Import the places first, or correct the name."),
)
AMBIGUOUS_PLACE = define(
    "import.ambiguous_place",
    422,
    _("%(count)s places are called %(text)s."),
    todo=_("Fill in the street and the community as well."),
)
UNKNOWN_UNIT = define(
    "import.unknown_unit",
    422,
    _("No unit is called %(text)s."),
    todo=_("Import the units first, or correct the name."),
)
REPEATED = define(
    "import.repeated",
    422,
    _("This is already on line %(line)s."),
    todo=_("Remove one of the two lines."),
)
KNOWN = define(
    "import.known",
    409,
    _("%(name)s is already registered."),
    todo=_("Remove the line, or correct the existing entry."),
)
EDITION_ORDER = define(
    "import.edition_order",
    422,
    _("Edition %(edition)s is older than edition %(latest)s, which is already loaded."),
    todo=_("Load editions from the oldest to the newest."),
    mender="administrator",
)
EDITION_DIFFERS = define(
    "import.edition_differs",
    409,
    _("Edition %(edition)s is already loaded and does not have the code %(code)s for %(name)s."),
    todo=_("Check which list is right; a loaded edition is not changed by an import."),
    mender="administrator",
)
