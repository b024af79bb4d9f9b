from __future__ import annotations

import re

import pytest
from django.utils import translation

from guanjia.kernel import problems
from guanjia.kernel.problems import INVALID, MISSING, NOT_FOUND, Problem, Problems, catalogue, define, raise_all
from guanjia.kernel.spoken import spoken


def test_a_code_is_defined_once_and_its_mender_is_known() -> None:
    with pytest.raises(ValueError, match="twice"):
        define(NOT_FOUND.code, 404, "x", todo="y")
    with pytest.raises(ValueError, match="mender"):
        define("kernel.test", 404, "x", todo="y", mender="nobody")
    assert "kernel.test" not in catalogue()


def test_every_refusal_says_what_to_do_and_has_a_client_status() -> None:
    for kind in catalogue().values():
        assert kind.message.strip() and kind.todo.strip(), kind.code
        assert 400 <= kind.status < 600, kind.code
        assert re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)?", kind.code), kind.code
        every = dict.fromkeys(re.findall(r"%\((\w+)\)", kind.message + kind.todo), "x")
        assert kind.message % every
        assert kind.todo % every


def test_a_problem_speaks_with_its_parameters_translated() -> None:
    problem = Problem(MISSING, field="name", field_label="Name")
    with translation.override("en"):
        said = spoken(problem)
    assert said["message"] == "Name is missing."
    assert (said["code"], said["status"], said["field"]) == ("field.missing", 422, "name")
    assert "field.missing" in str(problem)


def test_several_problems_of_a_form_are_raised_together() -> None:
    raise_all([])
    one = Problem(MISSING, field="name", field_label="Name")
    with pytest.raises(Problem) as alone:
        raise_all([one])
    assert alone.value is one
    two = Problem(INVALID, field="phone", field_label="Phone", why="no phone")
    with pytest.raises(Problems) as both:
        raise_all([one, two])
    assert [each["field"] for each in spoken(both.value)["each"]] == ["name", "phone"]


def test_the_catalogue_cannot_be_changed_from_outside() -> None:
    with pytest.raises(TypeError):
        problems.catalogue()["x"] = NOT_FOUND  # type: ignore[index]
