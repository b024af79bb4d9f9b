"""Who may run programmes and say who answers for whom."""

from __future__ import annotations

from collections.abc import Iterable

from guanjia.kernel.actor import Actor, ActorKind, Role
from guanjia.registry.policy import covers

#: Who assigns, within the places of their posts.
ASSIGNERS = (Role.ADMINISTRATOR, Role.LEAD_OFFICE, Role.CLERK)

#: Who hands out cards and paper forms.
PRINTERS = (*ASSIGNERS, Role.STEWARD, Role.DISPATCHER)


def may_adopt(actor: Actor) -> bool:
    return actor.kind is ActorKind.SYSTEM or actor.holds(Role.ADMINISTRATOR)


may_follow = may_adopt


def may_assign(actor: Actor, paths: Iterable[str]) -> bool:
    """Whether all these places lie within the actor's posts; a subject without a place ("") is the whole
    district's."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    posts = actor.posts_as(*ASSIGNERS)
    return all(any(covers(post.place_path, path) for post in posts) for path in paths)


may_enrol = may_assign


def may_print_papers(actor: Actor, paths: Iterable[str]) -> bool:
    """Whether all these places lie within the actor's posts, whichever they are: paper is for the day on which nobody
    else can be asked."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    return all(any(covers(post.place_path, path) for post in actor.posts_as(*PRINTERS)) for path in paths)


def may_see_loads(actor: Actor) -> bool:
    """How much work whom is a matter of the whole staff."""
    return actor.kind in (ActorKind.SYSTEM, ActorKind.OFFICER)
