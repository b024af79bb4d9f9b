"""A district with many cases, quickly: a demo district, and simple histories on top until there are enough."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from rich.progress import Progress

from bench.ground import moments
from guanjia.access.actions import issue_token
from guanjia.cases.actions.intake import NewCase, Way, first_lines, way_of
from guanjia.cases.bulk import History, write_histories
from guanjia.cases.models import Case
from guanjia.cases.owners import Matter
from guanjia.demo.build import build
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook.lifecycle.decide import decide, fold
from guanjia.playbook.lifecycle.states import CaseState, Event
from guanjia.playbook.lifecycle.verbs import Act
from guanjia.playbook.schema import Playbook
from guanjia.programmes import queries as programmes
from guanjia.programmes.models import ProgrammeVersion
from guanjia.registry.models import Contact, Place, Post

KEY = "service-steward"
TOKEN_FILE = "token"
_BODY = "请尽快处理，已经三个星期了，老人晚上出门很不方便。" * 22
_WORDS = ("路灯", "下水道", "垃圾", "停车", "噪音", "漏水", "电梯", "绿化", "占道", "供暖")


def fill(cases: int, scale: float, now: datetime) -> None:
    build(seed=1, scale=scale, at=now, district="测试区")
    more = cases - Case.objects.count()
    with Progress() as progress:
        task = progress.add_task("cases", total=max(more, 0))
        for stored in write_histories(_histories(more, now), programmes.playbook_of(_version().pk)):
            progress.update(task, completed=stored)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def new_token(now: datetime) -> str:
    """A token with which a system may do everything that the benches do."""
    post = Post.objects.filter(role="dispatcher").order_by("pk").first()
    assert post is not None
    scopes = ["cases:create", "cases:read", "cases:act", "registry:read"]
    name = f"bench {random.random()}"
    _token, clear = issue_token(SYSTEM, name=name, unit=post.unit, post=post, scopes=scopes, at=now)
    return clear


def _version() -> ProgrammeVersion:
    current = programmes.programme(KEY).current
    assert current is not None
    return current


def _histories(count: int, now: datetime) -> Iterator[History]:
    """Seven of ten closed; texts of some 600 characters, each with one of 5,000 rare words."""
    chance, version = random.Random(7), _version()
    playbook = programmes.playbook_of(version.pk)
    places = list(Place.objects.filter(kind="courtyard").defer("boundary"))
    contacts = list(Contact.objects.values_list("pk", flat=True)[:2000])
    categories = [one.key for one in playbook.categories if one.public]
    ways: dict[tuple[str, int], Way] = {}
    for number, at in enumerate(moments(count)):
        place, category = chance.choice(places), chance.choice(categories)
        word = _WORDS[number % len(_WORDS)]
        text = f"{word}{_BODY} kod{number * 7919 % 5000:04d}"
        new = NewCase(programme=KEY, text=text, channel="web", category=category)
        matter = Matter(version.programme_id, category, None, place)
        if (category, place.pk) not in ways:
            ways[category, place.pk] = way_of(new, matter, playbook, now)
        way = ways[category, place.pk]
        contact = chance.choice(contacts)
        lines = first_lines(SYSTEM, new, way, [contact], playbook, at)
        lines += _worked(fold(None, lines), playbook, at, closed=number % 10 < 7 and at < now - timedelta(days=8))
        yield History(_row(new, version, place, f"请修{place.name}{word}", at), lines, [contact])


def _worked(state: CaseState, playbook: Playbook, at: datetime, *, closed: bool) -> list[Event]:
    if not closed or state.status != "assigned":
        return []
    asker = next(iter(state.askers))
    wanted = playbook.tier(state.tier).evidence
    evidence = [{"id": 0, "kind": kind, "sha256": ""} for kind in wanted if kind != "note"]
    steps = (
        ("accept", 2, {}, SYSTEM.signature),
        ("resolve", 20, {"outcome": "solved", "text": "已处理", "evidence": evidence}, SYSTEM.signature),
        ("follow_up", 30, {"asker": asker, "solved": True, "satisfaction": 5}, {"kind": "asker"}),
        ("strike_off", 31, {}, SYSTEM.signature),
    )
    lines: list[Event] = []
    for verb, hours, data, by in steps:
        if not state.open:
            break
        added = decide(state, Act(verb, by, data, at + timedelta(hours=hours)), playbook)
        state = fold(state, added)
        lines += added
    return lines


def _row(new: NewCase, version: ProgrammeVersion, place: Place, title: str, at: datetime) -> Case:
    ids = [*place.path_ids, None, None, None, None]
    return Case(
        version=version, channel="web", title=title, text=new.text, category=new.category, place=place,
        place_path=place.path, street_id=ids[1], community_id=ids[2], grid_id=ids[3], lon=place.centre_lon,
        lat=place.centre_lat, occurred_at=at, recorded_at=at, registered_at=at,
    )  # fmt: skip
