"""Who may see a case, and how an actor stands to it. Pure over `Actor` and the case's row and state."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from guanjia.cases.models import Asker, Case, CaseUnit
from guanjia.kernel.actor import Actor, ActorKind, HeldPost, Role
from guanjia.playbook.lifecycle.decide import possible
from guanjia.playbook.lifecycle.states import CaseState
from guanjia.playbook.lifecycle.verbs import Verb
from guanjia.playbook.schema import Playbook

#: Roles whose holders see every case in their place.
OVERSEERS = (
    Role.CLERK,
    Role.DISPATCHER,
    Role.LEAD_OFFICE,
    Role.ARBITER,
    Role.SUPERVISOR,
    Role.LEADER,
    Role.AUDITOR,
)
#: Roles that act for their unit on whatever it holds.
UNIT_HANDS = (Role.HANDLER, Role.LEAD_OFFICE, Role.DISPATCHER, Role.DISCIPLINE, Role.LEADER, Role.CLERK)

#: The column that narrows to a place, by the depth of its path (district 1 … grid 4; a courtyard goes by
#: path).
_COLUMNS = {2: "street_id", 3: "community_id", 4: "grid_id"}


def visible(actor: Actor) -> Q:
    """The condition under which cases may be seen. A sealed case is seen by its receiver alone."""
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    if actor.kind is ActorKind.ASKER:
        own = Asker.objects.filter(case=OuterRef("pk"), contact_id__in=actor.contact_ids)
        return Q(Exists(own)) & Q(sealed_to__isnull=True)
    if not actor.posts:
        return Q(pk__in=[])
    receiving = {post.unit_id for post in actor.posts_as(*UNIT_HANDS)}
    sealed = Q(sealed_to_id__in=receiving) if receiving else Q(pk__in=[])
    return sealed | (Q(sealed_to__isnull=True) & _scope(actor))


def _scope(actor: Actor) -> Q:
    reach = [_place_condition(post) for post in actor.posts_as(*OVERSEERS)]
    if any(condition is None for condition in reach):
        return Q()
    scope = Q(holder_officer_id__in=actor.officer_ids)
    for condition in reach:
        scope |= condition or Q()
    units = {post.unit_id for post in actor.posts_as(*UNIT_HANDS)}
    if units:
        scope |= Q(Exists(CaseUnit.objects.filter(case=OuterRef("pk"), unit_id__in=units)))
    return scope


def _place_condition(post: HeldPost) -> Q | None:
    """None: the whole district."""
    ids = [part for part in post.place_path.split("/") if part]
    if len(ids) <= 1:
        return None
    column = _COLUMNS.get(len(ids))
    return Q(**{column: int(ids[-1])}) if column else Q(place_path__startswith=post.place_path)


def may_see(actor: Actor, case: Case, state: CaseState) -> bool:
    """The same for one case that is at hand; `visible` is for queries."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if state.sealed_to is not None:
        return state.sealed_to in {post.unit_id for post in actor.posts_as(*UNIT_HANDS)}
    if actor.kind is ActorKind.ASKER:
        return bool(actor.contact_ids & state.askers.keys())
    units = {post.unit_id for post in actor.posts_as(*UNIT_HANDS)}
    return (
        state.holder.officer in actor.officer_ids
        or bool(units & {state.holder.unit, *state.assistants})
        or any(case.place_path.startswith(post.place_path) for post in actor.posts_as(*OVERSEERS))
        or any(post.place_path.count("/") <= 2 for post in actor.posts_as(*OVERSEERS))
        or CaseUnit.objects.filter(case_id=case.pk, unit_id__in=units).exists()
    )


def relations(actor: Actor, case: Case, state: CaseState) -> frozenset[str]:
    """How the actor stands to the case: the words that playbooks and verbs use
    (`lifecycle.verbs.RELATIONS`)."""
    if actor.kind is ActorKind.SYSTEM:
        return frozenset({"system"})
    if state.sealed_to is not None:
        return frozenset({"receiver"}) if may_see(actor, case, state) else frozenset()
    found = set()
    if actor.contact_ids & state.askers.keys():
        found.add("asker")
    found |= _hands(actor, state)
    for post in actor.posts:
        if case.place_path.startswith(post.place_path) or post.place_path.count("/") <= 2:
            found.add(str(post.role))
    if "dispatcher" in found or any(post.unit_id == state.desk.unit for post in actor.posts_as(Role.DISPATCHER)):
        found.add("desk")
    return frozenset(found)


def _hands(actor: Actor, state: CaseState) -> set[str]:
    """Holder: the named officer or who stands in; where nobody is named, those who act for the unit; its
    handlers always."""
    found = set()
    named = state.holder.officer
    units = {post.unit_id for post in actor.posts_as(*UNIT_HANDS)}
    handling = {post.unit_id for post in actor.posts_as(Role.HANDLER)}
    if (
        (named is not None and named in actor.officer_ids)
        or (named is None and state.holder.unit in units)
        or state.holder.unit in handling
    ):
        found.add("holder")
    if any(unit in units for unit in state.assistants):
        found.add("assistant")
    return found


def offered(actor: Actor, case: Case, state: CaseState, playbook: Playbook) -> list[Verb]:
    """The verbs to show this actor, the main one first."""
    return possible(state, playbook, relations(actor, case, state))


def may(actor: Actor, verb: Verb, case: Case, state: CaseState, playbook: Playbook) -> bool:
    return bool(relations(actor, case, state) & set(verb.allowed(playbook)))
