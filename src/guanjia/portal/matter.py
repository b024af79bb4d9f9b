"""From what somebody wrote on the pages of asking to what `cases` registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils.timezone import localdate

from guanjia.cases import classify, uploads
from guanjia.cases.actions.intake import NewCase, NewContact, register
from guanjia.cases.actions.joining import join_case
from guanjia.cases.problems import NO_PROGRAMME, TOO_MANY_DOCUMENTS
from guanjia.cases.queries.public import first_askers
from guanjia.cases.queries.similar import Similar, similar_open
from guanjia.kernel.actor import PUBLIC
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.schema import Playbook
from guanjia.portal.drafts import Draft
from guanjia.portal.problems import OUTSIDE, UNKNOWN_BUSINESS, WHICH_BUSINESS
from guanjia.programmes import queries as programmes
from guanjia.registry import queries as registry

PHOTOS = 6
#: What a text is filed under where nothing speaks for any category.
FALLBACK = "other"


def asked_under(key: str = "") -> tuple[int, Playbook]:
    """The programme of a card, where it runs and takes requests by cards, else the first that takes them from the web
    page: its id and its playbook. Raises case.no_programme."""
    for one in programmes.running():
        if one.key == key and "card" in (playbook := programmes.current_playbook(one.pk)).channels:
            return one.pk, playbook
    found = programmes.taking("web")
    if found is None:
        raise Problem(NO_PROGRAMME)
    return found.pk, programmes.current_playbook(found.pk)


def suggested(playbook: Playbook, text: str) -> list[str]:
    """Keys of the likeliest categories, best first; never empty."""
    found = [one.category for one in classify.suggest(playbook, "", text)]
    keys = [one.key for one in playbook.categories]
    return found or [FALLBACK if FALLBACK in keys else keys[-1]]


def spoken_of(playbook: Playbook, text: str) -> list[str]:
    """The same while somebody types: none until something speaks for one."""
    return [one.category for one in classify.suggest(playbook, "", text)]


def comes_at_once(playbook: Playbook) -> bool:
    """Whether somebody can be asked to come: some tier promises a time for it."""
    return any(tier.arrive is not None for tier in playbook.ladder.tiers)


def take_photos(draft: Draft, files: Sequence[UploadedFile], kept: Sequence[str], *, at: datetime) -> None:
    """Keep those of the draft's photos that are still ticked, and add new ones. Raises document.*."""
    draft.documents = [one for one in draft.documents if str(one) in kept]
    check_count(len(draft.documents) + len(files))
    taken = uploads.take_in(PUBLIC, files, case=None, at=at)
    draft.documents += [document.pk for document in taken]


def check_count(photos: int) -> None:
    """Raises document.too_many, as the page says it beside the field."""
    if photos > PHOTOS:
        raise Problem(TOO_MANY_DOCUMENTS, field="files", count=photos, limit=PHOTOS)


def photo_of(draft: Draft, document_id: int) -> uploads.Document:
    """Raises not_found."""
    if document_id not in draft.documents:
        raise Problem(NOT_FOUND, what=_("photo"), key=document_id)
    return uploads.waiting(document_id)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a draft says it is: `place` None where it is not known; `words` for people."""

    place_id: int | None = None
    path: str = ""
    words: str = ""
    known: bool = False


def spot_of(draft: Draft, at: datetime) -> Spot:
    if draft.how == "here" and draft.lng is not None and draft.lat is not None:
        place = registry.locate_point(draft.lng, draft.lat, localdate(at))
        return _spot(place.pk, place.path) if place else Spot()
    if draft.how == "card" and draft.card_place_id is not None:
        place = registry.place(draft.card_place_id)
        return _spot(place.pk, place.path)
    if draft.how == "shop" and draft.subject_id is not None:
        business = registry.business_called(draft.subject_id)
        if business is None:
            return Spot()
        found = business.place
        path = found.path if found else ""
        return Spot(found.pk if found else None, path, f"{business.where} {business.name}".strip(), known=True)
    if draft.how == "address":
        matches = registry.locate_address(draft.address, most=1)
        found = matches[0].place if matches else None
        return Spot(found.pk if found else None, found.path if found else "", draft.address, known=found is not None)
    return Spot()


def _spot(place_id: int, path: str) -> Spot:
    names = [place.name for place in registry.ancestors(registry.place(place_id))]
    return Spot(place_id, path, " ".join(names[1:]), known=True)


def check_point(lng: float, lat: float, at: datetime) -> None:
    """Raises portal.outside."""
    if registry.locate_point(lng, lat, localdate(at)) is None:
        raise Problem(OUTSIDE, field="how")


def business_of(text: str, subject_id: int | None) -> int:
    """The business meant. Raises portal.unknown_business; portal.which_business, with those to choose from in its
    parameters."""
    found = registry.businesses_called(text) if text else []
    if subject_id is not None and subject_id in {one.subject_id for one in found}:
        return subject_id
    if not found:
        raise Problem(UNKNOWN_BUSINESS, field="shop")
    exact = [one for one in found if one.name == text] or found
    if len(exact) > 1:
        raise Problem(WHICH_BUSINESS, field="shop", choices=exact)
    return exact[0].subject_id


def alike(draft: Draft, spot: Spot, category: str, at: datetime) -> list[Similar]:
    return similar_open(
        text=draft.text, category=category, place_path=spot.path, lon=draft.lng, lat=draft.lat, at=at, most=3
    )


def send(draft: Draft, category: str, join: int | None, *, at: datetime) -> None:
    """Register the request, or join the open case that was chosen; the draft then knows the case. Raises Problem."""
    asker = None if draft.anonymous else NewContact(name=draft.name, phone=draft.phone, consent=True)
    if join is not None and asker is not None:
        joined = join_case(
            PUBLIC,
            join,
            asker,
            channel=draft.channel,
            text=draft.text,
            document_ids=draft.documents,
            at=at,
        )
        draft.case_id, draft.contact_id = joined.case.pk, joined.contact_id
        draft.joined, draft.known, draft.number = True, joined.known, joined.case.number
        return
    case = register(PUBLIC, _new_case(draft, category, asker, at), at=at)
    draft.case_id = case.pk
    draft.contact_id = first_askers([case.pk]).get(case.pk)
    draft.number, draft.sealed = case.number, case.sealed_to_id is not None


def _new_case(draft: Draft, category: str, asker: NewContact | None, at: datetime) -> NewCase:
    _id, playbook = asked_under(draft.programme)
    spot = spot_of(draft, at)
    here = draft.how == "here"
    return NewCase(
        programme=playbook.key,
        text=draft.text,
        channel=draft.channel,
        category=category,
        asker=asker,
        place_id=spot.place_id,
        lon=draft.lng if here else None,
        lat=draft.lat if here else None,
        address=draft.address if draft.how == "address" else "",
        subject_id=draft.subject_id if draft.how == "shop" else None,
        call=draft.call,
        public=draft.public,
        document_ids=draft.documents,
        key=f"web:{draft.key}",
    )
