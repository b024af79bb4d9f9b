"""The code on a steward's printed card: it names the place that the card serves, not whoever serves it today, so that
a card outlives a change of steward. It proves nobody and opens nothing."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer

from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _


def sign_card(place_id: int) -> str:
    """For `/ask/?card=…`; the signature keeps the channel "card" for those who hold one. Valid for good."""
    return _signer().sign(f"{place_id:x}")


def read_card(token: str) -> int:
    """The id of the card's place. Raises not_found for a card that is none of ours."""
    try:
        return int(_signer().unsign(token), 16)
    except (BadSignature, ValueError) as error:
        raise Problem(NOT_FOUND, what=_("card"), key="") from error


def _signer() -> Signer:
    return Signer(sep="~", salt="guanjia.card")
