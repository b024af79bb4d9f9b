"""A new campaign by an administrator who never saw the code: begun, written, checked, played, rehearsed, adopted. The
same steps as docs/tutorial/new-campaign.md."""

from __future__ import annotations

import re
from typing import Any

import pytest
from time_machine import travel

from guanjia.cases import jobs
from guanjia.kernel.actor import SYSTEM
from guanjia.playbook import loader
from guanjia.programmes.actions import adopt
from guanjia.programmes.models import PlaybookDraft, ProgrammeVersion
from guanjia.programmes.queries import playbook_of
from tests.programme import KEY, Served
from tests.stories.at_desk import AtDesk

URL = "/desk/drafts/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(served: Served) -> AtDesk:
    return AtDesk(served, "高翔")


class Writer:
    """The administrator at one draft; `page` is what was last shown."""

    def __init__(self, desk: AtDesk, key: str, origin: str = "") -> None:
        self.desk = desk
        answer = desk.post(URL, {"key": key, "origin": origin})
        assert answer.status_code == 302, answer.text
        self.url = answer["Location"]
        self.page = desk.get(self.url).text

    @property
    def draft(self) -> PlaybookDraft:
        return PlaybookDraft.objects.get(pk=int(self.url.strip("/").split("/")[-1]))

    def do(self, what: str, text: str | None = None, file: str = "playbook.toml", **more: Any) -> Any:
        """Press a button of the page that is shown."""
        seen = re.search(r'name="seen" value="(\d+)"', self.page)
        assert seen is not None
        sent = {"do": what, "file": file, "seen": seen[1], **more} | ({"text": text} if text is not None else {})
        answer = self.desk.post(self.url, sent)
        if answer.status_code == 302 and answer["Location"].startswith(self.url):
            self.page = self.desk.get(answer["Location"].split("#")[0]).text
        return answer


def test_a_new_campaign_from_scratch_in_six_presses(desk: AtDesk, served: Served) -> None:
    served.ask()
    writer = Writer(desk, "winter-care")
    text = writer.draft.files["playbook.toml"]
    assert "讲得通" in writer.page
    # A slip of the pen is told at its line, and nothing is adopted.
    line = text[: text.index('resolve = "2wd"')].count("\n") + 1
    writer.do("save", text.replace('resolve = "2wd"', 'resolve = "2 wd"'))
    assert f'class="bad" id="L{line}"' in writer.page and f"第 {line} 行" in writer.page
    assert writer.do("adopt").status_code == 422
    # Mended, with a name of its own.
    named = text.replace("新方案", "冬季暖心行动").replace("A new playbook", "Winter care")
    writer.do("save", named)
    assert "冬季暖心行动" in writer.page and "责任部门" in writer.page
    # Its story holds; another promise does not.
    assert "结果相符" in writer.page
    story = writer.draft.files["stories/first.toml"]
    writer.do("save", re.sub(r'status = "\w+"', 'status = "shelved"', story, count=1), file="stories/first.toml")
    assert "结果不符" in writer.page
    writer.do("save", story, file="stories/first.toml")
    assert "结果不符" not in writer.page
    # Rehearsed on the cases of the programme that runs.
    with travel(served.at(1), tick=False):
        assert writer.do("rehearse", programme=KEY).status_code == 302
        assert "后台正在计算" in writer.page
        assert jobs.rehearse(served.at(1)) == 1
        assert jobs.rehearse(served.at(1)) == 0
    part = desk.get(writer.url, part=True).text
    assert "90 天" in part and "<html" not in part
    # Adopted: people can ask under it.
    answer = writer.do("adopt")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/programmes/winter-care/")
    version = ProgrammeVersion.objects.get(programme__key="winter-care")
    assert playbook_of(version.pk).playbook.name.zh == "冬季暖心行动"
    assert served.ask(programme="winter-care", category="help").version_id == version.pk


def test_a_programme_is_copied_changed_and_goes_on_as_its_next_version(desk: AtDesk, served: Served) -> None:
    adopt(SYSTEM, loader.shipped()[KEY], at=Served.at(0))
    before = served.ask()
    writer = Writer(desk, KEY, f"programme:{KEY}")
    assert "下一版" in writer.page
    writer.do("save", writer.draft.files["playbook.toml"].replace('resolve = "3wd"', 'resolve = "2wd"'))
    assert writer.do("adopt").status_code == 302
    served.programme.refresh_from_db()
    assert served.programme.current_id != before.version_id
    assert playbook_of(served.programme.current_id or 0).ladder.tiers[1].resolve is not None
    assert served.ask().version_id == served.programme.current_id


@pytest.mark.parametrize("key", ["talent-commissioners", "household-visits"])
def test_a_shipped_playbook_is_copied_with_its_forms_texts_and_stories(desk: AtDesk, key: str) -> None:
    writer = Writer(desk, f"copy-of-{key}"[:40], f"shipped:{key}")
    assert "讲得通" in writer.page
    assert writer.page.count("结果相符") == len(list((loader.shipped()[key] / "stories").glob("*.toml")))
    assert writer.do("adopt").status_code == 302


def test_what_is_typed_is_checked_while_it_is_typed_and_nothing_is_saved(desk: AtDesk) -> None:
    writer = Writer(desk, "winter-care")
    found = desk.post(f"{writer.url}check/", {"file": "playbook.toml", "text": "[playbook\n"}, part=True)
    assert found.status_code == 200
    assert 'hx-swap-oob="true"' in found.text and "1 处" in found.text
    assert writer.draft.revision == 1


def test_of_two_who_write_at_once_the_second_keeps_what_was_typed(desk: AtDesk) -> None:
    writer = Writer(desk, "winter-care")
    text = writer.draft.files["playbook.toml"]
    first = writer.do("save", text.replace("新方案", "第一稿"))
    assert first.status_code == 302
    second = desk.post(writer.url, {"do": "save", "file": "playbook.toml", "seen": "1", "text": f"{text}# 第二稿"})
    assert second.status_code == 409
    assert "# 第二稿" in second.text
    assert "第一稿" in writer.draft.files["playbook.toml"]


def test_files_are_added_and_emptied_ones_go(desk: AtDesk) -> None:
    writer = Writer(desk, "winter-care")
    writer.do("add", add="stories/second.toml")
    assert "stories/second.toml" in writer.draft.files
    assert writer.do("add", add="../etc/passwd").status_code == 422
    writer.do("save", "", file="stories/second.toml")
    assert "stories/second.toml" not in writer.draft.files
    assert writer.do("save", "").status_code == 422, "a playbook is never empty"
    assert writer.do("discard").status_code == 302
    assert not PlaybookDraft.objects.exists()


@pytest.mark.parametrize("key", ["", "Winter", "x" * 41, "../x"])
def test_a_key_that_is_none_is_refused_with_what_to_write(desk: AtDesk, key: str) -> None:
    answer = desk.post(URL, {"key": key})
    assert answer.status_code == 422
    assert "小写字母" in answer.text


def test_only_administrators_write_playbooks(served: Served, desk: AtDesk) -> None:
    writer = Writer(desk, "winter-care")
    for who in ("陈静", "周敏", "赵磊"):
        assert AtDesk(served, who).get(writer.url).status_code == 403
        assert AtDesk(served, who).post(URL, {"key": "mine"}).status_code == 403
    assert desk.get(f"{URL}999999/").status_code == 404
    assert desk.post(writer.url, {"do": "explode", "seen": "1"}).status_code == 422


def test_the_list_costs_the_same_however_many_are_written(desk: AtDesk) -> None:
    Writer(desk, "first")
    few = desk.cost(URL, shows='/" data-open>', times=1)
    for number in range(5):
        Writer(desk, f"other-{number}")
    assert desk.cost(URL, shows='/" data-open>', times=6) == few
