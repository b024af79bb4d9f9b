"""The parts of a page: `{% load kit %}`. docs/reference/kit.md has examples, /kit/ shows each in every state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template import Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from guanjia.ui import format as words
from guanjia.ui import icons
from guanjia.ui.choices import Option

register = Library()

TONES = ("neutral", "blue", "green", "amber", "red")
#: Time by shape and word as well as by colour.
LEVELS = {
    "ok": gettext_lazy("In good time"),
    "near": gettext_lazy("Due soon"),
    "late": gettext_lazy("Overdue"),
    "paused": gettext_lazy("Paused"),
    "none": gettext_lazy("No limit"),
}
#: The states of the one lifecycle; red and amber stay free for time.
STATES = {
    "registered": ("blue", "inbox"),
    "assigned": ("blue", "send"),
    "working": ("blue", "steward"),
    "resolved": ("green", "message"),
    "closed": ("green", "check-circle"),
    "shelved": ("neutral", "shelve"),
    "handed_over": ("neutral", "hand-over"),
}
SATISFACTION = (
    gettext_lazy("Very poor"),
    gettext_lazy("Poor"),
    gettext_lazy("Fair"),
    gettext_lazy("Good"),
    gettext_lazy("Very good"),
)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite, silent unless it has a `label`. Raises ValueError for a name that the sprite lacks."""
    return icons.drawn(name, str(label), css)


@register.simple_tag
def html_lang() -> str:
    """The language as the `lang` attribute writes it: zh-Hans or en."""
    return "zh-Hans" if (get_language() or "").startswith("zh") else "en"


@register.simple_tag
def due_chip(
    text: str = "",
    moment: datetime | str | None = None,
    level: str = "none",
    estimated: bool = False,
    why_url: str = "",
    now: datetime | None = None,
) -> SafeString:
    """Time left in words, then the exact moment, then why. `level`: ok, near, late, paused, none (see LEVELS)."""
    stamp: str | SafeString = ""
    if isinstance(moment, datetime):
        stamp = format_html(
            '<time class="due__moment" datetime="{}" title="{}">{}</time>',
            moment.isoformat(),
            words.full_moment(moment),
            words.moment(moment, now or None),
        )
    elif moment:
        stamp = format_html('<span class="due__moment">{}</span>', moment)
    guess = (
        format_html('<span class="due__estimated">{}{}</span>', icon("estimated"), _("estimated")) if estimated else ""
    )
    hidden = format_html('<span class="unseen">{}: </span>', LEVELS[level]) if text else ""
    word = format_html('<span class="due__word">{}{}{}</span>', icon(f"level-{level}"), hidden, text or LEVELS[level])
    if why_url:
        why = format_html('<span class="due__why">{}</span>', _("why this date?"))
        return format_html('<a class="due due--{}" href="{}">{}{}{}{}</a>', level, why_url, word, stamp, guess, why)
    return format_html('<span class="due due--{}">{}{}{}</span>', level, word, stamp, guess)


@register.simple_tag
def badge(text: str, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """A word on a wash. `tone`: neutral, blue, green, amber, red."""
    if tone not in TONES:
        raise ValueError(f"no tone {tone!r}; one of {', '.join(TONES)}")
    glyph = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge tone-{}">{}{}</span>', tone, glyph, text)


@register.simple_tag
def state_badge(state: str, text: str) -> SafeString:
    """A case's state (its code and its word) with the colour and icon that it has everywhere."""
    tone, glyph = STATES.get(state, ("neutral", "info"))
    return badge(text, tone, glyph)


@register.simple_tag
def options(items: Iterable[Option]) -> SafeString:
    """The choices of a select, in one go: a ledger offers two hundred."""
    marks = {True: mark_safe(" selected"), False: ""}
    rows = ((one.value, marks[one.chosen], "\u2003" if one.inner else "", one.label) for one in items)
    return format_html_join("", '<option value="{}"{}>{}{}</option>', rows)


@register.simple_tag
def party(unit: str = "", person: str = "", role: str = "", url: str = "") -> SafeString:
    """Unit · person; either may be missing, both missing says that nobody holds it."""
    if not unit and not person:
        return badge(_("Nobody yet"), "amber", "alert")
    name = format_html('<a href="{}">{}</a>', url, person) if url and person else person
    place = format_html('<a href="{}">{}</a>', url, unit) if url and not person else unit
    parts = [
        format_html('<span class="party__unit">{}</span>', place) if unit else "",
        format_html('<span class="{}">{}</span>', "party__person" if unit else "strong", name) if person else "",
        format_html('<span class="party__role">{}</span>', role) if role else "",
    ]
    return format_html('<span class="party">{}</span>', format_html_join("", "{}", ((p,) for p in parts if p)))


@register.simple_tag
def masked(text: str, reveal_url: str = "", label: str = "") -> SafeString:
    """A masked value; with `reveal_url` a button that asks for the purpose, in place or (no JavaScript) on a page."""
    value = format_html('<span class="masked__value num">{}</span>', text or "–")
    if not reveal_url or not text:
        return format_html('<span class="masked">{}</span>', value)
    return format_html(
        '<span class="masked">{}<a class="btn btn--quiet btn--small" href="{}" hx-get="{}" hx-target="closest .masked" '
        'hx-swap="outerHTML">{}<span>{}</span><span class="unseen">{}</span></a></span>',
        value,
        reveal_url,
        reveal_url,
        icon("eye"),
        _("Reveal"),
        label,
    )


@register.simple_tag
def score(value: float | None, votes: int | None = None) -> SafeString:
    """Stars of 5 to read: `{% score 4.3 votes=126 %}`."""
    if value is None:
        return format_html('<span class="score faint">{}</span>', _("No ratings yet"))
    stars = format_html_join("", "{}", ((icon("star", css="full" if n <= round(value) else ""),) for n in range(1, 6)))
    count = format_html('<span class="soft">({})</span>', words.count(votes)) if votes is not None else ""
    said = _("%(value)s of 5 stars") % {"value": f"{value:.1f}"}
    return format_html(
        '<span class="score"><span class="score__stars">{}</span><span class="unseen">{}</span>'
        '<strong class="num" aria-hidden="true">{}</strong>{}</span>',
        stars,
        said,
        f"{value:.1f}",
        count,
    )


@register.simple_tag
def copy(text: str, label: str = "", big: bool = False) -> SafeString:
    """A number or code that people carry elsewhere, with a button to copy it. `label` says what it is."""
    css = "copy__text copy__text--big" if big else "copy__text"
    return format_html(
        '<span class="copy"><span class="{}">{}</span><button type="button" class="btn btn--quiet btn--small js-only" '
        'data-copy="{}" data-done="{}">{}<span>{}</span><span class="unseen">{}</span></button></span>',
        css,
        text,
        text,
        _("Copied"),
        icon("copy"),
        _("Copy"),
        label,
    )


@register.simple_tag
def button(
    text: str,
    kind: str = "secondary",
    icon_name: str = "",
    url: str = "",
    type: str = "submit",
    key: str = "",
    css: str = "",
    **attributes: Any,
) -> SafeString:
    """A button, or with `url` a link that looks like one. `kind`: primary, secondary, danger, quiet.

    `key` is its keyboard letter. Other arguments become attributes (`hx_get` → `hx-get`; True → bare;
    False or None → none)."""
    classes = f"btn btn--{kind} {css}".strip()
    glyph = icon(icon_name) if icon_name else ""
    hint = format_html("<kbd>{}</kbd>", key) if key else ""
    extra = _attributes({**attributes, "data_key": key or None})
    if url:
        return format_html('<a class="{}" href="{}"{}>{}{}{}</a>', classes, url, extra, glyph, text, hint)
    return format_html('<button class="{}" type="{}"{}>{}{}{}</button>', classes, type, extra, glyph, text, hint)


def _attributes(values: Mapping[str, Any]) -> SafeString:
    kept = {name.replace("_", "-"): value for name, value in values.items() if value not in (None, False)}
    return format_html_join(
        "", "{}", ((format_html(" {}" if value is True else ' {}="{}"', name, value),) for name, value in kept.items())
    )


@register.inclusion_tag("ui/parts/verbs.html")
def verbs(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What this person may do: the first (or the one marked `primary`) as a full button, the rest in a menu.

    items: {label, url, icon?, hint?, primary?, danger?, key?}; they open in the page's dialog, or as pages.
    """
    main = next((item for item in items if item.get("primary")), items[0] if items else None)
    rest = [item for item in items if item is not main]
    return {"main": main, "rest": rest, "kind": "danger" if main and main.get("danger") else "primary"}


@register.inclusion_tag("ui/parts/next.html")
def next_line(
    state: str, state_text: str, holder: Mapping[str, str], due: Mapping[str, Any] | None, todo: str
) -> dict[str, Any]:
    """The first line of a case: state · who holds it · until when · what they must do.

    `holder` and `due` are the arguments of party and due_chip.
    """
    return {"state": state, "state_text": state_text, "holder": holder, "due": due, "todo": todo}


@register.inclusion_tag("ui/parts/timeline.html")
def timeline(entries: Sequence[Mapping[str, Any]], now: datetime | None = None) -> dict[str, Any]:
    """entries: {title, at, who?, text?, note?, icon?, tone?, url?, photos?: [{thumb, url, alt}]}, in their order."""
    return {"entries": entries, "now": now}


@register.inclusion_tag("ui/parts/ladder.html")
def ladder(tiers: Sequence[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """tiers: {name, owner, limit, state: done|current|late|next, due?: arguments of due_chip}."""
    return {"tiers": tiers, "label": label or _("Ladder")}


@register.inclusion_tag("ui/parts/sort_head.html", takes_context=True)
def sort_head(
    context: template.Context, key: str, label: str, css: str = "", parameter: str = "sort"
) -> dict[str, Any]:
    """A column head that sorts by `?sort=key` (again: `-key`), dropping the cursor."""
    chosen = context["request"].GET.get(parameter, "")
    query = context["request"].GET.copy()
    query.pop("cursor", None)
    query[parameter] = f"-{key}" if chosen == key else key
    order = {key: "ascending", f"-{key}": "descending"}.get(chosen, "")
    return {"url": f"?{query.urlencode()}", "label": label, "order": order, "css": css}


@register.inclusion_tag("ui/parts/pager.html", takes_context=True)
def pager(context: template.Context, page: Any, total: int | str | None = None, why: str = "") -> dict[str, Any]:
    """How many and why these, then the pages. `page`: a kernel.paging.Page; `total`: a number or ready words."""
    total_text = words.count(total) if isinstance(total, int) else total
    urls = {name: _with_cursor(context, getattr(page, name)) for name in ("previous", "next")}
    return {"shown": len(page.rows), "total": total_text, "why": why, **urls}


def _with_cursor(context: template.Context, cursor: str | None) -> str:
    if not cursor:
        return ""
    query = context["request"].GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"


@register.inclusion_tag("ui/parts/chips.html")
def filter_chips(chips: Sequence[Mapping[str, str]], clear_url: str = "") -> dict[str, Any]:
    """The filters that are on: chips {label, url} where `url` is the list without that filter."""
    return {"chips": chips, "clear_url": clear_url}


@register.inclusion_tag("ui/parts/views.html")
def saved_views(views: Sequence[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """Views {label, url, active?, count?} as chips in one row."""
    return {"views": views, "label": label or _("Saved views")}


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """items: {label, url, active?, count?, icon?}: links, each to its own address."""
    return {"items": items, "label": label or _("Parts of this page")}


@register.inclusion_tag("ui/parts/crumbs.html")
def crumbs(items: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """items: {label, url?}; the last is this page."""
    return {"items": items}


@register.inclusion_tag("ui/parts/steps.html")
def steps(items: Sequence[str | Mapping[str, str]], current: int) -> dict[str, Any]:
    """Where one stands among a few questions. items: words, or {label, url}; `current` counts from 1."""
    listed = [item if isinstance(item, Mapping) else {"label": item} for item in items]
    return {"items": listed, "current": current, "total": len(listed)}


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, label: str = "", hint: str = "", mark: bool = True) -> dict[str, Any]:
    """A form field with label, hint, error and need in words. `mark=False`: without the need (one question a page)."""
    return {"field": bound, "label": label or bound.label, "hint": hint or bound.help_text, "mark": mark}


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(
    form: BaseForm | None = None, problems: Sequence[Mapping[str, str]] = (), focus: bool = True
) -> dict[str, Any]:
    """All that is wrong, each linked to its field: of a form, or problems {text, field?}, `field` an element's id."""
    found = [dict(problem) for problem in problems]
    if form is not None:
        found += [{"text": str(error)} for error in form.non_field_errors()]
        found += [
            {
                "text": _named(str(bound.label), str(error)),
                "field": bound.id_for_label or bound.auto_id,
            }
            for bound in form.visible_fields()
            for error in bound.errors
        ]
    return {"problems": found, "focus": focus}


def _named(label: str, error: str) -> str:
    """Most refusals name what they are about; the others are told with the field's name."""
    return error if label in error else _("%(label)s: %(error)s") % {"label": label, "error": error}


@register.inclusion_tag("ui/parts/stars.html")
def stars(
    name: str,
    legend: str,
    value: int | None = None,
    error: str = "",
    labels: Sequence[Any] = SATISFACTION,
    required: bool = True,
) -> dict[str, Any]:
    """Five radio buttons that look like stars; arrow keys move, each has its word. `labels` from worst to best.
    `required=False` where the question may fall away: a browser would not send a form for a field that it hides."""
    choices = list(enumerate(labels, start=1))
    return {
        "name": name,
        "legend": legend,
        "value": value,
        "error": error,
        "choices": choices,
        "required": required,
    }


@register.inclusion_tag("ui/parts/photos.html")
def photo_picker(
    name: str = "photos", most: int = 6, hint: str = "", error: str = "", label: str = ""
) -> dict[str, Any]:
    """A file field for pictures; with JavaScript previews, removal and a smaller copy before upload."""
    return {
        "name": name,
        "most": most,
        "hint": hint,
        "error": error,
        "label": label or _("Photos"),
        "limit": _("%(n)s photos at most") % {"n": most},
    }


@register.inclusion_tag("ui/parts/draft.html")
def draft(key: str) -> dict[str, Any]:
    """Put inside a long form: keeps what is typed on this device under `key`, offers it back, forgets it once sent."""
    return {"key": key}


@register.inclusion_tag("ui/parts/empty.html")
def empty(title: str, text: str = "", icon_name: str = "inbox", url: str = "", action: str = "") -> dict[str, Any]:
    """Nothing to show, why, and what one can do."""
    return {"title": title, "text": text, "icon_name": icon_name, "url": url, "action": action}


@register.inclusion_tag("ui/parts/failed.html")
def failed(text: str = "", retry_url: str = "") -> dict[str, Any]:
    """A part that could not be loaded, with a way to try again."""
    return {"text": text or _("This part could not be loaded."), "retry_url": retry_url}


@register.inclusion_tag("ui/parts/loading.html")
def loading(lines: int = 4) -> dict[str, Any]:
    """Grey bones while a part loads."""
    return {"lines": range(lines)}


@register.inclusion_tag("ui/parts/facts.html")
def facts(items: Sequence[Mapping[str, Any]], css: str = "") -> dict[str, Any]:
    """A definition list: items {label, value}; a value may be marked safe."""
    return {"items": items, "css": css}


@register.simple_tag
def toast(text: str, url: str = "", action: str = "") -> SafeString:
    """Added to any htmx answer: a word at the foot for eight seconds, with a way to undo if `url` is given."""
    link = format_html('<a href="{}">{}</a>', url, action or _("Undo")) if url else ""
    return format_html(
        '<div hx-swap-oob="beforeend:#toasts"><div class="toast">{}<span>{}</span>{}</div></div>',
        icon("check"),
        text,
        link,
    )


@register.simple_block_tag
def callout(content: SafeString, tone: str = "blue", title: str = "", icon_name: str = "") -> SafeString:
    """`{% callout "amber" _("Before you send") %}…{% endcallout %}`; red ones are announced."""
    glyphs = {"green": "check-circle", "amber": "alert", "red": "alert"}
    head = format_html('<p class="callout__title">{}</p>', title) if title else ""
    role = mark_safe(' role="alert"') if tone == "red" else ""
    return format_html(
        '<div class="callout callout--{}"{}>{}<div>{}{}</div></div>',
        tone,
        role,
        icon(icon_name or glyphs.get(tone, "info")),
        head,
        content,
    )


@register.simple_block_tag
def menu(content: SafeString, label: str, icon_name: str = "more", kind: str = "quiet", css: str = "") -> SafeString:
    """`{% menu _("More") %}<li><a href=…>…</a></li>{% endmenu %}`; `kind="icon"` hides the word."""
    word = format_html('<span class="{}">{}</span>', "unseen" if kind == "icon" else "", label)
    look = "btn--quiet btn--icon" if kind == "icon" else f"btn--{kind}"
    return format_html(
        '<details class="menu {}" data-menu><summary class="btn {}">{}{}</summary>'
        '<ul class="menu__list">{}</ul></details>',
        css,
        look,
        icon(icon_name) if icon_name else "",
        word,
        content,
    )


@register.simple_block_tag
def dialog(content: SafeString, id: str, title: str) -> SafeString:
    """A dialog that is in the page already; opened by any element with `data-opens="id"`."""
    return format_html(
        '<dialog class="dialog" id="{}" aria-labelledby="{}-title">{}<div class="dialog__body">{}</div></dialog>',
        id,
        id,
        _panel_head("dialog", title, f"{id}-title"),
        content,
    )


@register.simple_block_tag
def dialog_panel(content: SafeString, title: str) -> SafeString:
    """What a verb's form view returns for the page's one dialog (`#dialog-body`)."""
    return format_html('{}<div class="dialog__body">{}</div>', _panel_head("dialog", title, "dialog-title"), content)


@register.simple_block_tag
def drawer(content: SafeString, title: str, close_url: str = "") -> SafeString:
    """What a details view returns for the drawer beside a list. `close_url`: the list, where no script closes it."""
    return format_html(
        '<div class="drawer__in">{}<div class="drawer__body stack">{}</div></div>',
        _panel_head("drawer", title, "drawer-title", close_url),
        content,
    )


def _panel_head(part: str, title: str, title_id: str, close_url: str = "#") -> SafeString:
    return format_html(
        '<div class="{}__head"><h2 id="{}" tabindex="-1">{}</h2>'
        '<a class="btn btn--quiet btn--icon" href="{}" role="button" data-closes>{}</a></div>',
        part,
        title_id,
        title,
        close_url or "#",
        icon("close", _("Close")),
    )
