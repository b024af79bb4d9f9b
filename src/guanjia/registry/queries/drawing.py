"""What a map draws of the part of the district that somebody looks at."""

from __future__ import annotations

from guanjia.kernel.problems import INVALID, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry.models import Place
from guanjia.registry.queries.places import outlines

Box = tuple[float, float, float, float]

#: The widest view, in degrees (about five kilometres), in which courtyards can be told apart.
WIDEST = 0.06
#: More would be a blot; a courtyard is rarely smaller than fifty metres.
MOST = 600


def read_box(text: str) -> Box:
    """`west,south,east,north` in degrees. Raises field.invalid."""
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        west = south = east = north = 0.0
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        why = _("west, south, east and north in degrees, with commas between")
        raise Problem(INVALID, field="box", field_label=_("Part of the map"), why=why)
    return west, south, east, north


def courtyards_in(box: Box) -> list[Place]:
    """Those that the view touches; none in a view too wide for them. One query."""
    west, south, east, north = box
    if max(east - west, north - south) > WIDEST:
        return []
    return list(outlines(kind="courtyard", box=box, most=MOST))
