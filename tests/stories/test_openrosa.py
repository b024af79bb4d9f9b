"""ODK Collect, unchanged: 陈静 takes her forms to a stairwell without network and sends them in the evening."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from guanjia.access import actions as access
from guanjia.fieldwork.models import Answer, AnswerFile, Correction
from tests.forms import Formed
from tests.odk import ROOT, Phone, filled, message, photo
from tests.programme import MONDAY


@pytest.fixture
def phone(formed: Formed, monday: None) -> Iterator[Phone]:
    yield phone_of(formed, "陈静")


def phone_of(formed: Formed, who: str) -> Phone:
    password = access.issue_device_password(formed.district.actor(who), at=MONDAY)
    return Phone(formed.district.account(who).username, password)


def blank(phone: Phone) -> bytes:
    form = phone.forms()[0]
    return phone.fetch(form["downloadUrl"], form["hash"])


def test_a_form_is_listed_fetched_filled_in_and_sent(phone: Phone, formed: Formed) -> None:
    (form,) = phone.forms()
    assert form["formID"] == "service-steward.household" and form["name"] == "入户走访表"
    xml = phone.fetch(form["downloadUrl"], form["hash"])
    listed = phone.media(form)["subjects.csv"].decode()
    assert f"{formed.home.pk},柳荫家园 3号楼2单元501" in listed and "5号楼" not in listed

    answer = phone.send(filled(xml, formed.home.pk, hazard="1.jpg"), **{"1_jpg": photo()})

    assert answer.status_code == 201 and message(answer)[0] == "submit_success"
    assert answer["X-OpenRosa-Accept-Content-Length"] == str(phone.accept)
    stored = Answer.objects.get()
    assert (stored.subject, stored.officer.name, stored.source) == (formed.home, "陈静", "odk")
    assert (stored.ended_at - stored.started_at).seconds == 14 * 60
    kept = json.loads(stored.answers)
    assert kept["people"][0] == {"call_name": "奶奶", "age": "72", "is_elder": "1"}
    assert AnswerFile.objects.get().content_type == "image/webp"
    assert json.loads(Correction.objects.get().values) == {"contact.phone": "13900000009", "household.members": "2"}


def test_what_is_sent_twice_or_in_parts_is_stored_once(phone: Phone, formed: Formed) -> None:
    xml = filled(blank(phone), formed.home.pk, hazard="1.jpg")
    for files in ({}, {"1_jpg": photo()}, {"1_jpg": photo()}):
        assert phone.send(xml, **files).status_code == 201
    assert Answer.objects.count() == 1 and AnswerFile.objects.count() == 1
    assert Correction.objects.count() == 1


def test_an_answer_under_the_number_of_another_is_refused(phone: Phone, formed: Formed) -> None:
    xml = filled(blank(phone), formed.home.pk)
    assert phone.send(xml).status_code == 201
    answer = phone.send(xml.replace("楼道灯", "健身器材"))
    assert answer.status_code == 409 and message(answer)[0] == "error"
    assert "楼道灯" in Answer.objects.get().answers


def test_a_corrected_answer_stands_beside_the_first(phone: Phone, formed: Formed) -> None:
    first = "uuid:3f1c0a52-9d60-4a1e-8a3e-111111111111"
    xml = filled(blank(phone), formed.home.pk)
    phone.send(xml)
    second = xml.replace(first, "uuid:3f1c0a52-9d60-4a1e-8a3e-222222222222").replace(
        "</orx:instanceID>", f"</orx:instanceID><orx:deprecatedID>{first}</orx:deprecatedID>"
    )
    assert phone.send(second).status_code == 201
    assert Answer.objects.get(deprecates__isnull=False).deprecates == Answer.objects.get(instance=first)


def test_a_form_that_was_changed_meanwhile_is_still_taken(phone: Phone, formed: Formed) -> None:
    xml = blank(phone)
    assert phone.send(filled(xml, formed.home.pk).replace('version="1-', 'version="9-')).status_code == 404
    assert phone.send(filled(xml, formed.home.pk)).status_code == 201


HOSTILE = {
    "broken": "<data",
    "empty": "",
    "an entity bomb": '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><data id="x" version="1">&b;</data>',
    "an outer entity": '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><data id="x" version="1">&a;</data>',
    "no number": '<data id="service-steward.household" version="1"/>',
    "not XML": "\x00\x01",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_xml_is_refused_and_nothing_stored(kind: str, phone: Phone) -> None:
    answer = phone.post(HOSTILE[kind])
    assert answer.status_code == 422 and message(answer)[0] == "error"
    assert Answer.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (('id="service-steward.household"', 'id="service-steward.other"'), 404),
        (('id="service-steward.household"', 'id="nonsense"'), 404),
        (("<age>72</age>", "<age>seventy</age>"), 422),
        (("<age>72</age>", "<age>720</age>"), 422),
        (("<day_care>yes</day_care>", ""), 422),
        (("<elders>1</elders>", "<spy>1</spy>"), 422),
        (("<day_care>yes</day_care>", "<day_care><b>yes</b></day_care>"), 422),
        (("楼道灯", "\u202e\u2066"), 422),
    ],
)
def test_an_answer_that_the_form_does_not_allow_is_refused(
    change: tuple[str, str], status: int, phone: Phone, formed: Formed
) -> None:
    answer = phone.send(filled(blank(phone), formed.home.pk).replace(*change))
    assert answer.status_code == status and message(answer)[0] == "error"
    assert Answer.objects.count() == 0


def test_nobody_out_of_reach_can_be_answered_for(phone: Phone, formed: Formed) -> None:
    xml, far = blank(phone), formed.district.subjects["5号楼1单元302"]
    for target in (far.pk, formed.district.subjects["建国五金店"].pk, 10**9):
        assert phone.send(filled(xml, target)).status_code in (404, 422)
    assert phone.send(filled(xml, formed.home.pk).replace(f">{formed.home.pk}<", "><")).status_code == 422


def test_files_that_are_no_photos_or_that_nobody_named_are_refused(phone: Phone, formed: Formed) -> None:
    xml = filled(blank(phone), formed.home.pk, hazard="1.jpg")
    assert phone.send(xml, **{"1_jpg": b"MZ not a photo"}).status_code == 422
    assert phone.send(xml, **{"2_jpg": photo()}).status_code == 422
    assert Answer.objects.count() == 0


def test_too_much_at_once_is_refused_unread(phone: Phone, monkeypatch: pytest.MonkeyPatch, formed: Formed) -> None:
    monkeypatch.setattr("guanjia.api.openrosa.MOST_AT_ONCE", 500)
    answer = phone.send(filled(blank(phone), formed.home.pk))
    assert answer.status_code == 413 and message(answer)[0] == "error"


def test_a_body_in_chunks_is_read_to_its_end(phone: Phone, formed: Formed) -> None:
    xml, path = filled(blank(phone), formed.home.pk), f"{ROOT}/submission"
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="f.xml"\r\n\r\n{xml}\r\n--x--\r\n'
    )
    challenge = Client().head(path)["WWW-Authenticate"]
    answer = Client().generic(
        "POST",
        path,
        headers={"Authorization": phone.digest("POST", path, challenge), "Transfer-Encoding": "chunked"},
        **{
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": "",
            "wsgi.input": io.BytesIO(parts.encode()),
        },
    )
    assert answer.status_code == 201, answer.content


def test_the_password_opens_forms_and_nothing_else(phone: Phone, formed: Formed) -> None:
    def status(**other: str) -> int:
        path = f"{ROOT}/formList"
        challenge = Client().get(path)["WWW-Authenticate"]
        return Client().get(path, headers={"Authorization": phone.digest("GET", path, challenge, **other)}).status_code

    assert status() == 200
    assert status(uri="/api/openrosa/submission") == 401
    assert status(nonce="forged:1:x") == 401
    phone.password = "another"
    assert status() == 401
    header = {"Authorization": "Basic " + base64.b64encode(f"{phone.username}:{phone.password}".encode()).decode()}
    assert Client().get("/desk/", headers=header).status_code == 302


def test_a_clear_password_is_taken_over_a_safe_line_alone(phone: Phone) -> None:
    basic = base64.b64encode(f"{phone.username}:{phone.password}".encode()).decode()
    header = {"Authorization": f"Basic {basic}"}
    path = f"{ROOT}/formList"
    assert "Basic" not in Client().get(path)["WWW-Authenticate"]
    assert Client().get(path, headers=header).status_code == 401
    assert Client().get(path, headers=header, secure=True).status_code == 200
    with override_settings(DEMO=True):
        assert Client().get(path, headers=header).status_code == 200
    assert Client().get(path, headers={"Authorization": "Basic ===="}, secure=True).status_code == 401


def test_a_new_password_ends_the_one_before_and_taking_it_back_ends_all(phone: Phone, formed: Formed) -> None:
    newer = phone_of(formed, "陈静")
    assert newer.forms()
    assert phone.ask("GET", f"{ROOT}/formList").status_code == 401
    access.revoke_device_password(formed.district.actor("陈静"), at=MONDAY)
    assert newer.ask("GET", f"{ROOT}/formList").status_code == 401


def test_whoever_visits_no_homes_is_offered_no_form_about_them(phone: Phone, formed: Formed) -> None:
    assert phone_of(formed, "孙浩").forms() == []
