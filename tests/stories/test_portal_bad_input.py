"""Whatever is written into a public form: a word at its field, never a fault of ours, never half a record."""

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile

from guanjia.access.links import sign
from guanjia.cases.models import Asker, Case, Document, Event
from tests.portal import TEXT, jpeg
from tests.programme import MONDAY

pytestmark = pytest.mark.django_db

NASTY = (
    "",
    " \n\t ",
    "\x00",
    "灯\x07坏了",
    "看起来\u202e是这样",
    "😢👨‍👩‍👧" * 40,
    "长" * 10_001,
    "9" * 400,
    "-1",
    "1e999",
    "nan",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{ 7 }}{% now %}%(what)s%s",
    "[]",
    "\ufffd\ud7ff\u3000",
)
#: What each form takes when all is well.
FORMS = {
    "ask": {"text": TEXT, "category": "", "call": "", "kept": "", "website": ""},
    "suggest": {"text": TEXT, "category": "lighting"},
    "where": {
        "how": "here",
        "place_lat": "35.002",
        "place_lng": "110.002",
        "address": "柳荫家园",
        "shop": "",
        "subject": "",
    },
    "where by address": {"how": "address", "address": "柳荫家园"},
    "where by shop": {"how": "shop", "shop": "五金", "subject": ""},
    "who": {"phone": "13900000009", "name": "李桂芳", "anonymous": "", "public": "yes", "website": ""},
    "check": {"category": "lighting", "join": ""},
    "track": {"number": "2026-0000001-1", "last4": "0001"},
    "steward": {"text": "柳荫家园"},
    "rating": {"key": "k" * 20, "seen": "4", "solved": "yes", "satisfaction": "5", "text": ""},
    "add": {"key": "k" * 20, "text": "昨晚又有人摔了"},
    "urge": {"key": "k" * 20, "text": "请快一点"},
    "call": {"key": "k" * 20, "text": ""},
    "withdraw": {"key": "k" * 20, "text": ""},
    "hearing": {"way": "sms", "language": "en", "quiet_from": "12:00", "quiet_until": "13:00"},
}


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(served):
    return served.ask()


def link(case):
    return f"/t/{sign('track', case.pk, Asker.objects.get(case=case).contact_id, at=MONDAY)}"


def address_of(form, resident, served, case):
    """Where the form is; a draft and a result are made for those that need one."""
    if form in ("where", "where by address", "where by shop", "who", "check"):
        resident.tell()
        if form in ("who", "check"):
            resident.place()
        if form == "check":
            resident.be()
        return resident.at
    if form == "rating":
        served.act("陈静", case, "accept", hours=0.1)
        served.act("陈静", case, "resolve", hours=0.2, outcome="solved", text="好了")
        resident.clock.shift(3600)
    fixed = {
        "ask": "/ask/",
        "suggest": "/ask/suggest/",
        "track": "/track/",
        "steward": "/steward/",
        "rating": link(case),
    }
    return fixed.get(form) or f"{link(case)}/{form}"


def lines_without_half(case_ids):
    """Of each case its lines, gapless from the first."""
    for pk in case_ids:
        seqs = list(Event.objects.filter(case_id=pk).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1))
        assert Case.objects.get(pk=pk).seq == len(seqs)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_no_nonsense_in_a_form_breaks_anything(resident, served, case, form):
    url, good = address_of(form, resident, served, case), FORMS[form]
    for field in good:
        for value in (*NASTY, None):
            for cache in caches.all():
                cache.clear()  # whoever tries so often is stopped otherwise
            before = Event.objects.count(), Case.objects.count()
            sent = {**good, field: value} if value is not None else {k: v for k, v in good.items() if k != field}
            answer = resident.client.post(url, sent)
            assert answer.status_code in (200, 302, 404, 410, 422), (field, value, answer.status_code)
            if answer.status_code != 302 and form != "suggest":
                assert (Event.objects.count(), Case.objects.count()) == before, (field, value)
    lines_without_half(Case.objects.values_list("pk", flat=True))


FILES = {
    "a text called jpg": lambda: SimpleUploadedFile("灯.jpg", b"not a picture", "image/jpeg"),
    "an empty file": lambda: SimpleUploadedFile("灯.jpg", b"", "image/jpeg"),
    "half a photo": lambda: SimpleUploadedFile("灯.jpg", jpeg(side=400).read()[:3000], "image/jpeg"),
    "a program": lambda: SimpleUploadedFile("灯.jpg", b"MZ\x90\x00" + bytes(2000), "image/jpeg"),
    "a page": lambda: SimpleUploadedFile("灯.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
}


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("form", ["ask", "add"])
def test_what_is_no_photo_is_refused_and_the_words_stay(resident, served, case, form, what):
    url = address_of(form, resident, served, case)
    before = Event.objects.count()
    answer = resident.client.post(url, {**FORMS[form], "photos": [FILES[what]()]})
    html = answer.content.decode()
    assert answer.status_code == 422 and FORMS[form]["text"] in html and "id_photos" in html
    assert not Document.objects.exists() and Event.objects.count() == before


@pytest.mark.parametrize("form", ["ask", "add"])
def test_seven_photos_are_one_too_many(resident, served, case, form):
    url = address_of(form, resident, served, case)
    answer = resident.client.post(url, {**FORMS[form], "photos": [jpeg(side=8) for _ in range(7)]})
    assert answer.status_code == 422 and not Document.objects.exists()


def test_a_form_pressed_twice_is_one_act_and_one_changed_is_another(resident, served, case):
    url = f"{link(case)}/add"
    for text in ("昨晚又有人摔了", "昨晚又有人摔了", "是三号楼门口"):
        answer = resident.client.post(url, {"key": "k" * 20, "text": text}, follow=True)
        assert "已补充" in answer.content.decode()
    added = Event.objects.filter(case=case, verb="add").order_by("seq")
    assert [line.data["text"] for line in added] == ["昨晚又有人摔了", "是三号楼门口"]


def test_a_last_word_pressed_twice_is_thanked_for_twice(resident, served, case):
    """The second answer is the one that is seen; by then the request is closed and offers the step no more."""
    url = f"{link(case)}/withdraw"
    for _press in range(2):
        answer = resident.client.post(url, {"key": "k" * 20, "text": "修好了"}, follow=True)
        assert answer.status_code == 200 and "诉求已撤回" in answer.content.decode()
    assert Event.objects.filter(case=case, verb="withdraw").count() == 1
    assert resident.client.post(url, {"key": "k" * 20, "text": "另一个理由"}).status_code == 404


def test_a_number_that_is_somebody_elses_opens_nothing(resident, served, case):
    other = served.ask("井盖坏了", asker=None, contact_ids=[served.district.contacts["王建国"].pk])
    resident.send("/track/", number=other.number, last4="0001")
    assert resident.response.status_code == 422 and other.title not in resident.html
    stranger = link(case).replace(f"/t/{case.pk:x}.", f"/t/{other.pk:x}.")
    for path in (stranger, f"{stranger}/add", f"{stranger}/hearing", f"{stranger}/readers"):
        assert resident.client.get(path).status_code == 404
        assert resident.client.post(path, FORMS["add"]).status_code in (404, 405)


@pytest.mark.parametrize("path", ["", "/why", "/readers", "/hearing", "/add", "/withdraw", "/documents/1"])
def test_an_expired_link_opens_none_of_its_pages_and_does_nothing(resident, case, path):
    url = f"{link(case)}{path}"
    resident.clock.shift(31 * 86400)
    before = Event.objects.count()
    assert resident.client.get(url).status_code == 410
    assert resident.client.post(url, {**FORMS["add"], **FORMS["hearing"]}).status_code in (405, 410)
    assert Event.objects.count() == before


def test_a_page_of_asking_that_was_left_for_weeks_says_how_to_go_on(resident, served):
    url = resident.tell().at
    resident.clock.shift(40 * 86400)
    answer = resident.client.post(url, FORMS["where by address"])
    assert answer.status_code == 410 and "请重新填写" in answer.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {"text": "长" * 3_000_000},
        {f"field{n}": "x" for n in range(1500)},
        {"photos": [SimpleUploadedFile(f"{n}.jpg", b"x", "image/jpeg") for n in range(150)]},
    ],
    ids=["endless text", "endless fields", "endless files"],
)
def test_a_form_without_end_is_refused_as_a_whole(resident, served, body):
    resident.client.raise_request_exception = False
    answer = resident.client.post("/ask/", body)
    assert answer.status_code in (400, 413, 422) and not Document.objects.exists()
