"""What a playbook asks for besides its cases is said in whole sentences."""

from __future__ import annotations

import re

import pytest

from guanjia.playbook import loader
from guanjia.playbook.outline import outline
from guanjia.playbook.schema import Businesses


def said(key: str) -> dict[str, tuple[str, ...]]:
    return {part.title: part.lines for part in outline(loader.load(loader.shipped()[key]), "en")}


@pytest.mark.parametrize("key", loader.shipped())
def test_every_sentence_is_filled_in(key: str) -> None:
    for lines in said(key).values():
        assert lines
        assert not [line for line in lines if re.search(r"%\(|None|\{", line)]


def test_a_playbook_says_only_the_parts_that_it_has() -> None:
    assert list(said("service-steward")) == ["Serves", "Visits", "Forms"]


@pytest.mark.parametrize(
    ("businesses", "sentence"),
    [
        ({"key_only": True}, "of the businesses: key businesses"),
        (
            {"industries": ("F", "H62"), "employees_from": 20},
            "of the businesses: industries F, H62, 20 employees or more",
        ),
    ],
)
def test_whom_it_serves_is_said_first(businesses: dict[str, object], sentence: str) -> None:
    assert said("talent-commissioners")["Serves"] == ("Businesses on a list",)
    playbook = loader.load(loader.shipped()["merchant-service"])
    serves = playbook.serves.model_copy(update={"businesses": Businesses(**businesses)})
    part = outline(playbook.model_copy(update={"serves": serves}), "en")[0]
    assert part.lines == ("Businesses: all", sentence)


def test_the_four_duties_of_the_commissioners() -> None:
    assert said("talent-commissioners")["Tasks"] == (
        "Monthly survey: every month, for each steward, by the steward; by the last day of the period; "
        "form: Visit to an enterprise",
        "Quarterly summary: every quarter, once for the programme, by Lead office; "
        "within 5 working days of the end of the period",
        "Half-yearly review: every half-year, for each steward, by the steward; "
        "within 10 working days of the end of the period",
        "Yearly appraisal: every year, once for the programme, by Lead office; "
        "within 20 working days of the end of the period",
    )


def test_a_joint_meeting_says_when_and_how_much() -> None:
    assert said("four-hundreds")["Meetings"] == (
        "Joint meeting: every fortnight, in the chair: Leader, 3 to 5 items each time; "
        "members: Departments, Street offices",
    )
    assert said("red-governance")["Meetings"][0].startswith("Council of the grid: every week on Tuesday")


def test_patrols_round_the_clock_count_help_without_names() -> None:
    kinds, day, night, help = said("summer-relief")["Patrols"]
    assert (day, night) == ("Day: 08:00 to 20:00", "Night: 20:00 to 08:00")
    assert "Ticket home (person-times)" in help
    assert "Bridges and culverts" in kinds
