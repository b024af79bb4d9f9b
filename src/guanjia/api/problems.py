"""What only the API refuses."""

from __future__ import annotations

from guanjia.kernel.problems import define
from guanjia.kernel.text import gettext_noop as _

KEY_REUSED = define(
    "api.key_reused",
    409,
    _("This Idempotency-Key was used before, with another request."),
    todo=_("Send a new key with every new request; repeat a key only to repeat the same request."),
)
BAD_REQUEST = define(
    "api.bad_request",
    400,
    _("The request cannot be read."),
    todo=_("Send JSON in UTF-8, as the description of the API says."),
)
NO_SUCH_PAGE = define(
    "api.no_such_page",
    404,
    _("The API has nothing at this address."),
    todo=_("See the list of addresses at /api/."),
)
PARTS_ELSEWHERE = define(
    "api.parts_elsewhere",
    422,
    _("This verb has an address of its own."),
    todo=_("Split a part off with POST …/parts; add an asker on the page of the case."),
)
