"""What access decides without a database: separated duties, purposes of reading, scopes of tokens, odd reading."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from guanjia.kernel.actor import Role
from guanjia.kernel.text import gettext_noop as _

#: System, security and audit administration: one officer holds one of them at most, and they open nobody's data
#: (the three administrators of GB/T 22239-2019, 8.1.5).
SEPARATED = frozenset({Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR})

#: Roles whose work is with people: they may open a clear value for a purpose.
READERS = frozenset(Role) - SEPARATED

#: Why somebody may open a clear value; shown to the person it belongs to.
PURPOSES = {
    "handle_case": _("To handle a request"),
    "visit": _("To arrange a visit"),
    "follow_up": _("To ask whether it was solved"),
    "verify": _("To check who is speaking"),
    "correct": _("To correct the record"),
    "investigate": _("Supervision or investigation"),
    "emergency": _("Emergency"),
}
#: The one purpose that opens a record outside the reader's own places; the security administrator is told at once.
BREAK_GLASS = "emergency"

#: What a token may be allowed; nothing else is.
SCOPES = {
    "cases:create": _("Send requests in"),
    "cases:read": _("Read the cases of its post"),
    "cases:act": _("Act on the cases of its post"),
    "visits:read": _("Read the visits and tasks of its post"),
    "visits:write": _("Write down visits of its post"),
    "registry:read": _("Read places, units and businesses"),
    "ledger:read": _("Read the public ledger"),
    "statistics:read": _("Read counts and rates"),
}
#: Scopes that mean something only for a post.
POST_SCOPES = frozenset({"cases:read", "cases:act", "visits:read", "visits:write"})

#: Clear values one account may open in a day before the security administrator is told.
READS_A_DAY = 40
LONGEST_TOKEN = timedelta(days=366)

#: The ready sign-ins of a demo that hold no role of their own.
RESIDENT, STAND_IN = "resident", "stand_in"
#: All of them, as one request passes from hand to hand: asked, worked on, decided, watched over, kept running.
DEMO_STORY = (
    RESIDENT,
    Role.STEWARD,
    STAND_IN,
    Role.CLERK,
    Role.DISPATCHER,
    Role.HANDLER,
    Role.LEAD_OFFICE,
    Role.ARBITER,
    Role.SUPERVISOR,
    Role.DISCIPLINE,
    Role.LEADER,
    Role.ADMINISTRATOR,
    Role.SECURITY_ADMINISTRATOR,
    Role.AUDITOR,
)


def separated_roles(roles: Iterable[Role]) -> frozenset[Role]:
    """The separated roles among these where there are several, so that they conflict; empty when all is well."""
    found = SEPARATED & set(roles)
    return frozenset(found) if len(found) > 1 else frozenset()


def odd_reading(reads_today: int, *, in_scope: bool, limit: int = READS_A_DAY) -> tuple[str, ...]:
    """What is odd about the latest of `reads_today` reads, itself counted. Passing the limit is told once a day."""
    reasons = []
    if not in_scope:
        reasons.append("out_of_scope")
    if reads_today == limit + 1:
        reasons.append("too_many")
    return tuple(reasons)
