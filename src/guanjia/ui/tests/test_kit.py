import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from guanjia.ui import views
from guanjia.ui.templatetags import kit

pytestmark = pytest.mark.urls("guanjia.ui.tests.urls")

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)


def render(source, **context):
    return Template("{% load kit words figures %}" + source).render(Context(context))


def fetch(name, language="zh-hans", face="staff"):
    request = RequestFactory().get("/kit/", {"page": name, "as": face})
    request.session = {}
    with override(language):
        return views.kit(request).content.decode()


def test_a_due_chip_says_the_time_by_shape_word_and_moment():
    chip = render("{% due_chip text='还剩 2 个工作日' moment=at level='near' estimated=True why_url='/why' %}", at=NOW)
    assert "#level-near" in chip and "还剩 2 个工作日" in chip and "11-21 14:30" in chip
    assert "临近到期" in chip and "预计" in chip and 'href="/why"' in chip


def test_a_chip_without_a_moment_says_that_there_is_no_limit():
    assert "无时限" in render("{% due_chip %}")


@pytest.mark.parametrize(
    "source",
    [
        "{% due_chip text=bad why_url=bad %}",
        "{% badge bad %}",
        "{% party unit=bad person=bad role=bad url=bad %}",
        "{% masked bad reveal_url=bad label=bad %}",
        "{% copy bad label=bad %}",
        "{% button bad url=bad hx_get=bad %}",
        "{% callout 'red' bad %}{{ bad }}{% endcallout %}",
        "{% menu bad %}{{ bad }}{% endmenu %}",
        "{% dialog 'x' bad %}{{ bad }}{% enddialog %}",
        "{% drawer bad close_url=bad %}{{ bad }}{% enddrawer %}",
        "{% empty bad bad url=bad action=bad %}",
        "{% stat bad bad url=bad hint=bad %}",
        "{% meter 3 5 bad %}",
    ],
)
def test_text_from_people_stays_text(source):
    page = render(source, bad='"><script>alert(1)</script>')
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_an_icon_that_the_sprite_lacks_is_a_fault_of_the_page():
    with pytest.raises(ValueError, match="nosuch"):
        kit.icon("nosuch")


def test_nobody_holding_a_case_is_said_aloud():
    assert "尚无承办人" in render("{% party %}")


def test_the_first_verb_is_a_button_and_the_rest_wait_in_a_menu():
    page = render(
        "{% verbs items %}", items=[{"label": "签收", "url": "/a", "key": "a"}, {"label": "退回", "url": "/r"}]
    )
    button, menu = page.split("<details")
    assert "btn--primary" in button and "签收" in button and 'data-key="a"' in button
    assert "退回" in menu and "签收" not in menu
    assert render("{% verbs items %}", items=[]).strip() == ""


def test_a_column_head_turns_the_order_and_forgets_the_cursor():
    request = RequestFactory().get("/", {"sort": "due", "cursor": "x", "q": "井盖"})
    page = render("{% sort_head 'due' '时限' %}", request=request)
    assert 'aria-sort="ascending"' in page and "sort=-due" in page and "cursor" not in page and "q=" in page


def test_the_pager_says_how_many_and_why_these():
    request = RequestFactory().get("/", {"q": "井盖"})
    page = SimpleNamespace(rows=[1, 2], next="abc", previous=None)
    shown = render("{% pager page total=4128 why='由您承办' %}", page=page, request=request)
    assert "共 4,128 条，本页 2 条" in shown and "由您承办" in shown
    assert "cursor=abc" in shown and "上一页" not in shown


class Ask(forms.Form):
    phone = forms.CharField(label="联系电话", help_text="用于回访")
    note = forms.CharField(label="备注", required=False)


def test_a_wrong_field_is_linked_from_the_summary_and_described_by_its_error():
    form = Ask({})
    summary = render("{% error_summary form %}", form=form)
    field = render("{% field form.phone %}", form=form)
    assert 'href="#id_phone"' in summary and "联系电话：" in summary
    assert 'id="id_phone"' in field and 'id="id_phone_error"' in field and 'aria-invalid="true"' in field
    assert re.search(r'aria-describedby="id_phone_helptext id_phone_error"', field)


def test_need_is_said_in_words():
    form = Ask()
    assert "必填" in render("{% field form.phone %}", form=form)
    assert "选填" in render("{% field form.note %}", form=form)
    assert "必填" not in render("{% field form.phone mark=False %}", form=form)


def test_bars_and_sparks_survive_nothing_and_nought():
    assert "还没有数据" in render("{% bar_list rows %}", rows=[])
    assert 'width="0.0"' in render("{% bar_list rows %}", rows=[{"label": "甲", "value": 0}])
    assert render("{% spark values %}", values=[3]) == ""
    assert "<polyline" in render("{% spark values %}", values=[3, 3])


def test_a_chart_gives_its_numbers_as_a_table_too():
    data = {"kind": "bar", "names": ["周一"], "series": [{"name": "受理", "values": [1234]}]}
    page = render("{% chart 'w' data '一周' %}", data=data)
    assert 'id="w" type="application/json"' in page and "1,234" in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("face", ["staff", "public"])
@pytest.mark.parametrize("name", views.PAGES)
def test_no_page_carries_inline_style_or_script(name, face, language):
    body = fetch(name, language, face)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", body)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", body))
    if name not in ("drawer", "dialog", "toast"):
        assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in body


def test_english_pages_speak_no_chinese_of_their_own(settings):
    settings.GUANJIA_DISTRICT_NAME = "Model District"
    body = fetch("error", "en")
    assert "Something went wrong" in body and not re.search(r"[\u4e00-\u9fff]", body)


@pytest.mark.parametrize(
    ("query", "cookie", "value"),
    [
        ({"elder": "1"}, "elder", "1"),
        ({"theme": "dark"}, "theme", "dark"),
        ({"nav": "narrow"}, "nav", "narrow"),
        ({"language": "en"}, "django_language", "en"),
    ],
)
def test_a_display_choice_is_kept_on_the_device(query, cookie, value):
    response = views.display(RequestFactory().get("/display/", {**query, "next": "/ledger?q=1"}))
    assert response.url == "/ledger?q=1"
    assert response.cookies[cookie].value == value


def test_a_display_link_neither_leads_away_nor_stores_nonsense():
    request = RequestFactory().get("/display/", {"theme": "<script>", "next": "https://elsewhere.example/"})
    response = views.display(request)
    assert response.url == "/" and not response.cookies
