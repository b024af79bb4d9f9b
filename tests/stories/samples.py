"""A value for each argument that a URL may have, so that the matrix of gates can fetch every page.

A room that adds a route with a new argument adds a line here: the argument's name, and how to find a value in the tiny
district. A value may be of a record that does not exist: the gate comes before the record.
"""

from __future__ import annotations

from collections.abc import Callable

from guanjia.access import links
from tests.people import District

NOBODY = 999_999_999

SAMPLES: dict[str, Callable[[District], object]] = {
    "account_id": lambda district: district.account("陈静").pk,
    "officer_id": lambda district: district.officers["陈静"].pk,
    "unit_id": lambda district: district.units["城市管理局"].pk,
    "post_id": lambda district: district.posts["陈静"].pk,
    "place_id": lambda district: district.places["柳荫社区"].pk,
    "subject_id": lambda district: district.subjects["李晓燕"].pk,
    "contact_id": lambda district: district.contacts["李晓燕"].pk,
    "code": lambda district: "000000000000",
    "programme": lambda district: "service-steward",
    "rest": lambda district: "nothing/here",
    "number": lambda district: "2026-0000001-1",
    "verb": lambda district: "accept",
    "what": lambda district: "phone",
    "draft": lambda district: "nosuchdraft",
    "block_id": lambda district: NOBODY,
    "draft_id": lambda district: NOBODY,
    "document_id": lambda district: NOBODY,
    "order_id": lambda district: NOBODY,
    "part": lambda district: 1,
    "sweep_id": lambda district: NOBODY,
    "visit_id": lambda district: NOBODY,
    "view_id": lambda district: NOBODY,
    "kind": lambda district: "business",
    "key": lambda district: "service-steward",
    "form_key": lambda district: "household",
    "version_id": lambda district: NOBODY,
    "list_name": lambda district: "communities",
    "target_id": lambda district: NOBODY,
    "answer_id": lambda district: NOBODY,
    "file_id": lambda district: NOBODY,
    "correction_id": lambda district: NOBODY,
    "assignment_id": lambda district: NOBODY,
    "token_id": lambda district: NOBODY,
    "token": lambda district: links.sign("rate", NOBODY, district.contacts["李晓燕"].pk, at=district.at),
}
