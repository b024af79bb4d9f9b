from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel import codes

YEARS = st.integers(2000, 2099)
SERIALS = st.integers(0, 10**9)


@given(YEARS, SERIALS)
def test_a_ledger_number_reads_back_as_people_write_it(year: int, serial: int) -> None:
    number = codes.ledger_number(year, serial)
    assert codes.parse_ledger_number(number) == (year, serial)
    assert codes.parse_ledger_number(f" {number.replace('-', '—')} ") == (year, serial)
    assert codes.parse_ledger_number(number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == (
        year,
        serial,
    )


@given(YEARS, SERIALS, st.data())
def test_one_wrong_digit_in_a_ledger_number_is_noticed(year: int, serial: int, data: st.DataObject) -> None:
    digits = codes.ledger_number(year, serial).replace("-", "")
    at = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([one for one in "0123456789" if one != digits[at]]))
    assert codes.parse_ledger_number(digits[:at] + other + digits[at + 1 :]) is None


@given(YEARS, SERIALS, st.data())
def test_two_neighbours_swapped_in_a_ledger_number_are_noticed(year: int, serial: int, data: st.DataObject) -> None:
    digits = codes.ledger_number(year, serial).replace("-", "")
    at = data.draw(st.integers(0, len(digits) - 2))
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    if swapped != digits:
        assert codes.parse_ledger_number(swapped) is None


@pytest.mark.parametrize("text", ["", "2026", "2026-0000123", "abcd-0000123-4", "2026-0000123-4-5-6x", "٢٠٢٦٠٠٠٠١٢٣٤"])
def test_other_texts_are_no_ledger_numbers(text: str) -> None:
    assert codes.parse_ledger_number(text) is None


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_a_credit_code_with_its_check_is_valid_and_with_another_is_not(body: str) -> None:
    check = codes.credit_code_check(body)
    assert codes.normal_credit_code(f" {body.lower()[:8]}-{body.lower()[8:]}{check}") == body + check
    wrong = "0" if check != "0" else "1"
    assert codes.normal_credit_code(body + wrong) is None


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("91110000600037341L", "91110000600037341L"),
        ("91110000600037341I", None),
        ("9111000060003734", None),
        ("", None),
    ],
)
def test_credit_codes_by_the_standard(text: str, normal: str | None) -> None:
    assert codes.normal_credit_code(text) == normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("11010519491231002X", "11010519491231002X"),  # the worked example of GB 11643
        ("11010519491231002x", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("110105194912310021", None),
        ("11010519491331002X", None),
        ("1101051949123100", None),
        ("٠1010519491231002X", None),
    ],
)
def test_id_numbers_by_the_standard(text: str, normal: str | None) -> None:
    assert codes.normal_id_number(text) == normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("139 0000 0001", "13900000001"),
        ("+86-139-0000-0001", "13900000001"),
        ("008613900000001", "13900000001"),
        ("１３９０００００００１", "13900000001"),
        ("(0371) 1234567", "03711234567"),
        ("12345", "12345"),
        ("1234", None),
        ("12900000001", None),
        ("139000000011", None),
        ("电话", None),
        ("٠١٢٣٤٥", None),
        ("", None),
    ],
)
def test_phones_however_they_are_written(text: str, normal: str | None) -> None:
    assert codes.normal_phone(text) == normal


def test_grid_and_courtyard_codes_stand_on_the_community_s() -> None:
    assert codes.courtyard_code(codes.grid_code("110001001001", 7), 12) == "110001001001007012"
