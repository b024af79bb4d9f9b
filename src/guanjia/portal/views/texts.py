"""What a programme's playbook has written down for everybody: handbooks, rules, collections of policies."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from guanjia.access import gate
from guanjia.access.requests import Request
from guanjia.portal.pages import page, told
from guanjia.programmes import queries as programmes

#: HTML in a text is shown as it is written, and no link runs a script.
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@gate.public
@require_safe
def texts(request: Request) -> HttpResponse:
    found = [
        {"programme": told(one.programme_name), "title": told(one.title), "of": one.programme, "key": one.key}
        for one in programmes.text_pages()
    ]
    return page(request, "texts", {"texts": found})


@gate.public
@require_safe
def text(request: Request, programme: str, what: str) -> HttpResponse:
    found, source = programmes.text_page(programme, what, get_language() or "zh")
    title = told(found.title)
    # The text's own heading is the page's; where it has none its title is.
    context = {"title": title, "of": told(found.programme_name), "html": mark_safe(_markdown.render(source))}
    return page(request, "text", {**context, "headed": source.lstrip().startswith("# ")})
