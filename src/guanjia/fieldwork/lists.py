"""What a form may choose from that the registry knows: places of a kind, and units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from guanjia.fieldwork.rules.forms import Choice
from guanjia.playbook.forms import REGISTRY_LISTS
from guanjia.registry import queries as registry
from guanjia.registry.models import Place

_KINDS = {"streets": "street", "communities": "community", "grids": "grid", "courtyards": "courtyard"}


def choices(name: str, *, former: bool = False) -> tuple[Choice, ...]:
    """Of a list in `playbook.forms.REGISTRY_LISTS`; `former`: with those that have ended, which an older answer may
    name. No query while nothing changed."""
    if name == "units":
        units = [one for one in registry.known_units().values() if former or one.valid_to is None]
        return tuple(Choice(str(one.pk), {"": one.name}) for one in sorted(units, key=lambda one: one.name))
    known = registry.known_places()
    places = [one for one in known.values() if one.kind == _KINDS[name] and (former or one.valid_to is None)]
    columns = REGISTRY_LISTS[name]
    return tuple(
        Choice(str(one.pk), {"": _called(one)}, dict(zip(columns, _above(one), strict=False)))
        for one in sorted(places, key=lambda one: one.path)
    )


def _above(place: Place) -> list[str]:
    """The ids of the places above it, from the street down; a district may leave a level out at the end."""
    return [str(id) for id in place.path_ids[1:-1]]


def _called(place: Place) -> str:
    """Grids and courtyards of one name lie in many communities."""
    above = registry.known_place(place.parent_id or 0) if place.kind in ("grid", "courtyard") else None
    return f"{above.name} {place.name}" if above is not None else place.name


def as_file(name: str) -> bytes:
    """The same as the CSV that a device chooses from."""
    columns = REGISTRY_LISTS[name]
    rows = ((one.name, one.labels[""], *(one.columns.get(column, "") for column in columns)) for one in choices(name))
    return written(rows, *columns)


def written(rows: Iterable[tuple[object, ...]], *columns: str) -> bytes:
    """Of (value, label, `columns`), as XLSForm wants a list that lies beside a form."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["name", "label", *columns])
    writer.writerows(rows)
    return buffer.getvalue().encode()
