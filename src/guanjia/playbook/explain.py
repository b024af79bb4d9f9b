"""A playbook as people see it: the ladder as a table, and the way of a case as a drawing for terminal and page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from xml.sax.saxutils import escape

from guanjia.kernel.catalogues import catalogue
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.labels import (
    CHANNEL_LABELS,
    EVIDENCE_LABELS,
    KIND_LABELS,
    ROLE_LABELS,
    SUBJECT_LABELS,
    limit_said,
)
from guanjia.playbook.lifecycle.states import CLOCK_LABELS, ClockKind
from guanjia.playbook.limits import Limit
from guanjia.playbook.schema import Owner, Playbook, Route, Tier

CLOCKS = (ClockKind.ACCEPT, ClockKind.ARRIVE, ClockKind.FIRST_OPINION, ClockKind.RESOLVE)
UNIT_KINDS = {"street_office": _("Street office"), "community_committee": _("Community committee")}
STANDING = {"discipline-inspection": _("Discipline inspection"), "leading-group": _("Leading group")}


@dataclass(frozen=True, slots=True)
class Table:
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """One station on the way. `leaves`: what is written on the line from here straight to the follow-up, if there
    is one; `below`: on the line to the next box."""

    title: str
    lines: tuple[str, ...]
    leaves: str = ""
    below: str = ""


def table(playbook: Playbook, language: str) -> Table:
    """The ladder: a row a tier, its limits, what has to be shown and what happens when it is late."""
    texts = catalogue(language)
    say = texts.gettext
    headings = [_("Tier"), _("Who"), *(CLOCK_LABELS[kind] for kind in CLOCKS), _("Redo"), _("Evidence"), _("When late")]
    rows = []
    for tier in playbook.ladder.tiers:
        rows.append(
            (
                tier.name.in_(language),
                owner_said(playbook, tier.owner, language),
                *(_limit_said(tier, kind, texts) or "–" for kind in CLOCKS),
                limit_said(redo, texts) if (redo := tier.redo or tier.resolve) is not None else "–",
                _evidence(tier, texts) or "–",
                say(_("climbs by itself")) if tier.when_late == "escalate" else say(_("marked late")),
            )
        )
    return Table(tuple(map(say, headings)), tuple(rows))


def _limit_said(tier: Tier, kind: ClockKind, texts: NullTranslations) -> str:
    """A limit of a tier; where kinds of request have limits of their own, these too. "" for none."""
    limit: Limit | None = getattr(tier, str(kind))
    said = [limit_said(limit, texts)] if limit is not None else []
    if kind is ClockKind.RESOLVE:
        own = ((texts.gettext(KIND_LABELS[key]), limit_said(one, texts)) for key, one in tier.resolve_by_kind.items())
        said += [texts.gettext(_("%(kind)s %(limit)s")) % {"kind": label, "limit": text} for label, text in own]
    return texts.gettext(_("; ")).join(said)


def boxes(playbook: Playbook, language: str) -> list[Box]:
    """The way of a case, from the request to the end."""
    texts = catalogue(language)
    say, ladder = texts.gettext, playbook.ladder
    first = Box(
        say(_("A request comes in")),
        tuple(_entries(playbook, language)),
        below=_by(texts, _("dispatched within %(limit)s"), ladder.dispatch),
    )
    rungs = [_rung(number, tier, playbook, language) for number, tier in enumerate(ladder.tiers, 1)]
    callers = say(_(", ")).join(say(ROLE_LABELS[role]) for role in ladder.follow_up.calls_by)
    heard = Box(
        say(_("The asker is heard")),
        (
            _by(texts, _("within %(limit)s, by link or by a call"), ladder.follow_up.within),
            say(_("calls: %(who)s, never whoever handled it")) % {"who": callers},
            say(_("not solved or not satisfied: the same tier does it again")),
        ),
        below=say(_("agreed, or not reached %(times)s times")) % {"times": ladder.follow_up.attempts},
    )
    closed = Box(
        say(_("Struck off the ledger")),
        (_by(texts, _("may be contested for %(limit)s"), ladder.follow_up.contest_within),),
    )
    return [first, *rungs, heard, closed]


def _rung(number: int, tier: Tier, playbook: Playbook, language: str) -> Box:
    texts = catalogue(language)
    say = texts.gettext
    limits = [(CLOCK_LABELS[kind], _limit_said(tier, kind, texts)) for kind in CLOCKS]
    lines = [
        owner_said(playbook, tier.owner, language),
        " · ".join(f"{say(label)} {limit}" for label, limit in limits if limit),
    ]
    if tier.evidence:
        lines.append(say(_("to show: %(evidence)s")) % {"evidence": _evidence(tier, texts)})
    below = say(_("late: climbs by itself")) if tier.when_late == "escalate" else ""
    return Box(f"{number}  {tier.name.in_(language)}", tuple(lines), say(_("resolved")), below)


def _entries(playbook: Playbook, language: str) -> list[str]:
    """Where the routes lead, in their order."""
    say = catalogue(language).gettext
    numbers = {tier.key: number for number, tier in enumerate(playbook.ladder.tiers, 1)}
    lines = []
    for route in playbook.routes:
        to = say(_("sealed")) if route.hand_over is not None else str(numbers.get(route.tier or "", say(_("desk"))))
        lines.append(f"→ {to}  {_conditions(route, playbook, language)}")
    return lines


def _conditions(route: Route, playbook: Playbook, language: str) -> str:
    say = catalogue(language).gettext
    between = say(_(", "))
    names = [category.name.in_(language) for category in playbook.categories if category.key in route.categories]
    parts = [between.join(names[:3])] if names else []
    if len(names) > 3:
        parts[0] += say(_(" and %(more)s more")) % {"more": len(names) - 3}
    if route.emergency:
        parts.append(say(_("Emergency")))
    parts += [say(CHANNEL_LABELS[channel]) for channel in route.channels]
    parts += [say(SUBJECT_LABELS[subject]) for subject in route.subjects]
    parts += [say(KIND_LABELS[kind]) for kind in route.kinds]
    return between.join(parts) or say(_("everything else"))


def _by(texts: NullTranslations, text: str, limit: Limit) -> str:
    return texts.gettext(text) % {"limit": limit_said(limit, texts)}


def owner_said(playbook: Playbook, owner: Owner, language: str) -> str:
    """Who it is, as people say it."""
    say = catalogue(language).gettext
    if owner.steward:
        return say(_("The steward, or the stand-in"))
    if owner.duty:
        return say(_("The unit that has the duty"))
    if owner.role is not None:
        return say(ROLE_LABELS[owner.role])
    if owner.body is not None:
        body = next((body for body in playbook.bodies if body.key == owner.body), None)
        if body is not None:
            return body.name.in_(language)
        return say(STANDING[owner.body]) if owner.body in STANDING else say(_("Body: %(key)s")) % {"key": owner.body}
    return say(UNIT_KINDS[str(owner.unit_kind)])


def _evidence(tier: Tier, texts: NullTranslations) -> str:
    return texts.gettext(_(", ")).join(texts.gettext(EVIDENCE_LABELS[kind]) for kind in tier.evidence)


def width(text: str) -> int:
    """Columns in a terminal: Chinese characters and full-width signs take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def flow(playbook: Playbook, language: str) -> str:
    """The way of a case, drawn with box characters: each rung climbs to the next, and leads straight to the
    follow-up on the right."""
    stations = boxes(playbook, language)
    inner = max(width(line) for box in stations for line in (box.title, *(f"  {line}" for line in box.lines)))
    beside = max(width(box.leaves) for box in stations)
    target = max(index for index, box in enumerate(stations) if box.leaves) + 1
    lines: list[str] = []
    opened = False
    for index, box in enumerate(stations):
        arrives = index > 0 and bool(stations[index - 1].below)
        lines += _drawn(box, inner, beside, opened=opened, arrives=arrives, target=index == target)
        opened = (opened or bool(box.leaves)) and index != target
    return "\n".join(line.rstrip() for line in lines)


def _drawn(box: Box, inner: int, beside: int, *, opened: bool, arrives: bool, target: bool) -> list[str]:
    """One box with its line below. `opened`: the rail on the right runs past it; `target`: the rail ends in it."""
    gap = " " * (beside + 4)
    rail = f"{gap}│" if opened else ""
    top, bottom = ("▼" if arrives else "─"), ("┬" if box.below else "─")
    side, title_rail = "│", rail
    if box.leaves:
        side = "├"
        title_rail = _padded(f"─ {box.leaves} ", beside + 3).replace("  ", " ─") + "─" + ("┤" if opened else "┐")
    elif target:
        side, title_rail = "│", f"◄{'─' * (beside + 3)}┘"
    after = f"{gap}│" if (opened or box.leaves) and not target else ""
    drawn = [
        f"┌───{top}{'─' * (inner - 2)}┐{rail}",
        f"│ {_padded(box.title, inner)} {side}{title_rail}",
        *(f"│ {_padded(f'  {line}', inner)} │{after}" for line in box.lines),
        f"└───{bottom}{'─' * (inner - 2)}┘{after}",
    ]
    if box.below:
        drawn.append(_padded(f"    │ {box.below}", inner + 4) + after)
    return drawn


LINE, PAD, GAP, COLUMN, RAIL = 22, 14, 34, 8, 90


def flow_svg(playbook: Playbook, language: str) -> str:
    """The same drawing for a page. Colours come from the page: lines and text are `currentColor`, parts carry the
    classes flow-box, flow-title, flow-text and flow-line."""
    stations = boxes(playbook, language)
    wide = 2 * PAD + COLUMN * max(width(line) + 2 for box in stations for line in (box.title, *box.lines))
    parts, y = [], 1
    middles: list[tuple[int, str]] = []
    rail, target = wide + RAIL, max(index for index, box in enumerate(stations) if box.leaves) + 1
    for index, box in enumerate(stations):
        high = 2 * PAD + LINE * (1 + len(box.lines)) - 6
        parts.append(_svg_box(box, y, wide, high))
        middle = y + PAD + LINE // 2
        if box.leaves:
            middles.append((middle, box.leaves))
        elif index == target:
            parts.append(_svg_rail(middles, middle, wide, rail))
        if index + 1 < len(stations):
            parts.append(_svg_arrow(box.below, y + high))
        y += high + GAP
    name = escape(playbook.playbook.name.in_(language))
    head = f'<svg class="flow" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {rail + 2} {y - GAP + 1}" role="img">'
    return "\n".join([head, f"<title>{name}</title>", *parts, "</svg>"])


def _svg_text(kind: str, x: int, y: int, text: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" fill="currentColor">{escape(text)}</text>'


def _svg_line(points: Sequence[tuple[int, int]]) -> str:
    path = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline class="flow-line" points="{path}" fill="none" stroke="currentColor"/>'


def _svg_box(box: Box, y: int, wide: int, high: int) -> str:
    size = f'x="1" y="{y}" width="{wide}" height="{high}" rx="6"'
    frame = f'<rect class="flow-box" {size} fill="none" stroke="currentColor"/>'
    first = y + PAD + 14
    texts = [_svg_text("flow-title", PAD, first, box.title)]
    texts += [_svg_text("flow-text", PAD, first + LINE * row, line) for row, line in enumerate(box.lines, 1)]
    return "\n".join([frame, *texts])


def _svg_arrow(label: str, y: int) -> str:
    x, end = 4 * PAD, y + GAP
    shaft = _svg_line([(x, y), (x, end)])
    head = _svg_line([(x - 5, end - 7), (x, end), (x + 5, end - 7)])
    return "\n".join([shaft, head, _svg_text("flow-text", x + 12, y + GAP // 2 + 5, label)] if label else [])


def _svg_rail(starts: Sequence[tuple[int, str]], end: int, wide: int, rail: int) -> str:
    parts = [_svg_line([(wide + 1, y), (rail, y)]) for y, _label in starts]
    parts += [_svg_text("flow-text", wide + 10, y - 6, label) for y, label in starts]
    parts.append(_svg_line([(rail, starts[0][0]), (rail, end), (wide + 1, end)]))
    parts.append(_svg_line([(wide + 8, end - 5), (wide + 1, end), (wide + 8, end + 5)]))
    return "\n".join(parts)
