"""Numbers drawn: `{% load figures %}`. Every number links to the rows behind it; bars are SVG, so no inline style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guanjia.ui import format as words

register = Library()


@register.inclusion_tag("ui/parts/stat.html")
def stat(
    label: str,
    value: int | str | None,
    url: str = "",
    hint: str = "",
    level: str = "",
    unit: str = "",
    trend: Sequence[float] = (),
) -> dict[str, Any]:
    """One figure with its name; a link to its rows. `level`: ok, near, late, or none. Inside `<ul class="stats">`."""
    shown = words.short_count(value) if isinstance(value, int) else value
    return {
        "label": label,
        "value": "–" if shown is None else shown,
        "url": url,
        "hint": hint,
        "level": level,
        "unit": unit,
        "trend": trend,
    }


@register.simple_tag
def meter(value: float, most: float = 100, text: str = "", level: str = "") -> SafeString:
    """A bar of `value` out of `most`; `text` is read aloud. `level` colours it: ok, near, late."""
    share = max(0.0, min(100.0, 100 * value / most)) if most else 0.0
    said = text or words.percent(value, most)
    return format_html(
        '<svg class="meter {}" role="img" aria-label="{}" viewBox="0 0 100 10" preserveAspectRatio="none">'
        '<rect width="{}" height="10"></rect></svg>',
        f"meter--{level}" if level else "",
        said,
        f"{share:.1f}",
    )


@register.inclusion_tag("ui/parts/bars.html")
def bar_list(rows: Sequence[Mapping[str, Any]], most: float | None = None) -> dict[str, Any]:
    """Names with bars. rows: {label, value, text?, url?, level?}; the longest bar is the largest value, or `most`."""
    top = most or max((row["value"] for row in rows), default=0)
    listed = [{**row, "text": row.get("text") or words.count(row["value"])} for row in rows]
    return {"rows": listed, "most": top}


@register.simple_tag
def spark(values: Sequence[float], label: str = "") -> SafeString:
    """A small line of how a figure moved. Fewer than two values draw nothing."""
    if len(values) < 2:
        return SafeString("")
    low, high = min(values), max(values)
    spread = (high - low) or 1
    step = 100 / (len(values) - 1)
    points = " ".join(f"{i * step:.1f},{26 - 24 * (v - low) / spread:.1f}" for i, v in enumerate(values))
    return format_html(
        '<svg class="spark" role="img" aria-label="{}" viewBox="0 0 100 28" preserveAspectRatio="none">'
        '<polygon points="0,28 {} 100,28"></polygon><polyline points="{}"></polyline></svg>',
        label or _("From %(first)s to %(last)s") % {"first": f"{values[0]:g}", "last": f"{values[-1]:g}"},
        points,
        points,
    )


@register.inclusion_tag("ui/parts/chart.html")
def chart(id: str, data: Mapping[str, Any], title: str, css: str = "") -> dict[str, Any]:
    """A drawn chart with its numbers as a table below for those who do not see it.

    data: {kind: bar|line|stacked, names: [...], series: [{name, values: [...], level?}], unit?, urls?: [...]}.
    Needs dist/charts.js.
    """
    rows = [
        {"name": name, "values": [line["values"][at] for line in data["series"]]}
        for at, name in enumerate(data["names"])
    ]
    return {"id": id, "data": data, "title": title, "css": css, "rows": rows}


@register.inclusion_tag("ui/parts/map.html")
def map_view(
    id: str,
    label: str,
    areas_url: str = "",
    closer_url: str = "",
    points_url: str = "",
    tiles_url: str = "",
    tiles_crs: str = "",
    tiles_credit: str = "",
    pick: str = "",
    ticks: str = "",
    lat: float | None = None,
    lng: float | None = None,
    css: str = "",
) -> dict[str, Any]:
    """Our own geometry on a plain ground; tiles only if a source is set. Needs dist/map.css and dist/map.js.

    areas_url, points_url: GeoJSON in WGS84 with properties {name, url?, level?, here?}. closer_url: the same of what
    lies in `box=west,south,east,north`, asked for where the map is close enough to tell it apart. pick: prefix of the
    form fields `<pick>_lat` and `<pick>_lng` that a tap on the map fills. ticks: name of the boxes in the form that
    areas stand for, by their property `id`. tiles_crs="gcj02" for sources with the Chinese offset.
    """
    return {
        "id": id,
        "label": label,
        "areas_url": areas_url,
        "closer_url": closer_url,
        "points_url": points_url,
        "tiles_url": tiles_url,
        "tiles_crs": tiles_crs,
        "tiles_credit": tiles_credit,
        "pick": pick,
        "ticks": ticks,
        "lat": lat,
        "lng": lng,
        "css": css,
    }
