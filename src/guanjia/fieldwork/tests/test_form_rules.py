"""What forms mean, in Python and in the browser alike."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanjia.fieldwork.rules.answers import MOST_REPETITIONS, settle, sheet_from_fields, sheet_of, tree_of
from guanjia.fieldwork.rules.expressions import Context, ExpressionError, names_in, parse, text_of, value_of
from guanjia.fieldwork.rules.forms import Form, FormError, build, script
from guanjia.fieldwork.rules.instances import InstanceError, read
from guanjia.fieldwork.xforms import xform
from guanjia.playbook import forms, loader
from guanjia.playbook.schema import FormUse
from tests.forms import ANSWER, ROWS
from tools.sources import ROOT

TODAY = date(2026, 3, 2)
CASES: list[tuple[str, dict[str, Any], str, str]] = json.loads(
    (Path(__file__).parent / "expressions.json").read_text("utf-8")
)


READ = "const given = JSON.parse(await new Response(process.stdin).text());"


def said(text: str, answers: dict[str, Any], own: str) -> str:
    return text_of(value_of(parse(text), Context(lambda name: answers.get(name, ""), TODAY, own)))


@pytest.mark.parametrize(("text", "answers", "own", "expected"), CASES)
def test_an_expression_comes_to(text: str, answers: dict[str, Any], own: str, expected: str) -> None:
    assert said(text, answers, own) == expected


def in_node(program: str, given: Any) -> Any:
    """What a script of the browser makes of `given`."""
    done = subprocess.run(
        [Path(sys.executable).parent / "node", "--input-type=module", "-e", f"{READ}\n{program}"],
        input=json.dumps(given),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_browser_comes_to_the_same() -> None:
    sheet = sheet_of(household(), ANSWER, TODAY)
    faults = settle(sheet)
    given = {
        "cases": [[parse(text), answers, own] for text, answers, own, _expected in CASES],
        "sheet": {
            "items": script(household()),
            "texts": {
                "/".join(map(str, path)): text for path, text in sheet_of(household(), ANSWER, TODAY).texts.items()
            },
            "counts": {"people": 2},
            "known": [],
            "today": TODAY.isoformat(),
        },
    }
    program = """
      import { textOf, valueOf } from "./assets/js/forms/expressions.js";
      import { settle } from "./assets/js/forms/settle.js";
      const { cases, sheet } = given;
      const said = cases.map(([tree, answers, own]) =>
        textOf(valueOf(tree, { find: (name) => answers[name] ?? "", today: sheet.today, own })));
      const { hidden, faults } = settle(sheet);
      console.log(JSON.stringify({ said, hidden: [...hidden].sort(), faults, texts: sheet.texts }));
    """
    browser = in_node(program, given)
    assert browser["said"] == [expected for *_given, expected in CASES]
    assert browser["hidden"] == sorted("/".join(map(str, path)) for path in sheet.hidden)
    assert browser["faults"] == [{"path": fault.name, "kind": fault.kind} for fault in faults]
    assert browser["texts"] == {"/".join(map(str, path)): text for path, text in sheet.texts.items()}


#: Some filters, what was answered, and which of the choices are offered.
FILTERS: list[tuple[str, dict[str, str], set[str]]] = [
    ("street = ${street}", {"street": "a"}, {"one", "two"}),
    ("street = ${street}", {"street": "b"}, {"three"}),
    ("street = ${street}", {}, set()),
    ("selected(${streets}, street) and name != 'two'", {"streets": "b a"}, {"one", "three"}),
    ("beds > ${beds}", {"beds": "1"}, {"two", "three"}),
    ("true()", {}, {"one", "two", "three"}),
]
CHOICES = """
[[survey]]
type = "text"
name = "street"
[[survey]]
type = "text"
name = "streets"
[[survey]]
type = "integer"
name = "beds"
[[survey]]
type = "select_multiple rooms"
name = "rooms"
choice_filter = "%s"
[[choices]]
list_name = "rooms"
name = "one"
street = "a"
beds = 1
[[choices]]
list_name = "rooms"
name = "two"
street = "a"
beds = 2
[[choices]]
list_name = "rooms"
name = "three"
street = "b"
beds = 2
"""


@pytest.mark.parametrize(("text", "answers", "offered"), FILTERS)
def test_a_filter_offers_choices_by_what_was_answered(text: str, answers: dict[str, str], offered: set[str]) -> None:
    form = toml(CHOICES % text)
    for name in ("one", "two", "three"):
        faults = settle(sheet_of(form, {**answers, "rooms": name}, TODAY))
        assert [fault.kind for fault in faults] == ([] if name in offered else ["choice"])


@pytest.mark.slow
def test_the_browser_offers_the_same() -> None:
    sheets = [
        {"items": script(toml(CHOICES % text)), "texts": answers, "counts": {}, "known": [], "today": "2026-03-02"}
        for text, answers, _offered in FILTERS
    ]
    told = in_node(
        """
        import { settle } from "./assets/js/forms/settle.js";
        console.log(JSON.stringify(given.map((sheet) => [...settle(sheet).offered("rooms", sheet.items[3])])));
        """,
        sheets,
    )
    assert list(map(set, told)) == [offered for *_given, offered in FILTERS]


@pytest.mark.parametrize(
    "text", ["", "1 +", "(1", "1)", "${", "nothing(1)", "selected(1)", "a", "1 2", "regex(., '[')", "regex(., .)", "'x"]
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)
    with pytest.raises(ExpressionError):
        parse("(" * 200 + "1" + ")" * 200)


@given(st.text(alphabet="${}()'.=<>!+-*andort 019,selctdxy", max_size=60))
def test_any_text_is_read_or_refused_and_what_is_read_has_a_value(text: str) -> None:
    try:
        tree = parse(text)
    except ExpressionError:
        return
    assert isinstance(said(text, dict.fromkeys(names_in(tree), "1"), "1"), str)


def household() -> Form:
    return build(forms.read("forms/household.toml", ROWS.read_bytes()))


def test_a_form_is_settled_in_the_order_of_its_reasons() -> None:
    sheet = sheet_of(household(), ANSWER, TODAY)
    assert settle(sheet) == []
    kept = tree_of(sheet)
    assert kept["elders"] == "1" and kept["people"][1]["is_elder"] == "0"
    assert sheet_of(household(), kept, TODAY).texts == sheet.texts


def test_what_is_hidden_is_neither_asked_nor_kept() -> None:
    young = ANSWER | {"people": [{"call_name": "孙子", "age": "8"}], "needs": "lift"}
    sheet = sheet_of(household(), young, TODAY)
    assert settle(sheet) == []
    assert {"day_care", "other_need"} & tree_of(sheet).keys() == set()


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"home": {"people_count": "2"}}, [("home/phone", "missing")]),
        ({"home": {"phone": "1390000000"}}, [("home/phone", "constraint")]),
        ({"home": {"phone": "13900000001", "people_count": "two"}}, [("home/people_count", "whole")]),
        ({"needs": "lift lift"}, [("needs", "choice")]),
        ({"day_care": "perhaps"}, [("day_care", "choice")]),
        ({"gas_checked": "yesterday"}, [("gas_checked", "date")]),
        ({"gas_checked": "2026-03-03"}, [("gas_checked", "constraint")]),
        ({"other_need": "x" * 10_001}, [("other_need", "text")]),
        ({"people": [{"age": "72"}]}, [("people/0/call_name", "missing")]),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    found = settle(sheet_of(household(), ANSWER | change, TODAY))
    assert [(fault.name, fault.kind) for fault in found] == faults


def test_what_the_card_knows_is_not_missing() -> None:
    sheet = sheet_of(household(), ANSWER | {"home": {}}, TODAY, known=frozenset({"phone"}))
    assert settle(sheet) == []


_TEXTS = st.text(max_size=8)
_TREES = st.recursive(
    _TEXTS | st.none() | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_TEXTS | st.sampled_from(list(ANSWER)), inner, max_size=5)
    ),
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first draw of a recursive strategy, on a busy machine
@given(st.dictionaries(st.sampled_from(["home", "people", "needs", "day_care", "x"]), _TREES))
def test_any_tree_is_settled_or_found_wrong(tree: dict[str, Any]) -> None:
    sheet = sheet_of(household(), tree, TODAY)
    settle(sheet)
    assert json.dumps(tree_of(sheet))


@given(
    st.dictionaries(
        st.sampled_from(["home/phone", "people/#", "people/0/age", "people/9/age", "needs"]), st.lists(_TEXTS)
    )
)
def test_any_fields_of_a_page_are_read(fields: dict[str, list[str]]) -> None:
    sheet = sheet_from_fields(household(), fields, TODAY)
    assert sheet.counts[("people",)] <= MOST_REPETITIONS
    settle(sheet)


def toml(rows: str) -> Form:
    return build(forms.read("form.toml", rows.encode()))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('[[survey]]\ntype = "text"\nname = "1x"', "name of an item"),
        ('[[survey]]\ntype = "text"\nname = "a"\n[[survey]]\ntype = "text"\nname = "a"', "stands twice"),
        ('[[survey]]\ntype = "select_one nowhere"\nname = "a"', "no list of choices"),
        ('[[survey]]\ntype = "begin_group"\nname = "a"', "never ended"),
        ('[[survey]]\ntype = "end_group"', "never began"),
        ('[[survey]]\ntype = "text"\nname = "a"\nrelevant = "${b} = 1"', "no item"),
        ('[[survey]]\ntype = "text"\nname = "a"\nrelevant = "1 +"', "too early"),
        ('[[survey]]\ntype = "text"\nname = "a"\nchoice_filter = "x=1"', "what the browser can show"),
        ('[[survey]]\ntype = "telepathy"\nname = "a"', "what the browser can show"),
    ],
)
def test_rows_that_make_no_form_are_refused_by_row(rows: str, words: str) -> None:
    with pytest.raises(FormError, match=words):
        toml(rows)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading_of_a_submission(content: bytes) -> None:
    with pytest.raises(InstanceError):
        read(content)


SHIPPED = [(folder, use) for folder in loader.shipped().values() for use in loader.load(folder).forms]


@pytest.mark.parametrize(("folder", "use"), SHIPPED, ids=lambda one: getattr(one, "key", getattr(one, "name", "")))
def test_every_shipped_form_can_be_shown_and_sent_to_a_phone(folder: Path, use: FormUse) -> None:
    rows = forms.read(use.file, (folder / use.file).read_bytes())
    form = build(rows)
    assert all(one.item in form.names for one in use.bound)
    assert "<h:html" in xform(rows.workbook(), form_id=f"x.{use.key}", version="1", title=use.name.zh)
