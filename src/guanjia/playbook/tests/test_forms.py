"""A form is read the same from Excel and from TOML; what cannot be read says so."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from guanjia.playbook import forms, loader
from guanjia.playbook.checks.forms import ASKING, MOMENTS, PROOFS
from guanjia.playbook.faults import PlaybookError
from guanjia.playbook.tests.test_fieldwork_checks import FORM


def excel(sheets: dict[str, list[dict[str, str]]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            headings = list(dict.fromkeys(heading for row in rows for heading in row))
            sheet.write_row(0, 0, headings)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, [row.get(heading, "") for heading in headings])
    return content.getvalue()


def test_a_form_reads_the_same_from_excel_and_from_toml() -> None:
    written = forms.read("visit.toml", FORM.encode())
    assert written.workbook()["survey"][0] == {
        "type": "text",
        "name": "phone",
        "label::中文 (zh)": "联系电话",
        "label::English (en)": "Phone",
    }
    assert forms.read("visit.xlsx", excel(written.workbook())).workbook() == written.workbook()
    assert forms.of_workbook("visit.toml", written.workbook()).workbook() == written.workbook()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 torn", "This cannot be read as Excel"),
        ("[[survey]]\nname = '走访'".encode("gb18030"), "This is neither Excel nor UTF-8."),
        (b"", "The form asks nothing."),
        (b"survey = [1]", "This is not a row of a form."),
        (b"survey = 1", "This is not a row of a form."),
        (b'[[survey]]\ntype = "note"\n' * 5_001, "The form has more than 5000 rows. Split it."),
        (excel({"choices": [{"list_name": "a", "name": "b"}]}), "The form asks nothing."),
    ],
)
def test_a_form_that_cannot_be_read_says_so(content: bytes, sentence: str) -> None:
    with pytest.raises(PlaybookError) as caught:
        forms.read("form.toml", content)
    assert sentence in str(caught.value.faults[0])


@pytest.mark.parametrize(
    ("heading", "language"),
    [("label::中文 (zh)", "zh"), ("label::zh", "zh"), ("label::English (en)", "en"), ("label", "")],
)
def test_a_label_knows_its_language(heading: str, language: str) -> None:
    assert forms.Row(1, {heading: "x"}).said("label") == {language: "x"}


def test_the_form_for_households_has_six_blocks_and_fifty_six_items() -> None:
    path = loader.shipped()["household-visits"] / "forms/household.toml"
    rows = forms.read(path.name, path.read_bytes()).survey
    asked = [row for row in rows if row.type in (*ASKING, *MOMENTS, *PROOFS)]
    assert (sum(row.type == "begin_group" for row in rows), len(asked)) == (6, 56)
    assert [row.get("name") for row in asked if row.required] == ["consent"]
    assert not [row for row in asked if row.type in PROOFS]
