"""Reads of programmes: what is adopted, who answers for whom, who is left without."""

from guanjia.programmes.models import GapKind
from guanjia.programmes.queries.adopted import (
    current_playbook,
    enrolled,
    playbook_of,
    programme,
    programme_of,
    programmes,
    running,
)
from guanjia.programmes.queries.caseloads import assignment_history, caseload, in_care, loads
from guanjia.programmes.queries.coverage import (
    Coverage,
    KindCoverage,
    coverage,
    gap_ids,
    gap_places,
    gap_subjects,
    open_gaps,
)
from guanjia.programmes.queries.pool import Candidate, pool
from guanjia.programmes.queries.stewards import Stewardship, steward_for, stewards_for_many

__all__ = [
    "Candidate",
    "Coverage",
    "GapKind",
    "KindCoverage",
    "Stewardship",
    "assignment_history",
    "caseload",
    "coverage",
    "current_playbook",
    "enrolled",
    "gap_ids",
    "gap_places",
    "gap_subjects",
    "in_care",
    "loads",
    "open_gaps",
    "playbook_of",
    "pool",
    "programme",
    "programme_of",
    "programmes",
    "running",
    "steward_for",
    "stewards_for_many",
]
