"""Who may work in the field, and whose field it is."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from guanjia.fieldwork.models import Task
from guanjia.kernel.actor import Actor, ActorKind, Role
from guanjia.playbook.schema import Owner
from guanjia.registry.models import Place, SubjectKind
from guanjia.registry.policy import covers, is_everywhere, readers_of
from guanjia.registry.queries import within

#: Whose work is out of doors.
FIELD = (Role.STEWARD, Role.CLERK, Role.HANDLER, Role.LEAD_OFFICE)
#: Who sends others out.
ORGANISERS = (Role.CLERK, Role.LEAD_OFFICE, Role.SUPERVISOR, Role.ADMINISTRATOR)


def may_visit(actor: Actor, kind: str, place_path: str) -> bool:
    """Somebody who works in the field there, and who may read the card of such a subject."""
    return _reaches(actor, place_path, set(FIELD) & set(readers_of(kind)))


def may_work_at(actor: Actor, place_path: str) -> bool:
    return _reaches(actor, place_path, FIELD)


def may_organise(actor: Actor, place_path: str) -> bool:
    return _reaches(actor, place_path, ORGANISERS)


def _reaches(actor: Actor, place_path: str, roles: Collection[Role]) -> bool:
    if actor.kind is ActorKind.SYSTEM:
        return True
    return any(covers(post.place_path, place_path) for post in actor.posts if post.role in roles)


def may_finish(actor: Actor, task: Task, who: Owner | None) -> bool:
    """Whoever owes it; for a subject's, whoever may visit the subject; for the programme's, the role it names."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if task.officer_id is not None:
        return task.officer_id in actor.officer_ids
    if task.unit_id is not None:
        return task.unit_id in actor.unit_ids
    if task.subject is not None:
        return may_visit(actor, task.subject.kind, task.subject.place.path if task.subject.place else "")
    return actor.holds(who.role if who is not None and who.role is not None else Role.LEAD_OFFICE)


def may_see_figures(actor: Actor) -> bool:
    """Counts are a matter of the whole staff."""
    return actor.kind in (ActorKind.SYSTEM, ActorKind.OFFICER)


def subjects_in_reach(actor: Actor, prefix: str = "subject__") -> Q:
    """Rows about subjects whose cards the actor's posts open, for officers and for the posts of tokens alike."""
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    condition = Q(pk__in=[])
    for kind in SubjectKind.values:
        scopes = [post.place_path for post in actor.posts_as(*readers_of(kind))]
        if any(is_everywhere(scope) for scope in scopes):
            condition |= Q(**{f"{prefix}kind": kind})
        elif scopes:
            places = Place.objects.filter(within(scopes)).values("pk")
            condition |= Q(**{f"{prefix}kind": kind, f"{prefix}place__in": places})
    return condition


def places_in_reach(actor: Actor, prefix: str = "place__") -> Q:
    """Rows about places within the actor's posts."""
    if actor.kind is ActorKind.SYSTEM or any(is_everywhere(post.place_path) for post in actor.posts):
        return Q()
    return within([post.place_path for post in actor.posts], prefix)
