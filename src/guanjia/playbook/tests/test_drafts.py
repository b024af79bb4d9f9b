"""A playbook while it is written: whatever it begins as makes sense, and what is wrong is told at its line."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from guanjia.playbook import drafts, forms, loader

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("key", ["", *sorted(loader.shipped())])
def test_whatever_it_begins_as_makes_sense_and_its_stories_hold(key: str) -> None:
    files = drafts.copied(loader.shipped()[key], "another") if key else drafts.begun("another")
    reading = drafts.read(files)
    assert reading.faults == ()
    assert reading.playbook is not None
    assert reading.playbook.key == "another"
    assert [one.faults for one in drafts.play(files, reading.playbook, ZONE) if one.faults] == []


def test_an_adopted_version_comes_back_with_its_forms_as_rows() -> None:
    folder = loader.shipped()["household-visits"]
    source = loader.read_folder(folder)
    kept = {path: forms.read(path, content).workbook() for path, content in source.files.items()}
    files = drafts.of_version(source.text, kept, drafts.stories_of(folder), "another")
    reading = drafts.read(files)
    assert reading.faults == ()
    assert any(path.startswith("stories/") for path in files)
    again = {path: forms.read(path, files[path].encode()).workbook() for path in kept}
    assert again == kept


def test_faults_are_told_with_their_file_and_line() -> None:
    files = drafts.begun("another")
    broken = {**files, "playbook.toml": files["playbook.toml"].replace('dispatch = "4wh"', 'dispatch = "4 wh"')}
    (fault,) = drafts.read(broken).faults
    assert files["playbook.toml"].split("\n")[fault.line - 1] == 'dispatch = "4wh"'
    story = {**files, "stories/second.toml": "name = 1"}
    playbook = drafts.read(story).playbook
    assert playbook is not None
    assert [one.file for one in drafts.play(story, playbook, ZONE) if one.name is None] == ["stories/second.toml"]
