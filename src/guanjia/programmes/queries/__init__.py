"""Reads of programmes: what is adopted, who answers for whom, who is left without."""

from guanjia.programmes.models import GapKind
from guanjia.programmes.queries.adopted import (
    current_playbook,
    enrolled,
    file_of,
    playbook_of,
    programme,
    programme_of,
    programmes,
    running,
    taking,
    version_ids,
)
from guanjia.programmes.queries.cards import (
    CardFace,
    card_faces,
    card_of,
    card_order,
    card_orders,
    cards_to_print,
    desk_phone,
)
from guanjia.programmes.queries.caseloads import assignment_history, caseload, caseload_sizes, in_care, loads
from guanjia.programmes.queries.coverage import (
    Coverage,
    KindCoverage,
    coverage,
    gap_ids,
    gap_places,
    gap_subjects,
    open_gaps,
)
from guanjia.programmes.queries.drafts import playbook_draft, playbook_drafts
from guanjia.programmes.queries.handbook import (
    Contact,
    TextPage,
    handbook,
    text_page,
    text_pages,
    whole_handbook,
)
from guanjia.programmes.queries.papers import PaperSheet, paper_block, paper_blocks, paper_sheet
from guanjia.programmes.queries.pool import Candidate, pool
from guanjia.programmes.queries.stewards import Stewardship, steward_for, stewards_for_many

__all__ = [
    "Candidate",
    "CardFace",
    "Contact",
    "Coverage",
    "GapKind",
    "KindCoverage",
    "PaperSheet",
    "Stewardship",
    "TextPage",
    "assignment_history",
    "card_faces",
    "card_of",
    "card_order",
    "card_orders",
    "cards_to_print",
    "caseload",
    "caseload_sizes",
    "coverage",
    "current_playbook",
    "desk_phone",
    "enrolled",
    "file_of",
    "gap_ids",
    "gap_places",
    "gap_subjects",
    "handbook",
    "in_care",
    "loads",
    "open_gaps",
    "paper_block",
    "paper_blocks",
    "paper_sheet",
    "playbook_draft",
    "playbook_drafts",
    "playbook_of",
    "pool",
    "programme",
    "programme_of",
    "programmes",
    "running",
    "steward_for",
    "stewards_for_many",
    "taking",
    "text_page",
    "text_pages",
    "version_ids",
    "whole_handbook",
]
