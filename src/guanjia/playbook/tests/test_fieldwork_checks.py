"""Broken forms, tasks, meetings, patrols, sweeps and parts taken over, one fault each: file, line and sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guanjia.playbook import checker, loader
from guanjia.playbook.checks.table import checks
from guanjia.playbook.faults import Fault, PlaybookError
from guanjia.playbook.tests import test_serving
from guanjia.playbook.tests.test_checker import BROKEN as BROKEN_CASES
from guanjia.playbook.tests.test_checker import GOOD as GOOD_CASES

#: Right as it stands, as in `test_checker`.
GOOD = (
    GOOD_CASES.replace(
        "at_most_per_month = 2\n",
        """at_most_per_month = 2
form = "visit"
themes = [{ key = "care", name = { zh = "关怀", en = "Care" } }]
""",
    )
    + """
[[ledgers]]
key = "city"
name = { zh = "市级台账", en = "Ledger of the city" }

[[forms]]
key = "visit"
name = { zh = "走访表", en = "Visit" }
file = "forms/visit.toml"
about = "household"
minutes = 5
bound = [{ item = "phone", fact = "contact.phone" }]

[[tasks]]
key = "survey"
name = { zh = "每月一调研", en = "Monthly survey" }
every = "month"
due = "5wd"
who = { steward = true }
per = "steward"

[[bodies]]
key = "council"
name = { zh = "议事会", en = "Council" }
chair = "clerk"
members = ["department"]
meets = "week"
weekday = "tuesday"
items = { least = 3, most = 5 }

[patrols]
kinds = [{ key = "street", name = { zh = "街面", en = "Street" } }]
shifts = [{ key = "day", name = { zh = "白班", en = "Day" }, from = "08:00", to = "20:00" }]
help = [{ key = "water", name = { zh = "饮用水", en = "Water" }, unit = "piece" }]

[[sweeps]]
key = "heaters"
name = { zh = "取暖排查", en = "Heaters" }
over = "household"
within = "30d"
form = "visit"
finding = "heating"

[[works]]
key = "pipes"
name = { zh = "管道", en = "Pipes" }
unit = "m"

[handbook]
pages = [{ key = "how", title = { zh = "手册", en = "Handbook" }, file = "texts/how.zh.md" }]
"""
)

FORM = """
[settings]
form_title = "走访表"

[[survey]]
type = "text"
name = "phone"
label = { zh = "联系电话", en = "Phone" }

[[survey]]
type = "begin_group"
name = "home"
label = { zh = "住房", en = "Home" }

[[survey]]
type = "select_one yes_no"
name = "warm"
label = { zh = "暖不暖", en = "Is it warm" }
required = true

[[survey]]
type = "image"
name = "photo"
label = { zh = "照片", en = "Photo" }
relevant = "${warm} = 'no'"

[[survey]]
type = "end_group"

[[choices]]
list_name = "yes_no"
name = "yes"
label = { zh = "是", en = "Yes" }

[[choices]]
list_name = "yes_no"
name = "no"
label = { zh = "否", en = "No" }
"""
FILES = {"forms/visit.toml": FORM, "texts/how.zh.md": "# 手册", "texts/how.en.md": "# Handbook"}

#: file, what is replaced, by what (the line with ⇐ is told), the sentence.
BROKEN: dict[str, tuple[str, str, str, str]] = {
    "unknown-form": (
        "playbook.toml",
        'form = "visit"\nthemes',
        'form = "visits" ⇐\nthemes',
        "There is no form visits. Did you mean visit?",
    ),
    "unknown-form-of-sweep": (
        "playbook.toml",
        'form = "visit"\nfinding',
        'form = "round" ⇐\nfinding',
        "There is no form round.",
    ),
    "idle-form": (
        "playbook.toml",
        "[[tasks]]",
        '[[forms]]\nkey = "idle"\nname = { zh = "表", en = "Form" }\nfile = "forms/visit.toml"\n'
        'about = "business" ⇐\nminutes = 1\nbound = [{ item = "phone", fact = "contact.phone" }]\n\n[[tasks]]',
        "The programme does not serve business, and nothing else uses the form idle.",
    ),
    "form-file-missing": (
        "playbook.toml",
        'file = "forms/visit.toml"',
        'file = "forms/visits.toml" ⇐',
        "There is no file forms/visits.toml.",
    ),
    "form-outside": (
        "playbook.toml",
        'file = "forms/visit.toml"',
        'file = "../visit.toml" ⇐',
        "“../visit.toml” lies outside the folder of the playbook.",
    ),
    "no-minutes": ("playbook.toml", "minutes = 5", "minutes = 0 ⇐", "0 is too small. Write more than 0."),
    "unknown-fact": (
        "playbook.toml",
        'fact = "contact.phone"',
        'fact = "contact.fone" ⇐',
        "“contact.fone” is not one of the words that can stand here. Did you mean contact.phone?",
    ),
    "fact-of-others": (
        "playbook.toml",
        'fact = "contact.phone"',
        'fact = "business.industry" ⇐',
        "Of a household the registry does not know business.industry. Known here: contact.name",
    ),
    "bound-to-nothing": (
        "playbook.toml",
        '[{ item = "phone", fact = "contact.phone" }]',
        '[{ item = "phone", fact = "contact.phone" },\n{ item = "wram", fact = "contact.name" }] ⇐',
        "The form visit has no item “wram” to bind. Did you mean warm?",
    ),
    "bound-twice": (
        "playbook.toml",
        '[{ item = "phone", fact = "contact.phone" }]',
        '[{ item = "phone", fact = "contact.phone" },\n{ item = "phone", fact = "contact.phone" }] ⇐',
        "“phone” is bound already.",
    ),
    "theme-twice": (
        "playbook.toml",
        'themes = [{ key = "care", name = { zh = "关怀", en = "Care" } }]',
        'themes = [{ key = "care", name = { zh = "关怀", en = "Care" } },\n'
        '{ key = "care", name = { zh = "又", en = "Again" } }] ⇐',
        "The key “care” is taken on line",
    ),
    "task-by-duty": (
        "playbook.toml",
        "who = { steward = true }\nper",
        "who = { duty = true } ⇐\nper",
        "The task survey goes to the unit with the duty, but only a case has a category and so a duty.",
    ),
    "task-by-the-hour": (
        "playbook.toml",
        'due = "5wd"',
        'due = "5wh" ⇐',
        "A period ends with a day: “5wh” after it cannot be counted.",
    ),
    "unknown-period": (
        "playbook.toml",
        'every = "month"',
        'every = "months" ⇐',
        "“months” is not one of the words that can stand here. Did you mean month?",
    ),
    "unknown-body": (
        "playbook.toml",
        "who = { steward = true }\nper",
        'who = { body = "counsil" } ⇐\nper',
        "There is no body counsil. Did you mean council?",
    ),
    "few-and-many": (
        "playbook.toml",
        "{ least = 3, most = 5 }",
        "{ least = 5, most = 3 } ⇐",
        "The meeting council is to take up at least 5 items and at most 3.",
    ),
    "monthly-tuesday": (
        "playbook.toml",
        'meets = "week"\nweekday = "tuesday"',
        'meets = "month"\nweekday = "tuesday" ⇐',
        "A meeting that is held once a month has no fixed day of the week.",
    ),
    "shift-without-length": (
        "playbook.toml",
        'from = "08:00", to = "20:00"',
        'from = "20:00", to = "20:00" ⇐',
        "The shift day begins and ends at the same time.",
    ),
    "shift-no-time": (
        "playbook.toml",
        'from = "08:00"',
        'from = "8 Uhr" ⇐',
        "“8 Uhr” is not a time of day. Write it in quotation marks",
    ),
    "unknown-measure": (
        "playbook.toml",
        'unit = "m"',
        'unit = "trees" ⇐',
        "“trees” is not one of the words that can stand here. Did you mean tree?",
    ),
    "finding-nowhere": (
        "playbook.toml",
        'finding = "heating"',
        'finding = "heatin" ⇐',
        "There is no category heatin. Did you mean heating?",
    ),
    "sweep-by-the-hour": (
        "playbook.toml",
        'within = "30d"',
        'within = "24h" ⇐',
        "A sweep is done by a day: “24h” does not end with one.",
    ),
    "page-without-language": (
        "playbook.toml",
        'file = "texts/how.zh.md"',
        'file = "texts/how.md" ⇐',
        "“texts/how.md” does not name a text within the folder and its language.",
    ),
    "page-missing": (
        "playbook.toml",
        'file = "texts/how.zh.md"',
        'file = "texts/why.zh.md" ⇐',
        "There is no file texts/why.zh.md.",
    ),
    "taken-from-nobody": (
        "playbook.toml",
        "[serves]",
        '[extends]\nmessages = "service-stewart" ⇐\n\n[serves]',
        "There is no playbook service-stewart to take the messages from. Did you mean service-steward?",
    ),
    "taken-at-second-hand": (
        "playbook.toml",
        "[serves]",
        '[extends]\nmessages = "sweeps" ⇐\n\n[serves]',
        "The playbook sweeps says no messages of its own that could be taken over.",
    ),
    "form-no-toml": ("forms/visit.toml", 'name = "warm"', 'name = "warm ⇐', "This is not TOML: Illegal character"),
    "form-sheet": ("forms/visit.toml", "[settings]", "[setings] ⇐", "There is no sheet “setings” in a form."),
    "form-type": (
        "forms/visit.toml",
        '[[survey]]\ntype = "text"',
        '[[survey]] ⇐\ntype = "txt"',
        "“txt” is no type of item. Did you mean text?",
    ),
    "form-name": (
        "forms/visit.toml",
        '[[survey]]\ntype = "text"\nname = "phone"',
        '[[survey]] ⇐\ntype = "text"\nname = "电话"',
        "The row of type text has no name that an answer could be kept under: “电话”.",
    ),
    "form-name-twice": (
        "forms/visit.toml",
        '[[survey]]\ntype = "image"\nname = "photo"',
        '[[survey]] ⇐\ntype = "image"\nname = "warm"',
        "The name “warm” is taken on line",
    ),
    "form-open-group": (
        "forms/visit.toml",
        '[[survey]]\ntype = "begin_group"',
        '[[survey]] ⇐\ntype = "begin_repeat"',
        "“home” begins here and ends nowhere. Add end_group or end_repeat.",
    ),
    "form-closed-group": (
        "forms/visit.toml",
        '[[survey]]\ntype = "end_group"\n',
        '[[survey]]\ntype = "end_group"\n\n[[survey]] ⇐\ntype = "end_group"\n',
        "Nothing of this kind is open here: end_group.",
    ),
    "form-choices": (
        "forms/visit.toml",
        '[[survey]]\ntype = "select_one yes_no"',
        '[[survey]] ⇐\ntype = "select_one yesno"',
        "There is no list of choices “yesno”. Did you mean yes_no?",
    ),
    "form-list-unknown-to-the-registry": (
        "forms/visit.toml",
        '[[survey]]\ntype = "select_one yes_no"',
        '[[survey]] ⇐\ntype = "select_one_from_file comunities.csv"',
        "The registry keeps no list “comunities”. Did you mean communities?",
    ),
    "form-choice-twice": (
        "forms/visit.toml",
        '[[choices]]\nlist_name = "yes_no"\nname = "no"',
        '[[choices]] ⇐\nlist_name = "yes_no"\nname = "yes"',
        "The name “yes” is taken on line",
    ),
    "form-reference": (
        "forms/visit.toml",
        '[[survey]]\ntype = "image"\nname = "photo"\nlabel = { zh = "照片", en = "Photo" }\nrelevant = "${warm}',
        '[[survey]] ⇐\ntype = "image"\nname = "photo"\nlabel = { zh = "照片", en = "Photo" }\nrelevant = "${wrm}',
        "relevant names ${wrm}, and there is no such item. Did you mean warm?",
    ),
    "form-column": (
        "forms/visit.toml",
        '[[survey]]\ntype = "begin_group"',
        '[[survey]] ⇐\nrepeat_count = "3"\ntype = "begin_group"',
        "The column repeat_count changes what the form asks, and the browser does not know it.",
    ),
    "form-one-language": (
        "forms/visit.toml",
        '[[survey]]\ntype = "image"\nname = "photo"\nlabel = { zh = "照片", en = "Photo" }',
        '[[survey]] ⇐\ntype = "image"\nname = "photo"\nlabel = { zh = "照片" }',
        "label is not said in en.",
    ),
    "form-forces-a-photo": (
        "forms/visit.toml",
        '[[survey]]\ntype = "image"',
        '[[survey]] ⇐\nrequired = "yes"\ntype = "image"',
        "“photo” forces whoever fills in the form to give a photo, a track or a scan (image), which the State "
        "Council's rule of 2026 on government apps bars. Take required out, or give the form an exception",
    ),
    "form-follows": (
        "forms/visit.toml",
        '[[survey]]\ntype = "end_group"\n',
        '[[survey]]\ntype = "end_group"\n\n[[survey]] ⇐\ntype = "audit"\nname = "audit"\n',
        "“audit” forces whoever fills in the form",
    ),
    "form-asks-again": (
        "forms/visit.toml",
        '[[survey]]\ntype = "select_one yes_no"',
        '[[survey]] ⇐\ntype = "text"\nname = "who"\nlabel = { zh = "户主姓名：", en = "Householder" }\n\n'
        '[[survey]]\ntype = "select_one yes_no"',
        "“who” asks what the registry knows: contact.name. Bind it in playbook.toml",
    ),
}
#: Breaking one thing here makes another wrong as well.
ECHOES = {
    "form-outside",
    "form-type",
    "form-name",
    "form-name-twice",
    "form-open-group",
    "page-missing",
    "bound-to-nothing",
}


def folder_of(root: Path, changed: dict[str, str]) -> Path:
    folder = root / "winter-care"
    for name, text in {loader.FILE: GOOD, **FILES, **changed}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def broken(name: str) -> tuple[str, str, int]:
    """The file, its text and the line that is to be told."""
    file, old, new, _sentence = BROKEN[name]
    text = {loader.FILE: GOOD, **FILES}[file]
    assert text.count(old) >= 1, old
    text = text.replace(old, new, 1)
    return file, text.replace(" ⇐", ""), text[: text.index("⇐")].count("\n") + 1


def test_the_playbook_that_the_others_are_made_from_is_right(tmp_path: Path) -> None:
    assert [str(fault) for fault in checker.faults_of(folder_of(tmp_path, {}))] == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_playbook_is_told_by_file_line_and_sentence(name: str, tmp_path: Path) -> None:
    file, text, line = broken(name)
    folder = folder_of(tmp_path, {file: text})
    faults = checker.faults_of(folder)
    told = [fault for fault in faults if BROKEN[name][3] in f"{fault.sentence()} {fault.advice()}"]
    assert [(str(Path(fault.file).relative_to(folder)), fault.line) for fault in told] == [(file, line)], faults
    assert len(faults) == 1 or name in ECHOES, faults


def _all_faults(check: object, sources: list[loader.Source[loader.Playbook]]) -> Iterator[Fault]:
    for source in sources:
        yield from check(source.value, source)  # type: ignore[operator]


def test_every_check_has_a_broken_playbook(tmp_path: Path) -> None:
    """Each check is what tells at least one of them."""
    sources = []
    texts = [GOOD_CASES.replace(old, new, 1).replace("⇐", "") for old, new, _sentence in BROKEN_CASES.values()]
    for text in (*texts, *map(test_serving.broken, test_serving.BROKEN)):
        try:
            sources.append(loader.read_text(text))
        except PlaybookError:
            continue
    for name in BROKEN:
        file, text, _line = broken(name)
        try:
            sources.append(loader.read_folder(folder_of(tmp_path / name, {file: text})))
        except PlaybookError:
            continue
    assert [check.__name__ for check in checks() if not list(_all_faults(check, sources))] == []


def test_an_exception_lets_a_form_ask_for_a_photo(tmp_path: Path) -> None:
    form = FORM.replace('type = "image"', 'type = "image"\nrequired = true')
    book = GOOD.replace(
        "minutes = 5", 'minutes = 5\nexception = { zh = "工程验收规范要求", en = "Acceptance of works" }'
    )
    assert checker.faults_of(folder_of(tmp_path, {"forms/visit.toml": form, "playbook.toml": book})) == []


def test_what_a_repeat_asks_of_each_member_is_not_known(tmp_path: Path) -> None:
    form = FORM.replace("begin_group", "begin_repeat").replace("end_group", "end_repeat")
    form = form.replace('"select_one yes_no"', '"text"').replace("暖不暖", "姓名").replace('"warm"', '"contact_name"')
    form = form.replace("${warm}", "${contact_name}")
    assert checker.faults_of(folder_of(tmp_path, {"forms/visit.toml": form})) == []
