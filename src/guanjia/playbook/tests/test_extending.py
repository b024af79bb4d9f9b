"""Parts that a playbook takes over from another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from guanjia.playbook import checker, loader
from guanjia.playbook.faults import PlaybookError
from guanjia.playbook.tests.test_checker import GOOD as GOOD_CASES
from guanjia.playbook.tests.test_fieldwork_checks import GOOD, folder_of


def test_what_is_taken_over_stands_behind_what_the_playbook_says_itself() -> None:
    text = GOOD_CASES.replace("[serves]", '[extends]\nmessages = "service-steward"\n\n[serves]')
    book = checker.checked(text)
    other = loader.load(loader.shipped()["service-steward"])
    assert book.messages[0].text.zh == "已登记 {number}"
    assert book.messages[1:] == other.messages[1:]
    assert [category.key for category in book.categories] == ["heating", "conduct"]


def test_what_was_taken_over_once_is_complete_by_itself() -> None:
    text = GOOD_CASES.replace("[serves]", '[extends]\nmessages = "service-steward"\n\n[serves]')
    complete = loader.read_text(text)
    assert loader.loads(complete.text) == complete.value
    assert loader.read_text(complete.text).text == complete.text


def test_a_playbook_that_takes_nothing_over_keeps_its_text() -> None:
    text = (loader.shipped()["service-steward"] / loader.FILE).read_text("utf-8")
    assert loader.read_text(text).text == text


@pytest.mark.parametrize(
    "odd", ["messages = 3", 'messages = "x"', "messages = [1]", 'messages = [{ on = ["register"] }]']
)
def test_others_are_put_behind_tables_alone(odd: str) -> None:
    text = GOOD_CASES[: GOOD_CASES.index("[[messages]]")]
    with pytest.raises(PlaybookError) as caught:
        checker.checked(f'{odd}\nextends = {{ messages = "service-steward" }}\n{text}')
    (fault,) = caught.value.faults
    assert (fault.line, fault.path, fault.advice()) == (
        1,
        "messages",
        "Write each as a table of its own, under [[messages]].",
    )


def test_a_fault_in_what_was_taken_over_is_told_where_it_was_written(tmp_path: Path) -> None:
    other = tmp_path / "others"
    other.mkdir()
    messages = GOOD_CASES[GOOD_CASES.index("[[messages]]") :].replace("register", "registr")
    (other / loader.FILE).write_text(GOOD_CASES.replace("winter-care", "others") + "\n" + messages, "utf-8")
    book = GOOD.replace("[serves]", '[extends]\nmessages = "others"\n\n[serves]')
    (fault,) = checker.faults_of(folder_of(tmp_path, {loader.FILE: book}))
    assert (Path(fault.file), fault.line) == (other / loader.FILE, GOOD_CASES.count("\n") + 3)
    assert fault.sentence() == "There is no verb registr."
