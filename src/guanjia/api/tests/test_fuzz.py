"""Whatever is sent, the API answers as its own description says, and never breaks."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from hypothesis import HealthCheck
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from guanjia.api.v1 import api
from guanjia.playbook.lifecycle.verbs import verbs
from tests.programme import KEY, MONDAY, Served
from tests.systems import system_of

CHECKS = (not_a_server_error, response_schema_conformance, status_code_conformance)
OPERATIONS = [
    (method.upper(), path)
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
    for method in methods
]


@pytest.fixture(autouse=True)
def the_tests_connection_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server closes an unfit connection between requests; here it would take the test's transaction with it."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda connection: None)


@pytest.fixture
def description(db: None) -> Any:
    return schemathesis.openapi.from_dict(Client().get("/api/v1/openapi.json").json())


def steer(case: Any, number: str) -> None:
    """Made-up keys and numbers go no further than the door: some are replaced by ones that exist."""
    if "number" in case.path_parameters:
        case.path_parameters["number"] = number
    if isinstance(case.body, dict):
        known = {"programme": KEY, "category": "lighting", "channel": "api", "place": None, "occurred_at": None}
        case.body.update({name: value for name, value in known.items() if name in case.body})
        if "verb" in case.body:
            keys = sorted(verbs())
            case.body["verb"] = keys[len(str(case.body)) % len(keys)]
            case.body.pop("seen", None)


@pytest.mark.slow
@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nothing_breaks_it(served: Served, description: Any, method: str, path: str, mode: GenerationMode) -> None:
    number = served.ask().number
    desk = system_of(served.district, "赵磊", MONDAY)
    description.app = get_wsgi_application()
    statuses: set[int] = set()

    @hypothesis.settings(
        max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @hypothesis.given(case=description[path][method].as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            steer(case, number)
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {desk.token}"}, checks=CHECKS)
        statuses.add(answer.status_code)

    send()
    assert statuses - {401}, "nothing came through the door"
