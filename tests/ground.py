"""What most stories start from, made once for all that follow each other: the tiny district, the same with a programme
running, and the same with field work. It stays in the database, below the transaction of each test, until a test needs
another ground or none.

    def test_a_story(served): ...      the objects are the test's own copies, the rows are as they were made
"""

from __future__ import annotations

import pickle
import secrets
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from guanjia.playbook.schema import Playbook
from guanjia.programmes.models import ProgrammeVersion
from guanjia.programmes.queries import adopted
from guanjia.registry.models import Stamp
from tests.field import Fielded, make_fielded
from tests.people import District, make_district
from tests.programme import Served, make_served


@dataclass
class Layer:
    name: str
    #: Pickled: a copy of it costs a third of a deep copy.
    made: bytes
    held: transaction.Atomic


#: By the name of the fixture: how it is made of the one below, and how that is found in it again.
MAKE: dict[str, tuple[Callable[..., Any], Callable[[Any], Any]]] = {
    "district": (make_district, lambda _district: None),
    "served": (make_served, lambda served: served.district),
    "fielded": (make_fielded, lambda fielded: fielded.served),
}


@dataclass
class Ground:
    layers: list[Layer] = field(default_factory=list)
    #: Versions that are part of it, parsed.
    playbooks: dict[int, Playbook] = field(default_factory=dict)
    #: Copies for the test at hand, by fixture.
    own: dict[str, Any] = field(default_factory=dict)

    def lay(self, names: Sequence[str]) -> None:
        """Exactly these layers, from the bottom."""
        while [layer.name for layer in self.layers] != list(names[: len(self.layers)]):
            self._take_back()
        for name in names[len(self.layers) :]:
            held = transaction.atomic()
            held.__enter__()
            below = [pickle.loads(layer.made) for layer in self.layers[-1:]]
            self.layers.append(Layer(name, pickle.dumps(MAKE[name][0](*below)), held))
        self.playbooks = {
            pk: self.playbooks.get(pk) or adopted.playbook_of(pk)
            for pk in (ProgrammeVersion.objects.values_list("pk", flat=True) if self.layers else ())
        }

    def hand_out(self) -> None:
        """To a test whose transaction has begun."""
        made = pickle.loads(self.layers[-1].made)
        for layer in reversed(self.layers):
            self.own[layer.name] = made
            made = MAKE[layer.name][1](made)
        # What a process keeps of rows that a test changed by hand must not be taken for the rows of the next test.
        Stamp.objects.update(version=Concat(F("version"), Value(secrets.token_hex(4))))

    def forget(self) -> None:
        """What the test that is over was handed."""
        self.own = {}
        adopted.parsed.clear()
        adopted.parsed.update(self.playbooks)

    def _take_back(self) -> None:
        layer = self.layers.pop()
        transaction.set_rollback(True)
        layer.held.__exit__(None, None, None)
        self.playbooks = {}
        adopted.parsed.clear()


@pytest.fixture(scope="session")
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ground]:
    found = Ground()
    yield found
    with django_db_blocker.unblock():
        found.lay([])


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Around the fixture in which pytest-django begins the transaction of a test; and around the one that starts a
    browser, whose event loop gives this thread another connection for as long as it runs."""
    if fixturedef.argname == "playwright":
        return (yield from _bare(request))
    if fixturedef.argname != "_django_db_helper":
        return (yield)
    stays = "ground" in request.fixturenames and not _commits(request)  # a room may have a `district` of its own
    names = [name for name in MAKE if name in request.fixturenames] if stays else []
    ground: Ground = request.getfixturevalue("ground")
    with request.getfixturevalue("django_db_blocker").unblock():
        ground.lay(names)
    result = yield
    if names:
        ground.hand_out()
    request.addfinalizer(ground.forget)
    return result


def _bare(request: pytest.FixtureRequest) -> Generator[None, object, object]:
    """Nothing of the ground goes over from one connection to the other."""
    ground: Ground = request.getfixturevalue("ground")
    blocker = request.getfixturevalue("django_db_blocker")

    def take_back() -> None:
        with blocker.unblock():
            ground.lay([])

    take_back()
    result = yield
    request.addfinalizer(take_back)
    return result


def _commits(request: pytest.FixtureRequest) -> bool:
    """Whether the test has no transaction of its own."""
    marker = request.node.get_closest_marker("django_db")
    asked = bool(marker and marker.kwargs.get("transaction"))
    return asked or bool({"transactional_db", "live_server"} & set(request.fixturenames))


@pytest.fixture
def district(db: None, ground: Ground) -> District:
    found: District | None = ground.own.get("district")
    return found or make_district()


@pytest.fixture
def served(district: District, ground: Ground) -> Served:
    found: Served | None = ground.own.get("served")
    return found or make_served(district)


@pytest.fixture
def fielded(served: Served, ground: Ground) -> Fielded:
    found: Fielded | None = ground.own.get("fielded")
    return found or make_fielded(served)
