"""Formatting filters: `{% load words %}`, then `{{ case.due|moment }}`. All of them show – for None."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from guanjia.ui import format as words

register = Library()


def _blank_safe(function: Callable[..., str]) -> Callable[..., str]:
    def show(value: Any, *args: Any) -> str:
        return "–" if value is None or value == "" else function(value, *args)

    show.__name__ = function.__name__
    return show


for _function in (
    words.day,
    words.short_day,
    words.moment,
    words.full_moment,
    words.ago,
    words.duration,
    words.yuan,
    words.amount,
    words.count,
    words.short_count,
    words.size,
    words.span,
    words.time_left,
):
    register.filter(_function.__name__, _blank_safe(_function))


@register.simple_tag
def percent(part: float, whole: float) -> str:
    """`{% percent done total %}`."""
    return words.percent(part, whole)


@register.simple_tag
def when(value: datetime | None, now: datetime | None = None) -> SafeString | str:
    """A `<time>`: `{% when event.at now %}` shows 2 小时前, without `now` 11-21 14:30; its title is exact."""
    if value is None:
        return "–"
    text = words.ago(value, now) if now else words.moment(value)
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>', value.isoformat(), words.full_moment(value), text
    )
