"""A case and what hangs on it. `received` before it is one · `case` the row that lists read · `ledger` events and
digests · `clock` limits · `routing` who has which duty · `view` saved filters · `rehearsal` past cases under changed
rules."""

from guanjia.cases.models.case import Asker, Case, CaseUnit, Document, Upload
from guanjia.cases.models.clock import Clock
from guanjia.cases.models.ledger import Digest, Event
from guanjia.cases.models.received import Received
from guanjia.cases.models.rehearsal import Rehearsal
from guanjia.cases.models.routing import Duty
from guanjia.cases.models.view import SavedView

__all__ = [
    "Asker",
    "Case",
    "CaseUnit",
    "Clock",
    "Digest",
    "Document",
    "Duty",
    "Event",
    "Received",
    "Rehearsal",
    "SavedView",
    "Upload",
]
