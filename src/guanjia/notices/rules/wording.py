"""The words of notices where a playbook has none of its own, and the one way to fill them in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guanjia.kernel.text import gettext_noop as _
from guanjia.playbook.schema import Message, Playbook

_NEW = _("{number} “{title}” has come to you. Please accept it by {due}.")
_ASKED = _("The asker of {number} “{title}” added something. Please look at it; due {due}.")
_EMERGENCY = _("Emergency {number} “{title}”, with {holder}. The next limit is {due}.")

HOUSE: Mapping[str, str] = {
    "register.asker": _("We have received your request. Its number is {number}. You can follow it here: {link}"),
    "register.desk": _("{number} “{title}” waits to be dispatched, by {due}."),
    "register.call_chain": _EMERGENCY,
    "dispatch.call_chain": _EMERGENCY,
    "escalate.call_chain": _EMERGENCY,
    "dispatch.holder": _NEW,
    "transfer.holder": _NEW,
    "escalate.holder": _("{number} “{title}” was escalated to you. Please accept it by {due}."),
    "designate.holder": _("{number} “{title}” was designated to you and cannot be returned. Due {due}."),
    "reassign.holder": _("{number} “{title}” follows a change of post and is with you now. Due {due}."),
    "add.holder": _ASKED,
    "answer.holder": _("The asker of {number} “{title}” answered the question. The clock runs again; due {due}."),
    "call.holder": _("The asker of {number} “{title}” wants somebody to come at once."),
    "instruct.holder": _("A leader gave an instruction on {number} “{title}”."),
    "urge.holder": _("{number} “{title}” is being urged. Please answer by {due}."),
    "supervise.holder": _("A supervision order was issued on {number} “{title}”. Please answer by {due}."),
    "answer_order.supervisor": _("{holder} answered the order on {number} “{title}”."),
    "contest.holder": _("The asker contests the result of {number} “{title}”. Please do it again by {due}."),
    "follow_up.holder": _("The asker of {number} “{title}” is not satisfied. Please do it again by {due}."),
    "follow_up.approver": _("The asker of {number} “{title}” was heard. It waits to be struck off."),
    "finish_part.holder": _("An assisting unit finished its part of {number} “{title}”."),
    "child_closed.holder": _("A part of {number} “{title}” was closed."),
    "unshelve.holder": _("{number} “{title}” was taken up again. Due {due}."),
    "withdraw.holder": _("The asker withdrew {number} “{title}”. Nothing is left to do."),
    "decide_extension.holder": _("The extension of {number} “{title}” was decided. Due {due}."),
    "decide_shelving.holder": _("Shelving of {number} “{title}” was decided."),
    "decide_correction.holder": _("The proposed correction in {number} “{title}” was decided."),
    "return.approver": _("{holder} wants to return {number} “{title}”. Please rule on it by {due}."),
    "rule_return.holder": _("The return of {number} “{title}” was refused: it stays with you. Due {due}."),
    "rule_return.desk": _("The return of {number} “{title}” was granted. Please dispatch it again by {due}."),
    "request_extension.approver": _("{holder} asks for more time for {number} “{title}”. Please decide by {due}."),
    "request_shelving.approver": _("{holder} asks to shelve {number} “{title}”. Please decide by {due}."),
    "propose_correction.approver": _("A correction of a registry card was proposed in {number} “{title}”."),
    "add_assistant.receiver": _("{holder} asks your unit to assist with {number} “{title}”. Due {due}."),
    "hand_over.receiver": _("{number} was handed over to you, sealed. Only your unit sees it."),
    "hand_over.asker": _("What you reported ({number}) was handed over, in confidence, to the body entitled to it."),
    "ask.asker": _("There is a question about your request {number}. Please answer here: {link}"),
    "resolve.asker": _("Your request {number} has a result. Is it solved? Please tell us here: {link}"),
    "warn.asker": _("We would still like to hear from you whether your request {number} is solved: {link}"),
    "warn.holder": _("{number} “{title}” is due soon: {due}."),
    "warn.desk": _("{number} “{title}” has still to be dispatched, by {due}."),
    "warn.approver": _("{number} “{title}” waits for you until {due}."),
    "expire.holder": _("{number} “{title}” is late; it was due {due}."),
    "expire.desk": _("{number} “{title}” was not dispatched in time; it was due {due}."),
    "expire.approver": _("{number} “{title}” still waits for you; it was due {due}."),
    "expire.supervisor": _("{number} “{title}” is late with {holder}; it was due {due}."),
    "absence.stand_in": _("You stand in for {officer} from {first_day} to {last_day}."),
    "coverage.gap": _("{place}: {gap}: {count}. Please assign somebody."),
    "access.odd_reading": _("{officer} opened people's data {count} times on {day}, or outside their place."),
    "caseload.taken_over": _("You took over the caseload of {officer}: {moved}."),
    "digest": _("Due today: {today}. Late: {late}."),
}
#: By `programmes.models.GapKind`.
GAPS = {
    "no_steward": _("Without steward"),
    "no_stand_in": _("Without stand-in"),
    "same_officer": _("Steward and stand-in are one person"),
    "steward_gone": _("The steward no longer works here"),
    "stand_in_gone": _("The stand-in no longer works here"),
}
#: Said of a moment that is not known.
NOT_SET = _("(not set)")
#: What stands for the last day of an absence without one.
OPEN_END = _("further notice")

_SLOT = re.compile(r"\{(\w+)\}")


def own_message(kind: str, playbook: Playbook) -> Message | None:
    """What the playbook says of this kind; the first, where it says several things."""
    verb, _dot, to = kind.partition(".")
    return next((one for one in playbook.messages if one.on == verb and one.to == to), None)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values into their slots, in one pass: a value is never read as a template, and an unknown slot stays."""
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), text)


def plain(text: str) -> str:
    """What somebody wrote, unable to pose as a slot when the text is filled again."""
    return text.replace("{", "｛").replace("}", "｝")


def first_sentence(text: str, most: int = 60) -> str:
    """What a mail is headed with."""
    line = _SLOT.sub("", text).strip().split("\n", 1)[0]
    ends = [line.find(mark) for mark in ("。", "？", "！") if mark in line]
    line = line[: min(ends)] if ends else line
    return line if len(line) <= most else f"{line[: most - 1]}…"
