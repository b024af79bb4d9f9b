"""Who may work in the field, and whose field it is."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from guanjia.fieldwork.models import Task
from guanjia.kernel.actor import Actor, ActorKind, Role
from guanjia.playbook.schema import Owner
from guanjia.programmes.models import Assignment
from guanjia.registry.models import Place, Subject, SubjectKind
from guanjia.registry.policy import covers, is_everywhere, may_change_subject, readers_of
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
    """Whoever owes it; for a subject's, whoever may visit the subject; where nobody held what the playbook named, the
    role."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if task.owner_unit_id is not None:
        return task.owner_unit_id in actor.unit_ids
    if task.officer_id is not None:
        return task.officer_id in actor.officer_ids
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


def may_fill(actor: Actor, about: str) -> bool:
    """Whether the actor fills in forms about such subjects, or about places, at all."""
    roles = FIELD if about == "place" else set(FIELD) & set(readers_of(about))
    return actor.kind is ActorKind.OFFICER and actor.holds(*roles)


def answers_in_reach(actor: Actor) -> Q:
    """Answers that the actor gave; those about whom they, or somebody they stand in for, are steward or stand-in in
    the form's programme; for a clerk, those from the places of the post. One query."""
    if actor.kind is ActorKind.SYSTEM or any(is_everywhere(post.place_path) for post in actor.posts_as(Role.CLERK)):
        return Q()
    if actor.kind is not ActorKind.OFFICER or not actor.posts:
        return Q(pk__in=[])
    reach = Q(officer_id__in=actor.officer_ids)
    if scopes := [post.place_path for post in actor.posts_as(Role.CLERK)]:
        reach |= within(scopes, "place__")
    held = Assignment.objects.filter(officer_id__in=actor.officer_ids, until__isnull=True)
    paths: dict[int, list[str]] = {}
    for programme_id, path in held.values_list("programme_id", "place__path"):
        paths.setdefault(programme_id, []).extend([path] if path else [])
    for programme_id, below in paths.items():
        theirs = Q(subject_id__in=held.filter(programme_id=programme_id, subject__isnull=False).values("subject_id"))
        reach |= Q(form__programme_id=programme_id) & (theirs | within(below, "place__") if below else theirs)
    return reach


def may_decide_correction(actor: Actor, subject: Subject) -> bool:
    """Whoever keeps the card."""
    return may_change_subject(actor, subject.place.path if subject.place else "")


def corrections_to_decide(actor: Actor) -> Q:
    return _in_scopes(actor, (Role.CLERK, Role.ADMINISTRATOR), "subject__place__")


def subjects_to_visit(actor: Actor, kind: str) -> Q:
    """The subjects of `may_visit`, for queries."""
    return _in_scopes(actor, set(FIELD) & set(readers_of(kind)), "place__")


def places_to_work_at(actor: Actor) -> Q:
    return _in_scopes(actor, FIELD, "")


def _in_scopes(actor: Actor, roles: Collection[Role], prefix: str) -> Q:
    scopes = [post.place_path for post in actor.posts if post.role in roles]
    if actor.kind is ActorKind.SYSTEM or any(is_everywhere(scope) for scope in scopes):
        return Q()
    return within(scopes, prefix) if scopes else Q(pk__in=[])
