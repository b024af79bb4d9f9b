"""The tiny district with a programme whose stewards go out: visits owed and capped, dated tasks, patrols by day and
night, sweeps, works. `fielded` is what stories about field work start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guanjia.fieldwork.actions.visits import NewVisit, record_visit
from guanjia.fieldwork.models import Visit
from guanjia.programmes.models import Programme, ProgrammeVersion
from guanjia.programmes.queries.adopted import ADOPTED
from guanjia.registry.models import Subject
from guanjia.registry.stamps import bump
from tests.people import FOUNDED, FOUNDED_AT
from tests.programme import KEY, MONDAY, PLAYBOOK, Served

TODAY = date(2026, 3, 2)
WORDS = """
[visits]
at_least = "30d"
at_most_per_month = 2
themes = [
  { key = "policy", name = { zh = "政策宣讲", en = "Policy" } },
  { key = "credit", name = { zh = "信用贷款登记", en = "Sign-up for credit" } },
]
[[tasks]]
key = "monthly-survey"
name = { zh = "每月一调研", en = "Monthly survey" }
every = "month"
due = "5wd"
who = { steward = true }
per = "subject"
[[tasks]]
key = "quarter-summary"
name = { zh = "每季一总结", en = "Quarterly summary" }
every = "quarter"
due = "0d"
who = { steward = true }
per = "steward"
[[tasks]]
key = "unit-review"
name = { zh = "半年一评议", en = "Half-year review" }
every = "half-year"
due = "10d"
who = { role = "lead_office" }
per = "unit"
[[tasks]]
key = "appraisal"
name = { zh = "年度考评", en = "Yearly appraisal" }
every = "year"
due = "10wd"
who = { role = "lead_office" }
per = "programme"
[patrols]
kinds = [{ key = "streets", name = { zh = "街面巡查", en = "Streets" } }]
shifts = [
  { key = "day", name = { zh = "白班", en = "Day" }, from = "08:00", to = "20:00" },
  { key = "night", name = { zh = "夜班", en = "Night" }, from = "20:00", to = "08:00" },
]
help = [
  { key = "station", name = { zh = "护送进站", en = "To the station" }, unit = "person-time" },
  { key = "outside", name = { zh = "站外救助", en = "Helped outside the station" }, unit = "person-time" },
  { key = "items", name = { zh = "发放物品", en = "Items given" }, unit = "piece" },
]
[[sweeps]]
key = "yards"
name = { zh = "庭院拉网排查", en = "Sweep of courtyards" }
over = "courtyard"
within = "30d"
finding = "lighting"
[[sweeps]]
key = "homes"
name = { zh = "入户排查", en = "Sweep of homes" }
over = "household"
within = "10wd"
finding = "lighting"
[[works]]
key = "trees"
name = { zh = "植树", en = "Trees planted" }
unit = "tree"
[[works]]
key = "drain"
name = { zh = "排水沟", en = "Drain" }
unit = "m"
[[works]]
key = "leaflets"
name = { zh = "宣传页", en = "Leaflets" }
unit = "copy"
"""


@dataclass
class Fielded:
    """A served district at work out of doors."""

    served: Served
    programme: Programme

    def visit(self, who: str, subject: Subject, *, hours: float = 0, **more: Any) -> Visit:
        """陈静 and the like were there, on the day of `hours` after MONDAY."""
        new: dict[str, Any] = {"programme": KEY, "subject_id": subject.pk, "outcome": "done"}
        return record_visit(self.actor(who), NewVisit(**(new | more)), at=self.at(hours))

    def actor(self, who: str) -> Any:
        return self.served.district.actor(who, MONDAY)

    def home(self, number: int, place: str = "柳荫家园") -> Subject:
        """One more household, with nothing on its card."""
        where = self.served.district.places[place]
        return Subject.objects.create(kind="household", name=f"9号楼{number}", place=where, valid_from=FOUNDED)

    def subject(self, name: str) -> Subject:
        return self.served.district.subjects[name]

    @staticmethod
    def at(hours: float) -> datetime:
        return Served.at(hours)


def make_fielded(served: Served, words: str = WORDS) -> Fielded:
    programme = served.programme
    programme.current = ProgrammeVersion.objects.create(
        programme=programme,
        version="2",
        source=PLAYBOOK.read_text("utf-8") + words,
        checksum="1" * 64,
        adopted_at=FOUNDED_AT,
        adopted_by={},
    )
    programme.save()
    bump(ADOPTED)
    return Fielded(served, programme)
