"""Keying paper in: what a book at a gate, or a numbered sheet, says becomes a case with its own time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from guanjia.cases.actions.act import open_ledger, perform
from guanjia.cases.actions.intake import NewCase, register_once
from guanjia.cases.models import Case
from guanjia.cases.policy import relations
from guanjia.cases.queries.papers import paper_key
from guanjia.kernel.actor import SYSTEM, Actor
from guanjia.kernel.problems import Problem
from guanjia.playbook.lifecycle.states import Outcome, Status
from guanjia.programmes import queries as programmes


@transaction.atomic
def key_in(
    actor: Actor, new: NewCase, *, paper: str = "", settled: str | None = None, at: datetime
) -> tuple[Case, bool]:
    """Register what was written on paper; (case, whether it is new).

    `paper`: the number of a printed sheet, which is then the key, so that one sheet keyed in twice is one case; a sheet
    without a place of its own is at the place that it was printed for. `settled`: what was done on the spot. Where the
    actor holds the case it is thereby resolved and waits for the asker's word; elsewhere whoever holds it reads it as a
    note. Raises as `register_once`, and paper.unknown.
    """
    if paper:
        sheet = programmes.paper_sheet(paper)
        nowhere = new.place_id is None and not new.address
        new = replace(
            new, key=paper_key(sheet.block_id, sheet.sheet), place_id=sheet.place_id if nowhere else new.place_id
        )
    case, fresh = register_once(actor, new, at=at)
    if fresh and settled is not None and not _resolved(actor, case, settled, at):
        perform(actor, open_ledger(SYSTEM, case.pk), "note", {"text": settled, "evidence": []}, at=at)
    return case, fresh


def _resolved(actor: Actor, case: Case, text: str, at: datetime) -> bool:
    """Whether it could be resolved at once; not where somebody else holds it, or the tier wants more evidence."""
    ledger = open_ledger(SYSTEM, case.pk)
    if "holder" not in relations(actor, ledger.case, ledger.state):
        return False
    done = {"outcome": Outcome.SOLVED, "text": text, "evidence": []}
    try:
        with transaction.atomic():
            if ledger.state.status is Status.ASSIGNED:
                perform(actor, ledger, "accept", {}, at=at)
            perform(actor, open_ledger(SYSTEM, case.pk), "resolve", done, at=at)
    except Problem:
        return False
    return True
