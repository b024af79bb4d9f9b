from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from guanjia.ui import format as words

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)  # 14:30 in the office


def ago(**span):
    return lambda: words.ago(NOW - timedelta(**span), NOW)


TABLE = [
    (lambda: words.day(date(2026, 11, 21)), "2026年11月21日", "21 November 2026"),
    (lambda: words.day(datetime(2026, 11, 21, 17, tzinfo=UTC)), "2026年11月22日", "22 November 2026"),
    (lambda: words.short_day(date(2026, 3, 5)), "03-05", "5 Mar"),
    (lambda: words.moment(NOW), "11-21 14:30", "21 Nov 14:30"),
    (lambda: words.moment(NOW, NOW), "11-21 14:30", "21 Nov 14:30"),
    (lambda: words.moment(NOW + timedelta(days=60), NOW), "2027-01-20 14:30", "20 Jan 2027 14:30"),
    (lambda: words.full_moment(NOW), "2026年11月21日 14:30", "21 November 2026, 14:30"),
    (ago(seconds=20), "刚刚", "just now"),
    (ago(seconds=-20), "刚刚", "just now"),
    (ago(minutes=1), "1 分钟前", "1 minute ago"),
    (ago(minutes=59, seconds=59), "59 分钟前", "59 minutes ago"),
    (ago(hours=2), "2 小时前", "2 hours ago"),
    (ago(days=6, hours=23), "6 天前", "6 days ago"),
    (ago(days=7), "2026年11月14日", "14 November 2026"),
    (lambda: words.time_left(2, "wd"), "还剩 2 个工作日", "2 working days left"),
    (lambda: words.time_left(1, "wh"), "还剩 1 个工作小时", "1 working hour left"),
    (lambda: words.time_left(-3, "h"), "超期 3 小时", "3 hours late"),
    (lambda: words.time_left(-1, "d"), "超期 1 天", "1 day late"),
    (lambda: words.time_left(0, "min"), "即刻到期", "Due now"),
    (lambda: words.span(30, "min"), "30 分钟", "30 minutes"),
    (lambda: words.duration(timedelta(days=3, hours=4, minutes=50)), "3 天 4 小时", "3 days 4 hours"),
    (lambda: words.duration(timedelta(days=1, minutes=5)), "1 天", "1 day"),
    (lambda: words.duration(timedelta(minutes=35)), "35 分钟", "35 minutes"),
    (lambda: words.duration(timedelta(seconds=5)), "不到 1 分钟", "less than a minute"),
    (lambda: words.duration(timedelta(hours=-2)), "2 小时", "2 hours"),
    (lambda: words.yuan(1234.5), "1,234.50 元", "¥1,234.50"),
    (lambda: words.yuan(8600), "8,600 元", "¥8,600"),
    (lambda: words.amount(9999), "9,999 元", "¥9,999"),
    (lambda: words.amount(125_000), "12.5 万元", "¥125,000"),
    (lambda: words.amount(Decimal(200_000)), "20 万元", "¥200,000"),
    (lambda: words.amount(-30_000), "-3 万元", "¥-30,000"),
    (lambda: words.short_count(9876), "9,876", "9,876"),
    (lambda: words.short_count(128_430), "12.8 万", "128k"),
    (lambda: words.count(1_000_000), "1,000,000", "1,000,000"),
    (lambda: words.percent(7, 8), "87.5%", "87.5%"),
    (lambda: words.percent(1, 3), "33.3%", "33.3%"),
    (lambda: words.percent(0, 0), "–", "–"),
    (lambda: words.size(350 * 1024), "350 KB", "350 KB"),
    (lambda: words.size(2_516_582), "2.4 MB", "2.4 MB"),
    (lambda: words.size(1), "1 KB", "1 KB"),
]


@pytest.mark.parametrize(("say", "chinese", "english"), TABLE)
def test_words_in_both_languages(say, chinese, english):
    with override("zh-hans"):
        assert say() == chinese
    with override("en"):
        assert say() == english


def test_a_unit_that_no_playbook_knows_is_refused():
    with pytest.raises(KeyError):
        words.span(1, "fortnight")
