"""Who is whose steward, for the staff; what a playbook has written down, for everybody."""

from __future__ import annotations

from typing import Any

import pytest

from guanjia.kernel.actor import SYSTEM
from guanjia.programmes import queries
from guanjia.programmes.models import Assignment, ProgrammeVersion
from guanjia.programmes.queries import adopted
from guanjia.registry.stamps import bump
from tests.people import FOUNDED_AT
from tests.programme import PLAYBOOK, Served
from tests.stories.at_desk import AtDesk

URL = "/desk/programmes/service-steward/handbook"
PAGES = """
[handbook]
pages = [{ key = "policies", title = { zh = "政策汇编", en = "Policies" }, file = "texts/policies.zh.md" }]
"""
CHINESE = "# 惠企政策\n\n- 社保补贴\n\n<script>alert(1)</script> [坏链接](javascript:alert(1))"


@pytest.fixture
def written(served: Served) -> Served:
    """The programme's playbook carries a text."""
    served.programme.current = ProgrammeVersion.objects.create(
        programme=served.programme,
        version="2",
        source=PLAYBOOK.read_text("utf-8") + PAGES,
        files={"texts/policies.zh.md": CHINESE, "texts/policies.en.md": "Subsidies"},
        checksum="1" * 64,
        adopted_at=FOUNDED_AT,
        adopted_by={},
    )
    served.programme.save()
    bump(adopted.ADOPTED)
    return served


def test_the_handbook_names_each_steward_with_the_stand_in(served: Served) -> None:
    page = AtDesk(served, "周敏").get(f"{URL}/").text
    assert "陈静" in page and "柳荫第一网格" in page and "刘洋" in page and "0000-8000001" in page
    unit = served.district.units["杏坛社区居委会"].pk
    narrowed = AtDesk(served, "周敏").get(f"{URL}/?unit={unit}").text
    assert "杏坛第一网格" in narrowed and "柳荫第一网格" not in narrowed


def test_mobiles_stay_masked(served: Served) -> None:
    officer = served.district.officers["陈静"]
    officer.mobile = "13912345678"
    officer.save()
    page = AtDesk(served, "周敏").get(f"{URL}/").text
    assert "139****5678" in page and "13912345678" not in page


def test_it_is_printed_unit_by_unit(served: Served) -> None:
    printed = AtDesk(served, "马骏").get(f"{URL}.pdf")
    assert b"".join(printed.streaming_content).startswith(b"%PDF-")
    units = dict(queries.whole_handbook(SYSTEM, served.programme.pk))
    assert [one.of for one in units["杏坛社区居委会"]] == ["杏坛第一网格", "杏坛第二网格"]


def test_the_handbook_costs_the_same_however_many_stewards(served: Served) -> None:
    desk = AtDesk(served, "周敏")
    unit = served.district.units["柳荫社区居委会"].pk
    cost = desk.cost(f"{URL}/?unit={unit}", shows="网格 <span", times=1)
    assert desk.cost(f"{URL}/", shows="网格 <span", times=3) == cost
    assert Assignment.objects.filter(role="steward").count() == 3


def test_a_text_of_the_playbook_is_read_by_everybody_in_their_language(written: Served, resident: Any) -> None:
    assert "政策汇编" in resident.open("/policies/").html
    page = resident.open("/policies/service-steward/policies/").html
    assert "<h1>惠企政策</h1>" in page and "<li>社保补贴</li>" in page
    assert "<script>alert" not in page and 'href="javascript' not in page
    resident.client.cookies["django_language"] = "en"
    assert "Subsidies" in resident.open("/policies/service-steward/policies/").html


@pytest.mark.parametrize("url", ["service-steward/none", "none/policies", "a/" + "b" * 300])
def test_a_text_that_is_not_there_is_said_so(written: Served, resident: Any, url: str) -> None:
    assert resident.open(f"/policies/{url}/").response.status_code == 404


def test_no_texts_are_said_so_too(served: Served, resident: Any) -> None:
    assert "还没有发布" in resident.open("/policies/").html
