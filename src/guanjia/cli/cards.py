"""`guanjia cards`: contact cards of a district as one PDF, ten to a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from django.utils.timezone import now

from guanjia.cli import district, speech
from guanjia.cli.progress import bar
from guanjia.console.viewmodels.people import officer_called
from guanjia.kernel.actor import SYSTEM
from guanjia.kernel.problems import NOT_FOUND, Problem
from guanjia.kernel.text import gettext_noop as _
from guanjia.programmes import actions, queries, sheets
from guanjia.programmes.problems import NO_CARDS
from guanjia.programmes.rules import CARDS_A_PAGE
from guanjia.registry import queries as registry


@speech.command(
    "cards",
    help=_(
        "Print contact cards into one PDF.\n\nOne card for each place and business that has a steward, steward by "
        "steward, ten to an A4 page with marks to cut by. Its QR code opens who is steward there now."
    ),
    example="guanjia cards 联系卡.pdf --dir demo\n"
    "guanjia cards 联系卡.pdf --steward 陈静 --copies 10 --dir demo\n"
    "guanjia cards 联系卡.pdf --place 柳荫社区 --dir demo",
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@speech.option("--programme", help=_("Key of the programme; needed where several run."))
@speech.option("--place", help=_("Name of a street, community, grid or courtyard: cards of all within."))
@speech.option("--unit", help=_("Name of a unit: cards of its stewards."))
@speech.option("--steward", help=_("Name or staff number of one steward."))
@speech.option("--copies", type=int, default=1, show_default=True, help=_("Copies of each card."))
@district.dir_option
def command(file: Path, programme: str | None, copies: int, **whose: str | None) -> None:
    actions.check_copies(copies)
    at = now()
    codes = actions.issue_cards(SYSTEM, _programme(programme), at=at, **_narrow(whose))
    wanted = [code for code in codes for _copy in range(copies)]
    with bar(file.name) as told:
        made = sheets.cards_pdf(wanted, at=at, progress=told)
    file.write_bytes(made)
    pages = -(-len(wanted) // CARDS_A_PAGE)
    sentence = _("%(cards)s cards on %(pages)s pages written to %(file)s.")
    click.echo(speech.say(sentence, cards=len(wanted), pages=pages, file=file))


def _programme(key: str | None) -> int:
    """Of those that have stewards, the one named, else the first."""
    if key:
        return int(queries.programme(key).pk)
    for one in queries.running():
        if queries.current_playbook(one.pk).stewards is not None:
            return int(one.pk)
    raise Problem(NO_CARDS)


def _narrow(whose: dict[str, str | None]) -> dict[str, Any]:
    """Raises not_found for a name that nobody and nothing has."""
    found: dict[str, Any] = {}
    if name := whose["place"]:
        place = next((one for one in registry.known_places().values() if one.name == name and not one.valid_to), None)
        found["place"] = _known(place, _("place"), name)
    if name := whose["unit"]:
        unit = next((one for one in registry.known_units().values() if one.name == name and not one.valid_to), None)
        found["unit_id"] = _known(unit, _("unit"), name).pk
    if name := whose["steward"]:
        found["officer_id"] = officer_called(name, "steward").pk
    return found


def _known(found: Any, what: str, name: str) -> Any:
    if found is None:
        raise Problem(NOT_FOUND, what=what, key=name)
    return found
