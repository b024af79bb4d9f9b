from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

NO_PROGRAMME = define(
    "case.no_programme",
    409,
    _("No programme takes requests of this kind at present."),
    todo=_("Adopt a playbook for it, or choose another programme."),
    mender="administrator",
)
UNKNOWN_CATEGORY = define(
    "case.unknown_category",
    422,
    _("%(key)s is not a category of this programme."),
    todo=_("Choose one from the list."),
)
UNKNOWN_PLACE = define(
    "case.unknown_place",
    422,
    _("This place is not known or no longer exists."),
    todo=_("Choose the place on the map or write the address; leave it out if you do not know it."),
)
NO_DESK = define(
    "case.no_desk",
    409,
    _("Nobody holds a dispatcher's post, so that requests have nowhere to go."),
    todo=_("Appoint a dispatcher for the district."),
    mender="administrator",
)
CHANNEL_CLOSED = define(
    "case.channel_closed",
    422,
    _("This programme takes no requests by this way: %(channel)s."),
    todo=_("Ask on the web page or call the hotline."),
)
HAPPENS_LATER = define(
    "case.happens_later",
    422,
    _("The moment given lies in the future."),
    todo=_("Check date and time."),
)
BAD_VALUE = define(
    "case.bad_value",
    422,
    _("%(field_label)s is not right."),
    todo=_("Choose or write it again."),
)
CLOSED_TARGET = define(
    "case.closed_target",
    409,
    _("The other case is closed already."),
    todo=_("Give the number of an open case."),
)
BAD_DOCUMENT = define(
    "document.unreadable",
    422,
    _("%(name)s is not a photo or document that can be taken in."),
    todo=_("Send JPG, PNG or WebP photos, or PDF, Word or Excel files."),
)
DOCUMENT_TOO_LARGE = define(
    "document.too_large",
    413,
    _("%(name)s is larger than %(limit)s MB."),
    todo=_("Take the photo with a lower resolution, or send fewer pages."),
)
TOO_MANY_DOCUMENTS = define(
    "document.too_many",
    422,
    _("%(count)s files are more than the %(limit)s that can be sent at once."),
    todo=_("Send the most telling ones now; the rest can be added to the case later."),
)
WRONG_PROOF = define(
    "case.wrong_proof",
    404,
    _("No case with this number was asked from a phone ending in these four digits."),
    todo=_("Check both. The number stands on the receipt that you were shown."),
)
NO_CATEGORY = define(
    "case.no_category",
    422,
    _("Nothing in the text says what kind of matter this is."),
    todo=_("Fill in the category, or name one for the rest in the mapping file."),
)
SAME_WORDS = define(
    "case.same_words",
    409,
    _("%(number)s says word for word what %(other)s says."),
    todo=_("Look at both, and merge them if one thing is meant."),
    mender="dispatcher",
)
UNIT_ANSWERS = define(
    "unit.still_answers",
    409,
    _("%(cases)s open cases wait for %(name)s, and %(duties)s duties are its own."),
    todo=_("Transfer the cases and give the duties to another unit first."),
    mender="administrator",
)
OFFICER_ANSWERS = define(
    "officer.still_answers",
    409,
    _("%(name)s still holds %(cases)s open cases and answers for %(targets)s places, businesses or households."),
    todo=_("Let somebody follow, or hand the caseload over first."),
    mender="administrator",
)
PLACE_NEEDED = define(
    "place.needed",
    409,
    _("%(name)s still has %(cases)s open cases, %(posts)s posts, %(units)s units and %(stewards)s stewards."),
    todo=_("Merge it with a neighbour, who then has them all; or end them first."),
    mender="administrator",
)
NO_OPENING = define(
    "import.no_opening",
    422,
    _("A case with its history needs the moment at which it was opened."),
    todo=_("Fill in when it was opened, or leave the row out."),
)
CLOSED_TOO_EARLY = define(
    "import.closed_too_early",
    422,
    _("It was closed (%(closed)s) before it was opened (%(opened)s)."),
    todo=_("Ask the system that it comes from which of the two is right."),
)
SHARED_POINT = define(
    "import.shared_point",
    422,
    _("%(count)s rows share the point %(lon)s, %(lat)s: it seems to be what the source writes where it knows none."),
    todo=_("Check it; a place that these rows name by address is not affected."),
)
LOST_SIGNS = define(
    "import.lost_signs",
    422,
    _("%(count)s signs of this text were destroyed by an earlier conversion."),
    todo=_("Have the file exported again, as UTF-8; the row is loaded as it stands."),
)
NO_PAST = define(
    "rehearsal.no_past",
    404,
    _("No case was registered between %(since)s and %(until)s."),
    todo=_("Choose other days."),
)
