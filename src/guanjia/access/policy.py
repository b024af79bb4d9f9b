"""Who may do what with accounts, absences, tokens and clear values."""

from __future__ import annotations

from guanjia.access.rules import READERS
from guanjia.kernel.actor import Actor, ActorKind, Role


def may_manage_accounts(actor: Actor) -> bool:
    return actor.kind is ActorKind.SYSTEM or actor.holds(Role.ADMINISTRATOR)


def may_deactivate(actor: Actor) -> bool:
    """The security administrator may shut an account too: an intruder cannot wait for office hours."""
    return may_manage_accounts(actor) or actor.holds(Role.SECURITY_ADMINISTRATOR)


def may_record_absence(actor: Actor, *, officer_id: int, unit_id: int) -> bool:
    """For oneself; for one's unit as its clerk, supervisor or leader; for anybody as system administrator."""
    if actor.kind is ActorKind.SYSTEM or actor.holds(Role.ADMINISTRATOR) or actor.officer_id == officer_id:
        return True
    return any(post.unit_id == unit_id for post in actor.posts_as(Role.CLERK, Role.SUPERVISOR, Role.LEADER))


def may_issue_tokens(actor: Actor) -> bool:
    return actor.kind is ActorKind.SYSTEM or actor.holds(Role.SECURITY_ADMINISTRATOR)


def may_reveal(actor: Actor) -> bool:
    return actor.kind is ActorKind.OFFICER and actor.holds(*READERS)


def may_read_changes(actor: Actor) -> bool:
    """Who changes things sees what was changed; so does whoever watches over it."""
    return actor.holds(Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR)


def may_read_the_read_log(actor: Actor) -> bool:
    return actor.holds(Role.SECURITY_ADMINISTRATOR, Role.AUDITOR)
