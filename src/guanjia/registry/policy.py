"""Who may read and change the registry. Places and units are public; people and businesses are read within
one's scope.
"""

from __future__ import annotations

from guanjia.kernel.actor import Actor, ActorKind, Role
from guanjia.kernel.problems import NOT_ALLOWED, Problem
from guanjia.registry.rules import path_ids

#: Businesses are public knowledge; everybody who deals with them for the district may read their cards.
BUSINESS_READERS = (
    Role.STEWARD,
    Role.CLERK,
    Role.DISPATCHER,
    Role.HANDLER,
    Role.LEAD_OFFICE,
    Role.ARBITER,
    Role.SUPERVISOR,
    Role.LEADER,
    Role.ADMINISTRATOR,
)
#: Homes and the people in them are read by those who visit them or keep their cards.
HOME_READERS = (Role.STEWARD, Role.CLERK, Role.DISPATCHER, Role.ADMINISTRATOR)
#: Who keeps the cards of businesses, households and persons, within the places of their posts.
KEEPERS = (Role.CLERK, Role.ADMINISTRATOR)
READ_SCOPE = "registry:read"


def may_change_places(actor: Actor) -> bool:
    return actor.kind is ActorKind.SYSTEM or actor.holds(Role.ADMINISTRATOR)


may_change_organisation = may_change_places
may_change_calendar = may_change_places
may_import = may_change_places


def may_change_subject(actor: Actor, place_path: str) -> bool:
    """A clerk or an administrator within the post's scope. A subject without a place ("") counts as the
    whole district's.
    """
    if actor.kind is ActorKind.SYSTEM:
        return True
    return any(covers(post.place_path, place_path) for post in actor.posts_as(*KEEPERS))


def covers(scope: str, place_path: str) -> bool:
    """Whether a scope takes in a place; one that is nowhere ("") belongs to those whose scope is the district."""
    return place_path.startswith(scope) if place_path else is_everywhere(scope)


def is_everywhere(scope: str) -> bool:
    return len(path_ids(scope)) <= 1


def readers_of(kind: str) -> tuple[Role, ...]:
    return BUSINESS_READERS if kind in ("business", "place", "unit") else HOME_READERS


def scopes(actor: Actor, kind: str) -> list[str]:
    """The paths within which the actor may read subjects of a kind; `[""]` is everywhere, [] nowhere."""
    if actor.kind is ActorKind.SYSTEM:
        return [""]
    if actor.kind is ActorKind.SERVICE:
        return [""] if READ_SCOPE in actor.scopes and kind == "business" else []
    return [post.place_path for post in actor.posts_as(*readers_of(kind))]


def may_read_subject(actor: Actor, kind: str, place_path: str) -> bool:
    return any(covers(scope, place_path) for scope in scopes(actor, kind))


def demand(allowed: bool, verb: str) -> None:
    """Raises `not_allowed`; `verb` is a message id."""
    if not allowed:
        raise Problem(NOT_ALLOWED, verb=verb)
