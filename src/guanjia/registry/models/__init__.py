"""Who and what there is in a district, and since when.

`places` the tree with time · `organisation` units, posts, officers · `subjects` whom the district serves,
and contacts · `work_calendar` days worked, and stamps.
"""

from guanjia.registry.models.organisation import Officer, Post, PostHolding, Unit, UnitKind
from guanjia.registry.models.places import (
    Place,
    PlaceAlias,
    PlaceCode,
    PlaceKind,
    PlacePeriod,
    PlaceSuccession,
    SuccessionKind,
)
from guanjia.registry.models.subjects import (
    Business,
    Contact,
    Household,
    PastStay,
    Person,
    Subject,
    SubjectKind,
)
from guanjia.registry.models.work_calendar import CalendarDay, CalendarYear, Stamp, UnitHours

__all__ = [
    "Business",
    "CalendarDay",
    "CalendarYear",
    "Contact",
    "Household",
    "Officer",
    "PastStay",
    "Person",
    "Place",
    "PlaceAlias",
    "PlaceCode",
    "PlaceKind",
    "PlacePeriod",
    "PlaceSuccession",
    "Post",
    "PostHolding",
    "Stamp",
    "Subject",
    "SubjectKind",
    "SuccessionKind",
    "Unit",
    "UnitHours",
    "UnitKind",
]
