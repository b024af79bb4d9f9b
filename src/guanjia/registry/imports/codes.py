"""The official code lists, edition after edition, loaded as one history (`registry.lineage` reads it)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet

from guanjia.kernel.importing import Batch, Field, Kind, Record, day
from guanjia.kernel.problems import Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.registry import lineage, policy, rules
from guanjia.registry.actions import tree
from guanjia.registry.imports.finder import Seen, the_district
from guanjia.registry.lineage import Entry
from guanjia.registry.models import Place, PlaceCode, PlaceKind, PlacePeriod, SuccessionKind
from guanjia.registry.problems import EDITION_DIFFERS, EDITION_ORDER, REPEATED
from guanjia.registry.stamps import PLACES, bump

Key = tuple[str, str]


def edition(text: str) -> str:
    if not re.match(r"(19|20)\d{2}", text):
        raise ValueError(_("an edition begins with its year"))
    return text[:16]


def code(text: str) -> str:
    if not re.fullmatch(r"\d{6,15}", text):
        raise ValueError(_("a code has 6 to 15 digits"))
    return text


def _load(batch: Batch) -> None:
    """A list is only true as a whole: where any row was refused, nothing of it is applied, not even with `skip_bad`."""
    editions: dict[str, list[Record]] = {}
    seen = Seen()
    for record in batch.good():
        if (line := seen.before((record["edition"], record["code"]), record.line)) is not None:
            batch.refuse(record, "code", Problem(REPEATED, field="code", line=line))
        editions.setdefault(record["edition"], []).append(record)
    for name in sorted(editions):
        if not batch.report.refused:
            _load_edition(batch, name, editions[name])


def _load_edition(batch: Batch, name: str, records: Sequence[Record]) -> None:
    on = next((record["since"] for record in records if record["since"]), date(int(name[:4]), 1, 1))
    loaded = dict(PlaceCode.objects.filter(edition=name).values_list("code", "place__name"))
    if loaded:
        return _compare(batch, records, loaded)
    latest = _listed().order_by("-valid_from").first()
    if latest is not None and latest.valid_from >= on:
        problem = Problem(EDITION_ORDER, field="edition", edition=name, latest=latest.edition)
        return batch.refuse(records[0], "edition", problem)
    after = [Entry(one["street_code"], one["street"], one["code"], one["community"]) for one in records]
    _Edition(batch, name, on, after).apply()
    batch.report.count("edition")
    batch.progress(batch.report.loaded["code"], len(batch.records))
    return None


def _compare(batch: Batch, records: Sequence[Record], loaded: Mapping[str, str]) -> None:
    """The same edition again changes nothing; another list under its name is refused."""
    for record in records:
        if record["code"] not in loaded:
            facts = {"edition": record["edition"], "code": record["code"], "name": record["community"]}
            batch.refuse(record, "code", Problem(EDITION_DIFFERS, field="code", **facts))


@dataclass(slots=True)
class _Edition:
    batch: Batch
    name: str
    on: date
    after: Sequence[Entry]

    def apply(self) -> None:
        district = the_district(self.on)
        _known_since(district, self.on)
        streets = {rules.normal_name(one.name): one for one in _current(PlaceKind.STREET)}
        places = {
            (rules.normal_name(one.parent.name), rules.normal_name(one.name)): one
            for one in _current(PlaceKind.COMMUNITY)
            if one.parent is not None
        }
        codes = _latest_codes()
        before = [
            Entry(codes.get(place.parent_id or 0, ""), street, codes.get(place.pk, ""), name)
            for (street, name), place in places.items()
        ]
        step = lineage.step(before, self.after)
        streets_now = self._streets(district, streets, step)
        communities = self._communities(places, streets_now, step, codes)
        self._end_streets(streets, streets_now, step, codes)
        self._codes(streets_now, communities, codes)
        bump(PLACES)

    def _streets(self, district: Place, streets: Mapping[str, Place], step: lineage.Step) -> dict[str, Place]:
        """Normal name → street, of this edition."""
        became = {new: old for old, new in step.streets.items() if new is not None}
        now: dict[str, Place] = {}
        for entry in self.after:
            key = entry.street_key
            if key in now:
                continue
            place = streets.get(became.get(key, key))
            if place is None:
                now[key] = tree.found(PlaceKind.STREET, key, district, on=self.on)
                self.batch.report.count("street")
                continue
            _known_since(place, self.on)
            if key != rules.normal_name(place.name):
                self._rename(place, key)
            now[key] = place
        return now

    def _communities(
        self,
        places: Mapping[Key, Place],
        streets: Mapping[str, Place],
        step: lineage.Step,
        codes: Mapping[int, str],
    ) -> dict[Key, Place]:
        """(street, name) → community, of this edition. Those that end go first, so that their names are free."""
        now: dict[Key, Place] = {}
        for old, new in sorted(step.communities.items(), key=lambda pair: pair[1] is not None):
            place = places[old]
            if new is None:
                if place.pk in codes:
                    tree.end(place, on=self.on)
                    self.batch.report.count("ended")
                continue
            _known_since(place, self.on)
            if place.parent_id != streets[new[0]].pk:
                place.refresh_from_db()
                tree.turn(place, on=self.on, parent=streets[new[0]])
                self.batch.report.count("moved")
            if new[1] != old[1]:
                self._rename(place, new[1])
            now[new] = place
        for entry in self.after:
            key = (entry.street_key, entry.key)
            if key not in now:
                now[key] = tree.found(PlaceKind.COMMUNITY, entry.key, streets[key[0]], on=self.on)
                self.batch.report.count("community")
        return now

    def _rename(self, place: Place, name: str) -> None:
        tree.add_alias(place, place.name)
        tree.turn(place, on=self.on, name=name)
        tree.note_succession(SuccessionKind.RENAME, [place], [place], self.on)
        self.batch.report.count("renamed")

    def _end_streets(
        self,
        streets: Mapping[str, Place],
        streets_now: Mapping[str, Place],
        step: lineage.Step,
        codes: Mapping[int, str],
    ) -> None:
        heirs = step.absorbed()
        for old in (name for name, new in step.streets.items() if new is None):
            place = streets[old]
            if place.pk not in codes:
                continue
            tree.end(place, on=self.on)
            if old in heirs:
                tree.note_succession(SuccessionKind.MERGE, [place], [streets_now[heirs[old]]], self.on)
            self.batch.report.count("ended")

    def _codes(self, streets: Mapping[str, Place], communities: Mapping[Key, Place], codes: Mapping[int, str]) -> None:
        given = {streets[entry.street_key].pk: entry.street_code for entry in self.after}
        given |= {communities[entry.street_key, entry.key].pk: entry.code for entry in self.after}
        _listed().filter(valid_to__isnull=True).update(valid_to=self.on)
        PlaceCode.objects.bulk_create(
            [PlaceCode(place_id=pk, edition=self.name, code=code, valid_from=self.on) for pk, code in given.items()]
        )
        held = Place.objects.in_bulk(list(given))
        for pk, code in given.items():
            if pk in codes and codes[pk] != code:
                tree.note_succession(SuccessionKind.RECODE, [held[pk]], [held[pk]], self.on)
                self.batch.report.count("recoded")
        self.batch.report.count("code", len(given))


def _current(kind: PlaceKind) -> list[Place]:
    return list(Place.objects.filter(kind=kind, valid_to__isnull=True).select_related("parent").order_by("pk"))


def _latest_codes() -> dict[int, str]:
    """Place → its code in the newest edition loaded."""
    newest = _listed().aggregate(newest=Max("valid_from"))["newest"]
    return dict(_listed().filter(valid_from=newest).values_list("place_id", "code")) if newest else {}


def _listed() -> QuerySet[PlaceCode]:
    """The codes that the lists give; grids and courtyards have theirs from elsewhere."""
    return PlaceCode.objects.filter(place__kind__in=[PlaceKind.STREET, PlaceKind.COMMUNITY])


def _known_since(place: Place, on: date) -> None:
    """A list proves that a place was there on its day, though it was entered later."""
    if place.valid_from > on:
        PlacePeriod.objects.filter(place=place, valid_from=place.valid_from).update(valid_from=on)
        Place.objects.filter(pk=place.pk).update(valid_from=on)
        place.valid_from = on


CODES = Kind(
    "codes",
    _("import code lists"),
    (
        Field("edition", _("Edition"), ("edition", "版本", "年份", "版次"), edition, required=True),
        Field("street_code", _("Street code"), ("street_code12", "街道代码", "street_code"), code, required=True),
        Field("street", _("Street"), ("street", "街道", "街道名称"), required=True, limit=80),
        Field("code", _("Code"), ("community_code12", "社区代码", "code"), code, required=True),
        Field("community", _("Community"), ("community", "社区", "社区名称"), required=True, limit=80),
        Field("since", _("In force since"), ("since", "生效日期", "启用日期"), day),
    ),
    policy.may_import,
    _load,
)
