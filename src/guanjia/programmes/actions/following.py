"""Assignments follow what happens in the registry. Called in the transaction of the registry's action, with what it
returned."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from guanjia.kernel import audit, outbox
from guanjia.kernel.actor import Actor
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import policy, queries
from guanjia.programmes.actions.writing import HandOver, begin, end, open_rows, pass_on
from guanjia.programmes.models import Assignment, AssignmentReason, AssignmentRole, Enrolment
from guanjia.registry.actions import Replacement, Succession
from guanjia.registry.models import Place, Subject
from guanjia.registry.policy import demand

FOLLOW = _("let assignments follow the registry")


@transaction.atomic
def follow_replacement(actor: Actor, replacement: Replacement, *, at: datetime) -> HandOver:
    """Who takes over a steward's post takes over the caseload, of every programme that draws its stewards from such
    posts; also beyond the limit, since nobody may be left alone by a change of staff. `share_out` levels it
    afterwards."""
    demand(policy.may_follow(actor), FOLLOW)
    roles = {post.role for post in replacement.posts}
    concerned = [
        one.pk
        for one in queries.programmes()
        if one.current_id and (stewards := queries.playbook_of(one.current_id).stewards) and roles & set(stewards.roles)
    ]
    rows = list(open_rows(officer=replacement.old, programme_id__in=concerned))
    done = pass_on(rows, replacement.new.pk, reason=AssignmentReason.REPLACED, at=at)
    facts = {"from": replacement.old.pk, "to": replacement.new.pk, "moved": done.moved, "vacant": done.vacant}
    audit.record(actor, "caseload.replace", replacement.old, at=at, **facts)
    outbox.publish("caseload.handed_over", facts, at=at)
    return done


@transaction.atomic
def follow_succession(actor: Actor, succession: Succession, *, at: datetime) -> int:
    """The stewards of places that ended go on in those that follow: all parts of a split keep the old steward; a
    merged place gets the pair of the old one that was planned for the most households. Subjects keep their own. How
    many assignments were begun."""
    demand(policy.may_follow(actor), FOLLOW)
    ended = [one for one in succession.old if one not in succession.new]
    rows: dict[tuple[int, int | None], list[Assignment]] = defaultdict(list)
    for row in open_rows(place__in=ended):
        rows[row.programme_id, row.place_id].append(row)
    if not rows:
        return 0
    largest = sorted(ended, key=lambda one: (-(one.planned_households or 0), one.pk))
    beginning: dict[tuple[int, int], list[Assignment]] = {}
    for place in largest:
        for (programme_id, place_id), pair in rows.items():
            for heir in succession.new if place_id == place.pk else ():
                beginning.setdefault((programme_id, heir.pk), [_in_place(row, heir, at) for row in pair])
    end([row for pair in rows.values() for row in pair], at=at)
    begun = begin(row for pair in beginning.values() for row in pair)
    facts = {"kind": succession.kind, "old": [one.pk for one in ended], "begun": len(begun)}
    audit.record(actor, "assignment.follow", succession.old[0], at=at, **facts)
    outbox.publish("assignments.followed", facts, at=at)
    return len(begun)


@transaction.atomic
def follow_closing(actor: Actor, subject: Subject, *, at: datetime) -> int:
    """Nobody answers for somebody who is registered no longer, and no programme has them on its list. How many
    assignments ended."""
    demand(policy.may_enrol(actor, [subject.place.path if subject.place else ""]), FOLLOW)
    ended = end(open_rows(subject=subject), at=at)
    left = Enrolment.objects.filter(subject=subject, until__isnull=True).update(until=at)
    if ended or left:
        audit.record(actor, "assignment.end", subject, at=at, assignments=ended, enrolments=left)
        outbox.publish("assignments.followed", {"kind": "close", "subject": subject.pk, "begun": 0}, at=at)
    return ended


def _in_place(row: Assignment, heir: Place, at: datetime) -> Assignment:
    return Assignment(
        programme_id=row.programme_id,
        place=heir,
        role=AssignmentRole(row.role),
        officer_id=row.officer_id,
        since=at,
        reason=AssignmentReason.REDRAWN,
        moved_from=row,
    )
