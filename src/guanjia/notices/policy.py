"""Who may read notices and see where they went."""

from __future__ import annotations

from django.db.models import Q

from guanjia.kernel.actor import Actor, ActorKind


def own(actor: Actor) -> Q:
    """The condition under which a notice or a preference is the actor's."""
    if actor.kind is ActorKind.OFFICER and actor.officer_id is not None:
        return Q(officer_id=actor.officer_id)
    if actor.kind is ActorKind.ASKER and actor.contact_ids:
        return Q(contact_id__in=actor.contact_ids)
    return Q(pk__in=[])


def may_see_deliveries(actor: Actor) -> bool:
    """Staff, of the cases that they see."""
    return actor.kind in (ActorKind.OFFICER, ActorKind.SYSTEM)


def may_choose(actor: Actor) -> bool:
    return (actor.kind is ActorKind.OFFICER and actor.officer_id is not None) or (
        actor.kind is ActorKind.ASKER and bool(actor.contact_ids)
    )
