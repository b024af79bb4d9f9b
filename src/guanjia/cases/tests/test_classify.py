"""Before there are enough closed cases the playbook's words suggest; after that the district's own cases do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from guanjia.cases import classify
from guanjia.cases.models import Case
from guanjia.programmes.queries import playbook_of
from tests.programme import KEY, MONDAY, Served

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def models(settings: Any, tmp_path: Path) -> None:
    settings.GUANJIA_MODELS = tmp_path
    classify._models.clear()


def closed(served: Served, count: int, text: str, category: str) -> None:
    """Closed cases of one category, as far as learning looks at them."""
    first = served.ask(f"{text}零", category=category, public=False)
    Case.objects.filter(pk=first.pk).update(closed_at=MONDAY, outcome="solved", sealed_to=None)
    first.refresh_from_db()
    rows = []
    for number in range(count):
        row = Case.objects.get(pk=first.pk)
        row.pk, row.text, row.title = None, f"{text}{number}", text
        rows.append(row)
    Case.objects.bulk_create(rows)


def test_the_playbooks_words_suggest_first_and_say_so(served: Served) -> None:
    playbook = playbook_of(served.programme.current_id or 0)
    best = classify.suggest(playbook, "", "楼下路灯不亮了")[0]
    assert (best.category, best.learned_from) == ("lighting", 0)
    assert "路灯" in best.words
    assert classify.suggest(playbook, "", "天气真好") == []


def test_too_few_closed_cases_teach_nothing(served: Served) -> None:
    closed(served, 20, "小区门口灯杆歪了", "lighting")
    assert classify.train(KEY) == 0


def test_a_district_learns_from_its_own_closed_cases_and_every_process_knows(served: Served) -> None:
    closed(served, 200, "小区门口灯杆歪了", "lighting")
    closed(served, 200, "窗口人员态度生硬", "work-style")
    learned = classify.train(KEY)
    assert learned == 402
    classify._models.clear()  # as another process begins
    playbook = playbook_of(served.programme.current_id or 0)
    best = classify.suggest(playbook, "", "广场边的灯杆倒了")[0]
    assert (best.category, best.learned_from) == ("lighting", learned)
    assert best.confidence > 0.5
    assert classify.suggest(playbook, "", "办事人员态度差")[0].category == "work-style"
