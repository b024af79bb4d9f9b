"""Each story of each playbook that comes with the package is played; a story that is wrong says where."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from guanjia.playbook import loader, simulate, stories
from guanjia.playbook.faults import PlaybookError
from guanjia.playbook.lifecycle.decide import fold
from guanjia.playbook.tests.acting import steward_playbook, through_json

ZONE = ZoneInfo("Asia/Shanghai")
SHIPPED = [(key, path) for key, folder in loader.shipped().items() for path in stories.stories_of(folder)]

STORY = """
name = { zh = "短", en = "Short" }
start = "2026-03-02T09:00"

[request]
category = "sanitation"
askers = ["王秀英"]

[[people]]
name = "陈静"
unit = "柳荫社区居委会"
roles = ["steward"]

[[people]]
name = "赵磊"
unit = "指挥调度中心"
roles = ["dispatcher"]

[[steps]]
at = "2026-03-02T09:10"
who = "陈静"
does = "accept"
then = { status = "working" }
"""


@pytest.mark.parametrize(("key", "path"), SHIPPED, ids=[path.stem for _key, path in SHIPPED])
def test_the_story_comes_true(key: str, path: Path) -> None:
    playbook = loader.load(loader.shipped()[key])
    run = simulate.run(stories.read_story(path), playbook, ZONE)
    assert [str(fault) for fault in run.faults] == []
    fold(None, map(through_json, run.events))
    assert [event.at for event in run.events] == sorted(event.at for event in run.events)


def test_each_playbook_has_stories() -> None:
    assert {key for key, _path in SHIPPED} == set(loader.shipped())
    assert len(SHIPPED) >= 6


def told(text: str) -> list[str]:
    run = simulate.run(stories.story_of(text, "s.toml"), steward_playbook(), ZONE)
    return [fault.told() for fault in run.faults]


def test_a_story_that_comes_true_says_nothing() -> None:
    assert told(STORY) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"working" }', '"closed" }', "s.toml:23: steps[0].then.status: status should be closed, but is working."),
        (
            '"working" }',
            '"working", holder = "赵磊" }',
            "s.toml:23: steps[0].then.holder: holder should be 赵磊, but is 陈静.",
        ),
        (
            '"working" }',
            '"working", tier = "x" }',
            "s.toml:23: steps[0].then.tier: tier should be x, but is steward.",
        ),
        (
            '"working" }',
            '"working", due = { resolve = "2026-03-03T12:00" } }',
            "s.toml:23: steps[0].then.due.resolve: due.resolve should be 2026-03-03T12:00, but is 2026-03-03T18:00.",
        ),
        (
            '"working" }',
            '"working", refused = "case.frozen" }',
            "s.toml:23: steps[0].then.refused: refused should be case.frozen, but is None.",
        ),
        ('who = "陈静"', 'who = "陈敬"', "s.toml:19: steps[0]: The story does not know “陈敬”."),
        ('does = "accept"', 'does = "acept"', "s.toml:22: steps[0].does: There is no verb acept."),
        (
            'does = "accept"',
            'does = "resolve"',
            "s.toml:22: steps[0].does: 陈静 may not “Resolve” (case.wrong_state): "
            "This cannot be done while the case is in the state: To be accepted.",
        ),
        (
            'at = "2026-03-02T09:10"',
            'at = "2026-03-01T09:10"',
            "s.toml:20: steps[0].at: This is earlier than what has happened already.",
        ),
        ('"sanitation"', '"sanitasion"', "s.toml:6: request.category: There is no category sanitasion."),
        ('["dispatcher"]', '["clerk"]', "s.toml:9: people: Nobody in the story is a dispatcher."),
    ],
)
def test_a_story_that_does_not_come_true_says_where(old: str, new: str, sentence: str) -> None:
    assert sentence in told(STORY.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'does = "accept"',
            'doe = "accept"',
            "s.toml:22: steps[0].doe: There is no word “doe” here. Did you mean does?",
        ),
        (
            '"2026-03-02T09:10"',
            '"soon"',
            "s.toml:20: steps[0].at: “soon” is not a moment. Write it like 2026-03-02T09:00.",
        ),
        (
            '"2026-03-02T09:10"',
            "2026-03-02T09:10:00Z",
            "names a time zone. Write local time alone, like 2026-03-02T09:00.",
        ),
        (
            '"working" }',
            '"done" }',
            "s.toml:23: steps[0].then.status: “done” is not one of the words that can stand here.",
        ),
    ],
)
def test_a_story_that_cannot_be_read_says_where(old: str, new: str, sentence: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        stories.story_of(STORY.replace(old, new), "s.toml")
    assert sentence in str(caught.value.faults[0])


def test_a_case_climbs_only_where_somebody_holds_the_tier_above() -> None:
    step = '[[steps]]\nat = "2026-03-09T09:00"\nthen = { status = "working", tier = "steward", late = true }\n'
    assert told(STORY + step) == []


def test_a_warning_after_a_pause_does_not_count_the_pause() -> None:
    """Half of the limit has gone only once half of the running time has."""
    steps = """
[[steps]]
at = "2026-03-02T10:00"
who = "陈静"
does = "ask"
data = { text = "哪栋楼？" }

[[steps]]
at = "2026-03-06T17:00"
who = "王秀英"
does = "answer"
data = { text = "三号楼。" }
then = { happened = ["answer"], due = { resolve = "2026-03-09T18:00" } }

[[steps]]
at = "2026-03-06T17:30"
then = { happened = [] }
"""
    assert told(STORY + steps) == []
