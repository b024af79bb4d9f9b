"""The served district with a form that is filled in at the door: `formed`. 陈静 looks after 柳荫第一网格."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from guanjia.fieldwork.actions.answering import NewAnswer, record_answer
from guanjia.fieldwork.models import Answer
from guanjia.fieldwork.publishing import Published, current
from guanjia.fieldwork.rules.answers import sheet_of
from guanjia.kernel.actor import SYSTEM
from guanjia.programmes import queries as programmes
from guanjia.programmes.actions import adopt
from guanjia.programmes.models import Programme
from guanjia.registry.models import Subject
from tests.programme import KEY, MONDAY, PLAYBOOK, Served

ROWS = Path(__file__).parent / "data/forms/household.toml"
FORM = "household"
#: Appended to the playbook of the stories.
WORDS = """
[[forms]]
key = "household"
name = { zh = "入户走访表", en = "Household visit" }
file = "forms/household.toml"
about = "household"
minutes = 12
bound = [{ item = "phone", fact = "contact.phone" }, { item = "people_count", fact = "household.members" }]
"""
#: A whole answer of the form.
ANSWER: dict[str, Any] = {
    "home": {"phone": "13900000001", "people_count": "2"},
    "people": [{"call_name": "奶奶", "age": "72"}, {"call_name": "孙子", "age": "8"}],
    "day_care": "yes",
    "needs": "lift other",
    "other_need": "楼道灯",
}


@dataclass
class Formed:
    served: Served
    programme: Programme

    @property
    def district(self) -> Any:
        return self.served.district

    @property
    def home(self) -> Subject:
        """李晓燕's, in 柳荫家园: 陈静 is steward, 刘洋 stand-in."""
        return self.district.subjects["3号楼2单元501"]

    @property
    def form(self) -> Published:
        return current(self.programme, FORM, at=MONDAY)

    def answer(self, who: str, tree: dict[str, Any] | None = None, *, hours: float = 0, **more: Any) -> Answer:
        """Somebody fills it in for 李晓燕's household."""
        at = self.served.at(hours)
        given: dict[str, Any] = {
            "instance": f"uuid:{who}-{hours}".replace(".", "-").encode("ascii", "replace").decode().replace("?", "0"),
            "sheet": sheet_of(self.form.form, tree if tree is not None else ANSWER, MONDAY.date()),
            "target_id": self.home.pk,
            "source": "browser",
            "started_at": at,
            "ended_at": at,
        }
        answer, _new = record_answer(self.district.actor(who, MONDAY), self.form, NewAnswer(**(given | more)), at=at)
        return answer


def make_formed(served: Served, folder: Path) -> Formed:
    (folder / "forms").mkdir(parents=True)
    (folder / "forms/household.toml").write_bytes(ROWS.read_bytes())
    # The stories let an office grant its own extensions; nobody could adopt that.
    sound = PLAYBOOK.read_text("utf-8").replace('approved_by = "lead_office"', 'approved_by = "supervisor"')
    (folder / "playbook.toml").write_text(sound + WORDS, "utf-8")
    adopt(SYSTEM, folder, at=MONDAY)
    return Formed(served, programmes.programme(KEY))


@pytest.fixture
def formed(served: Served, tmp_path: Path) -> Formed:
    return make_formed(served, tmp_path / "playbook")
