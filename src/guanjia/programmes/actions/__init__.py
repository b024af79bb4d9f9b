"""Every change of programmes and assignments. Each checks who may, writes, and leaves an audit entry and a message
in the same transaction."""

from guanjia.programmes.actions.adoption import adopt, enrol, leave, stop
from guanjia.programmes.actions.alarm import sound_alarm
from guanjia.programmes.actions.assigning import assign, hand_over_caseload, unassign
from guanjia.programmes.actions.following import follow_replacement, follow_succession
from guanjia.programmes.actions.sharing import LeftOver, Sharing, share_out
from guanjia.programmes.actions.writing import HandOver
from guanjia.programmes.models import AssignmentRole

__all__ = [
    "AssignmentRole",
    "HandOver",
    "LeftOver",
    "Sharing",
    "adopt",
    "assign",
    "enrol",
    "follow_replacement",
    "follow_succession",
    "hand_over_caseload",
    "leave",
    "share_out",
    "sound_alarm",
    "stop",
    "unassign",
]
