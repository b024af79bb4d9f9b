"""A request being written: what each page of asking adds, kept encrypted in the browser's session until it is sent.

Encrypted, since the table of sessions is no place for names and phones. Its key is also the key under which the request
is registered, so that pressing twice makes one case.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.crypto import get_random_string

from guanjia.access.requests import Request
from guanjia.kernel.problems import Problem
from guanjia.kernel.secrets import decrypt, encrypt
from guanjia.portal.problems import DRAFT_GONE, TOO_QUICK

SESSION_KEY = "asking"
#: Requests that one browser may have begun; the oldest gives way.
MOST = 5
#: Nobody gets through the pages faster.
QUICKEST = timedelta(seconds=3)


@dataclass(slots=True)
class Draft:
    key: str
    started: str
    channel: str = "web"
    #: Key of the programme that the card was printed for; empty for the one that takes requests from the web.
    programme: str = ""
    text: str = ""
    category: str = ""
    call: bool = False
    documents: list[int] = field(default_factory=list)
    #: here, card, address, shop or nowhere; empty until asked.
    how: str = ""
    address: str = ""
    lat: float | None = None
    lng: float | None = None
    place_id: int | None = None
    card_place_id: int | None = None
    subject_id: int | None = None
    name: str = ""
    phone: str = ""
    anonymous: bool = False
    public: bool = True
    #: Once sent: the case, the contact (None where nobody is to be told), and whether an open case was joined.
    case_id: int | None = None
    number: str = ""
    sealed: bool = False
    contact_id: int | None = None
    joined: bool = False
    known: bool = False

    @property
    def sent(self) -> bool:
        return self.case_id is not None

    @property
    def next_step(self) -> str:
        """The first page that has not been answered."""
        if not self.text:
            return "what"
        if not self.how:
            return "where"
        return "check" if self.phone or self.anonymous else "who"

    def check_pace(self, at: datetime) -> None:
        """Raises portal.too_quick."""
        if at - datetime.fromisoformat(self.started) < QUICKEST:
            raise Problem(TOO_QUICK)


def begin(request: Request, **values: Any) -> Draft:
    return Draft(key=get_random_string(16), started=request.at.isoformat(), **values)


def keep(request: Request, draft: Draft) -> None:
    others = {key: value for key, value in request.session.get(SESSION_KEY, {}).items() if key != draft.key}
    newest = dict(list(others.items())[-(MOST - 1) :])
    request.session[SESSION_KEY] = {**newest, draft.key: encrypt(json.dumps(asdict(draft)))}


def recall(request: Request, key: str) -> Draft:
    """Raises portal.draft_gone."""
    try:
        return Draft(**json.loads(decrypt(request.session[SESSION_KEY][key])))
    except (KeyError, TypeError, ValueError) as error:  # not here, or kept by an older version of these pages
        raise Problem(DRAFT_GONE) from error


def forget(request: Request, draft: Draft) -> None:
    """Once it is sent, only what the receipt needs stays."""
    kept = ("key", "started", "case_id", "number", "sealed", "contact_id", "joined", "known", "anonymous", "public")
    keep(request, Draft(**{name: getattr(draft, name) for name in kept}))
