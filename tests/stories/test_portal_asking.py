"""Somebody asks on the public pages, without an account and without JavaScript."""

import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from guanjia.cases.models import Asker, Case, Document, Event
from guanjia.portal import limits
from tests.portal import TEXT, jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


def test_a_request_reaches_the_steward_in_four_pages(resident, served):
    case = resident.ask(name="李晓燕", phone="139 0000 0001")
    assert case.text == TEXT and case.category == "lighting" and case.channel == "web"
    assert case.place == served.district.places["柳荫家园"]
    assert case.holder_officer == served.district.officers["陈静"]
    for shown in (case.number, "陈静", "0000-8000001", "先由管家办", "18:00", "<svg"):
        assert shown in resident.html
    resident.open(resident.link)
    assert TEXT in resident.html and "已派给柳荫社区居委会" in resident.html


def test_nothing_of_who_asks_lies_in_the_session_or_an_address(resident):
    resident.tell("门牌那家的邻居").place().be("13900000009", name="赵小满")
    stored = str(resident.client.session._session)
    for told in ("赵小满", "邻居", "13900000009"):
        assert told not in stored and json.dumps(told)[1:-1] not in stored
    assert re.fullmatch(r"/ask/\w{16}/check/", resident.at)


def test_the_kind_is_suggested_and_can_be_changed(resident):
    resident.tell().place().be()
    assert '<option value="lighting" selected>' in resident.html
    resident.finish("work-style")
    assert Case.objects.get().category == "work-style"


def test_a_complaint_about_officials_goes_sealed_and_is_seen_nowhere(resident):
    resident.tell("窗口人员态度恶劣").place().be().finish("work-style")
    case = Case.objects.get()
    assert case.sealed_to is not None
    assert case.number in resident.html and "/t/" not in resident.html
    assert resident.open(f"/ledger/{case.number}/").response.status_code == 404
    assert case.title not in resident.open("/ledger/").html
    resident.send("/track/", number=case.number, last4="0009")
    assert resident.response.status_code == 422 and case.title not in resident.html


def test_where_a_photo_was_taken_does_not_stay(resident):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (34.0, 1.0, 0.0), 3: "E", 4: (113.0, 48.0, 0.0)}
    exif[0x010F] = "a camera"
    photo = jpeg(exif=exif)
    assert b"a camera" in photo.read() and photo.seek(0) == 0
    case = resident.ask(photos=[photo])
    document = Document.objects.get(case=case)
    stored = document.file.open().read()
    assert document.event_seq == 1 and document.content_type == "image/webp"
    assert b"a camera" not in stored and not Image.open(io.BytesIO(stored)).getexif()
    resident.open(resident.link)
    url = re.search(r'src="(/t/[^"]+\?small=1)"', resident.html)[1]
    answer = resident.client.get(url)
    assert answer["Content-Type"] == "image/webp" and answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_text_file_called_jpg_is_refused_and_nothing_typed_is_lost(resident):
    fake = SimpleUploadedFile("账.jpg", b"not a picture at all", "image/jpeg")
    resident.tell(photos=[fake])
    assert resident.response.status_code == 422
    assert "账.jpg" in resident.html and TEXT in resident.html
    assert not Document.objects.exists()


def test_a_photo_of_ten_megabytes_is_taken_in_and_made_small(resident):
    photo = jpeg(side=3200)
    assert photo.size > 10_000_000
    case = resident.ask(photos=[photo])
    assert Document.objects.get(case=case).size < 2_000_000


def test_a_photo_beyond_the_limit_is_refused_with_the_limit(resident, settings):
    settings.GUANJIA_PHOTO_LIMIT = 2 * 1024**2
    resident.tell(photos=[jpeg(side=2000)])
    assert resident.response.status_code == 422 and "2MB" in resident.html


def test_photos_stay_when_the_text_is_missing(resident):
    resident.tell("", photos=[jpeg()])
    assert resident.response.status_code == 422
    document = Document.objects.get()
    action = re.search(r'action="(/ask/\w+/)"', resident.html)[1]
    assert resident.client.get(f"{action}photos/{document.pk}/")["Content-Type"] == "image/webp"
    assert Client().get(f"{action}photos/{document.pk}/").status_code == 410
    resident.send(action, text=TEXT, kept=[document.pk]).place().be().finish()
    assert Document.objects.get().case == Case.objects.get()


def test_a_photo_that_is_unticked_does_not_go_along(resident):
    resident.tell("", photos=[jpeg()])
    action = re.search(r'action="(/ask/\w+/)"', resident.html)[1]
    resident.send(action, text=TEXT).place().be().finish()
    assert Document.objects.get().case is None


def test_a_document_of_somebody_else_cannot_be_claimed(resident):
    resident.tell(photos=[jpeg()])
    theirs = Document.objects.get()
    stranger = Client()
    stranger.post("/ask/", {"text": TEXT, "kept": [theirs.pk]})
    resident.place().be().finish()
    assert Document.objects.get().case == Case.objects.get()


def test_emoji_stay_and_control_characters_are_refused_with_a_word(resident):
    assert resident.ask("灯坏了😢👨‍👩‍👧").text == "灯坏了😢👨‍👩‍👧"
    resident.tell("灯\x07坏了")
    assert resident.response.status_code == 422 and "无法显示的字符" in resident.html
    resident.tell("看起来\u202e是这样")
    assert resident.response.status_code == 422


def test_an_empty_and_an_endless_text_are_refused(resident):
    for text in ("", "   \n", "长" * 10_001):
        resident.tell(text)
        assert resident.response.status_code == 422 and 'href="#id_text"' in resident.html


def test_an_unknown_place_stops_nobody(resident, served):
    resident.tell().place("火星路 404 号").be()
    assert "没有识别出这个地址" in resident.html
    resident.finish()
    case = Case.objects.get()
    assert case.place is None and case.address == "火星路 404 号"
    assert case.holder_unit == served.district.units["指挥调度中心"]


def test_a_point_leads_to_its_place_and_one_outside_is_refused(resident, served):
    resident.tell().send(how="here", place_lat="35.002", place_lng="110.002").be().finish()
    assert Case.objects.get().place == served.district.places["柳荫家园"]
    for lat, lng in (("1", "1"), ("", ""), ("a", "b"), ("nan", "inf"), ("9999", "1")):
        resident.tell("另一件事").send(how="here", place_lat=lat, place_lng=lng)
        assert resident.response.status_code == 422


def test_a_shop_is_found_by_its_name_or_code(resident, served):
    shop = served.district.subjects["建国五金店"]
    resident.tell("门口路灯坏了").send(how="shop", shop="五金").be().finish()
    assert Case.objects.latest("pk").subject == shop
    resident.tell("门口路灯又坏了").send(how="shop", shop=shop.business.credit_code).be().finish()
    assert Case.objects.latest("pk").subject == shop
    resident.tell("门口路灯").send(how="shop", shop="没有这家店")
    assert resident.response.status_code == 422 and "没有查到" in resident.html


def test_several_shops_of_one_name_are_offered(resident, served):
    resident.tell("门口路灯坏了").send(how="shop", shop="槐香面馆")
    assert resident.at.endswith("/who/")
    other = served.district.subjects["建国五金店"]
    other.name = "槐香书店"
    other.save()
    resident.tell("门口路灯坏了").send(how="shop", shop="槐香")
    assert resident.response.status_code == 422
    assert "槐香面馆" in resident.html and "槐香书店" in resident.html
    resident.send(how="shop", shop="槐香", subject=other.pk).be().finish()
    assert Case.objects.get().subject == other


def test_a_phone_is_needed_unless_one_wants_to_stay_unknown(resident):
    resident.tell().place().be("")
    assert resident.response.status_code == 422 and 'href="#id_phone"' in resident.html
    resident.be("123")
    assert resident.response.status_code == 422
    resident.be("", anonymous="on").finish()
    case = Case.objects.get()
    assert not Asker.objects.filter(case=case).exists()
    assert case.number in resident.html and "/t/" not in resident.html


def test_two_unknown_people_do_not_see_each_others_requests(resident):
    """Contacts of equal details are one row; people without details must not be one person."""
    for _ in range(2):
        resident.tell().place().be("", anonymous="on").finish()
    assert Case.objects.count() == 2 and not Asker.objects.exists()


def test_who_does_not_want_it_is_not_in_the_public_ledger(resident):
    case = resident.ask(public="no")
    assert not case.public
    assert resident.open(f"/ledger/{case.number}/").response.status_code == 404
    assert case.title not in resident.open("/ledger/").html


def test_pressing_twice_makes_one_case(resident):
    resident.tell().place().be()
    url = resident.at
    session = resident.client.cookies["sessionid"].value
    kept = resident.client.session["asking"]
    resident.send(url, category="lighting")
    # The second press left the browser before the first was answered: it still carries the draft.
    resident.client.cookies["sessionid"] = session
    store = resident.client.session
    store["asking"] = kept
    store.save()
    resident.send(url, category="lighting")
    assert Case.objects.count() == 1 and Case.objects.get().number in resident.html


def test_going_back_to_what_was_sent_leads_to_the_receipt(resident):
    case = resident.ask()
    start = resident.at.removesuffix("done/")
    for step in ("", "where/", "who/", "check/"):
        assert case.number in resident.open(start + step).html
        assert resident.at.endswith("/done/")


def test_pages_in_the_wrong_order_lead_to_the_question_that_is_open(resident):
    resident.tell()
    start = resident.at.removesuffix("where/")
    assert resident.open(start + "check/").at.endswith("/where/")
    assert resident.open(start + "done/").at.endswith("/where/")
    assert resident.open("/ask/nosuchdraft/where/").response.status_code == 410
    assert Client().get(start + "where/").status_code == 410


def test_a_machine_is_stopped_and_a_quick_person_only_slowed(resident):
    resident.tell(website="https://spam.example")
    assert resident.response.status_code == 422 and TEXT in resident.html
    page = resident.client.post("/ask/", {"text": TEXT}, follow=True).request["PATH_INFO"]
    start = page.removesuffix("where/")
    resident.client.post(start + "where/", {"how": "nowhere"})
    resident.client.post(start + "who/", {"phone": "13900000009", "public": "yes"})
    hasty = resident.client.post(start + "check/", {"category": "lighting"})
    assert hasty.status_code == 422 and not Case.objects.exists()
    resident.send(start + "check/", category="lighting")
    assert Case.objects.count() == 1


def test_one_address_cannot_flood_the_desk(resident, monkeypatch):
    monkeypatch.setattr(limits, "ASKING", limits.Limit("ask", 2, 10))
    resident.ask("第一件")
    resident.ask("第二件")
    resident.tell("第三件").place().be().finish()
    assert resident.response.status_code == 422 and Case.objects.count() == 2
    assert "10 分钟" in resident.html
    resident.clock.shift(601)
    resident.finish()
    assert Case.objects.count() == 3


def test_behind_a_proxy_each_visitor_is_counted_alone(resident, monkeypatch, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    monkeypatch.setattr(limits, "SUGGESTING", limits.Limit("suggest", 1, 10))

    def suggest(sender):
        return resident.client.post("/ask/suggest/", {"text": "路灯"}, headers={"X-Forwarded-For": sender}).status_code

    assert [suggest(sender) for sender in ("10.0.0.1", "10.0.0.2", "6.6.6.6, 10.0.0.1")] == [200, 200, 429]


def test_a_forged_form_is_refused_in_plain_words(served):
    answer = Client(enforce_csrf_checks=True).post("/ask/", {"text": TEXT})
    assert answer.status_code == 403 and "请再点一次按钮" in answer.content.decode()


def test_an_open_request_about_the_same_is_offered_and_can_be_joined(resident, served):
    first = served.ask("楼下路灯不亮了，晚上很黑\n我家老人摔了一跤")
    resident.tell("楼下的路灯不亮了，晚上太黑", photos=[jpeg()]).place().be("13900000008")
    assert first.title in resident.html
    resident.send(category="lighting", join=first.pk)
    assert Case.objects.count() == 1 and Asker.objects.filter(case=first).count() == 2
    verbs = list(Event.objects.filter(case=first).order_by("seq").values_list("verb", flat=True))
    assert verbs[-2:] == ["join", "add"]
    assert Document.objects.get().case == first
    assert first.number in resident.html
    resident.open(resident.link)
    assert "摔了一跤" not in resident.html, "the words of who asked first stay theirs"
    assert resident.response.status_code == 200


def test_joining_with_somebodys_phone_does_not_open_their_request(resident, served):
    first = served.ask()
    resident.tell("楼下的路灯不亮了，晚上太黑").place().be("13900000001", name="李晓燕")
    resident.send(category="lighting", join=first.pk)
    assert "/t/" not in resident.html
    assert Asker.objects.filter(case=first).count() == 1


def test_only_public_open_requests_can_be_joined(resident, served):
    hidden = served.ask(public=False)
    resident.tell().place().be("13900000008").finish(join=hidden.pk)
    assert resident.response.status_code == 422 and Asker.objects.count() == 1


def test_asking_to_come_at_once_starts_the_clock_of_arrival(resident):
    case = resident.tell(call="on").place().be().finish() and Case.objects.get()
    assert case.clocks.filter(kind="arrive").exists()


def test_suggestions_while_typing_come_by_post_alone(resident, served):
    answer = resident.client.post("/ask/suggest/", {"text": "路灯不亮"})
    assert "路灯照明" in answer.content.decode()
    assert resident.client.get("/ask/suggest/", {"text": "路灯"}).status_code == 405


def test_no_programme_means_a_plain_word(resident, served):
    served.programme.stopped_at = served.at(0)
    served.programme.save()
    assert resident.open("/ask/").response.status_code == 409
    assert resident.open("/").response.status_code == 200
