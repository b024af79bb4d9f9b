"""A whole district in the database: 20,000 businesses, 81,000 households in 270 grids."""

from __future__ import annotations

import random
import sys
import time
from datetime import date

import pytest
from django.db import connection

from guanjia.programmes import actions, queries
from guanjia.programmes.bulk import AssignmentRow, load_assignments
from guanjia.programmes.models import AssignmentRole
from guanjia.programmes.tests.conftest import Scheme
from guanjia.registry.models import Officer, Place, Post, PostHolding, Subject

GRIDS, HOUSEHOLDS, BUSINESSES, OFFICERS = 270, 300, 20_000, 900
DAY = date(2026, 1, 1)


def grids_of(scheme: Scheme) -> list[Place]:
    parent = scheme.place("柳荫社区")
    made = Place.objects.bulk_create(
        Place(kind="grid", name=f"{number}", parent=parent, valid_from=DAY) for number in range(GRIDS)
    )
    for place in made:
        place.path = f"{parent.path}{place.pk}/"
    Place.objects.bulk_update(made, ["path"], batch_size=200)
    return made


def everybody_in(grids: list[Place]) -> list[Subject]:
    """The businesses, in order; the households beside them."""
    Subject.objects.bulk_create(
        (
            Subject(kind="household", name=f"{number}", place=grid, valid_from=DAY)
            for grid in grids
            for number in range(HOUSEHOLDS)
        ),
        batch_size=5000,
    )
    return Subject.objects.bulk_create(
        (
            Subject(kind="business", name=f"{number}", place=grids[number % GRIDS], valid_from=DAY)
            for number in range(BUSINESSES)
        ),
        batch_size=5000,
    )


@pytest.mark.slow
def test_the_gaps_of_a_whole_district_are_counted(scheme: Scheme) -> None:
    grids = grids_of(scheme)
    businesses = everybody_in(grids)
    unit = scheme.officer("陈静").unit
    officers = Officer.objects.bulk_create(
        Officer(name=f"{number}", staff_number=f"B{number}", unit=unit, active=number > 0) for number in range(OFFICERS)
    )
    targets = [{"subject_id": one.pk} for one in businesses] + [{"place_id": one.pk} for one in grids]
    rows = [
        AssignmentRow(scheme.programme_id, role, officers[(index + shift) % OFFICERS].pk, scheme.at, **target)
        for index, target in enumerate(targets)
        for shift, role in enumerate(AssignmentRole)
        if index % 1000 != 999 or role != AssignmentRole.STAND_IN
    ]
    load_assignments(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = {one.kind: one for one in queries.coverage(scheme.programme_id, at=scheme.at).kinds}
    own, doors = 3, 6
    assert found["business"].enrolled == BUSINESSES + own
    assert found["household"].enrolled == HOUSEHOLDS * GRIDS + doors
    assert found["business"].gaps == {
        "no_steward": own,
        "no_stand_in": own + BUSINESSES // 1000,
        "same_officer": 0,
        "steward_gone": -(-BUSINESSES // OFFICERS),
        "stand_in_gone": sum((i + 1) % OFFICERS == 0 and i % 1000 != 999 for i in range(BUSINESSES)),
    }
    places = range(BUSINESSES, BUSINESSES + GRIDS)
    assert found["household"].gaps == {
        "no_steward": doors,
        "no_stand_in": doors,
        "same_officer": 0,
        "steward_gone": HOUSEHOLDS * sum(i % OFFICERS == 0 for i in places),
        "stand_in_gone": HOUSEHOLDS * sum((i + 1) % OFFICERS == 0 for i in places),
    }


@pytest.mark.slow
def test_a_whole_district_is_shared_out_and_written(scheme: Scheme) -> None:
    """`pytest -s` prints the seconds that docs/why/assignment.md quotes."""
    chance = random.Random(1)
    grids = grids_of(scheme)
    for grid in grids:
        grid.centre_lon, grid.centre_lat = 110 + chance.random() / 10, 35 + chance.random() / 10
    Place.objects.bulk_update(grids, ["centre_lon", "centre_lat"], batch_size=200)
    Subject.objects.bulk_create(
        (
            Subject(
                kind="business",
                name=f"{number}",
                place=grids[number % GRIDS],
                lon=grids[number % GRIDS].centre_lon + chance.gauss(0, 0.003),
                lat=grids[number % GRIDS].centre_lat + chance.gauss(0, 0.003),
                valid_from=DAY,
            )
            for number in range(BUSINESSES)
        ),
        batch_size=5000,
    )
    unit = scheme.officer("陈静").unit
    officers = Officer.objects.bulk_create(
        Officer(name=f"{number}", staff_number=f"B{number}", unit=unit) for number in range(OFFICERS)
    )
    posts = Post.objects.bulk_create(
        Post(unit=unit, role="steward", place=grids[number % GRIDS], title="管家", valid_from=DAY)
        for number in range(OFFICERS)
    )
    PostHolding.objects.bulk_create(
        PostHolding(officer=officer, post=post, valid_from=DAY) for officer, post in zip(officers, posts, strict=True)
    )

    def run(what: str, hours: int, *, dry_run: bool = False) -> actions.Sharing:
        start = time.perf_counter()
        shared = actions.share_out(scheme.administrator, scheme.programme_id, at=scheme.later(hours), dry_run=dry_run)
        sys.stdout.write(f"{what}: {time.perf_counter() - start:.1f} s, {len(shared.changes)} changes\n")
        return shared

    tried, first = run("dry run", 1, dry_run=True), run("written", 1)
    assert tried.changes == first.changes
    assert first.left == ()
    assert max(after for _before, after in first.loads.values()) <= 60
    assert queries.coverage(scheme.programme_id, at=scheme.later()).complete
    assert run("again", 2).changes == ()
