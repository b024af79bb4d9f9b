"""Every change of programmes and assignments. Each checks who may, writes, and leaves an audit entry and a message
in the same transaction."""

from guanjia.programmes.actions.adoption import adopt, resume, stop
from guanjia.programmes.actions.alarm import sound_alarm
from guanjia.programmes.actions.assigning import assign, hand_over_caseload, unassign
from guanjia.programmes.actions.cards import check_copies, issue_cards, order_cards
from guanjia.programmes.actions.drafts import adopt_draft, begin_draft, discard_draft, save_draft
from guanjia.programmes.actions.enrolling import enrol, enrol_many, leave
from guanjia.programmes.actions.following import follow_closing, follow_replacement, follow_succession
from guanjia.programmes.actions.paper import reserve_numbers
from guanjia.programmes.actions.sharing import LeftOver, Sharing, share_out
from guanjia.programmes.actions.writing import HandOver
from guanjia.programmes.models import AssignmentRole

__all__ = [
    "AssignmentRole",
    "HandOver",
    "LeftOver",
    "Sharing",
    "adopt",
    "adopt_draft",
    "assign",
    "begin_draft",
    "check_copies",
    "discard_draft",
    "enrol",
    "enrol_many",
    "follow_closing",
    "follow_replacement",
    "follow_succession",
    "hand_over_caseload",
    "issue_cards",
    "leave",
    "order_cards",
    "reserve_numbers",
    "resume",
    "save_draft",
    "share_out",
    "sound_alarm",
    "stop",
    "unassign",
]
